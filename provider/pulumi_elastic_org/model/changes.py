"""What a plan is made of: small values, one a change, that renderers show and `apply` carries out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from pulumi_elastic_org.model.grants import Grants, format_grants
from pulumi_elastic_org.model.people import Invitation, email_key


class Cause(str, Enum):
    """Why an invitation is sent again."""

    EXPIRED = "expired"
    ROLES_CHANGED = "roles changed"


class Topic(str, Enum):
    """What a report is about; a report asks for no change."""

    PENDING = "invitation pending"
    UNDETERMINED = "roles not known yet"
    RESEND_LIMIT = "resend limit reached"
    EMAIL_CHANGED = "e-mail changed"
    ACCOUNT_CHANGED = "account changed"
    NO_EMAIL = "no e-mail"
    UNKNOWN_ROLE = "unknown role"
    UNMODELLED = "roles left alone"
    SINGLE_SIGN_ON = "single sign-on"
    LAST_DAY = "last day"
    SAME_EMAIL = "same e-mail twice"
    LOOK_ALIKE = "look-alike address"
    OWNER_UNKNOWN = "owner unknown"
    UNKNOWN_TARGET = "unknown target"


@dataclass(frozen=True, slots=True)
class Invite:
    """A person who is neither a member nor invited gets an invitation with their roles."""

    verb: ClassVar[str] = "invite"
    person: str
    grants: Grants

    @property
    def data(self) -> dict[str, Any]:
        """The change as JSON; no change's data holds an invitation's token."""
        return {"change": self.verb, "person": self.person, "roles": format_grants(self.grants)}


@dataclass(frozen=True, slots=True)
class Reinvite:
    """An invitation is cancelled and sent again: Elastic's API cannot change one, nor revive an expired one."""

    verb: ClassVar[str] = "re-invite"
    person: str
    grants: Grants
    invitation: Invitation
    cause: Cause

    @property
    def data(self) -> dict[str, Any]:
        return {
            "change": self.verb,
            "person": self.person,
            "cause": self.cause.value,
            "roles_before": format_grants(self.invitation.grants),
            "roles": format_grants(self.grants),
            "expired_at": self.invitation.expires_at.isoformat() if self.cause is Cause.EXPIRED else None,
        }


@dataclass(frozen=True, slots=True)
class CancelInvitation:
    """An open invitation of a person who is not wanted is withdrawn; `managed` as for `RemoveMember`."""

    verb: ClassVar[str] = "cancel invitation"
    person: str
    invitation: Invitation
    lapsed: bool
    managed: bool

    @property
    def data(self) -> dict[str, Any]:
        return {
            "change": self.verb,
            "person": self.person,
            "roles_before": format_grants(self.invitation.grants),
            "expired": self.lapsed,
            "managed": self.managed,
        }


@dataclass(frozen=True, slots=True)
class AddGrants:
    """A member gets roles on targets."""

    verb: ClassVar[str] = "add roles"
    person: str
    user_id: str
    grants: Grants

    @property
    def data(self) -> dict[str, Any]:
        return _role_change(self)


@dataclass(frozen=True, slots=True)
class RemoveGrants:
    """A member loses roles on targets."""

    verb: ClassVar[str] = "remove roles"
    person: str
    user_id: str
    grants: Grants

    @property
    def data(self) -> dict[str, Any]:
        return _role_change(self)


def _role_change(change: AddGrants | RemoveGrants) -> dict[str, Any]:
    return {
        "change": change.verb,
        "person": change.person,
        "user_id": change.user_id,
        "roles": format_grants(change.grants),
    }


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """A member leaves the organization.

    Args:
        person: The e-mail address.
        user_id: The account.
        grants: What the person holds.
        managed: Whether the last apply knew this person; a stranger was added by hand.
    """

    verb: ClassVar[str] = "remove member"
    person: str
    user_id: str
    grants: Grants
    managed: bool

    @property
    def data(self) -> dict[str, Any]:
        return {
            "change": self.verb,
            "person": self.person,
            "user_id": self.user_id,
            "roles_before": format_grants(self.grants),
            "managed": self.managed,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Something worth knowing about a person that asks for no change."""

    verb: ClassVar[str] = "report"
    person: str
    topic: Topic
    text: str

    @property
    def data(self) -> dict[str, Any]:
        return {"change": self.verb, "person": self.person, "topic": self.topic.value, "text": self.text}


Change = Invite | Reinvite | CancelInvitation | AddGrants | RemoveGrants | RemoveMember


def identity(change: Change) -> tuple[str, str]:
    """Returns what makes two changes the same: what is done, and to which account or, where there is none yet, which address.

    Args:
        change: Any change of a plan.
    """
    if isinstance(change, AddGrants | RemoveGrants | RemoveMember):
        return (change.verb, change.user_id)
    return (change.verb, email_key(change.person))


@dataclass(frozen=True, slots=True)
class Plan:
    """What would make an organization what is desired.

    Args:
        organization_id: Which organization.
        changes: Everything to do, person by person in the order of the declaration, then those who are not declared.
        reports: Everything to know.
        made_at: The time that expiry was judged by.
        headcount: Members and pending invitations before the plan.
    """

    organization_id: str
    changes: tuple[Change, ...]
    reports: tuple[Report, ...]
    made_at: datetime
    headcount: int = field(default=0)

    @property
    def removals(self) -> tuple[RemoveMember | CancelInvitation, ...]:
        """Whoever would lose membership, or an invitation that could still be accepted."""
        return tuple(
            change
            for change in self.changes
            if isinstance(change, RemoveMember) or (isinstance(change, CancelInvitation) and not change.lapsed)
        )

    def without(self, people: Collection[str]) -> Plan:
        """Returns the plan less every change that is about some people.

        Args:
            people: Their addresses as the changes have them.
        """
        return replace(self, changes=tuple(change for change in self.changes if change.person not in people))

    @property
    def data(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "organization_id": self.organization_id,
            "changes": [change.data for change in self.changes],
            "reports": [report.data for report in self.reports],
        }
