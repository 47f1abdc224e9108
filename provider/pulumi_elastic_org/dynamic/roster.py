"""`Roster`: the people of an organization as one resource."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pulumi

from pulumi_elastic_org.dynamic.arguments import wrong_members, wrong_people, wrong_settings
from pulumi_elastic_org.dynamic.program import KindResource, claim, has_role_mappings, managed_elsewhere
from pulumi_elastic_org.dynamic.roles import Roles, roles_text
from pulumi_elastic_org.model.grants import Grants, format_grants
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from pulumi_elastic_org.model.people import (
    ADDITIVE,
    AUTHORITATIVE,
    INVITATION_LIFE,
    MAX_RESENDS,
    email_key,
    read_people,
    read_user_ids,
    write_single_sign_on,
)
from pulumi_elastic_org.model.printable import listed, shown
from pulumi_elastic_org.resources.roster_provider import RosterProvider

if TYPE_CHECKING:
    from pulumi_elastic_org.model.role_mappings import RoleMapping

PathLike = str | os.PathLike[str]
Mode = Literal["authoritative", "additive"]
KeysOfLeavers = Literal["report", "revoke", "refuse"]


class Roster(KindResource, module="elastic-org", name="Roster"):
    """Who belongs to an Elastic Cloud organization, and with which roles.

    People who are missing are invited, and invited again when the invitation expires; roles are changed in place; in
    authoritative mode, people who are not named are removed once the guards agree. Deleting the resource removes nobody.

    There is no import: Pulumi cannot import dynamic resources (``pulumi import`` and ``ResourceOptions(import_=...)`` fail with
    ``KeyError: '__provider'``), and a roster needs none. The first apply adopts whoever is there; `elastic-org import` writes the
    program or the file that changes nothing.

    Args:
        name: The resource's name in Pulumi.
        members: Roles by e-mail address. Addresses are compared without regard to case; an empty list is a member without roles.
        mode: ``"authoritative"``: whoever is not named is removed. ``"additive"``: people whom no apply
            has named are left alone; taking somebody out removes them in this mode, too.
        guards: What may be removed, and under which conditions; sensible defaults when left out.
        single_sign_on: E-mail addresses of members whom an identity provider lets in and gives roles at each login: they are not
            invited, their roles are left alone, and what differs is only reported. Taking them out of `members` removes them.
        max_resends: How often an expired invitation is sent again before it is only reported.
        expires_in: How long invitations last, as Elastic writes durations, for instance ``"72h"`` or ``"7d"``.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        keys_of_leavers: What is done about the API keys that somebody created who is removed, in place of what `guards` say:
            ``"report"`` names them (the default), ``"revoke"`` deletes them after the removal, ``"refuse"`` keeps the person.
        opts: Pulumi's resource options; ``provider`` takes a `Provider` for another organization.

    Raises:
        pulumi.RunError: Something in the arguments is wrong; all of it is named at once.
    """

    organization_id: pulumi.Output[str]
    """The organization's id."""
    # The mapping comes first: Pulumi's SDK accepts one only where that is the first type.
    applied: pulumi.Output[Mapping[str, str] | str]
    """What was applied last, as one string, or the mapping that the first release kept; `applied_roles` reads either."""
    pending: pulumi.Output[Mapping[str, str]]
    """People who have yet to accept, with the time until which they can (ISO 8601)."""
    expired: pulumi.Output[Mapping[str, str]]
    """People whose invitation has expired, with the time at which it did (ISO 8601)."""
    drift: pulumi.Output[Mapping[str, str]]
    """What the last refresh found changed by hand since the last apply, as ``before => now`` by e-mail address."""
    accounts: pulumi.Output[str]
    """By which addresses accounts are known, as one string; `user_ids` reads it."""

    def __init__(
        self,
        name: str,
        members: Mapping[str, Roles],
        mode: Mode,
        guards: Guards | None = None,
        single_sign_on: Collection[str] = (),
        max_resends: int = MAX_RESENDS,
        expires_in: str = INVITATION_LIFE,
        organization_id: pulumi.Input[str] | None = None,
        keys_of_leavers: KeysOfLeavers | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if keys_of_leavers is not None:
            guards = replace(guards or Guards(), keys_of_leavers=keys_of_leavers)
        _check_arguments(members, mode, single_sign_on, wrong_settings(guards, max_resends, expires_in))
        self._register(
            name,
            {email: roles_text(roles) for email, roles in members.items()},
            {
                "mode": mode,
                "max_resends": max_resends,
                "expires_in": expires_in,
                **write_guards(guards or Guards()),
                **write_single_sign_on(single_sign_on),
                "organization_id": organization_id,
            },
            opts,
        )

    @classmethod
    def from_file(
        cls,
        name: str,
        path: PathLike | Sequence[PathLike],
        bindings: Mapping[str, pulumi.Input[str]] | None = None,
        expires_in: str = INVITATION_LIFE,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Roster:
        """Declares a roster that YAML files describe: groups of people, bundles of roles, named targets, last days.

        Where the files have role mappings, they become a `RoleMappings` of the same name, in the same mode.

        Deployments and projects that a file names by their name (``search: {name: Search production}``) are looked up when the
        provider checks the roster; a name that nothing has, or several have, is refused.

        Args:
            name: The resource's name in Pulumi.
            path: The file, or several that make one roster together, for instance one a team; relative to the program's working
                directory.
            bindings: Ids of deployments and projects, outputs included, by the names that the file uses after ``on``.
            expires_in: How long invitations last.
            organization_id: Which organization this must be.
            opts: Pulumi's resource options.

        Returns:
            The roster.

        Raises:
            pulumi.RunError: A file cannot be read, or the files have mistakes or contradict each other; all of them are listed,
                with file, line and column.
        """
        # The YAML and validation libraries are only for files, and a provider process that loads this module does without.
        from pulumi_elastic_org.files import file_error  # noqa: PLC0415
        from pulumi_elastic_org.roster_file.reading import RosterFileError, file_inputs, load_roster  # noqa: PLC0415
        from pulumi_elastic_org.roster_sources import (  # noqa: PLC0415
            RosterFilesError,
            note_source,
            planned_files,
            refuse_to_apply,
        )

        bound = dict(bindings or {})
        if not path:
            raise pulumi.RunError(f"Roster '{name}': names no roster file")
        try:
            if not pulumi.runtime.is_dry_run():
                refuse_to_apply()
            requested = planned_files(name)
            file = load_roster(requested or path, bound)
            note_source(name, requested or path, bound)
        except (RosterFilesError, RosterFileError) as error:
            raise pulumi.RunError(str(error)) from None
        except OSError as error:
            raise pulumi.RunError(f"cannot read the roster file {file_error(error)}") from None
        if requested:
            pulumi.log.info(f"Roster '{name}' is planned from {', '.join(requested)}")
        roster = cls.__new__(cls)
        roster._register(
            name,
            {
                email: _bound_text(grants, {name: bound[name] for name in file.bindings.get(email, ())})
                for email, grants in file.people.items()
            },
            {
                **file_inputs(file),
                "expires_in": expires_in,
                "organization_id": organization_id,
            },
            opts,
        )
        if file.role_mappings:
            declared = {
                "mode": AUTHORITATIVE if file.authoritative else ADDITIVE,
                "mappings": {
                    one.name: _bound_mapping(
                        one, {name: bound[name] for name in {grant.target or "" for grant in one.grants} & bound.keys()}
                    )
                    for one in file.role_mappings
                },
                "target_names": dict(file.names) or None,
                "organization_id": organization_id,
            }
            from pulumi_elastic_org.dynamic.single_sign_on import RoleMappings  # noqa: PLC0415

            RoleMappings.of_texts(name, declared, opts)
        return roster

    def _register(
        self,
        name: str,
        members: Mapping[str, pulumi.Input[str]],
        settings: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        claim(what := f"Roster '{name}'", members, opts)
        outputs = ("organization_id", "applied", "pending", "expired", "drift", "accounts")
        inputs = {
            **settings,
            "members": dict(sorted(members.items())),
            "managed_elsewhere": managed_elsewhere(what, opts),
            "role_mappings": has_role_mappings(opts),
        }
        super().__init__(RosterProvider(), name, outputs, inputs, opts)

    @property
    def applied_roles(self) -> pulumi.Output[dict[str, str]]:
        """What was applied last: roles in text form by e-mail address."""
        return self.applied.apply(read_people)

    @property
    def user_ids(self) -> pulumi.Output[dict[str, str]]:
        """Elastic's user id of everybody who has accepted, by e-mail address in lower case."""
        return pulumi.Output.all(self.accounts, self.applied).apply(lambda known: read_user_ids(*known))


def _check_arguments(
    members: Mapping[str, Roles], mode: str, single_sign_on: Collection[str], settings: Iterable[str]
) -> None:
    mistakes = [*wrong_members(members), *wrong_people("single_sign_on", single_sign_on), *settings]
    if mode not in (AUTHORITATIVE, ADDITIVE):
        mistakes.append(f"mode: must be '{AUTHORITATIVE}' or '{ADDITIVE}', not {shown(mode)}")
    if not mistakes:
        declared = set(map(email_key, members))
        absent = (email for email in single_sign_on if email_key(email) not in declared)
        mistakes += [f"single_sign_on: {email} is not among the members" for email in absent]
    if mistakes:
        raise pulumi.RunError(listed("the roster has mistakes:", mistakes))


def _bound_mapping(mapping: RoleMapping, bindings: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
    roles = _bound_text(mapping.grants, bindings)
    return f"{mapping.whom}{roles}" if isinstance(roles, str) else pulumi.Output.concat(mapping.whom, roles)


def _bound_text(grants: Grants, bindings: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
    if not bindings:
        return format_grants(grants)
    from pulumi_elastic_org.roster_file.reading import RosterFile  # noqa: PLC0415 - only for files

    return pulumi.Output.all(**bindings).apply(lambda ids: format_grants(RosterFile.resolve(grants, ids)))
