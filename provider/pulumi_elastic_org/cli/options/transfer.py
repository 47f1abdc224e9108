"""The options of commands that move a person from one organization to another, and the connections that this takes."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import connect
from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.procedure import DepartureOptions
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.grants import GrantError, Grants, parse_grants
from pulumi_elastic_org.model.people import check_email, email_key
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from pulumi_elastic_org.roster_file.reading import RosterFileError, load_roster

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
        now=now,
        settings=departure.settings,
        override=departure.override,
        gone=gone,
    )


def _move(person: str, old: str, new: str, leave: str, roles: str | None, roster: Path | None) -> Move:
    return Move(person, old, new, _grants(person, roles, roster), Leave(leave))


def _grants(person: str, roles: str | None, roster: Path | None) -> Grants:
    if (roles is None) == (roster is None):
        raise click.UsageError("give the roles in the new organization, either by --roles or by --roster")
    try:
        check_email(person)
        if roles is not None:
            return parse_grants(roles)
        people = load_roster(str(roster)).people
    except RosterFileError:
        raise
    except (GrantError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    grants = next((held for email, held in people.items() if email_key(email) == email_key(person)), None)
    if grants is None:
        raise click.UsageError(f"{roster} has no line for {person}: add it, since it says which roles they get")
    return grants


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
    click.option(
        "--roster",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The new organization's roster file, whose line for the person has the roles.",
    ),
)
"""Gives a command the argument and the options that say who moves where, as a `Move` called ``move``."""
