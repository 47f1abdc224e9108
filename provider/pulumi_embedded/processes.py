"""The processes beside the engine: the program, and the providers it uses.

Both run in sessions of their own, so that Ctrl-C reaches the engine alone and what a provider has begun is finished.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from .port import EngineError
from .project import Project

OnLine = Callable[[str], None]

_GRACE_SECONDS = 5.0
_AWAKE_SECONDS = 0.5

_RUNNER = Path(__file__).with_name("runner.py")


class Process:
    """A child process whose lines of output are passed on as they come. It ends when this process does, however that ends.

    Args:
        what: What `runner` runs in it: `program` or `pulumi.dynamic`.
        arguments: The arguments of that.
        project: Where it runs, with which interpreter and environment.
        on_line: Called with each line of its standard output and error, from threads of its own.
    """

    def __init__(self, what: str, arguments: list[str], project: Project, on_line: OnLine) -> None:
        self._on_line = on_line
        self._code: Future[int] = Future()
        self._popen = _start([project.interpreter, "-u", str(_RUNNER), what, *arguments], project)
        out, err, into = self._popen.stdout, self._popen.stderr, self._popen.stdin
        if out is None or err is None or into is None:
            raise AssertionError("the pipes that were asked for")
        self._readers = [threading.Thread(target=self._pump, args=(pipe,), daemon=True) for pipe in (out, err)]
        self._stdin = into
        for thread in (*self._readers, threading.Thread(target=self._watch, daemon=True)):
            thread.start()

    def send(self, line: str) -> None:
        """Writes a line to its standard input, which stays open: its end tells the process that the engine is gone."""
        with suppress(BrokenPipeError):
            self._stdin.write(line + "\n")
            self._stdin.flush()

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit code, when it ended and all its lines were passed on; `None` after `timeout` seconds."""
        # Not `Popen.wait`, which keeps Ctrl-C back for a while; and awake now and then, since a signal that another thread takes
        # does not wake this one.
        while True:
            try:
                return self._code.result(_AWAKE_SECONDS if timeout is None else timeout)
            except FutureTimeoutError:
                if timeout is not None:
                    return None

    def terminate(self) -> None:
        """Asks it to end."""
        self._popen.terminate()

    def stop(self) -> None:
        """Ends it, and passes on the lines it had written."""
        self.terminate()
        if self.wait(_GRACE_SECONDS) is None:
            self._popen.kill()
            self.wait()

    def _pump(self, pipe: IO[str]) -> None:
        for line in pipe:
            self.received(line.rstrip("\r\n"))

    def _watch(self) -> None:
        code = self._popen.wait()
        for reader in self._readers:
            reader.join(_GRACE_SECONDS)  # a process it left behind may hold its pipes open
        self.ended(code)
        self._code.set_result(code)

    def received(self, line: str) -> None:
        """Takes one line of output."""
        if line:
            self._on_line(line)

    def ended(self, code: int) -> None:
        """Takes its end."""


def _start(command: list[str], project: Project) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(  # noqa: S603 - the interpreter of the project
            command,
            cwd=project.program_directory,
            env={**project.environment, "PULUMI_PROJECT": project.name, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(
            f"The program's Python, {command[0]}, cannot be started: {error.strerror}. Correct `virtualenv` in Pulumi.yaml, or "
            "PULUMI_PYTHON_CMD, whichever names it. Nothing was changed."
        ) from None


class ProviderProcess(Process):
    """The SDK's own process for dynamic providers; the first line it prints is the port it listens on.

    Args:
        project: Whose providers it serves.
        engine_address: The engine's address, which providers may use to see whether the engine still lives.
        on_line: Called with each line it prints.
    """

    def __init__(self, project: Project, engine_address: str, on_line: OnLine) -> None:
        self._port: Future[int] = Future()
        super().__init__("pulumi.dynamic", [engine_address], project, on_line)

    @property
    def address(self) -> str:
        """Where it listens; waits for it to start.

        Raises:
            EngineError: It ended instead.
        """
        return f"127.0.0.1:{self._port.result()}"

    def received(self, line: str) -> None:
        if not self._port.done() and line.isdigit():
            self._port.set_result(int(line))
        else:
            super().received(line)

    def ended(self, code: int) -> None:
        if not self._port.done():
            self._port.set_exception(EngineError(f"The provider process ended with code {code} before it was ready."))


class ProgramProcess(Process):
    """The Pulumi program. It imports the SDK at once and starts with the settings, so that both load side by side.

    Args:
        project: Whose program it is.
        on_line: Called with each line it prints.
    """

    def __init__(self, project: Project, on_line: OnLine) -> None:
        self._project = project
        super().__init__("program", [], project, on_line)

    def start(
        self, address: str, config: Mapping[str, str], secret_keys: list[str], *, preview: bool, parallel: int
    ) -> None:
        """Lets the program run against the engine at `address`. Secrets travel by its standard input."""
        project = self._project
        settings: dict[str, Any] = {
            "monitor": address,
            "engine": address,
            "project": project.name,
            "stack": project.stack,
            "organization": project.organization,
            "root_directory": str(project.directory),
            "dry_run": preview,
            "parallel": parallel,
        }
        order = {
            "settings": settings,
            "program": project.entry_point,
            "environment": {"PULUMI_CONFIG": json.dumps(config), "PULUMI_CONFIG_SECRET_KEYS": json.dumps(secret_keys)},
        }
        self.send(json.dumps(order))
