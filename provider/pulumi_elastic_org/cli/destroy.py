"""`elastic-org destroy`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli import options
from pulumi_elastic_org.cli.carry_out import Request, carry_out
from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.operations import Operation


@click.command(epilog=EPILOG)
@options.stack_options
@options.yes
@options.skip_preview
@options.preview_only
def destroy(stack: options.Stack, yes: bool, skip_preview: bool, preview_only: bool) -> ExitCode:
    """Delete the stack's resources, after showing them and asking.

    A roster lets its people go: they stay members of the organization."""
    request = Request(Operation.DESTROY, stack.workspace, yes=yes, skip_preview=skip_preview, preview_only=preview_only)
    return carry_out(request, stack.select, stack.reporter())
