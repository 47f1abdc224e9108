"""What happens to each person: a plan's changes, or a drift, as one value a person. Pure; every renderer shows the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.model.grants import (
    NO_ROLES,
    ORGANIZATION,
    Grant,
    GrantError,
    Grants,
    format_grants,
    parse_stored_grants,
    role_texts,
)

if TYPE_CHECKING:
    from pulumi_elastic_org.review.records import ChangeRecord, PlanRecord

_ROLE_VERBS = (AddGrants.verb, RemoveGrants.verb)


class Action(str, Enum):
    """What happens to a person: the first five are planned, the others have happened behind the code's back."""

    INVITE = Invite.verb
    REINVITE = Reinvite.verb
    CHANGE_ROLES = "change roles"
    CANCEL_INVITATION = CancelInvitation.verb
    REMOVE = RemoveMember.verb
    APPEARED = "appeared"
    ROLES_CHANGED = "roles changed"
    GONE = "gone"

    @property
    def sign(self) -> str:
        """`+` for access that comes, `-` for access that goes, `~` for access that changes."""
        if self in (Action.INVITE, Action.REINVITE, Action.APPEARED):
            return "+"
        return "~" if self in (Action.CHANGE_ROLES, Action.ROLES_CHANGED) else "-"


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One role of a person, in text form, before and after; what is kept has both the same, what only comes or goes has one."""

    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before == self.after:
            return str(self.after)
        if self.before is not None and self.after is not None:
            return f"{_without_common_target(self.before, self.after)} => {self.after}"
        return f"+ {self.after}" if self.before is None else f"- {self.before}"


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Everything that happens to one person.

    Args:
        person: The e-mail address.
        action: What happens.
        roles: The roles that change or, where membership comes or goes with them, all roles.
        note: Why, where that is not plain from the action; may be empty.
    """

    person: str
    action: Action
    roles: tuple[RoleChange, ...]
    note: str = ""


def planned_changes(plan: PlanRecord) -> tuple[PersonChange, ...]:
    """Returns a plan's changes, one a person: what gives access first, and people by e-mail address, whatever the plan's order.

    Args:
        plan: As it was logged.
    """
    records: dict[tuple[str, Action], list[ChangeRecord]] = {}
    for change in plan.changes:
        action = Action.CHANGE_ROLES if change.change in _ROLE_VERBS else Action(change.change)
        records.setdefault((change.person, action), []).append(change)
    people = (
        _roles_changed(person, same) if action is Action.CHANGE_ROLES else _membership_changed(action, same[0])
        for (person, action), same in records.items()
    )
    order = list(Action)
    return tuple(sorted(people, key=lambda change: (order.index(change.action), change.person)))


def drifted_people(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[PersonChange, ...]:
    """Returns what differs between two looks at an organization.

    Args:
        before: Roles in text form by e-mail address, as the last apply or refresh left them.
        after: The same as they are now.
    """
    return tuple(_drifted(before, after))


def count_actions(changes: Iterable[PersonChange]) -> dict[Action, int]:
    """Returns how many people each action concerns, in the order of `Action`.

    Args:
        changes: Of one plan or several.
    """
    counts = Counter(change.action for change in changes)
    return {action: counts[action] for action in Action if counts[action]}


def role_changes(before: str, after: str) -> tuple[RoleChange, ...]:
    """Returns how one person's roles differ; on a target where one role takes the place of another, the two stand together.

    Args:
        before: Roles in text form.
        after: Roles in text form.
    """
    try:
        held, wanted = parse_stored_grants(before), parse_stored_grants(after)
    except GrantError:  # people may hold by hand what no roster may declare: then the texts are compared as they are
        return (RoleChange(before, after),)
    lost, gained = held - wanted, wanted - held
    replaced = [*_replaced(lost, gained)]
    left = {old for old, _ in replaced}
    taken = {new for _, new in replaced}
    return (
        *(RoleChange(format_grants([old]), format_grants([new])) for old, new in replaced),
        *(RoleChange(None, text) for text in role_texts(gained - taken)),
        *(RoleChange(text, None) for text in role_texts(lost - left)),
    )


def _roles_changed(person: str, changes: list[ChangeRecord]) -> PersonChange:
    roles = {change.change: change.roles or NO_ROLES for change in changes}
    removed, added = roles.get(RemoveGrants.verb, NO_ROLES), roles.get(AddGrants.verb, NO_ROLES)
    return PersonChange(person, Action.CHANGE_ROLES, role_changes(removed, added))


def _membership_changed(action: Action, change: ChangeRecord) -> PersonChange:
    before, after = change.roles_before, change.roles
    if action is Action.REINVITE and before is not None and after is not None and before != after:
        roles = role_changes(before, after)
    elif action in (Action.INVITE, Action.REINVITE):
        roles = _all_roles(after)
    else:
        roles = _all_roles(before)
    return PersonChange(change.person, action, roles, _note(action, change))


def _note(action: Action, change: ChangeRecord) -> str:
    if action is Action.REINVITE:
        if change.expired_at is not None:
            return f"the invitation expired {datetime.fromisoformat(change.expired_at):%Y-%m-%d %H:%M} UTC"
        return "the pending invitation is cancelled and sent again"
    if action is Action.CANCEL_INVITATION and change.expired:
        return "expired"
    if action in (Action.CANCEL_INVITATION, Action.REMOVE) and not change.managed:
        return "not managed so far"
    return ""


def _drifted(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[PersonChange]:
    for person in sorted(before.keys() | after.keys()):
        if person not in before:
            yield PersonChange(person, Action.APPEARED, _all_roles(after[person]))
        elif person not in after:
            yield PersonChange(person, Action.GONE, _all_roles(before[person]))
        elif before[person] != after[person]:
            yield PersonChange(person, Action.ROLES_CHANGED, role_changes(before[person], after[person]))


def _all_roles(text: str | None) -> tuple[RoleChange, ...]:
    try:
        texts = role_texts(parse_stored_grants(text or NO_ROLES)) or [NO_ROLES]
    except GrantError:
        texts = [str(text)]
    return tuple(RoleChange(one, one) for one in texts)


def _replaced(lost: Grants, gained: Grants) -> Iterator[tuple[Grant, Grant]]:
    """One role lost and one gained on the same target, or on all of a kind; of the organization's roles the same one."""
    for place in sorted(set(map(_place, lost)), key=str):
        old = [grant for grant in lost if _place(grant) == place]
        new = [grant for grant in gained if _place(grant) == place]
        if len(old) == len(new) == 1:
            yield old[0], new[0]


def _place(grant: Grant) -> tuple[str, str | None]:
    return (grant.scope, grant.role_id if grant.scope == ORGANIZATION else grant.target)


def _without_common_target(before: str, after: str) -> str:
    role, on, target = before.rpartition(" on ")
    return role if on and after.endswith(f"{on}{target}") else before
