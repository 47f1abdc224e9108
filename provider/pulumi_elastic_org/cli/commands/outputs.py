"""`elastic-org outputs`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import Stack, stack_options
from pulumi_elastic_org.model.printable import json_text, printable


@click.command()
@stack_options
@click.option("--show-secrets", is_flag=True, help="Show secrets in clear.")
@click.argument("name", required=False)
def outputs(stack: Stack, show_secrets: bool, name: str | None) -> ExitCode:
    """Show what the stack's program exported at its last update, or NAME alone; secrets are masked."""
    found = stack.select().outputs(stack.workspace, show_secrets=show_secrets)
    if name is not None and name not in found:
        raise click.ClickException(
            f"stack {stack.workspace.stack} has no output '{name}'; it has {', '.join(found) or 'none'}"
        )
    if stack.as_json:
        click.echo(json_text(found if name is None else found[name]))
    elif name is not None:
        click.echo(_text(found[name]))
    else:
        for key, value in found.items():
            click.echo(f"{printable(key)}: {_text(value)}")
    return ExitCode.SUCCESS


def _text(value: object) -> str:
    return printable(value) if isinstance(value, str) else json_text(value)
