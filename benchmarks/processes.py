"""What a command costs: its time, and the memory of each process that it starts. Reads /proc, so Linux only."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

_SAMPLE_SECONDS = 0.02
_SET_CHILD_SUBREAPER = 36  # of prctl(2)

_ROLES = (
    ("pulumi.dynamic", "provider"),
    ("pulumi-resource-elastic-org", "plugin"),
    ("runner.py", "program"),
    ("pulumi-language-python-exec", "program"),
    ("pulumi-language-python", "language host"),
    ("elastic-org", "elastic-org"),
    ("terraform-provider-ec", "ec provider"),
    ("terraform", "terraform"),
    ("tofu", "tofu"),
    ("pulumi", "pulumi"),
)


class CommandFailed(Exception):
    """A command ended with another exit code than zero; the message is what it said last."""


@dataclass(frozen=True)
class Cost:
    """What one run of a command took.

    Args:
        seconds: From start to end.
        cpu_seconds: Of all its processes, user and system time together.
        memory: The most that each process held, in MB (10**6 bytes), by what the process does.
    """

    seconds: float
    cpu_seconds: float
    memory: Mapping[str, float]


@dataclass(frozen=True)
class Costs:
    """Several runs of one command.

    Args:
        runs: At least one.
    """

    runs: Sequence[Cost]

    @property
    def median(self) -> float:
        """The median of the runs' seconds."""
        return median(run.seconds for run in self.runs)

    @property
    def minimum(self) -> float:
        """The seconds of the fastest run."""
        return min(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median of the runs' CPU seconds."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def memory(self) -> dict[str, float]:
        """The most that each process held in any run, in MB."""
        names = {name: None for run in self.runs for name in run.memory}
        return {name: max(run.memory.get(name, 0.0) for run in self.runs) for name in names}


def run(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> Cost:
    """Runs a command and everything that it starts to the end.

    Args:
        command: The program and its arguments.
        directory: Where it runs.
        environment: What it sees.

    Raises:
        CommandFailed: It ended with another exit code than zero.
    """
    others = _children()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with _adopting_orphans():
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=directory, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        watch = _MemoryWatch()
        said, _ = process.communicate()
        seconds = time.perf_counter() - start
        memory = watch.end()
        while left := _children() - others:
            for pid in left:
                os.waitpid(pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{said[-4000:]}")
    return Cost(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory)


@contextmanager
def _adopting_orphans() -> Iterator[None]:
    """Processes that outlive their parent become our children, so that their time is counted as well."""
    prctl = ctypes.CDLL(None).prctl
    prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _children() -> set[int]:
    """Returns the processes whose parent is this one; what was there before the command may live for ever."""
    return {process.pid for process in psutil.Process().children()}


class _MemoryWatch:
    """Reads the peak that the kernel keeps for each descendant of this process, until they are gone."""

    def __init__(self) -> None:
        self._peaks: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def end(self) -> dict[str, float]:
        """Stops reading; returns the peaks in MB by what the process does."""
        self._ended.set()
        self._thread.join()
        return self._peaks

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            for process in psutil.Process().children(recursive=True):
                with suppress(OSError, psutil.NoSuchProcess):
                    role = _role(process.cmdline())
                    self._peaks[role] = max(self._peaks.get(role, 0.0), _peak(process.pid))


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def _role(command_line: Sequence[str]) -> str:
    arguments = [Path(argument).name for argument in command_line]
    return next((role for name, role in _ROLES if name in arguments), next(iter(arguments), "ended"))
