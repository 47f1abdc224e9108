"""One entry that Elastic Cloud refuses for good: everybody else's changes are done, and once it is refused no more, its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elastic_cloud_emulator import Emulator, Fault
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.organization import (
    AFTER,
    LAPSED,
    LEAVING,
    MEMBERS,
    NEWCOMERS,
    ORGANIZATION,
    PROMOTED,
    REWRITTEN,
    WITHDRAWN,
)
from tests.trust.phases import up
from tests.trust.trials import prepared

_REMOVAL, _CANCELLATION, _INVITATION, _ROLES = "removal", "cancellation", "invitation", "change of roles"

KINDS = (_REMOVAL, _CANCELLATION, _INVITATION, _ROLES)
"""What is refused of a person."""

REFUSALS: dict[str, dict[str, Any]] = {
    "400": {"status": 400, "code": "entry.odd"},
    "403": {"status": 403, "code": "role_assignments.unauthorized_role_assignments"},
    "404": {"status": 404, "code": "entry.no_such_thing"},
    "409": {"status": 409, "code": "entry.changed_meanwhile"},
}
"""How, by status."""


@dataclass(frozen=True)
class RefusedEntry:
    """What came of an update of which one entry is refused.

    Args:
        kind: What of the person's was refused.
        person: Whose.
        status: How.
        converged: Whether the organization was exactly what the roster says after one more run, without the refusal.
        violations: Everything that must not have been.
        said: What the runs said.
    """

    kind: str
    person: str
    status: str
    converged: bool
    violations: tuple[str, ...]
    said: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person} refused with {self.status}"

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with it; empty where nothing is."""
        return (*self.violations, *(() if self.converged else ("did not converge", *self.said)))


def entries() -> Iterator[tuple[str, str]]:
    """Yields what the update has in its batches: the kind of change, and whose."""
    yield from ((_REMOVAL, person) for person in LEAVING)
    yield from ((_CANCELLATION, person) for person in (*WITHDRAWN, *LAPSED, *REWRITTEN))
    yield from ((_INVITATION, person) for person in (*NEWCOMERS, *LAPSED, *REWRITTEN))
    yield from ((_ROLES, person) for person in MEMBERS if person in AFTER and MEMBERS[person] != AFTER[person])


def refuse(kind: str, person: str, status: str) -> RefusedEntry:
    """Makes an update of which one entry is refused, and one more of which it is not.

    Args:
        kind: Of `KINDS`.
        person: Whose entry it is.
        status: A key of `REFUSALS`.
    """
    with prepared() as (emulator, state):
        timeline = Timeline(emulator)
        emulator.watchers.append(timeline)
        emulator.faults.add(Fault(kind="refused", times=None, **REFUSALS[status], **_where(emulator, kind, person)))
        first = up(emulator, state, AFTER)
        wrong = list(_blocked(first, person, differences(timeline.now()), kind, status))
        emulator.faults.clear()
        second = up(emulator, state, AFTER)
        left = differences(timeline.now())
        said = tuple(reason for reason in (first, second) if reason)
        return RefusedEntry(
            kind, person, status, second is None and not left, (*wrong, *violations(timeline), *left), said
        )


def _where(emulator: Emulator, kind: str, person: str) -> dict[str, Any]:
    cloud = emulator.cloud
    if kind == _INVITATION:
        return {"method": "POST", "path": "/invitations$", "body": re.escape(f'"{person}"')}
    if kind == _CANCELLATION:
        invitation = cloud.invitation(ORGANIZATION, person)
        return {"method": "DELETE", "path": f"/invitations/.*{invitation.token if invitation else ''}"}
    user_id = next(one.id for one in cloud.users.values() if one.email == person)
    if kind == _REMOVAL:
        return {"method": "DELETE", "path": rf"/members/(.*,)?{user_id}(,|$)"}
    return {"path": f"/users/{user_id}/role_assignments"}


def _blocked(said: str | None, person: str, left: list[str], kind: str, status: str) -> Iterator[str]:
    """What was not done beside the entry, and what was not told of it."""
    if said is None or f"{person}: " not in said:
        yield f"the refusal was not told: {said}"
    if person == PROMOTED:
        return  # the demotion that counted on it is refused by the guards, and with it everything that takes
    alike = _of_one_request(kind, person, status)
    yield from (f"was held up: {one}" for one in left if not any(f"{other} " in f"{one} " for other in alike))


def _of_one_request(kind: str, person: str, status: str) -> set[str]:
    """Whom the refusal is about: roles that may not be given are those of everybody in the request."""
    if kind != _INVITATION or status != "403":
        return {person}
    sent = {*NEWCOMERS, *LAPSED, *REWRITTEN}
    return {email for email in sent if AFTER[email] == AFTER[person]}
