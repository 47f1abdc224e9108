"""`elastic-org migrate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import clear_errors
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.interruption import told_when_interrupted
from pulumi_elastic_org.cli.options.departure import UNATTENDED
from pulumi_elastic_org.cli.options.migration import EPILOG, Ends, migration_options
from pulumi_elastic_org.cli.reporters.migration import MigrationReporter
from pulumi_elastic_org.procedures.errors import WorkflowError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import STOPPED, Migrator, refusal
from pulumi_elastic_org.procedures.migration import report, whereabouts


@click.command(epilog=EPILOG)
@migration_options
@click.option(
    "--journal",
    "journal_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where each step is noted, so that a run that was killed goes on.  [default: migrate-REPOSITORY-SNAPSHOT.jsonl]",
)
@click.option("--dry-run", is_flag=True, help="Show everything and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Act without asking.")
@click.option("-j", "--json", "as_json", is_flag=True, help="Write the report as JSON to standard output.")
def migrate(ends: Ends, journal_path: Path | None, dry_run: bool, yes: bool, as_json: bool) -> ExitCode:
    """Move indices from one cluster to another, by a snapshot in a private repository.

    Everything is checked first. Then the repository is registered on the source, a snapshot is taken and verified, the repository
    is registered read-only on the destination, the snapshot is restored, and indices, document counts, aliases and mappings are
    compared. Start it again after a failure: it goes on from there. The source is never changed.
    """
    migration = ends.migration
    path = journal_path or Path(f"migrate-{migration.repository.name}-{migration.snapshot}.jsonl")
    reporter = MigrationReporter(as_json)
    with clear_errors(), Journal(path, "migrate", ends.subject) as journal, reporter.progress() as on_shards:
        earlier = report(migration, journal.entries)
        if earlier.finished:
            reporter.tell(f"done by an earlier run, as {path} says")
            reporter.finished(earlier)
            return ExitCode.SUCCESS
        migrator = Migrator(migration, *ends.connect(), on_shards)
        findings = migrator.check(journal)
        if findings.problems:
            reporter.finished(report(migration, journal.entries), refusal(findings))
            raise click.ClickException(refusal(findings))
        reporter.findings(findings)
        if dry_run:
            return ExitCode.SUCCESS
        if not (yes or _agreed()):
            click.echo("declined: nothing was changed", err=True)
            return ExitCode.ERROR
        try:
            with told_when_interrupted(lambda: f"{whereabouts(journal.entries)} {STOPPED}"):
                for taken in migrator.steps(journal):
                    reporter.tell(f"{taken.step.value}: {taken.told}")
        except WorkflowError as error:
            reporter.finished(report(migration, journal.entries), str(error))
            raise
        reporter.finished(report(migration, journal.entries))
    return ExitCode.SUCCESS


def _agreed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(UNATTENDED)
    return click.confirm("Move this now?", err=True)
