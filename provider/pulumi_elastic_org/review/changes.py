"""What happens to each person: a plan's changes, or what a refresh found, as one value a person; and what every value of a review
is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field
from typing_extensions import Self

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
)
from pulumi_elastic_org.model.grants import (
    NO_ROLES,
    ORGANIZATION,
    Grant,
    GrantError,
    Grants,
    format_grants,
    is_admin,
    parse_held_grants,
    role_texts,
)


class Value(BaseModel):
    """A value of a review; what a later release adds to its JSON is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_serialization_defaults_required=True)

    def to_json(self) -> dict[str, Any]:
        """Returns the value as JSON."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Reads what `to_json` returns, of this release or an earlier one.

        Args:
            data: As `json.loads` gives it.

        Raises:
            pydantic.ValidationError: It is none.
        """
        return cls.model_validate(data)


class Action(str, Enum):
    """What happens to a person: the first six are planned, the others have happened outside the code."""

    INVITE = Invite.verb
    REINVITE = Reinvite.verb
    CHANGE_ROLES = "change roles"
    CANCEL_INVITATION = CancelInvitation.verb
    REMOVE = RemoveMember.verb
    REVOKE_KEYS = RevokeKeys.verb
    APPEARED = "appeared"
    ROLES_CHANGED = "roles changed"
    GONE = "gone"

    @property
    def sign(self) -> str:
        """`+` for access that comes, `-` for access that goes, `~` for access that changes."""
        if self in (Action.INVITE, Action.REINVITE, Action.APPEARED):
            return "+"
        return "~" if self in (Action.CHANGE_ROLES, Action.ROLES_CHANGED) else "-"


class RoleChange(Value):
    """One role with its targets before and after: equal where it is kept, null where it only comes or goes."""

    before: str | None
    after: str | None

    @property
    def lines(self) -> tuple[str, ...]:
        """The change as lines, one a target: ``- deployment-viewer on a``, ``+ deployment-editor on a``; a kept role as it is."""
        if self.before == self.after:
            return (str(self.after),)
        lost, gained = ((text and _by_target(text)) or () for text in (self.before, self.after))
        return (*(f"- {one}" for one in lost), *(f"+ {one}" for one in gained))


class PersonChange(Value):
    """What happens to one person; in a review of a refresh, what has happened."""

    person: str
    action: Action
    roles: tuple[RoleChange, ...]
    note: str = ""

    @computed_field(description="Whether the person would lose membership, a usable invitation or a role.")  # type: ignore[prop-decorator]
    @property
    def loses_access(self) -> bool:
        """Whether the person would lose membership, a usable invitation or a role."""
        if self.action is Action.CHANGE_ROLES:
            return any(role.after is None for role in self.roles)
        return self.action is Action.REMOVE or (self.action is Action.CANCEL_INVITATION and self.note != _EXPIRED)

    @property
    def becomes_admin(self) -> bool:
        """Whether the person would get the role organization-admin, or an invitation to it."""
        if self.action.sign == "+":
            return any(is_administrator(role.after) for role in self.roles)
        return any(is_administrator(role.after) and not is_administrator(role.before) for role in self.roles)

    @property
    def stops_being_admin(self) -> bool:
        """Whether the person would lose the role organization-admin."""
        if self.action.sign == "-":
            return any(is_administrator(role.before) for role in self.roles)
        return any(is_administrator(role.before) and not is_administrator(role.after) for role in self.roles)

    @property
    def rank(self) -> tuple[int, int, str]:
        """What changes are sorted by: administrators who come or go, then who loses access, then the rest."""
        weight = 0 if self.becomes_admin or self.stops_being_admin else 1 if self.loses_access else 2
        return (weight, list(Action).index(self.action), self.person)


_EXPIRED = "expired"
NOT_MANAGED = "not managed so far"


def planned_changes(changes: Iterable[Change]) -> tuple[PersonChange, ...]:
    """Returns changes one a person: what matters most first (`PersonChange.rank`), whatever the plan's order.

    Args:
        changes: Of a plan.
    """
    by_person: dict[tuple[str, Action], list[Change]] = {}
    for change in changes:
        action = Action.CHANGE_ROLES if isinstance(change, AddGrants | RemoveGrants) else Action(change.verb)
        by_person.setdefault((change.person, action), []).append(change)
    people = (_person_change(person, action, same) for (person, action), same in by_person.items())
    return tuple(sorted(people, key=lambda change: change.rank))


