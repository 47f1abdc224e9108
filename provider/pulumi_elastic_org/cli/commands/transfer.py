"""`elastic-org transfer`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import clear_errors
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.interruption import told_when_interrupted
from pulumi_elastic_org.cli.options.departure import Departing, departing_options
from pulumi_elastic_org.cli.options.transfer import EPILOG, moving_options, transfer_of
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.procedures.departure import departure_lines
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.route import Move, outline, question
from pulumi_elastic_org.procedures.transfer import refusal
from pulumi_elastic_org.review.terminal import printable


@click.command(epilog=EPILOG)
@moving_options
@click.option(
    "--journal",
    "journal_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where each step is noted, so that a run that was killed goes on.  [default: transfer-PERSON-OLD-NEW.jsonl]",
)
@departing_options
def transfer(departing: Departing, move: Move, journal_path: Path | None) -> ExitCode:
    """Move PERSON, an e-mail address, from one organization to another.

    Everything is checked first. Then the person is invited to the new organization and accepts, by their own key or by the link in
    the e-mail. They stay in the old organization as well, unless --leave says otherwise. Start it again after a failure, or once
    the person has accepted: it goes on from where things stand.
    """
    path = journal_path or Path(f"transfer-{email_key(move.person)}-{move.old}-{move.new}.jsonl".replace("/", "_"))
    with clear_errors():
        way = transfer_of(move, departing)
        with Journal(path, "transfer", move.subject) as journal:
            findings = way.check(journal)
            if findings.problems:
                raise click.ClickException(printable(refusal(findings)))
            if findings.departure is not None:
                _tell(*departure_lines(findings.departure))
            _tell(*outline(move, findings.position))
            if departing.dry_run or findings.position.next_step(move.leave, must_leave=False) is None:
                return ExitCode.SUCCESS
            if not departing.agreed(printable(question(move, findings.position))):
                click.echo("declined: nothing was changed", err=True)
                return ExitCode.ERROR
            with told_when_interrupted(lambda: way.stopped(journal)):
                for taken in way.steps(journal):
                    _tell(f"{taken.step.value}: {taken.told}")
    _tell(f"{move.person} is a member of organization {move.new}")
    return ExitCode.SUCCESS


def _tell(*lines: str) -> None:
    for line in lines:
        click.echo(printable(line))
