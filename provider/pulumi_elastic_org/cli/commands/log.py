"""`elastic-org log`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click
from rich.text import Text

from pulumi_elastic_org.audit import AuditEntry, read_trail
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.reporters.terminal import tell_whole
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.printable import printable_lines as printable
from pulumi_elastic_org.model.targets import with_names
from pulumi_elastic_org.review.render.terminal import Aligned
from pulumi_elastic_org.variables import AUDIT_LOG

_STYLES = {"done": "", "refused": "yellow", "failed": "red", "stopped": "red"}


def _read_time(_: click.Context, __: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is neither a day such as 2026-11-01 nor a time such as 2026-11-01T12:00"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


@click.command()
@click.argument("file", required=False, envvar=AUDIT_LOG, type=click.Path(path_type=Path))
@click.option("--person", metavar="EMAIL", help="Only what was done for this person.")
@click.option("--since", metavar="TIME", callback=_read_time, help="Only what was done since a day or a time (UTC).")
@click.option("-j", "--json", "as_json", is_flag=True, help="Write the entries as JSON lines.")
def log(file: Path | None, person: str | None, since: datetime | None, as_json: bool) -> ExitCode:
    """Read the audit trail: what applies did, for whom, with which result, and which guards were overridden.

    FILE is by default the one that ELASTIC_ORG_AUDIT_LOG names: set that variable for `elastic-org up` or `pulumi up`, and every
    apply appends to the file."""
    if file is None:
        raise click.UsageError(
            f"applies write an audit trail where {AUDIT_LOG} names a file: set it, or name the file here"
        )

    def warn(line: str) -> None:
        click.echo(f"warning: {printable(line)}", err=True)

    entries = [entry for entry in read_trail(file, warn) if _is_asked_for(entry, person, since)]
    if as_json:
        for entry in entries:
            click.echo(json_text(entry.model_dump(mode="json", exclude_defaults=True), indent=None))
    elif entries:
        tell_whole(Aligned([_row(entry) for entry in entries]))
    else:
        click.echo("no entries")
    return ExitCode.SUCCESS


def _is_asked_for(entry: AuditEntry, person: str | None, since: datetime | None) -> bool:
    return (person is None or email_key(entry.person or "") == email_key(person)) and (
        since is None or entry.time >= since
    )


def _row(entry: AuditEntry) -> tuple[Text, ...]:
    told = ": ".join(one for one in (entry.change, entry.roles or entry.roles_before) if one)
    what = [told or "the apply stopped"]
    if entry.roles and entry.roles_before:
        what = [f"{entry.change}: {entry.roles_before} => {entry.roles}"]
    what = [with_names(what[0], entry.target_names)]
    what += [f"{entry.result}: {entry.reason}"] if entry.reason else []
    what += [f"overridden {override.guard}: {override.reason}" for override in entry.overrides]
    context = [entry.stack, entry.commit and entry.commit[:12], entry.triggered_by]
    what += [", ".join(one for one in context if one)] if any(context) else []
    return (
        Text(f"{entry.time.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}", style="dim"),
        Text(printable(entry.person or entry.subject or entry.organization_id)),
        Text(printable("\n".join(what)), style=_STYLES[entry.result]),
    )