def refreshed_people(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[PersonChange]:
    """Yields what differs between two looks at an organization.

    Args:
        before: Roles in text form by e-mail address, as the last apply or refresh left them.
        after: The same as they are now.
    """
    for person in sorted(before.keys() | after.keys()):
        if person not in before:
            yield PersonChange(
                person=person, action=Action.APPEARED, roles=_all_roles(parse_held_grants(after[person]))
            )
        elif person not in after:
            yield PersonChange(person=person, action=Action.GONE, roles=_all_roles(parse_held_grants(before[person])))
        elif before[person] != after[person]:
            roles = role_changes(before[person], after[person])
            yield PersonChange(person=person, action=Action.ROLES_CHANGED, roles=roles)


def role_changes(before: str, after: str) -> tuple[RoleChange, ...]:
    """Returns how one person's roles differ; on a target where one role takes the place of another, the two stand together.

    Args:
        before: Roles in text form.
        after: Roles in text form.
    """
    try:
        return _differences(parse_held_grants(before), parse_held_grants(after))
    except GrantError:  # nothing that a release has written; shown as it is
        return (RoleChange(before=before, after=after),)


def _differences(held: Grants, wanted: Grants) -> tuple[RoleChange, ...]:
    lost, gained = held - wanted, wanted - held
    replaced = [*_replaced(lost, gained)]
    left = {old for old, _ in replaced}
    taken = {new for _, new in replaced}
    return (
        *(RoleChange(before=format_grants([old]), after=format_grants([new])) for old, new in replaced),
        *(RoleChange(before=None, after=text) for text in role_texts(gained - taken)),
        *(RoleChange(before=text, after=None) for text in role_texts(lost - left)),
    )


def _person_change(person: str, action: Action, changes: list[Change]) -> PersonChange:
    """Of several changes to the same person either all are of roles, or all are the same."""
    [*_, change] = changes
    note = ""
    roles: tuple[RoleChange, ...] = ()
    if isinstance(change, AddGrants | RemoveGrants):
        lost = frozenset(one for each in changes if isinstance(each, RemoveGrants) for one in each.grants)
        gained = frozenset(one for each in changes if isinstance(each, AddGrants) for one in each.grants)
        roles = _differences(lost, gained)
    elif isinstance(change, Invite):
        roles = _all_roles(change.grants)
    elif isinstance(change, Reinvite):
        roles = _differences(change.invitation.grants, change.grants) or _all_roles(change.grants)
        note = "the pending invitation is cancelled and sent again"
        if change.cause is Cause.EXPIRED:
            note = f"the invitation expired {change.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    elif isinstance(change, RevokeKeys):
        note = ", ".join(map(str, change.keys))
    else:
        note = "" if change.managed else NOT_MANAGED
        if isinstance(change, CancelInvitation) and change.lapsed:
            note = _EXPIRED
        roles = _all_roles(change.invitation.grants if isinstance(change, CancelInvitation) else change.grants)
    return PersonChange(person=person, action=action, roles=roles, note=note)


def _all_roles(grants: Grants) -> tuple[RoleChange, ...]:
    return tuple(RoleChange(before=one, after=one) for one in role_texts(grants) or [NO_ROLES])


def _replaced(lost: Grants, gained: Grants) -> Iterator[tuple[Grant, Grant]]:
    """One role lost and one gained on the same target, or on all of a kind; of the organization's roles the same one."""
    for place in sorted(set(map(_place, lost)), key=str):
        old = [grant for grant in lost if _place(grant) == place]
        new = [grant for grant in gained if _place(grant) == place]
        if len(old) == len(new) == 1:
            yield old[0], new[0]


def _place(grant: Grant) -> tuple[str, str | None]:
    return (grant.scope, grant.role_id if grant.scope == ORGANIZATION else grant.target)


def is_administrator(roles: str | None) -> bool:
    """Whether roles in text form, if any, hold organization-admin."""
    try:
        return roles is not None and is_admin(parse_held_grants(roles))
    except GrantError:
        return False


def _by_target(roles: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(format_grants([grant]) for grant in parse_held_grants(roles)))
    except GrantError:
        return (roles,)
