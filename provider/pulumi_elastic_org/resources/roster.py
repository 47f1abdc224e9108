"""`Roster`: the people of an organization as one resource."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.resources.assignments import RoleAssignment
from pulumi_elastic_org.resources.claims import claim
from pulumi_elastic_org.resources.interrupts import hide_interrupts
from pulumi_elastic_org.resources.properties import ADDITIVE, AUTHORITATIVE, read_accounts, write_guards
from pulumi_elastic_org.resources.roster_provider import RosterProvider
from pulumi_elastic_org.resources.settings import API_KEY
from pulumi_elastic_org.roster.grants import GrantError, Grants, check_combination, format_grants, parse_grants
from pulumi_elastic_org.roster.people import MAX_RESENDS, check_email, email_key
from pulumi_elastic_org.roster.verdicts import Guards

Mode = Literal["authoritative", "additive"]
Roles = str | Sequence[RoleAssignment | str]
"""A person's roles: role assignments, or their text form (``"deployment-editor on a1b2"``)."""

INVITATION_LIFE = "72h"
"""How long Elastic Cloud's own invitations last."""


class Roster(Resource, module="elastic-org", name="Roster"):
    """Who belongs to an Elastic Cloud organization, and with which roles.

    People who are missing are invited, and invited again when the invitation expires; roles are changed in place; in
    authoritative mode, people who are not named are removed once the guards agree. Deleting the resource removes nobody.

    Args:
        name: The resource's name in Pulumi.
        members: Roles by e-mail address. Addresses are compared without regard to case; an empty list is a member without roles.
        mode: ``"authoritative"``: whoever is not named is removed. ``"additive"``: people not named here are left alone.
        guards: What may be removed, and under which conditions; sensible defaults when left out.
        max_resends: How often an expired invitation is sent again before it is only reported.
        expires_in: How long invitations last, as Elastic writes durations, for instance ``"72h"`` or ``"7d"``.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options; ``provider`` takes a `Provider` for another organization.

    Raises:
        pulumi.RunError: Something in the arguments is wrong; all of it is named at once.
    """

    organization_id: pulumi.Output[str]
    """The organization's id."""
    applied: pulumi.Output[Mapping[str, str]]
    """What was applied last: roles in text form by e-mail address."""
    pending: pulumi.Output[Mapping[str, str]]
    """People who have yet to accept, with the time until which they can (ISO 8601)."""
    expired: pulumi.Output[Mapping[str, str]]
    """People whose invitation has expired, with the time at which it did (ISO 8601)."""
    drift: pulumi.Output[Mapping[str, str]]
    """What the last refresh found changed by hand since the last apply, as ``before => now`` by e-mail address."""
    accounts: pulumi.Output[str]
    """Accounts of those who have accepted, as one string; `user_ids` reads it."""

    def __init__(
        self,
        name: str,
        members: Mapping[str, Roles],
        mode: Mode,
        guards: Guards | None = None,
        max_resends: int = MAX_RESENDS,
        expires_in: str = INVITATION_LIFE,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        _check_arguments(members, mode)
        self._register(
            name,
            {email: _roles_text(roles) for email, roles in members.items()},
            {
                "mode": mode,
                "max_resends": max_resends,
                "expires_in": expires_in,
                **write_guards(guards or Guards()),
                **({"organization_id": organization_id} if organization_id is not None else {}),
            },
            opts,
        )

    @classmethod
    def from_file(
        cls,
        name: str,
        path: str | os.PathLike[str],
        bindings: Mapping[str, pulumi.Input[str]] | None = None,
        expires_in: str = INVITATION_LIFE,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Roster:
        """Declares a roster that a YAML file describes: groups of people, bundles of roles, named targets.

        Args:
            name: The resource's name in Pulumi.
            path: The file; relative to the program's working directory.
            bindings: Ids of deployments and projects, outputs included, by the names that the file uses after ``on``.
            expires_in: How long invitations last.
            organization_id: Which organization this must be.
            opts: Pulumi's resource options.

        Returns:
            The roster.

        Raises:
            pulumi.RunError: The file cannot be read or has mistakes; all of them are listed, with line and column.
        """
        # The YAML and validation libraries are only for files, and a provider process that loads this module does without.
        from pulumi_elastic_org.roster.file import RosterFile, RosterFileError, load_roster  # noqa: PLC0415

        bound = dict(bindings or {})
        try:
            file = load_roster(path, bound)
        except (RosterFileError, OSError) as error:
            raise pulumi.RunError(str(error)) from None
        roster = cls.__new__(cls)
        roster._register(
            name,
            {
                email: _bound_text(
                    RosterFile.resolve, grants, {name: bound[name] for name in file.bindings.get(email, ())}
                )
                for email, grants in file.people.items()
            },
            {
                "mode": AUTHORITATIVE if file.authoritative else ADDITIVE,
                "max_resends": file.max_resends,
                "expires_in": expires_in,
                **write_guards(file.guards),
                **({"organization_id": organization_id} if organization_id is not None else {}),
            },
            opts,
        )
        return roster

    def _register(
        self,
        name: str,
        members: Mapping[str, pulumi.Input[str]],
        settings: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        hide_interrupts()
        claim(f"Roster '{name}'", members, opts)
        _check_key_is_secret()
        outputs = dict.fromkeys(("applied", "pending", "expired", "drift", "accounts"))
        inputs = {"organization_id": None, **settings, "members": dict(sorted(members.items()))}
        super().__init__(RosterProvider(), name, {**outputs, **inputs}, opts)

    @property
    def user_ids(self) -> pulumi.Output[dict[str, str]]:
        """Elastic's user id of everybody who has accepted, by e-mail address in lower case."""
        return self.accounts.apply(read_accounts)


def _check_arguments(members: Mapping[str, Roles], mode: str) -> None:
    mistakes = []
    if mode not in (AUTHORITATIVE, ADDITIVE):
        mistakes.append(f"mode: is '{AUTHORITATIVE}' or '{ADDITIVE}', not {mode!r}")
    seen: dict[str, str] = {}
    for email, roles in members.items():
        if (earlier := seen.setdefault(email_key(email), email)) != email:
            mistakes.append(f"{email}: is the same address as {earlier}; keep one of them")
        try:
            check_email(email)
            _known_grants(roles)
        except ValueError as error:
            mistakes.append(f"{email}: {error}")
    if mistakes:
        raise pulumi.RunError("\n".join(["the roster has mistakes:", *(f"  - {mistake}" for mistake in mistakes)]))


def _known_grants(roles: Roles) -> Grants:
    """The grants whose targets are known already."""
    if isinstance(roles, str):
        return parse_grants(roles)
    grants: set[tuple[Any, ...]] = set()
    for role in roles:
        if isinstance(role, str):
            grants |= parse_grants(role)
        elif isinstance(role, RoleAssignment):
            known = [target for target in role.named_targets if isinstance(target, str)]
            if role.on == "all" or known:
                grants |= role.grants(known)
        else:
            raise GrantError(f"a role is text or made by a function such as deployment(...), not {role!r}")
    result: Grants = frozenset(grants)  # type: ignore[arg-type]
    check_combination(result)
    return result


def _roles_text(roles: Roles) -> pulumi.Input[str]:
    if isinstance(roles, str):
        return format_grants(parse_grants(roles))
    targets = [target for role in roles if isinstance(role, RoleAssignment) for target in role.named_targets]
    if all(isinstance(target, str) for target in targets):
        return format_grants(_known_grants(roles))

    def with_ids(ids: Sequence[str]) -> str:
        left = iter(ids)
        known = [
            replace(role, on=[next(left) for _ in role.named_targets])
            if isinstance(role, RoleAssignment) and role.named_targets
            else role
            for role in roles
        ]
        return format_grants(_known_grants(known))

    return pulumi.Output.all(*targets).apply(with_ids)


def _bound_text(
    resolve: Callable[[Grants, Mapping[str, str]], Grants], grants: Grants, bindings: Mapping[str, pulumi.Input[str]]
) -> pulumi.Input[str]:
    if not bindings:
        return format_grants(grants)
    return pulumi.Output.all(**bindings).apply(lambda ids: format_grants(resolve(grants, ids)))


def _check_key_is_secret() -> None:
    """A key in plain configuration would be readable in the repository and in state."""
    config = pulumi.Config("elastic-org")
    if config.get("apiKey") is not None and not pulumi.runtime.is_config_secret(API_KEY):
        raise pulumi.RunError(
            f"{API_KEY} is stored in the clear: revoke that key, then run 'pulumi config set --secret {API_KEY}' with a new one"
        )
