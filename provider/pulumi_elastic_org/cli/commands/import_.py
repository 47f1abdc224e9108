"""`elastic-org import`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.adoption.python_text import python_text
from pulumi_elastic_org.adoption.yaml_text import yaml_text
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import FILE, owner_tag
from pulumi_elastic_org.cli.organization import ENVIRONMENT, draft_of, live_organization, summary_of
from pulumi_elastic_org.files import write_private
from pulumi_elastic_org.roster_file.editor_schema import roster_schema_text

SCHEMA_FILE = "roster.schema.json"
draft_format = click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "python"]),
    default="yaml",
    show_default=True,
    help="People in a roster file, or in a Python program.",
)


@click.command("import", epilog=ENVIRONMENT)
@draft_format
@click.option(
    "-o",
    "--output",
    type=FILE,
    help=f"Where to write; must not exist. Beside a roster file goes its schema, {SCHEMA_FILE}.  [default: standard output]",
)
@click.option(
    "--mode",
    type=click.Choice(["additive", "authoritative"]),
    default="additive",
    show_default=True,
    help="additive leaves people alone whom no apply has named; authoritative removes them, once the guards agree.",
)
@click.option("--name", default="people", show_default=True, help="The roster's name in the Python program.")
@owner_tag
def import_(form: str, output: Path | None, mode: str, name: str, owner_tag: str) -> ExitCode:
    """Write what is live as a roster file or a Python program; applying it changes nothing.

    Everybody who is a member or has a pending invitation is in it, with names for deployments and projects, and with groups and
    bundles where several people hold the same roles. Role mappings are in it too and, in a program, domain claims, the identity
    provider, settings, and API keys without their secrets. What cannot be written, and invitations that have expired, stand in
    comments.

    This is the way in for an organization that already has people. The first `up` adopts whoever is there, so nothing else is
    imported; `pulumi import` is for the plugin's resources, and Pulumi has none for those of Python.
    """
    organization = live_organization()
    found = draft_of(organization, owner_tag)
    text = python_text(found, mode, name) if form == "python" else yaml_text(found, mode, SCHEMA_FILE)
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.SUCCESS
    _write(output, text)
    if form == "yaml" and not (schema := output.with_name(SCHEMA_FILE)).exists():
        _write(schema, roster_schema_text())
    click.echo(f"{output}: {summary_of(found)}", err=True)
    return ExitCode.SUCCESS


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text, new=True)
    except FileExistsError:
        raise click.ClickException(f"{path} already exists: choose another file, or move it away") from None
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
