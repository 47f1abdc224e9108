"""Whole processes: a project on disk, the engine that runs it, the provider beside it, and how they are killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from elastic_cloud_emulator import ConnectionDropped, Emulator
from pulumi_embedded.port import Workspace
from tests.trust.organization import (
    AFTER,
    BEFORE,
    KEY,
    MIN_ADMINS,
    ORGANIZATION,
    ROOT,
    Roster,
    found,
    let_invitations_lapse,
)

STACK = "dev"
DEADLINE_SECONDS = 120.0
"""How long at most to wait for a process: a bound for what hangs, not a measure."""

_UP = """
import json, sys
from pathlib import Path
from pulumi_elastic_org.cli.termination import ends_as_interrupt
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import EngineError, Workspace
try:
    with ends_as_interrupt():
        result = select(sys.argv[1]).up(Workspace(Path(sys.argv[2]), sys.argv[3]))
    print(json.dumps([result.succeeded, "\\n".join(result.errors)]))
except EngineError as error:
    print(json.dumps([False, str(error)]))
"""

_PROGRAM = """
import pulumi_elastic_org as elastic

elastic.Roster("acme", members={members!r}, mode={mode!r}, guards=elastic.Guards(min_admins={min_admins}))
"""


class Project:
    """A Pulumi project whose program declares one roster.

    Args:
        directory: Where it lies.
        engine: The name of the engine that runs it.
        emulator: Where its organization lives.
    """

    def __init__(self, directory: Path, engine: str, emulator: Emulator) -> None:
        self.directory = directory
        self.engine = engine
        self.audit_log = directory / "audit.jsonl"
        self.environment = {
            **os.environ,
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": KEY,
            "EC_API_KEY_USER": ROOT,
            "EC_ORGANIZATION_ID": ORGANIZATION,
            "ELASTIC_ORG_AUDIT_LOG": str(self.audit_log),
            "PULUMI_BACKEND_URL": (directory / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def workspace(self) -> Workspace:
        """The stack, for an engine in this process."""
        return Workspace(self.directory, STACK, environment=self.environment)

    def write(self, roster: Roster, mode: str = "authoritative") -> None:
        """Writes the project with a program that declares a roster."""
        self.write_program(_PROGRAM.format(members=dict(roster), mode=mode, min_admins=MIN_ADMINS))

    def write_program(self, program: str) -> None:
        """Writes the project with a program."""
        (self.directory / "state").mkdir(parents=True, exist_ok=True)
        (self.directory / "Pulumi.yaml").write_text(
            f"name: people\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        (self.directory / "__main__.py").write_text(program)

    def up(self) -> Update:
        """Starts an update in processes of its own."""
        return Update(self)

    def release_lock(self) -> None:
        """Takes away the lock of an engine that was killed, as the engine's refusal says."""
        if self.engine == "embedded":
            for lock in self.directory.rglob("*.lock"):
                lock.unlink()
        else:
            subprocess.run(
                ["pulumi", "cancel", "--yes", "--stack", STACK],
                cwd=self.directory,
                env=self.environment,
                check=True,
                capture_output=True,
            )


class Update:
    """A running update.

    Args:
        project: Whose.
    """

    printed = ""
    """Everything that it has written, once it has ended."""

    def __init__(self, project: Project) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _UP, project.engine, str(project.directory), STACK],
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def result(self) -> str | None:
        """Waits for its end; returns what it said when it failed, ``None`` when it succeeded."""
        out, error = self._process.communicate(timeout=DEADLINE_SECONDS)
        self.printed = out + error
        if self._process.returncode < 0:
            return "killed"
        if not out:
            return f"ended without a result: {error}"
        succeeded, said = json.loads(out.splitlines()[-1])
        return None if succeeded else str(said)

    def commands(self) -> list[str]:
        """Returns the command lines of its processes, as everybody on the machine can read them; none once it has ended."""
        try:
            return [command for _, command in _descendants(self._process.pid)]
        except psutil.NoSuchProcess:
            return []

    def tell(self, number: signal.Signals) -> None:
        """Sends a signal to the command, as a supervisor does."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kills the engine, the program and the provider at once, as a machine that loses power does."""
        self._kill([pid for pid, _ in _descendants(self._process.pid)])

    def kill_engine(self) -> list[int]:
        """Kills the engine alone; returns the programs and providers that it leaves behind."""
        children = [(pid, Path(command.split()[0]).name) for pid, command in _descendants(self._process.pid)]
        self._kill([pid for pid, name in children if name == "pulumi"])
        # The CLI's language host ends by itself too, after minutes; it does nothing meanwhile.
        return [pid for pid, name in children if not name.startswith("pulumi")]

    def _kill(self, others: list[int]) -> None:
        for pid in (self._process.pid, *others):
            kill(pid)
        self._process.wait(DEADLINE_SECONDS)
        for pid in others:
            wait_for_end(pid)


@contextmanager
def prepared_project(engine: str) -> Iterator[tuple[Emulator, Project]]:
    """A project whose last apply made the organization what it is, and whose program now declares the next roster."""
    with TemporaryDirectory(prefix="trust-") as folder, Emulator() as emulator:
        found(emulator)
        let_invitations_lapse(emulator.cloud)
        directory = Path(folder, "project")
        shutil.copytree(Path(_applied(engine).name, "project"), directory)
        project = Project(directory, engine, emulator)
        project.write(AFTER)
        yield emulator, project


@lru_cache
def _applied(engine: str) -> TemporaryDirectory[str]:
    """The directory of a project as its last apply left it; made once a process, and cleared away when that ends."""
    folder = TemporaryDirectory(prefix="trust-applied-")
    directory = Path(folder.name, "project")
    with Emulator() as emulator:
        found(emulator)
        project = Project(directory, engine, emulator)
        project.write(BEFORE)
        if reason := project.up().result():
            raise AssertionError(f"the organization cannot be adopted: {reason}")
    project.audit_log.unlink(missing_ok=True)
    return folder


def kill(pid: int) -> None:
    """Kills a process, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def drop_connection() -> None:
    """Ends a call before its effect: whoever made it is no more."""
    raise ConnectionDropped


def _descendants(pid: int) -> list[tuple[int, str]]:
    """Every process below one that still runs, with its command line."""
    found_ones = []
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if command := " ".join(child.cmdline()):
                found_ones.append((child.pid, command))
    return found_ones


def wait_for_end(pid: int) -> None:
    """Waits until a process runs no more; what waits for its parent then holds no port any more."""
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} does not end")
