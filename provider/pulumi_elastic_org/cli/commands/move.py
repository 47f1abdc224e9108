"""`elastic-org move`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import clear_errors
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.interruption import told_when_interrupted
from pulumi_elastic_org.cli.options.departure import Departing, departing_options
from pulumi_elastic_org.cli.options.migration import EPILOG as CLUSTER_EPILOG
from pulumi_elastic_org.cli.options.migration import Ends, migration_options
from pulumi_elastic_org.cli.options.transfer import EPILOG as PERSON_EPILOG
from pulumi_elastic_org.cli.options.transfer import moving_options, transfer_of
from pulumi_elastic_org.cli.reporters.migration import MigrationReporter
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.procedures.departure import departure_lines
from pulumi_elastic_org.procedures.errors import WorkflowError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.migration import report
from pulumi_elastic_org.procedures.move import Findings, WholeMove, refusal
from pulumi_elastic_org.procedures.route import Leave, Move, outline
from pulumi_elastic_org.review.terminal import printable


@click.command(epilog=f"{PERSON_EPILOG}\n\n{CLUSTER_EPILOG}")
@moving_options
@migration_options
@click.option(
    "--shut-down-source",
    is_flag=True,
    help="Shut the source's deployment down once its data is restored; with --leave before, once its snapshot is verified: "
    "nobody leaves who owns an active one.",
)
@click.option(
    "--journal",
    "journal_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where each step is noted, so that a run that was killed goes on.  [default: move-PERSON-OLD-NEW.jsonl]",
)
@click.option("-j", "--json", "as_json", is_flag=True, help="Write the report as JSON to standard output.")
@departing_options
def move(
    departing: Departing,
    ends: Ends,
    move: Move,
    shut_down_source: bool,
    journal_path: Path | None,
    as_json: bool,
) -> ExitCode:
    """Move PERSON and the data of their deployment from one organization to another.

    Everything is checked first, on both organizations and both clusters. Then a snapshot is taken and verified, the person is
    invited and accepts, the repository is registered read-only in the new organization, and the snapshot is restored and verified.
    They stay in the old organization as well, unless --leave says otherwise. Start it again after a failure, or once the person has
    accepted: it goes on from there.
    """
    path = journal_path or Path(f"move-{email_key(move.person)}-{move.old}-{move.new}.jsonl".replace("/", "_"))
    reporter = MigrationReporter(as_json)
    subject = {**move.subject, **ends.subject}
    with clear_errors(), Journal(path, "move", subject) as journal, reporter.progress() as on_shards:
        migrator = Migrator(ends.migration, *ends.connect(), on_shards)
        deployment = migrator.source.deployment_id
        gone = frozenset({deployment}) if shut_down_source and deployment else frozenset[str]()
        whole = WholeMove(migrator, transfer_of(move, departing, gone), shut_down_source=shut_down_source)
        findings = whole.check(journal)
        if findings.problems:
            reporter.finished(report(ends.migration, journal.entries), refusal(findings))
            raise click.ClickException(printable(refusal(findings)))
        _show(findings, move, deployment if shut_down_source else None, reporter)
        if departing.dry_run:
            return ExitCode.SUCCESS
        irreversible = "" if move.leave is Leave.NEVER else " Leaving cannot be undone."
        if not departing.agreed(f"Move {printable(move.person)} and this data now?{irreversible}"):
            click.echo("declined: nothing was changed", err=True)
            return ExitCode.ERROR
        try:
            with told_when_interrupted(lambda: whole.stopped(journal)):
                for taken in whole.steps(journal):
                    reporter.tell(f"{taken.step}: {taken.told}")
        except WorkflowError as error:
            reporter.finished(report(ends.migration, journal.entries), str(error))
            raise
        reporter.finished(report(ends.migration, journal.entries))
    return ExitCode.SUCCESS


def _show(findings: Findings, move: Move, shut_down: str | None, reporter: MigrationReporter) -> None:
    reporter.findings(findings.data)
    if shut_down is not None:
        when = "its snapshot is verified" if move.leave is Leave.BEFORE else "its data is restored"
        reporter.tell(f"shut down deployment {shut_down} once {when}")
    if findings.person is None:
        return
    if findings.person.departure is not None:
        reporter.tell(*departure_lines(findings.person.departure))
    reporter.tell(*outline(move, findings.person.position))
