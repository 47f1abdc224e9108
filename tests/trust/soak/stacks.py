"""One project with a stack for each organization, updated side by side by one runner: whole processes with the embedded engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from elastic_cloud_emulator import Emulator, Exchange, Watcher
from tests.trust.soak.roster import differences, found, key, revision, root
from tests.trust.soak.series import MEGABYTE

PEOPLE = 30
AT_ONCE = 4
"""How many stacks the runner updates side by side."""

_PROGRAM = """\
import json
from pathlib import Path

import pulumi

import pulumi_elastic_org as elastic

roster = json.loads(Path(f"{pulumi.get_stack()}.json").read_text())
elastic.Roster(pulumi.get_stack(), members=roster, mode="additive")
"""


@dataclass(frozen=True)
class Update:
    """What one update took.

    Args:
        code: Its exit code.
        said: What it said.
        computing: The seconds that processors computed for it, all of its processes together.
        memory: The most that one of its processes held, in bytes.
    """

    code: int
    said: str
    computing: float
    memory: int


@dataclass
class Stacks:
    """What came of all of them.

    Args:
        count: How many stacks.
        calls: How many calls each made.
        alone: What one took alone.
        updates: What each took beside the others.
        seconds: How long all of them took, and one alone.
        broken: What went wrong.
    """

    count: int
    calls: list[int] = field(default_factory=list)
    alone: Update = field(default_factory=lambda: Update(0, "", 1.0, 1))
    updates: list[Update] = field(default_factory=list)
    seconds: tuple[float, float] = (1.0, 1.0)
    broken: list[str] = field(default_factory=list)

    @property
    def times_as_long(self) -> float:
        """How many times as long as one stack all of them took."""
        return self.seconds[0] / self.seconds[1]

    @property
    def computing(self) -> float:
        """How much more was computed for a stack than for one alone."""
        return sum(one.computing for one in self.updates) / len(self.updates) / self.alone.computing

    @property
    def memory(self) -> tuple[float, float, float]:
        """The most that a process of one alone held, of the smallest and of the largest stack, in MB."""
        held = [one.memory / MEGABYTE for one in self.updates]
        return self.alone.memory / MEGABYTE, min(held), max(held)

    @property
    def wrong(self) -> list[str]:
        """What must not be; empty where nothing is."""
        found_ones = [f"{self.count} stacks: {one}" for one in self.broken]
        if len(set(self.calls)) != 1:
            found_ones.append(f"{self.count} stacks: calls differ: {Counter(self.calls)}")
        return found_ones


class _WhoCallsWhom(Watcher):
    """Counts the calls of each key, and notes what it asks of an organization that is not its own."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._owner = {f"ApiKey {key(id_)}": id_ for id_ in ids}
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()
        self.mixed: list[str] = []

    def answered(self, exchange: Exchange) -> None:
        owner = self._owner.get(exchange.request.headers.get("Authorization", ""), "nobody")
        _, named, rest = exchange.request.path.partition("/organizations/")
        reached = rest.partition("/")[0] if named else ""
        with self._lock:
            self.calls[owner] += 1
            if owner == "nobody" or reached not in ("", owner):
                self.mixed.append(f"{owner} calls {exchange.request.path}")


def soak(count: int) -> Stacks:
    """Adopts and changes as many organizations as there are stacks of one project: one alone, then all at once.

    Args:
        count: How many.
    """
    ids = [f"org{number:03}" for number in range(count)]
    result = Stacks(count)
    with _project(ids) as (emulator, directory):
        watcher = _WhoCallsWhom(["alone", *ids])
        emulator.watchers.append(watcher)
        began = time.monotonic()
        result.alone = _up(directory, emulator, "alone")
        between = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            result.updates = list(pool.map(lambda id_: _up(directory, emulator, id_), ids))
        result.seconds = (time.monotonic() - between, between - began)
        result.calls = [watcher.calls[id_] for id_ in ("alone", *ids)]
        for id_, update in zip(("alone", *ids), (result.alone, *result.updates), strict=True):
            if update.code:
                result.broken.append(f"{id_} ended with {update.code}: {update.said}")
            live = {**revision(0, PEOPLE, id_), **revision(1, PEOPLE, id_)}  # a first run takes nobody out
            if wrong := differences(emulator.cloud, id_, live):
                result.broken.append(f"{id_} differs in {wrong}")
            if others := [one for one in ids if one != id_ and one in update.said]:
                result.broken.append(f"{id_} tells of {others}")
            result.broken += _state(directory, id_, ids)
        result.broken += watcher.mixed
    return result


def _up(directory: Path, emulator: Emulator, id_: str) -> Update:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("EC_", "ELASTIC_ORG_"))},
        "EC_ENDPOINT": emulator.endpoint,
        "EC_API_KEY": key(id_),
        "EC_API_KEY_USER": root(id_),
        "EC_ORGANIZATION_ID": id_,
        "PULUMI_CONFIG_PASSPHRASE": "correct horse battery staple",
    }
    command = [str(Path(sys.executable).with_name("elastic-org")), "up", "--engine", "embedded", "--stack", id_]
    with (directory / f"{id_}.log").open("w+") as said:
        process = subprocess.Popen(
            [*command, "--new-stack", "--yes", "--skip-preview"],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)  # of the process and of all that it waited for
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return Update(process.returncode, said.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


@contextmanager
def _project(ids: Sequence[str]) -> Iterator[tuple[Emulator, Path]]:
    with TemporaryDirectory(prefix="soak-") as folder, Emulator() as emulator:
        directory = Path(folder)
        (directory / "Pulumi.yaml").write_text(
            json.dumps({"name": "people", "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}}})
        )
        (directory / "__main__.py").write_text(_PROGRAM)
        for id_ in ("alone", *ids):
            found(emulator.cloud, id_, PEOPLE)
            declared = revision(1, PEOPLE, id_)
            (directory / f"{id_}.json").write_text(json.dumps(declared))
        yield emulator, directory


def _state(directory: Path, id_: str, ids: Sequence[str]) -> Iterator[str]:
    """What is wrong with what is kept of a stack."""
    kept = [path for path in (directory / ".elastic-org").rglob("*") if path.is_file() and id_ in path.name]
    if not kept:
        yield f"{id_} has no state"
    for path in kept:
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".lock" or any(one != id_ and f"@{one}." in text for one in ids):
            yield f"{path.name} is left, or holds what is another stack's"
