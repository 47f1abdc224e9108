"""`elastic-org transfer`."""

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
from pulumi_elastic_org.cli.options.transfer import EPILOG, transfer_of, transfer_options
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.route import Move


@click.command(epilog=EPILOG)
@transfer_options
@journal_path("transfer-PERSON-OLD-NEW.jsonl")
@departure_options
@procedure_options
def transfer(move: Move, journal_path: Path | None, departure: DepartureOptions, options: ProcedureOptions) -> ExitCode:
    """Move PERSON, an e-mail address, from one organization to another.

    Everything is checked first. Then the person is invited to the new organization and accepts, by their own key or by the link in
    the e-mail. They stay in the old organization as well, unless --leave says otherwise. Start it again after a failure, or once
    the person has accepted: it goes on from where things stand.
    """
    journal = Journal(journal_path or move.journal("transfer"), "transfer", move.subject)
    return carry_out(transfer_of(move, departure), journal, options)
