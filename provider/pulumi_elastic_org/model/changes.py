"""What a plan is made of: small values, one a change, that renderers show and `apply` carries out. Pure."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from enum import Enum
from typing import Any, ClassVar, TypeVar

from pulumi_elastic_org.model.grants import NO_ROLES, Grants, format_grants, parse_held_grants
from pulumi_elastic_org.model.keys import ApiKey
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
    API_KEYS = "API keys"
    OVERRIDE = "override"
    NOT_IN_ROSTER = "not in this roster"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, slots=True)
class _Change:  # no ABC, whose isinstance is slow, and is asked of each change
    verb: ClassVar[str]
    person: str

    def to_json(self) -> dict[str, Any]:
        """Returns the change as JSON; that of no change holds an invitation's token."""
        return {"change": self.verb, "person": self.person, **self._facts()}

    @abstractmethod
    def _facts(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Invite(_Change):
    """A person who is neither a member nor invited gets an invitation with their roles."""

    verb: ClassVar[str] = "invite"
    grants: Grants

    def _facts(self) -> dict[str, Any]:
        return {"roles": format_grants(self.grants)}


@dataclass(frozen=True, slots=True)
class Reinvite(_Change):
    """An invitation is cancelled and sent again: Elastic's API cannot change one, nor revive an expired one."""

    verb: ClassVar[str] = "re-invite"
    grants: Grants
    invitation: Invitation
    cause: Cause

    def _facts(self) -> dict[str, Any]:
        return {
            "cause": self.cause.value,
            "roles_before": format_grants(self.invitation.grants),
            "roles": format_grants(self.grants),
            "expired_at": self.invitation.expires_at.isoformat() if self.cause is Cause.EXPIRED else None,
        }


@dataclass(frozen=True, slots=True)
class CancelInvitation(_Change):
    """An open invitation of a person who is not wanted is withdrawn; `managed` as for `RemoveMember`."""

    verb: ClassVar[str] = "cancel invitation"
    invitation: Invitation
    lapsed: bool
    managed: bool

    def _facts(self) -> dict[str, Any]:
        return {
            "roles_before": format_grants(self.invitation.grants),
            "expired": self.lapsed,
            "managed": self.managed,
        }


@dataclass(frozen=True, slots=True)
class _RoleChange(_Change):
    user_id: str
    grants: Grants

    def _facts(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "roles": format_grants(self.grants)}


@dataclass(frozen=True, slots=True)
class AddGrants(_RoleChange):
    """A member gets roles on targets."""

    verb: ClassVar[str] = "add roles"


@dataclass(frozen=True, slots=True)
class RemoveGrants(_RoleChange):
    """A member loses roles on targets."""

    verb: ClassVar[str] = "remove roles"


@dataclass(frozen=True, slots=True)
class RemoveMember(_Change):
    """A member leaves the organization.

    Args:
        person: The e-mail address.
        user_id: The account.
        grants: What the person holds.
        managed: Whether the last apply knew this person; a stranger was added by hand.
    """

    verb: ClassVar[str] = "remove member"
    user_id: str
    grants: Grants
    managed: bool

    def _facts(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "roles_before": format_grants(self.grants), "managed": self.managed}


@dataclass(frozen=True, slots=True)
class RevokeKeys(_Change):
    """The API keys that somebody created are deleted, once the person is removed."""

    verb: ClassVar[str] = "revoke API keys"
    user_id: str
    keys: tuple[ApiKey, ...]

    def _facts(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "keys": [key.to_json() for key in self.keys]}


@dataclass(frozen=True, slots=True)
class Report:
    """Something worth knowing about a person that asks for no change.

    Args:
        person: Whom it is about; empty where it is about the organization as a whole.
        topic: A `Topic`, or that of a later release.
        text: What there is to know.
    """

    person: str
    topic: str
    text: str

    def __str__(self) -> str:
        return f"{self.person}: {self.text}" if self.person else self.text

    def to_json(self) -> dict[str, Any]:
        """Returns the report as JSON."""
        return {"person": self.person, "topic": str.__str__(self.topic), "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """Reads what `to_json` returns."""
        return cls(data["person"], data["topic"], data["text"])


Removal = RemoveMember | CancelInvitation
Loss = Removal | RemoveGrants | RevokeKeys
Change = Invite | Reinvite | CancelInvitation | AddGrants | RemoveGrants | RemoveMember | RevokeKeys
AnyChange = TypeVar("AnyChange", bound=Change)


_UNKNOWN = datetime.min.replace(tzinfo=timezone.utc)


def change_from_json(data: Mapping[str, Any]) -> Change:
    """Reads what `to_json` of a change returns: the change without the tokens and times that only an apply needs.

    Args:
        data: Of this release or an earlier one.

    Raises:
        ValueError: It is no change that this release knows.
    """
    verb, person, user_id = data.get("change"), str(data.get("person")), str(data.get("user_id"))
    grants, before = (parse_held_grants(data.get(key) or NO_ROLES) for key in ("roles", "roles_before"))
    expired_at = data.get("expired_at")
    expires_at = datetime.fromisoformat(expired_at) if expired_at else _UNKNOWN
    invitation = Invitation("", person, before, _UNKNOWN, expires_at, expired=bool(data.get("expired") or expired_at))
    managed = bool(data.get("managed", True))
    if verb == Invite.verb:
        return Invite(person, grants)
    if verb == Reinvite.verb:
        return Reinvite(person, grants, invitation, Cause.EXPIRED if expired_at else Cause.ROLES_CHANGED)
    if verb == CancelInvitation.verb:
        return CancelInvitation(person, invitation, bool(data.get("expired")), managed)
    if verb in (AddGrants.verb, RemoveGrants.verb):
        return (AddGrants if verb == AddGrants.verb else RemoveGrants)(person, user_id, grants)
    if verb == RemoveMember.verb:
        return RemoveMember(person, user_id, before, managed)
    if verb == RevokeKeys.verb:
        return RevokeKeys(person, user_id, tuple(map(ApiKey.from_json, data["keys"])))
    raise ValueError(f"'{verb}' is no change that this release of pulumi-elastic-org knows")


def identity(change: Change) -> tuple[str, str]:
    """Returns what makes two changes the same: what is done, and to which account or, where there is none yet, which address.

    Args:
        change: Any change of a plan.
    """
    if isinstance(change, AddGrants | RemoveGrants | RemoveMember | RevokeKeys):
        return (change.verb, change.user_id)
    return (change.verb, email_key(change.person))


def each_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Returns the changes without those that stand there already: two rosters may mean to remove the same stranger.

    Args:
        changes: Any changes; several open invitations of one address are several to cancel.
    """

    def mark(change: Change) -> tuple[object, ...]:
        return (*identity(change), change.invitation.token if isinstance(change, CancelInvitation) else None)

    return tuple({mark(change): change for change in changes}.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """What would make an organization what is desired.

    Args:
        organization_id: Which organization.
        changes: Everything to do, person by person in the order of the declaration, then those who are not declared.
        reports: Everything to know.
        made_at: The time that expiry was judged by; not told by a plan that was read back.
        headcount: Members and pending invitations before the plan; likewise.
    """

    organization_id: str
    changes: tuple[Change, ...]
    reports: tuple[Report, ...]
    made_at: datetime = _UNKNOWN
    headcount: int = 0

    def of(self, kind: type[AnyChange]) -> list[AnyChange]:
        """Returns the changes of one kind, in their order."""
        return [change for change in self.changes if isinstance(change, kind)]

    @property
    def removals(self) -> tuple[Removal, ...]:
        """Whoever would lose membership, or an invitation that could still be accepted."""
        return tuple(
            change
            for change in self.changes
            if isinstance(change, RemoveMember) or (isinstance(change, CancelInvitation) and not change.lapsed)
        )

    @property
    def losses(self) -> tuple[Loss, ...]:
        """Everything that takes something from somebody."""
        return tuple(one for one in self.changes if isinstance(one, Loss))

    @property
    def leavers(self) -> dict[str, str]:
        """Whom it removes from the organization: e-mail addresses by user id."""
        return {change.user_id: change.person for change in self.of(RemoveMember)}

    def without(self, people: Collection[str]) -> Plan:
        """Returns the plan less every change that is about some people.

        Args:
            people: Their addresses as the changes have them.
        """
        return replace(self, changes=tuple(change for change in self.changes if change.person not in people))

    def to_json(self) -> dict[str, Any]:
        """Returns the plan as JSON."""
        return {
            "organization_id": self.organization_id,
            "changes": [change.to_json() for change in self.changes],
            "reports": [report.to_json() for report in self.reports],
        }
