"""`elastic-org move`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.migration import EPILOG as CLUSTER_EPILOG
from pulumi_elastic_org.cli.options.migration import Ends, migration_options
from pulumi_elastic_org.cli.options.procedure import (
    DepartureOptions,
    ProcedureOptions,
    departure_options,
    journal_path,
    procedure_options,
)
from pulumi_elastic_org.cli.options.transfer import EPILOG as PERSON_EPILOG
from pulumi_elastic_org.cli.options.transfer import transfer_of, transfer_options
from pulumi_elastic_org.cli.reporters.procedure import ProcedureReporter
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.move import WholeMove
from pulumi_elastic_org.procedures.route import Move


@click.command(epilog=f"{PERSON_EPILOG}\n\n{CLUSTER_EPILOG}")
@transfer_options
@migration_options
@click.option(
    "--shut-down-source",
    is_flag=True,
    help="Shut the source's deployment down once its data is restored; with --leave before, once its snapshot is verified: "
    "nobody leaves who owns an active one.",
)
@journal_path("move-PERSON-OLD-NEW.jsonl")
@departure_options
@procedure_options
def move(
    move: Move,
    ends: Ends,
    shut_down_source: bool,
    journal_path: Path | None,
    departure: DepartureOptions,
    options: ProcedureOptions,
) -> ExitCode:
    """Move PERSON and the data of their deployment from one organization to another.

    Everything is checked first, on both organizations and both clusters. Then a snapshot is taken and verified, the person is
    invited and accepts, the repository is registered read-only in the new organization, and the snapshot is restored and verified.
    They stay in the old organization as well, unless --leave says otherwise. Start it again after a failure, or once the person has
    accepted: it goes on from there.
    """
    path = journal_path or move.journal("move")
    reporter = ProcedureReporter(options.as_json, ends.migration)
    gone = frozenset({ends.source}) if shut_down_source else frozenset[str]()  # an address is no deployment's id
    whole = WholeMove(
        Migrator(ends.migration, ends.connect, reporter.shards),
        transfer_of(move, departure, gone),
        shut_down_source=shut_down_source,
    )
    return carry_out(whole, Journal(path, "move", {**move.subject, **ends.subject}), options, reporter)
