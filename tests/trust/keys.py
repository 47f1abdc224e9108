"""An API key is created, rotated, its predecessor deleted, and it is deleted: with a fault or a kill at every call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from elastic_cloud_emulator import Emulator, Watcher
from elastic_cloud_emulator.model import ApiKey
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.engine import select
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.key_rotation import read_name
from pulumi_elastic_org.variables import AUDIT_LOG
from pulumi_embedded.port import EngineError
from tests.support.provided import Phases, Provided
from tests.trust.faults import FAULTS, AtCall, CallSite, CallSites, strike
from tests.trust.kills import AFTER_EFFECT, KILLS, killing
from tests.trust.organization import KEY, ORGANIZATION, ROOT
from tests.trust.phases import IMPATIENT, PATIENT
from tests.trust.processes import Project, Update
from tests.trust.trials import Judgement, Trial

CREATED, ROTATED, CLEARED, DELETED = (
    "API key, created",
    "API key, rotated",
    "API key, its predecessor deleted",
    "API key, deleted",
)
LEVELS = (CREATED, ROTATED, CLEARED, DELETED)
"""What becomes of the key in the run that is disturbed; the last three follow on a rotation that was due."""

_DAYS_UNTIL_ROTATION = 78
_OWNER = {"organization": [{"role_id": "organization-admin"}]}
_KEY = {"roles": "billing-admin", "rotate_before": "14d", "overlap": "1h"}
_PROGRAM = f"""
import pulumi
import pulumi_elastic_org as elastic

