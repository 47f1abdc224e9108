"""The recordings in `data/`: one JSON file a scenario, laid out so that a difference reads well line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from .differences import meaning

_DIRECTORY = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Recording:
    """What the Pulumi CLI did.

    Args:
        versions: The versions of the CLI and of the Python SDK.
        runs: Each run, in canonical form.
        export: A state as the CLI exported it.
    """

    versions: dict[str, str]
    runs: list[dict[str, Any]]
    export: dict[str, Any] = field(repr=False)

    @classmethod
    def load(cls, name: str) -> Recording:
        """The committed recording of a scenario.

        Raises:
            FileNotFoundError: There is none.
        """
        return cls(**json.loads(_path(name).read_text(encoding="utf-8")))

    def save(self, name: str) -> None:
        """Writes the file of a scenario."""
        content = {"versions": json.dumps(self.versions), "runs": "[\n" + ",\n".join(map(_run, self.runs)) + "\n]"}
        content["export"] = json.dumps(self.export)
        text = ",\n".join(f"{json.dumps(key)}: {value}" for key, value in content.items())
        _DIRECTORY.mkdir(exist_ok=True)
        _path(name).write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def recorded() -> set[str]:
    """The scenarios that there are recordings of."""
    return {path.stem for path in _DIRECTORY.glob("*.json")}


def difference(recorded: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    """What differs between the runs of a scenario as recorded and as they went now, but was not meant to: a unified diff."""
    return list(unified_diff(_texts(recorded), _texts(now), "recorded", "now", n=2, lineterm=""))


def _texts(runs: list[dict[str, Any]]) -> list[str]:
    return [
        line for number, run in enumerate(runs, 1) for line in [f"run {number}", *_run(_as_meant(run)).splitlines()]
    ]


def _as_meant(run: dict[str, Any]) -> dict[str, Any]:
    diagnostics = [[severity, meaning(message), urn] for severity, message, urn in run["diagnostics"]]
    return {**run, "diagnostics": diagnostics}


def _run(run: dict[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in run.items()) + "\n}"


def _lines(value: Any) -> str:
    """JSON, with one line for each item of a list."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(json.dumps(item, sort_keys=True) for item in value) + "\n]"
    return json.dumps(value, sort_keys=True)


def _path(name: str) -> Path:
    return _DIRECTORY / f"{name}.json"
