"""From an empty directory to a reviewed change that is applied and a settled drift review, following only what is printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

PROGRAMS = Path(sys.executable).parent
MOST_COMMANDS = 12
LENA = "lena.hoffmann@acme.example"
BY_HAND = {"organization": [{"role_id": "billing-admin"}]}


class Newcomer:
    """Types commands, each of which was printed before, but for the first.

    Args:
        directory: An empty one.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("EC_", "PULUMI_"))
        }
        self.environment |= {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "COLUMNS": "100"}
        self.typed: list[str] = []
        self.printed = ""
        self.left_running: list[subprocess.Popen[str]] = []

    def types(self, command: str, *, printed: str | None = None, exit_code: int = 0) -> str:
        """Runs a command and returns what it prints.

        Args:
            command: What is typed; `--yes` stands for the answer to its question.
            printed: What was printed before that says so; the command itself, when left out.
            exit_code: What it has to end with.
        """
        advice = command.replace(" --yes", "") if printed is None else printed
        assert not self.typed or advice in self.printed, f"nothing that was printed says {advice!r}:\n{self.printed}"
        self.typed.append(command)
        arguments = shlex.split(command)
        if arguments[0] == "cd":
            self.directory /= arguments[1]
            return ""
        ended = subprocess.run(
            arguments,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == exit_code, ended.stdout
        self.printed += ended.stdout
        return ended.stdout

    def starts(self, command: str, until: str) -> None:
        """Leaves a command that was printed running in another terminal, and pastes the `export` lines that it prints."""
        assert command in self.printed
        self.typed += [command, "export"]
        process = subprocess.Popen(
            shlex.split(command), cwd=self.directory, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        self.left_running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if exported := re.fullmatch(r"export (\w+)=(.*)\n", line):
                self.environment[exported[1]] = shlex.split(exported[2])[0]
            if until in line:
                return


@pytest.fixture
def newcomer(tmp_path: Path, engine_name: str) -> Iterator[Newcomer]:
    somebody = Newcomer(tmp_path)
    if engine_name == "pulumi":  # who has Pulumi's CLI has logged it in
        cli = next(path for path in os.environ["PATH"].split(os.pathsep) if Path(path, "pulumi").exists())
        (tmp_path / ".state").mkdir()
        somebody.environment["PATH"] += f":{cli}"
        somebody.environment |= {
            "PULUMI_BACKEND_URL": (tmp_path / ".state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "a newcomer's",
        }
    yield somebody
    for process in somebody.left_running:
        process.terminate()
        process.communicate()


def test_a_newcomer_gets_from_nothing_to_a_reviewed_change_and_a_settled_drift_review(newcomer: Newcomer) -> None:
    newcomer.types("elastic-org init people --emulator")
    newcomer.types("cd people", printed="Next, in people:")
    newcomer.starts("elastic-org emulator", until="EC_ORGANIZATION_ID")
    assert "nothing to do" in newcomer.types("elastic-org up --yes")

    roster = newcomer.directory / "roster.yaml"
    roster.write_text(roster.read_text().replace("\nmembers:\n", "\nmembers:\n  ada@acme.example: [billing-admin]\n"))
    assert "ada@acme.example" in newcomer.types("elastic-org preview --save-plan plan.json")
    newcomer.types("elastic-org up --plan plan.json --yes")

    # In the emulator's console, somebody gives Lena other roles.
    body = {"organization": "acme", "email": LENA, "roles": BY_HAND}
    requests.post(f"{newcomer.environment['EC_ENDPOINT']}/_emulator/roles", json=body, timeout=30).raise_for_status()
    assert LENA in newcomer.types("elastic-org drift", exit_code=7)
    newcomer.types(f"elastic-org drift --accept {LENA}", printed="elastic-org drift --accept PERSON")
    newcomer.types("elastic-org up --yes")
    newcomer.types("elastic-org drift")

    assert f"  {LENA}: [billing-admin]\n" in roster.read_text()
    assert len(newcomer.typed) <= MOST_COMMANDS
