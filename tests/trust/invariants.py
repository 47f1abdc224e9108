"""What must hold at every moment, whatever happens half way; and what must be in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elastic_cloud_emulator import Emulator, Watcher
from pulumi_elastic_org.cloud.models import read_assignments
from pulumi_elastic_org.model.grants import NO_ROLES, Grant, Grants, format_grants, is_admin, overlap, parse_grants
from tests.trust.organization import AFTER, INVITED, LEAVING, MEMBERS, MIN_ADMINS, ORGANIZATION, OWNERS, Roster

INVARIANTS = (
    "Nobody is removed but those whom the roster no longer names, and no owner of a deployment or a project.",
    "Nobody gets two e-mails for one plan, and no address ever has two open invitations.",
    "Nobody ever holds less than what is common to before and after; where one role moves between all and named targets, that "
    "role alone may be missing between two calls.",
    "Nobody ever holds a role that is neither in the roster before nor in the roster after, and no stranger is let in.",
    f"At least {MIN_ADMINS} members hold organization-admin at every moment.",
    "While single sign-on is set up, enforced and taken down, somebody can sign in as an owner after every call, and no sign-on "
    "takes that from every owner.",
    "Once there is an API key, one works at every moment, and every one that works is in state or known by its name. In the end "
    "there is the one in state and no other; none is ever in clear in state, output, audit trail or the arguments of a process.",
    "One more run makes the organization exactly what the roster says, and a revert what it was: nobody stays who was let in.",
)
"""In words, for the page with the figures."""


@dataclass(frozen=True)
class Moment:
    """The organization between two writes.

    Args:
        members: What each member holds, by e-mail address.
        invitations: Address, grants, and whether it can still be accepted, of each open invitation.
    """

    members: Mapping[str, Grants]
    invitations: tuple[tuple[str, Grants, bool], ...]


class Timeline(Watcher):
    """Keeps the organization as it was after each write.

    Args:
        emulator: Where the organization lives.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._cloud = emulator.cloud
        self._outbox = emulator.outbox
        self._read: dict[int, tuple[Any, Grants]] = {}
        self.moments = [self.now()]

    def worked(self, method: str, path: str) -> None:  # noqa: ARG002 - every call may have written
        if (moment := self.now()) != self.moments[-1]:
            self.moments.append(moment)

    def now(self) -> Moment:
        """The organization as it is."""
        with self._cloud.lock:
            organization = self._cloud.organization(ORGANIZATION)
            return Moment(
                {
                    self._cloud.users[user_id].email: self._grants(membership.roles.to_json(ORGANIZATION))
                    for user_id, membership in organization.members.items()
                },
                tuple(
                    (
                        one.email,
                        self._grants(one.roles.to_json(ORGANIZATION)),
                        not one.expired(self._cloud.clock.now()),
                    )
                    for one in organization.invitations.values()
                ),
            )

    @property
    def mails(self) -> Counter[str]:
        """How many invitations were sent to each address."""
        return Counter(message.to for message in self._outbox.messages)

    def _grants(self, document: Any) -> Grants:
        """Reads roles; the emulator hands out the same object until they change, and most never do."""
        known = self._read.get(id(document))
        if known is None or known[0] is not document:
            known = self._read[id(document)] = (document, read_assignments(document, ORGANIZATION)[0])
        return known[1]


def violations(
    timeline: Timeline,
    *,
    by_hand: frozenset[str] = frozenset(),
    mailed: frozenset[str] = frozenset(),
    min_admins: int = MIN_ADMINS,
) -> list[str]:
    """Returns everything in a timeline that must not be, once each.

    Args:
        timeline: From before the apply to the end of the run that follows.
        by_hand: Whom somebody else changed meanwhile, by e-mail address: what happened to them says nothing.
        mailed: To whom somebody else sent an invitation beside ours.
        min_admins: How many administrators there must be at every moment.
    """
    found = dict.fromkeys(violation for moment in timeline.moments for violation in _wrong(moment, by_hand, min_admins))
    mails = ((email, count) for email, count in timeline.mails.items() if email not in by_hand | mailed)
    return [*found, *(f"{email} got {count} e-mails" for email, count in mails if count > 1)]


def differences(moment: Moment, after: Roster = AFTER) -> list[str]:
    """Returns where an organization is not exactly what a roster says.

    Args:
        moment: The organization in the end.
        after: The roster.
    """
    wanted = {email: parse_grants(roles) for email, roles in after.items()}
    invited = {email: grants for email, grants, pending in moment.invitations if pending}
    actual = {**invited, **moment.members}
    return [
        *(f"{email} is missing" for email in wanted.keys() - actual.keys()),
        *(f"{email} should not be there" for email in actual.keys() - wanted.keys()),
        *(f"{email} holds other roles" for email in wanted.keys() & actual.keys() if wanted[email] != actual[email]),
        *(f"the expired invitation of {email} is still there" for email, _, open_ in moment.invitations if not open_),
    ]


def _wrong(moment: Moment, by_hand: frozenset[str], min_admins: int) -> Iterator[str]:
    for email in MEMBERS.keys() - LEAVING.keys() - moment.members.keys() - by_hand:
        yield f"{email} was removed" + (" and owns something" if email in OWNERS else "")
    for email in moment.members.keys() - MEMBERS.keys() - by_hand:
        yield f"{email} was let in"
    admins = sum(is_admin(grants) for grants in moment.members.values())
    if admins < min_admins:
        yield f"only {admins} administrators were left"
    for email, held in moment.members.items():
        if email not in by_hand:
            yield from _roles(email, held)
    yield from _invitations(moment, by_hand)


def _roles(email: str, held: Grants) -> Iterator[str]:
    before, after = (parse_grants(roster.get(email, NO_ROLES)) for roster in (MEMBERS, AFTER))
    if held in (before, after):
        return
    if surplus := frozenset(one for one in held if not covered(one, before) and not covered(one, after)):
        yield f"{email} held {format_grants(surplus)}, which is in neither roster"
    missing = frozenset(one for one in _common(before, after) if not covered(one, held))
    exchanged = {(one.scope, one.role_id) for one in before - after if any(overlap(one, other) for other in after)}
    if not {(one.scope, one.role_id) for one in missing} <= exchanged:
        yield f"{email} did not hold {format_grants(missing)}, which is in both rosters"
    if len({(one.scope, one.role_id) for one in missing}) > 1:
        yield f"{email} missed several roles at once"


def _common(before: Grants, after: Grants) -> Grants:
    """What both give access to: a role on all targets is in common with the same role on a named one, on that one."""
    return frozenset([one for one in before if covered(one, after)] + [one for one in after if covered(one, before)])


def covered(one: Grant, by: Grants) -> bool:
    """Whether grants give what one grant gives: a role on all targets covers the same role on a named one."""
    return one in by or any(
        (other.scope, other.role_id, other.application_roles) == (one.scope, one.role_id, one.application_roles)
        and other.target is None
        for other in by
    )


def _invitations(moment: Moment, by_hand: frozenset[str]) -> Iterator[str]:
    for email, count in Counter(email for email, _, pending in moment.invitations if pending).items():
        if count > 1:
            yield f"{email} had {count} open invitations"
        if email in moment.members:
            yield f"{email} is a member and was invited"
    for email, _, pending in moment.invitations:
        if pending and email not in {*AFTER, *INVITED, *by_hand}:
            yield f"{email} was invited"
