"""`elastic-org consolidate`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.procedure import (
    DepartureOptions,
    ProcedureOptions,
    departure_options,
    journal_path,
    procedure_options,
)
from pulumi_elastic_org.cli.options.roster_files import read_rosters, roster_files
from pulumi_elastic_org.cli.options.stack import bindings
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.model.people import check_email, email_key
from pulumi_elastic_org.procedures.consolidation import Consolidation
from pulumi_elastic_org.procedures.journal import Journal


@click.command(epilog=ENVIRONMENT)
@click.argument("keep")
@click.argument("drop")
@roster_files("A roster file, of which it says which line to change; may be repeated.")
@bindings
@journal_path("consolidate-KEEP-DROP.jsonl")
@departure_options
@procedure_options
def consolidate(
    keep: str,
    drop: str,
    files: tuple[Path, ...],
    bindings: tuple[str, ...],
    journal_path: Path | None,
    departure: DepartureOptions,
    options: ProcedureOptions,
) -> ExitCode:
    """Make two accounts of one person one: KEEP, an e-mail address, stays; the membership of DROP, an address or user id, ends.

    KEEP is invited with the roles of DROP and accepts by the link in the e-mail. Then owner tags of DROP's deployments and projects
    name KEEP, and DROP is removed, unless a guard refuses. Start it again after a failure, or once the person has accepted.
    """
    try:
        check_email(keep)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    places = read_rosters(files, bindings).places.get(email_key(drop), ()) if files else ()
    organization = live_organization()
    way = Consolidation(
        organization.session,
        organization.id,
        keep,
        drop,
        organization.settings.api_key_user,
        departure.settings,
        departure.override,
        places,
    )
    journal = Journal(journal_path or way.journal, "consolidate", way.subject)
    return carry_out(way, journal, options)
