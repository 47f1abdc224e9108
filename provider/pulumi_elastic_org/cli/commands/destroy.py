"""`elastic-org destroy`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.options.stack import Stack, preview_only, skip_preview, stack_options, yes
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation


@click.command(epilog=EPILOG)
@stack_options
@yes
@skip_preview
@preview_only
def destroy(stack: Stack, yes: bool, skip_preview: bool, preview_only: bool) -> ExitCode:
    """Delete the stack's resources, after showing them and asking.

    A roster lets its people go: they stay members of the organization."""
    request = Request(Operation.DESTROY, stack.workspace, yes=yes, skip_preview=skip_preview, preview_only=preview_only)
    return carry_out(request, stack.select, stack.reporter())
