"""The options of commands that move a person from one organization to another, and the connections that this takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import connect
from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.procedure import DepartureOptions
from pulumi_elastic_org.cli.options.roster_files import read_rosters, roster_files
from pulumi_elastic_org.cli.options.stack import bindings
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.resources import cloud_resources
from pulumi_elastic_org.model.changes import Invite, Plan
from pulumi_elastic_org.model.grants import GrantError, Grants, parse_grants
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG
from pulumi_elastic_org.model.guards import AllowedDomains, judge
from pulumi_elastic_org.model.people import Organization, check_email, email_key, has_ended
from pulumi_elastic_org.model.targets import TargetNames
from pulumi_elastic_org.model.verdicts import Situation
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from pulumi_elastic_org.roster_file.reading import RosterFile

OLD_KEY = "EC_API_KEY_OLD"
NEW_KEY = "EC_API_KEY_NEW"
OWN_KEY = "EC_API_KEY_PERSON"

EPILOG = f"""\b
API keys, from the environment:
  {OWN_KEY}  of the person, who accepts with it; without it, they
                    open the link in the invitation's e-mail
  {OLD_KEY}     of an administrator of the old organization, who lets
                    the person go; the person's own key when not set
  {NEW_KEY}     of an administrator of the new organization, who invites"""


def transfer_of(move: Move, departure: DepartureOptions, gone: frozenset[str] = frozenset()) -> Transfer:
    """Returns the transfer of a person, with the keys of the environment.

    Args:
        move: Who moves where.
        departure: What was said about leaving.
        gone: Ids of deployments that are shut down before the person leaves.

    Raises:
        click.UsageError: A key is missing.
        ConfigurationError: The endpoint or a key is invalid.
    """
    own = connect(OWN_KEY) if os.environ.get(OWN_KEY) else None
    return Transfer(
        move,
        old=own if own is not None and not os.environ.get(OLD_KEY) else connect(OLD_KEY, OWN_KEY),
        new=connect(NEW_KEY),
        own=own,
        settings=departure.settings,
        override=departure.override,
        gone=gone,
    )


def _move(
    person: str,
    old: str,
    new: str,
    leave: str,
    roles: str | None,
    files: tuple[Path, ...],
    bindings: tuple[str, ...],
) -> Move:
    if (roles is None) == (not files):
        raise click.UsageError("give the roles in the new organization, either by --roles or by --roster")
    try:
        check_email(person)
        given = None if roles is None else parse_grants(roles)
    except (GrantError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    grants = given if given is not None else _grants(person, new, read_rosters(files, bindings))
    return Move(person, old, new, grants, Leave(leave))


def _grants(person: str, new: str, roster: RosterFile) -> Grants:
    """The roles of a person by the roster of the organization that they join, where that invites them."""
    email = next((one for one in roster.people if email_key(one) == email_key(person)), None)
    if email is None:
        raise click.UsageError(f"the roster has no line for {person}: add it, since it says which roles they get")
    if mistakes := list(_uninvited(email, new, roster)):
        raise click.UsageError(
            "\n".join([*mistakes, "Nothing was changed: mend the roster, or give the roles by --roles"])
        )
    grants = roster.people[email]
    if not any(one.target in roster.names for one in grants):
        return grants
    names = TargetNames(roster.names, cloud_resources(connect(NEW_KEY), new, DEFAULT_OWNER_TAG))
    resolved = names.resolve(grants)
    if names.mistakes:
        raise click.UsageError("\n".join(names.mistakes.values()))
    return resolved


def _uninvited(email: str, new: str, roster: RosterFile) -> Iterator[str]:
    """Why the roster itself would not invite somebody whom it names."""
    last_days = {email_key(one): day for one, day in roster.until.items()}
    if (day := last_days.get(email_key(email))) is not None and has_ended(day, now()):
        yield f"{email}: by the roster, their last day with access was {day}"
    if email_key(email) in map(email_key, roster.single_sign_on):
        yield f"{email}: by the roster, they are let in by single sign-on, and so invited by nobody"
    for name in sorted(roster.bindings[email]):
        yield f"{email}: '{name}' stands for an id that only a program knows; write the id, or the name in Elastic Cloud"
    invite = Plan(new, (Invite(email, roster.people[email]),), (), now(), headcount=0)
    verdict = judge(Situation(invite, Organization(new, (), ()), roster.guards), (AllowedDomains(),))
    yield from map(str, verdict.violations)


transfer_options = as_value(
    "move",
    _move,
    click.argument("person"),
    click.option("--from", "old", required=True, metavar="ID", help="The organization that the person belongs to."),
    click.option("--to", "new", required=True, metavar="ID", help="The organization that the person joins."),
    click.option(
        "--leave",
        type=click.Choice([one.value for one in Leave]),
        default=Leave.NEVER.value,
        show_default=True,
        help="Whether the person leaves the old organization: never; after they have joined the new one; or before, where Elastic "
        "Cloud lets nobody belong to two.",
    ),
    click.option("--roles", metavar="TEXT", help="The roles there, such as 'billing-admin; deployment-editor on all'."),
    roster_files("The new organization's roster file, whose line for the person has the roles; may be repeated."),
    bindings,
)
"""Gives a command the argument and the options that say who moves where, as a `Move` called ``move``."""
