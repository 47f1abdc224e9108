"""What stands between a person and their removal, and what nobody can list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pulumi_elastic_org.cloud.bills import Bills
from pulumi_elastic_org.model.changes import CancelInvitation, Plan, Removal, RemoveMember
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.matching import headcount
from pulumi_elastic_org.model.ownership import CloudResource
from pulumi_elastic_org.model.people import Invitation, Member, Organization
from pulumi_elastic_org.model.targets import with_names
from pulumi_elastic_org.model.verdicts import Situation, Verdict

UNLISTED = (
    "users, API keys and sessions inside deployments and projects are not Elastic Cloud's: look there as well",
    "who signs in by single sign-on joins again at the next login: take them out at the identity provider first",
)
"""What cannot be listed, and what to do about it."""

_KEY_ADVICE = (
    "replace it where automation uses it, then delete it in the console, or with the removal (keys_of_leavers: revoke)"
)


@dataclass(frozen=True, slots=True)
class Offboarding:
    """Somebody's removal, before anybody does it.

    Args:
        situation: With a plan as `departure` makes it.
        verdict: What the guards say of it.
        bills: For an only member, what is shown of the organization's bills.
        keys: The API keys that they created, which go on working after they leave.
        target_names: What deployments and projects are called, by id.
    """

    situation: Situation
    verdict: Verdict
    bills: Bills | None = None
    keys: Sequence[ApiKey] = ()
    target_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def departure(self) -> Removal:
        """What would be done."""
        [change] = self.situation.plan.changes
        if not isinstance(change, Removal):
            raise TypeError(f"a plan that takes somebody out, not one to {change.verb}")
        return change

    @property
    def owns(self) -> tuple[CloudResource, ...]:
        """The deployments and projects that are known to be theirs."""
        change, owned = self.departure, self.situation.ownership
        return owned.by_user_id.get(change.user_id, ()) if owned and isinstance(change, RemoveMember) else ()

    @property
    def without_owner(self) -> tuple[CloudResource, ...]:
        """Those that nobody is known to own, and so perhaps they."""
        return self.situation.ownership.unknown if self.situation.ownership else ()

    @property
    def blocked(self) -> bool:
        """Whether the removal is refused."""
        return bool(self.verdict.violations)

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "organization_id": self.situation.actual.id,
            **self.departure.to_json(),
            "owns": [_resource(one) | {"evidence": one.owners[0].evidence.value} for one in self.owns],
            "without_owner": [_resource(one) for one in self.without_owner],
            "blocked": self.blocked,
            "violations": [violation.to_json() for violation in self.verdict.violations],
            "waivers": [waiver.to_json() for waiver in self.verdict.waivers],
            "bills": None if self.bills is None else self.bills.data,
            "keys": [key.to_json() for key in self.keys],
            "unlisted": list(UNLISTED),
        }

    def lines(self) -> Iterator[str]:
        """Yields who it is, what they hold and own, what blocks the removal with the way out, and what to look at by hand."""
        change = self.departure
        if isinstance(change, CancelInvitation):
            state = "expired" if change.lapsed else f"pending until {change.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
            yield f"{change.person}: invited to organization {self.situation.actual.id}, {state}"
            yield f"  would hold: {with_names(format_grants(change.invitation.grants), self.target_names)}"
        else:
            yield f"{change.person}: member of organization {self.situation.actual.id}, user id {change.user_id}"
            yield f"  holds: {with_names(format_grants(change.grants), self.target_names)}"
        for resource in self.owns:
            yield f"  owns: {resource}, known by its {resource.owners[0].evidence.value}"
        yield ""
        yield (
            "What blocks the removal:"
            if self.blocked
            else "Nothing blocks the removal: take the person out of the roster and apply."
        )
        for violation in self.verdict.violations:
            yield f"  x {violation.reason} [{violation.guard}]"
            yield f"    {violation.remedy}"
        for waiver in self.verdict.waivers:
            yield f"  ! {waiver}"
        if isinstance(change, RemoveMember):
            yield ""
            yield "What to see to by hand:"
            if self.without_owner:
                listed = ", ".join(map(str, self.without_owner))
                yield f"  ! nobody is known to own {listed}: see that none of it is theirs"
            if self.bills is not None:
                yield from (f"  ! {line}" for line in self.bills.lines())
            for key in self.keys:
                name = with_names(str(key), self.target_names)
                yield f"  ! they created the API key {name}, which goes on working: {_KEY_ADVICE}"
            yield from (f"  ! {text}" for text in UNLISTED)


def departure(live: Member | Invitation, actual: Organization, now: datetime) -> Plan:
    """Returns the plan that only takes one person out.

    Args:
        live: Their membership or invitation.
        actual: The organization as it is.
        now: The time by which invitations are pending or expired, with a time zone.
    """
    change: Removal
    if isinstance(live, Member):
        change = RemoveMember(live.email or f"user {live.user_id}", live.user_id, live.grants, managed=True)
    else:
        change = CancelInvitation(live.email, live, live.lapsed(now), managed=True)
    return Plan(actual.id, (change,), (), now, headcount(actual, now))


def _resource(resource: CloudResource) -> dict[str, Any]:
    return {"kind": resource.kind, "id": resource.id, "name": resource.name}
