"""A provider whose engine was killed: it finishes the batch of writes that is under way, begins no other, and ends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

from elastic_cloud_emulator import Watcher
from pulumi_elastic_org.audit import AuditEntry, read_trail
from tests.trust.faults import AtCall, CallSite
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.processes import DEADLINE_SECONDS, Project, Update, prepared_project, wait_for_end

_SIDE_BY_SIDE = 8
"""How many people's roles an apply changes at the same time: a batch."""


@dataclass(frozen=True)
class Orphan:
    """What a provider did after its engine was gone.

    Args:
        site: The call during which the engine was killed.
        engine: Which one.
        later: The writes after that, by method and the kind of thing that is written.
        said: What the audit trail says about the end.
        converged: Whether one more run made the organization what the roster says.
        violations: Everything that must not have been, at any moment.
    """

    site: CallSite
    engine: str
    later: tuple[str, ...]
    said: str
    converged: bool
    violations: tuple[str, ...]

    def __str__(self) -> str:
        return f"engine killed at {self.site} [{self.engine}]"

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with it; empty where nothing is."""
        return (
            *(() if self.stopped else (f"went on with {self.later}: {self.said}",)),
            *self.violations,
            *(() if self.converged else ("did not converge",)),
        )

    @property
    def stopped(self) -> bool:
        """Whether nothing was begun that was not under way."""
        own = kind_of_write(self.site.method, self.site.path)
        roles = {"POST role_assignments", "DELETE role_assignments"}
        batch = roles if own in roles else {own}
        most = 2 * _SIDE_BY_SIDE if own in roles else 0  # an exchange takes two calls
        return set(self.later) <= batch and len(self.later) <= most and "engine is gone" in self.said


def kind_of_write(method: str, path: str) -> str:
    """Returns what a call writes: the method, and the last word of the path that is no id."""
    words = ("role_assignments", "invitations", "members")
    return next((f"{method} {word}" for word in words if f"/{word}" in path.replace("\\", "")), "")


def batches(sites: list[CallSite]) -> list[CallSite]:
    """Returns the first call of each kind of batch, and the last before each look, after which there is more to begin."""
    firsts: dict[tuple[str, int], CallSite] = {}
    looks = 0
    for site in sites:
        looks += site.path.endswith("/members$")
        if not site.reads:
            firsts.setdefault((kind_of_write(site.method, site.path), looks), site)
    return list(dict.fromkeys([*firsts.values(), *before_looks(sites)]))


def before_looks(sites: list[CallSite]) -> list[CallSite]:
    """Returns each write after which the provider looks at the organization before it writes on."""
    last = max(number for number, site in enumerate(sites) if not site.reads)
    return [site for site, following in pairwise(sites[: last + 1]) if following.reads and not site.reads]


def orphan(site: CallSite, engine: str) -> Orphan:
    """Kills the engine alone during a call, waits for the provider to give up and end, and runs once more."""
    with prepared_project(engine) as (emulator, project):
        timeline, later = Timeline(emulator), _Writes()
        started: list[Update] = []
        left_behind: list[int] = []

        def act() -> None:
            left_behind.extend(started[0].kill_engine())
            emulator.watchers.append(later)

        emulator.watchers += [timeline, AtCall(site, act, after_effect=True)]
        started.append(project.up())
        started[0].result()
        said = _last_words(project)
        emulator.watchers.remove(later)
        for pid in left_behind:
            wait_for_end(pid)
        project.release_lock()
        again = project.up().result()
        left = differences(timeline.now())
        return Orphan(site, engine, tuple(later.seen), said, again is None and not left, tuple(violations(timeline)))


class _Writes(Watcher):
    """Notes what is written."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def arrived(self, method: str, path: str) -> None:
        if method != "GET" and not path.endswith("_search"):
            self.seen.append(kind_of_write(method, path))


def _last_words(project: Project) -> str:
    """Waits until the trail says why the apply stopped."""
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        stopped = [entry for entry in _trail(project) if entry.result == "stopped"]
        if stopped:
            return stopped[-1].reason or ""
        time.sleep(0.05)
    return "nothing was said"


def _trail(project: Project) -> list[AuditEntry]:
    return list(read_trail(project.audit_log)) if project.audit_log.exists() else []
