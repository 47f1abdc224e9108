"""The API keys of people who leave: they belong to the organization and go on working. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from pulumi_elastic_org.model.changes import Plan, Report, RevokeKeys, Topic
from pulumi_elastic_org.model.guard_settings import REVOKE
from pulumi_elastic_org.model.keys import NOT_LISTED, ApiKey, created_by, in_words
from pulumi_elastic_org.model.people import Applied, Desired, Organization, email_key


def departed(desired: Desired, applied: Applied, actual: Organization) -> dict[str, str]:
    """Returns whom the last apply knew, and who is neither wanted nor there any more: a run ended before their keys were revoked.

    Args:
        desired: Who is wanted.
        applied: What the last apply left behind.
        actual: The organization as it is.

    Returns:
        E-mail addresses by user id.
    """
    wanted = {email_key(email) for email in (*desired.people, *desired.undetermined)} | desired.managed_elsewhere
    there = {member.user_id for member in actual.members}
    accounts = {key: applied.user_ids.get(key) for key in map(email_key, applied.members)}
    return {user_id: key for key, user_id in accounts.items() if user_id and user_id not in there and key not in wanted}


def with_keys(plan: Plan, setting: str, gone: Mapping[str, str], keys: Iterable[ApiKey] | None) -> Plan:
    """Returns a plan with what it does about the keys of those who leave.

    Args:
        plan: Who is removed.
        setting: One of `KEYS_OF_LEAVERS`.
        gone: As `departed` returns; their keys are revoked where the setting says so.
        keys: The keys of the organization; ``None`` where they cannot be listed.
    """
    leaving = plan.leavers
    if keys is None:
        reports = tuple(Report(person, Topic.API_KEYS, NOT_LISTED) for person in leaving.values())
        return replace(plan, reports=(*plan.reports, *reports))
    keys = tuple(keys)
    people = {**gone, **leaving} if setting == REVOKE else leaving
    theirs = {user_id: created_by(keys, user_id) for user_id in people}
    if setting == REVOKE:
        changes = tuple(RevokeKeys(people[user_id], user_id, own) for user_id, own in theirs.items() if own)
        return replace(plan, changes=(*plan.changes, *changes))
    reports = tuple(
        Report(people[user_id], Topic.API_KEYS, f"created {in_words(own)}: {_works_on(own)} after the removal")
        for user_id, own in theirs.items()
        if own
    )
    return replace(plan, reports=(*plan.reports, *reports))


def _works_on(keys: Collection[ApiKey]) -> str:
    return "the key goes on working" if len(keys) == 1 else "the keys go on working"