pulumi.export("key", elastic.ApiKey("ci", **{_KEY!r}).key)
"""


class Organization(Watcher):
    """An organization with one owner and the keys of a resource, looked at after each call.

    Args:
        emulator: Where it is.
        deleted: Whether the resource may be left without a key.

    Attributes:
        secrets: Every key that there ever was, in clear.
        violations: What must not have been.
        texts: Yields what anybody can read by now, with where it is.
    """

    def __init__(self, emulator: Emulator, *, deleted: bool) -> None:
        self._cloud, self._deleted = emulator.cloud, deleted
        self._cloud.add_organization("acme", id=ORGANIZATION)
        self._cloud.add_member(ORGANIZATION, ROOT, _OWNER, key=KEY)
        self.secrets = {KEY}
        self._had_one = False
        self.violations: list[str] = []
        self.texts: Callable[[], Iterable[tuple[str, str]]] = lambda: ()
        emulator.watchers.append(self)

    @property
    def keys(self) -> dict[str, ApiKey]:
        """The keys that work, but for the one that makes the calls."""
        return {secret: key for secret, key in self._cloud.keys.items() if secret != KEY}

    def worked(self, method: str, path: str) -> None:
        call, keys = f"after {method} {path}", self.keys
        if not self._cloud.owner_can_sign_in(ORGANIZATION) or KEY not in self._cloud.keys:
            self.violations.append(f"{call} nobody could sign in as an owner, or call the API as one")
        self._had_one |= method == "GET" and bool(
            keys
        )  # what a call without an effect has done is undone after this look
        if self._had_one and not keys and not self._deleted:
            self.violations.append(f"{call} no key works")
        self.violations += [f"{call} no run knows {key.id} by its name" for key in keys.values() if not _named(key)]
        self.secrets |= keys.keys()
        self.look_for_secrets()

    def look_for_secrets(self) -> None:
        """Notes where a key is in clear."""
        for where, text in self.texts():
            if any(secret in text for secret in self.secrets):
                self.violations.append(f"a key is in clear in {where}")

    def judged(
        self, trial: Trial, *, met: bool, runs: Iterable[str | None], state: str | None, more: Iterable[str] = ()
    ) -> Judgement:
        """Returns what came of a trial: the disturbed run and those after it.

        Args:
            trial: What was tried.
            met: Whether the call was made.
            runs: What each run said when it failed, ``None`` when it succeeded; the first one is the disturbed one.
            state: The key in state, in the end.
            more: What else must not be.
        """
        self.look_for_secrets()
        first, *later = runs
        wanted = set() if state is None else {state}
        left = self.keys.keys() ^ wanted
        return Judgement(
            trial,
            met=met,
            recovered=first is None,
            converged=not any(later) and not left and (state is None) == self._deleted,
            violations=tuple(dict.fromkeys([*self.violations, *more])),
            said=tuple(reason for reason in (first, *later) if reason),
        )


def _named(key: ApiKey) -> bool:
    name = read_name(key.description)
    return name is not None and name.resource.endswith("/ci")


# In this process


class KeyStack(Phases):
    """A stack of one key, driven in this process.

    Args:
        emulator: Where its organization is.
        patience: How long and how often to try each call.
        audit_log: Where the audit trail goes.
        deleted: Whether the resource may be left without a key.
    """

    def __init__(self, emulator: Emulator, patience: Patience, audit_log: Path, *, deleted: bool) -> None:
        self.emulator, self.patience, self._audit_log = emulator, patience, audit_log
        self.organization = Organization(emulator, deleted=deleted)
        self.organization.texts = self._texts
        self.key = Provided("ApiKey", self, {"description": "ci", "resource": "acme/prod/ci", **_KEY})
        self._said: list[str] = []

    def settings(self) -> Settings:
        return Settings(KEY, self.emulator.endpoint, ORGANIZATION)

    def up(self) -> str | None:
        """Updates it; returns why that failed."""
        return self._run(self.key.up_within_a_phase)

    def down(self) -> str | None:
        """Deletes it, unless it is gone; returns why that failed."""
        return self._run(self.key.delete_within_a_phase) if self.key.outputs else None

    def _run(self, act: Callable[[], None]) -> str | None:
        with self.phase() as phase:
            assert isinstance(phase, Phase)
            phase.say = self._said.append
            try:
                act()
            except (Failed, Refused) as error:
                self._said.append(str(error))
                return f"{type(error).__name__}: {error}"
        return None

    def _texts(self) -> Iterator[tuple[str, str]]:
        yield "what was said", "\n".join(self._said)
        if self._audit_log.exists():
            yield "the audit trail", self._audit_log.read_text(encoding="utf-8")


@contextmanager
def _prepared(level: str, patience: Patience) -> Iterator[KeyStack]:
    with TemporaryDirectory(prefix="trust-") as folder, Emulator(now=_begin(level)) as emulator:
        audit_log = Path(folder, "audit.jsonl")
        before = os.environ.get(AUDIT_LOG)
        os.environ[AUDIT_LOG] = str(audit_log)
        try:
            stack = KeyStack(emulator, patience, audit_log, deleted=level == DELETED)
            _prepare(level, emulator, stack.up)
            yield stack
        finally:
            os.environ.pop(AUDIT_LOG)
            if before is not None:
                os.environ[AUDIT_LOG] = before


def _begin(level: str) -> datetime:
    """When the key is created that counts from then on: so long ago that its overlap is over."""
    begin = datetime.now(timezone.utc) - timedelta(hours=2)
    return begin if level == CREATED else begin - timedelta(days=_DAYS_UNTIL_ROTATION)


def _prepare(level: str, emulator: Emulator, up: Callable[[], str | None]) -> None:
    for needed in (LEVELS[1:], (CLEARED, DELETED)):
        if level in needed:
            if reason := up():
                raise AssertionError(reason)
            emulator.clock.advance(timedelta(days=_DAYS_UNTIL_ROTATION if needed == LEVELS[1:] else 0))


def call_sites(level: str) -> list[CallSite]:
    """Returns the calls of a run that nothing disturbs, in their order; it must itself be without fault.

    Args:
        level: Of `LEVELS`.
    """
    with _prepared(level, PATIENT) as stack:
        calls = CallSites()
        stack.emulator.watchers.append(calls)
        reason = stack.down() if level == DELETED else stack.up()
    if reason or stack.organization.violations:
        raise AssertionError(f"an undisturbed run goes wrong: {reason}; {stack.organization.violations}")
    return calls.found


def attempt(trial: Trial) -> Judgement:
    """Makes a trial: the run fails, the next one does what it should have done, and one more clears away what is superseded.

    Args:
        trial: What is tried, at a level of this module.
    """
    fault = FAULTS[trial.kind]
    with _prepared(trial.level, IMPATIENT if fault.kind == "unanswered" else PATIENT) as stack:
        run = stack.down if trial.level == DELETED else stack.up
        watcher = strike(stack.emulator, trial.site, fault, lasting=trial.lasting)
        runs = [run()]
        stack.emulator.faults.clear()
        stack.emulator.watchers.remove(watcher)
        runs += [run(), run()]
        return stack.organization.judged(trial, met=watcher.reached, runs=runs, state=stack.key.outputs.get("key"))


# Whole processes


class KeyProject(Project):
    """A Pulumi project whose program declares one key, and what anybody can read of it and of its processes."""

    update: Update | None = None

    def declare(self, *, deleted: bool = False) -> None:
        """Writes a program with the key, or without it."""
        self.write_program("" if deleted else _PROGRAM)

    def run(self) -> str | None:
        """Updates the stack; returns why that failed."""
        self.update = self.up()
        return self.update.result()

    @property
    def key(self) -> str | None:
        """The key in state."""
        try:
            return select(self.engine).outputs(self.workspace, show_secrets=True).get("key")
        except EngineError:
            return None

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yields what is on disk, what was printed, and the arguments of the processes that run."""
        for path in self.directory.rglob("*"):
            with suppress(FileNotFoundError, IsADirectoryError):  # a lock that is gone by now
                yield str(path.relative_to(self.directory)), path.read_text(encoding="utf-8", errors="replace")
        if self.update is not None:
            yield "what was printed", self.update.printed
            yield "the arguments of a process", "\n".join(self.update.commands())


