"""A roster's inputs resolved for this moment, from inputs as they are written.

The program cannot look at Elastic Cloud, and two runs of it on two days are to declare the same. So names of deployments and
projects, and last days, are inputs, and the provider's `check` replaces them: what a preview shows, an update plan binds and state
keeps are ids and the people who belong today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.kinds.properties import read_addresses, write_single_sign_on
from pulumi_elastic_org.lifecycle.properties import Properties, PropertyError
from pulumi_elastic_org.model.grants import GrantError, check_combination, format_grants, parse_stored_grants
from pulumi_elastic_org.model.ownership import CloudResource
from pulumi_elastic_org.model.people import email_key, has_ended
from pulumi_elastic_org.model.target_names import TargetNames


def resolve_inputs(
    inputs: Properties, now: datetime, resources: Callable[[], Iterable[CloudResource]]
) -> dict[str, Any] | None:
    """Returns inputs without names for targets and without people whose last day has passed; ``None`` where it has neither.

    Args:
        inputs: A roster's inputs without other mistakes. ``target_names`` holds the names in Elastic Cloud by what stands for them
            in roles, ``until`` the last days (UTC, ISO 8601) by e-mail address; both may be missing.
        now: The time.
        resources: Reads the deployments and projects; called only when there are names.

    Raises:
        PropertyError: A name is nobody's or of several; all such names are given.
    """
    names: Mapping[str, str] = inputs.get("target_names") or {}
    if not names and not inputs.get("until"):
        return None
    until = {email: date.fromisoformat(day) for email, day in (inputs.get("until") or {}).items()}
    ended = {email_key(email) for email, day in until.items() if has_ended(day, now)}
    members = {email: roles for email, roles in inputs["members"].items() if email_key(email) not in ended}
    if names:
        members = _with_ids(members, TargetNames(names, resources()))
    resolved = {**inputs, "members": members}
    resolved.pop("target_names", None)
    if ended:
        resolved.pop("single_sign_on", None)
        resolved |= write_single_sign_on(read_addresses(inputs.get("single_sign_on")) - ended)
    return resolved


def _with_ids(members: Mapping[str, Any], names: TargetNames) -> dict[str, Any]:
    found: dict[str, Any] = {}
    mistakes: list[str] = []
    for email, roles in members.items():
        if isinstance(roles, Unknown):
            found[email] = roles
            continue
        grants = names.resolve(parse_stored_grants(roles))
        try:
            check_combination(grants)
        except GrantError as error:
            mistakes.append(f"{email}: {error}")
        found[email] = format_grants(grants)
    if names.mistakes or mistakes:
        raise PropertyError([*names.mistakes.values(), *mistakes])
    return found
