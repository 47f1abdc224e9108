"""`elastic-org validate`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.roster_files import read_rosters
from pulumi_elastic_org.cli.options.stack import as_json, bindings
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.review.render.text import count
from pulumi_elastic_org.roster_file.editor_schema import roster_schema_text
from pulumi_elastic_org.roster_file.reading import RosterFile, RosterFileError
from pulumi_elastic_org.roster_file.yaml_source import Mistake


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE...")
@bindings
@as_json
@click.option("--schema", is_flag=True, help="Write the JSON Schema of a roster file instead, for editors.")
def validate(files: tuple[Path, ...], bindings: tuple[str, ...], as_json: bool, schema: bool) -> ExitCode:
    """Find every mistake in a roster file, with line, column and the nearest valid name; talk to nobody.

    Several FILEs are judged as the one roster that they make together. Exits with 1 when there are mistakes. What is valid only if
    Elastic Cloud knows it so (an odd e-mail address) is a warning.
    """
    if schema:
        click.echo(roster_schema_text(), nl=False)
        return ExitCode.SUCCESS
    if not files:
        raise click.UsageError("name at least one roster file, or ask for --schema")
    roster: RosterFile | None = None
    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    try:
        roster = read_rosters(files, bindings)
        warnings = roster.warnings
    except RosterFileError as error:
        mistakes = error.mistakes
    if as_json:
        document = {
            "valid": not mistakes,
            "files": [str(file) for file in files],
            "people": None if roster is None else len(roster.people),
            "mistakes": [_data(one) for one in mistakes],
            "warnings": [_data(one) for one in warnings],
        }
        click.echo(json_text(document))
    elif roster is None:
        for mistake in mistakes:
            click.echo(mistake)
        click.echo(count(len(mistakes), "mistake"), err=True)
    else:
        for warning in warnings:
            click.echo(f"warning: {warning}", err=True)
        mode = "authoritative" if roster.authoritative else "additive"
        click.echo(f"valid: {count(len(roster.people), 'person', 'people')}, {mode}")
    return ExitCode.ERROR if mistakes else ExitCode.SUCCESS


def _data(one: Mistake) -> dict[str, str | int]:
    return {"file": one.source, "line": one.line, "column": one.column, "message": one.message}
