"""Two pipelines at once: one update runs from its start to its end while another waits at one of its calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from elastic_cloud_emulator import Emulator
from tests.trust.faults import AtCall, CallSite
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.organization import AFTER, Roster
from tests.trust.processes import Project, prepared_project

TEAM: Roster = {"team1@acme.example": "billing-admin", "team2@acme.example": "deployment-viewer on all"}
"""Whom a second stack declares, which the first knows nothing of."""


@dataclass(frozen=True)
class Encounter:
    """What came of two updates at once.

    Args:
        what: Who met whom, a key of `ENCOUNTERS`.
        engine: What ran both.
        site: The call of the first update at which the second ran.
        said: What was said where a run failed: the first, the second, and the first once more.
        converged: Whether the organization was what the first roster says, and the second where it adds to it, in the end.
        refused: Whether a run said instead, in the words that are expected, what a person has to decide.
        mailed_twice: Who got two e-mails: the API cannot be asked to invite only whom nobody has invited, so between the look at
            the invitations and the sending of others another pipeline may send its own.
        violations: Everything else that must not have been, at any moment.
    """

    what: str
    engine: str
    site: CallSite
    said: tuple[str, ...]
    converged: bool
    refused: bool
    mailed_twice: tuple[str, ...]
    violations: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what} at {self.site} [{self.engine}]"

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with it; empty where nothing is."""
        settled = self.converged or self.refused
        return (*self.violations, *(() if settled else ("neither converged nor refused", *self.said)))


@dataclass(frozen=True)
class _Kind:
    """One way in which two pipelines meet.

    Args:
        second: Makes the project of the second from that of the first.
        adds: Whom the second declares beside the first one's people.
        refusal: What a run says that finds what a person has to decide; ``""`` where both must succeed.
    """

    second: Callable[[Project, Emulator], Project]
    adds: Roster
    refusal: str


def _same_stack(first: Project, _emulator: Emulator) -> Project:
    return first


def _copy(first: Project, emulator: Emulator) -> Project:
    directory = first.directory.with_name("copy")
    shutil.copytree(first.directory, directory, ignore=shutil.ignore_patterns("*.lock", "locks"))
    return Project(directory, first.engine, emulator)


def _team(first: Project, emulator: Emulator) -> Project:
    project = Project(Path(first.directory.with_name("team")), first.engine, emulator)
    project.write(TEAM, mode="additive")
    return project


ENCOUNTERS = {
    "the same stack twice": _Kind(_same_stack, {}, "locked"),
    "two stacks with the same roster": _Kind(_copy, {}, ""),
    "an authoritative stack and one that adds people": _Kind(_team, TEAM, "was never part of this roster"),
}
"""Who meets whom, in words."""


def meet(what: str, engine: str, site: CallSite) -> Encounter:
    """Starts an update, runs another one while the first waits at a call, and then the first once more.

    Args:
        what: A key of `ENCOUNTERS`.
        engine: Runs them.
        site: The call of the first.
    """
    kind = ENCOUNTERS[what]
    with prepared_project(engine) as (emulator, project):
        timeline = Timeline(emulator)
        other = kind.second(project, emulator)
        said: list[str | None] = []
        emulator.watchers += [timeline, AtCall(site, lambda: said.append(other.up().result()))]
        first = project.up().result()
        again = project.up().result()
        left = differences(timeline.now(), {**AFTER, **kind.adds})
        twice = frozenset(email for email, count in timeline.mails.items() if count > 1)
        wrong = violations(timeline, by_hand=frozenset(kind.adds), mailed=twice)
    refusals = [reason for reason in (first, *said, again) if reason]
    return Encounter(
        what,
        engine,
        site,
        tuple(refusals),
        converged=not left and again is None,
        refused=bool(kind.refusal) and bool(refusals) and all(kind.refusal in reason for reason in refusals),
        mailed_twice=tuple(sorted(twice)),
        violations=tuple(wrong),
    )
