"""A roster that is applied, and what a command prints: in a pipe, or in a terminal of some width."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from elastic_cloud_emulator import Cloud, Emulator

SEED = Path(__file__).with_name("seed.yaml")
COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ORGANIZATION = "1111"
SEARCH, LOGS, OTHER_LOGS = "aaaa" + "0" * 27 + "1", "bbbb" + "0" * 27 + "1", "bbbb" + "0" * 27 + "2"
BILLING = {"organization": [{"role_id": "billing-admin"}]}
ROSTER = f"""\
mode: authoritative
guards: {{max_removals: 5}}
targets:
  shop: {SEARCH}
members:
  root@acme.example: [organization-admin]
  ada@acme.example: [organization-admin]
  bob@acme.example: [deployment-editor on shop]
  cy@acme.example: [billing-admin]
  eve@acme.example: [deployment-viewer on {LOGS}]
"""
_PROGRAM = "import pulumi_elastic_org as elastic\n\nelastic.Roster.from_file('people', 'roster.yaml')\n"
_VARYING = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d UTC": "DATE TIME",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d": "DATE TIME",
    r"http://127\.0\.0\.1:\d+": "ENDPOINT",
}
_TOKENS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|[\n\r]|[^\x1b\n\r]+")
_UP = re.compile(r"\x1b\[(\d+)A")


class Project:
    """A project of one roster file.

    Args:
        directory: Where it lies.
        emulator: The organization's.
    """

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.directory = directory
        self.emulator = emulator
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("EC_", "ELASTIC_ORG_", "PULUMI_"))
            and name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
        } | {
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": "key-of-root",
            "EC_API_KEY_USER": "root@acme.example",
            "ELASTIC_ORG_AUDIT_LOG": str(directory / "audit.jsonl"),
            "PULUMI_CONFIG_PASSPHRASE": "ours",
        }
        (directory / "Pulumi.yaml").write_text(
            f"name: people\nruntime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"
        )
        (directory / "__main__.py").write_text(_PROGRAM)
        self.write(ROSTER)

    @property
    def cloud(self) -> Cloud:
        """The emulated cloud, where things are done by hand."""
        return self.emulator.cloud

    def write(self, roster: str) -> None:
        """Writes the roster file."""
        (self.directory / "roster.yaml").write_text(roster)

    def edit(self, *edits: tuple[str, str]) -> None:
        """Replaces parts of the roster file."""
        text = (self.directory / "roster.yaml").read_text()
        for before, after in edits:
            assert before in text
            text = text.replace(before, after)
        self.write(text)

    def prints(self, *command: str, code: int = 0, columns: int | None = None, **environment: str) -> str:
        """Returns what a command prints into a pipe, errors included, without blanks at the ends of lines.

        Args:
            command: What follows `elastic-org`.
            code: What it has to end with.
            columns: `COLUMNS`; left alone by default.
            environment: Further variables.
        """
        given = {**self.environment, **({"COLUMNS": str(columns)} if columns else {}), **environment}
        done = subprocess.run(
            [COMMAND, *self._on_engine(command)],
            cwd=self.directory,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return self._readable(done.stdout)

    def shows(self, *command: str, code: int = 0, columns: int = 80) -> str:
        """Returns what a command writes to a terminal, escape codes and all."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [COMMAND, *self._on_engine(command)],
            cwd=self.directory,
            env={**self.environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            close_fds=True,
        )
        os.close(theirs)
        written = b""
        with suppress(OSError):  # the end of a terminal
            while part := os.read(ours, 65536):
                written += part
        os.close(ours)
        assert process.wait() == code, written.decode()
        return written.decode().replace("\r\n", "\n")

    def _on_engine(self, command: tuple[str, ...]) -> tuple[str, ...]:
        return (*command, "--engine", "embedded") if command[0] in ("preview", "up", "drift", "refresh") else command

    def _readable(self, text: str) -> str:
        text = text.replace(str(self.directory), "PROJECT")
        for varying, name in _VARYING.items():
            text = re.sub(varying, name, text)
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def seen(written: str) -> list[str]:
    """Returns the lines that stay on a terminal in the end: what was written over is gone."""
    lines, row, column = [""], 0, 0
    for token in _TOKENS.findall(written):
        if token == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif token == "\r":
            column = 0
        elif up := _UP.fullmatch(token):
            row -= int(up[1])
        elif token == "\x1b[2K":
            lines[row] = ""
        elif not token.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + token + lines[row][column + len(token) :]
            column += len(token)
    return [line.rstrip() for line in lines]


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that manages the organization of the seed, which each test begins anew with."""
    directory = tmp_path_factory.mktemp("applied")
    with Emulator(SEED) as emulator:
        Project(directory, emulator).prints("up", "--yes")
    return directory


@pytest.fixture
def project(tmp_path: Path, applied: Path) -> Iterator[Project]:
    """The organization of the seed, and a project that manages it."""
    shutil.copytree(applied, tmp_path, dirs_exist_ok=True)
    with Emulator(SEED) as emulator:
        yield Project(tmp_path, emulator)
