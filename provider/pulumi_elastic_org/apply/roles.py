"""Changes of members' roles, several people at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from pulumi_elastic_org.apply.notes import Notes, left_open, settle
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.role_change import RoleChange
from pulumi_elastic_org.model.changes import AddGrants, RemoveGrants
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.order import Exchange

CONCURRENT_WRITES = 8
"""How many people's roles are changed, or requests to invite are made, at the same time."""

Parts = tuple[AddGrants | RemoveGrants, Sequence[Exchange]]
"""A change and the parts in which it is made, one after the other."""


def change_roles(organizations: Organizations, organization_id: str, changes: Sequence[Parts], notes: Notes) -> None:
    """Changes the roles of people side by side.

    Args:
        organizations: The API.
        organization_id: Elastic's id of the organization.
        changes: One a person.
        notes: Take what became of them.

    Raises:
        CloudError: The API cannot be used at all.
    """
    with organizations.side_by_side(CONCURRENT_WRITES) as pool:
        for start in range(0, len(changes), CONCURRENT_WRITES):
            batch = changes[start : start + CONCURRENT_WRITES]
            notes.supervisor.before_writes()
            under_way = [RoleChange(organizations, organization_id, one.user_id) for one, _ in batch]
            attempts = [pool.submit(one.carry_out, its) for one, (_, its) in zip(under_way, batch, strict=True)]
            pairs = zip(batch, under_way, strict=True)
            settle(attempts, [partial(_note, change, one, notes) for (change, _), one in pairs])
            last, _ = batch[-1]
            notes.supervisor.progress(last.verb, start + len(batch), len(changes), last.person)


def _note(change: AddGrants | RemoveGrants, under_way: RoleChange, notes: Notes, attempt: Future[None]) -> None:
    if under_way.given:
        notes.done(AddGrants(change.person, change.user_id, under_way.given))
    if under_way.taken:
        notes.done(RemoveGrants(change.person, change.user_id, under_way.taken))
    reasons: dict[str, Grants] = {}
    for part, reason in under_way.refused:
        reasons[reason] = reasons.get(reason, frozenset()) | (part.given or part.taken)
    for reason, grants in reasons.items():
        notes.refused(replace(change, grants=grants), reason)
    unknown = under_way.unknown
    if left_open(attempt):
        unknown |= change.grants.difference(under_way.given, under_way.taken, *reasons.values())
    if unknown:
        notes.outcome.unknown.append(replace(change, grants=unknown))
