"""`elastic-org preview`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli import options
from pulumi_elastic_org.cli.carry_out import Request, carry_out
from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.operations import Operation


@click.command(epilog=EPILOG)
@options.stack_options
@options.expect_no_changes
def preview(stack: options.Stack, expect_no_changes: bool) -> ExitCode:
    """Show what `up` would do, person by person; change nothing."""
    request = Request(Operation.PREVIEW, stack.workspace, expect_no_changes=expect_no_changes)
    return carry_out(request, stack.select, stack.reporter())
