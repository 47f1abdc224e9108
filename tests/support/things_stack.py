"""Small Pulumi projects, and an engine that runs them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

from pulumi_elastic_org.engine import select
from pulumi_embedded.port import OnEvent, Result, Step, Workspace
from tests.support.program_files import HEADER, PROJECT, THINGS


class Stack:
    """A project in a directory of its own, with a stack `dev`.

    Args:
        directory: Where the project is made.
        engine: The name of the engine that runs it.
        python: The Python that runs the program and its providers.
    """

    def __init__(self, directory: Path, engine: str, python: Path = Path(sys.executable)) -> None:
        self.directory = directory
        self.engine = select(engine)
        self.config: dict[str, str] = {}
        self.environment = {
            "TRIAL_DIRECTORY": str(directory),
            "PULUMI_HOME": str(directory / "home"),
            "PULUMI_PYTHON_CMD": str(python),
        }
        if engine == "pulumi":  # the embedded engine keeps the state beside the project
            self.environment["PULUMI_BACKEND_URL"] = (directory / "backend").as_uri()
        (directory / "program").mkdir(parents=True)
        (directory / "backend").mkdir()
        (directory / "Pulumi.yaml").write_text(PROJECT)
        (directory / "program" / "things.py").write_text(THINGS)

    @property
    def workspace(self) -> Workspace:
        # The things' provider is the tests' own, which no state may name without being trusted.
        return Workspace(self.directory, "dev", self.config, self.environment, trust_state=True)

    def program(self, text: str) -> None:
        """Makes `text` the program, after the usual imports."""
        (self.directory / "program" / "__main__.py").write_text(HEADER + dedent(text))

    def preview(self, on_event: OnEvent | None = None) -> Result:
        return self.engine.preview(self.workspace, on_event=on_event)

    def up(self, on_event: OnEvent | None = None) -> Result:
        return self.engine.up(self.workspace, on_event=on_event)

    def apply(self, text: str) -> Result:
        """Makes `text` the program, brings the stack there, and forgets the provider's calls."""
        self.program(text)
        result = self.up()
        assert result.succeeded, result.errors
        self.forget_calls()
        return result

    def refresh(self, *, preview_only: bool = False) -> Result:
        return self.engine.refresh(self.workspace, preview_only=preview_only)

    def destroy(self, *, preview_only: bool = False) -> Result:
        return self.engine.destroy(self.workspace, preview_only=preview_only)

    def cloud(self, **things: dict[str, Any] | None) -> None:
        """Changes things behind the provider's back, by id; `None` deletes one."""
        content = {id_.replace("_", "-"): change for id_, change in things.items()}
        (self.directory / "cloud.json").write_text(json.dumps(content))

    @property
    def calls(self) -> list[list[Any]]:
        """The provider's calls, in order."""
        path = self.directory / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def call_names(self) -> list[str]:
        """The names of the provider's calls, in order, without `configure`."""
        return [call[0] for call in self.calls if call[0] != "configure"]

    def forget_calls(self) -> None:
        (self.directory / "calls").unlink(missing_ok=True)

    def state(self, name: str) -> dict[str, Any]:
        """The resource of that name in the exported state."""
        return next(item for item in self.resources if item["urn"].endswith(f"::{name}"))

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of the exported state."""
        resources: list[dict[str, Any]] = self.engine.export(self.workspace)["deployment"].get("resources") or []
        return resources

    def configure(self, content: dict[str, Any]) -> None:
        """Writes the stack's configuration file."""
        (self.directory / "Pulumi.dev.yaml").write_text(json.dumps(content))  # which is YAML as well


def ops(result: Result) -> dict[str, str]:
    """The operations by the resource's name, without the stack."""
    return {step.name: step.op for step in result.steps if step.type != "pulumi:pulumi:Stack"}


def step_of(result: Result, name: str) -> Step:
    """The step of the resource of that name."""
    return next(step for step in result.steps if step.name == name)
