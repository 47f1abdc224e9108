"""`elastic-org migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.migration import EPILOG, Ends, migration_options
from pulumi_elastic_org.cli.options.procedure import ProcedureOptions, journal_path, procedure_options
from pulumi_elastic_org.cli.reporters.procedure import ProcedureReporter
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator


@click.command(epilog=EPILOG)
@migration_options
@journal_path("migrate-REPOSITORY-SNAPSHOT.jsonl")
@procedure_options
def migrate(ends: Ends, journal_path: Path | None, options: ProcedureOptions) -> ExitCode:
    """Move indices from one cluster to another, by a snapshot in a private repository.

    Everything is checked first. Then the repository is registered on the source, a snapshot is taken and verified, the repository
    is registered read-only on the destination, the snapshot is restored, and indices, document counts, aliases and mappings are
    compared. Start it again after a failure: it goes on from there. The source is never changed.
    """
    migration = ends.migration
    path = journal_path or Path(f"migrate-{migration.repository.name}-{migration.snapshot}.jsonl")
    reporter = ProcedureReporter(options.as_json, migration)
    migrator = Migrator(migration, ends.connect, reporter.shards)
    return carry_out(migrator, Journal(path, "migrate", ends.subject), options, reporter)
