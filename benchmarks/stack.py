"""A Pulumi project that declares an organization's people, and the commands that are measured on it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.organization import Acme, People
from benchmarks.processes import Cost, run

EMBEDDED = "embedded"
PULUMI = "pulumi"

_IN_PYTHON = """\
import json
from pathlib import Path

import pulumi_elastic_org as elastic

elastic.Roster(
    "acme",
    members=json.loads(Path("people.json").read_text()),
    mode="authoritative",
    guards=elastic.Guards(max_removals="50%"),
)
"""

_FROM_FILE = """\
import pulumi_elastic_org as elastic

elastic.Roster.from_file("acme", "roster.yaml")
"""


def engines() -> tuple[str, ...]:
    """Returns the engines that there are on this machine."""
    return (EMBEDDED, PULUMI) if shutil.which("pulumi") else (EMBEDDED,)


class Stack:
    """A project with a stack.

    Args:
        directory: An empty directory for it.
        engine: `EMBEDDED`, which is measured as `elastic-org`, or `PULUMI`, which is measured as the stock command.
        acme: The organization.
        from_file: Whether the people are in a roster file instead of the program.
    """

    def __init__(self, directory: Path, engine: str, acme: Acme, *, from_file: bool = False) -> None:
        self._directory = directory
        self._engine = engine
        self._from_file = from_file
        backend = directory / "backend"
        backend.mkdir(parents=True)
        self._environment = {
            **os.environ,
            **acme.environment,
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "benchmark",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # Whatever else is installed beside the package is not to be looked for over the network.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        python = {"name": "python", "options": {"virtualenv": sys.prefix}}
        (directory / "Pulumi.yaml").write_text(json.dumps({"name": "people", "runtime": python}))
        (directory / "__main__.py").write_text(_FROM_FILE if from_file else _IN_PYTHON)
        if engine == PULUMI:
            run(["pulumi", "stack", "init", "dev"], directory, self._environment)

    def declare(self, people: People) -> None:
        """Makes these people what the program declares."""
        if not self._from_file:
            (self._directory / "people.json").write_text(json.dumps(people))
            return
        lines = ["mode: authoritative", "guards: {max_removals: 50%}", "members:"]
        for person, text in people.items():
            listed = ", ".join(f'"{role}"' for role in text.split("; "))
            lines.append(f"  {person}: [{listed}]")
        (self._directory / "roster.yaml").write_text("\n".join(lines) + "\n")

    def settle(self) -> None:
        """Makes it so, without being measured."""
        self.act("up")

    def act(self, operation: str) -> Cost:
        """Measures a preview, or an update without a preview before it."""
        return self.preview() if operation == "preview" else self._run("up", "--yes", "--skip-preview")

    def preview(self) -> Cost:
        """Measures a preview."""
        return self._run("preview")

    def _run(self, operation: str, *options: str) -> Cost:
        if self._engine == PULUMI:
            command = ["pulumi", operation, "--stack", "dev", "--non-interactive", *options]
        else:
            command = [elastic_org(), operation, "--engine", EMBEDDED, *options]
        return run(command, self._directory, self._environment)


def elastic_org() -> str:
    """Returns the path of the command."""
    return str(Path(sys.executable).with_name("elastic-org"))