@contextmanager
def _prepared_project(level: str) -> Iterator[tuple[Organization, Emulator, KeyProject]]:
    engine, _, what = level.partition(", ")
    with TemporaryDirectory(prefix="trust-") as folder, Emulator(now=_begin(what)) as emulator:
        organization = Organization(emulator, deleted=what == DELETED)
        project = KeyProject(Path(folder, "project"), engine, emulator)
        organization.texts = project.texts
        project.declare()
        _prepare(what, emulator, project.run)
        project.declare(deleted=what == DELETED)
        yield organization, emulator, project


def process_level(engine: str, level: str) -> str:
    """Returns the level of trials with whole processes.

    Args:
        engine: The name of the engine.
        level: Of `LEVELS`.
    """
    return f"{engine}, {level}"


def call_sites_of_processes(level: str) -> list[CallSite]:
    """Returns the calls of an undisturbed run by whole processes, in their order.

    Args:
        level: As `process_level` says.
    """
    with _prepared_project(level) as (organization, emulator, project):
        calls = CallSites()
        emulator.watchers.append(calls)
        reason = project.run()
        organization.look_for_secrets()
    if reason or organization.violations:
        raise AssertionError(f"an undisturbed run goes wrong: {reason}; {organization.violations}")
    return calls.found


def kill(trial: Trial) -> Judgement:
    """Makes a trial with whole processes, which are killed at a call or meet a fault there; then it runs as in `attempt`.

    Args:
        trial: What is tried, at a level as `process_level` says.
    """
    with _prepared_project(trial.level) as (organization, emulator, project):
        started: list[Update] = []
        killed = trial.kind in KILLS
        if killed:
            watcher = AtCall(trial.site, killing(started, trial.kind), after_effect=trial.kind == AFTER_EFFECT)
            emulator.watchers.append(watcher)
        else:
            watcher = strike(emulator, trial.site, FAULTS[trial.kind], lasting=trial.lasting)
        project.update = project.up()
        started.append(project.update)
        runs = [project.update.result()]
        emulator.faults.clear()
        emulator.watchers.remove(watcher)
        if killed:
            project.release_lock()
        runs += [project.run(), project.run()]
        return organization.judged(trial, met=watcher.reached, runs=runs, state=project.key)
