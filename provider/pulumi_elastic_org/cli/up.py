"""`elastic-org up`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli import options, reviewed
from pulumi_elastic_org.cli.carry_out import Request, carry_out
from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.operations import Operation


@click.command(epilog=EPILOG)
@options.stack_options
@options.yes
@options.skip_preview
@options.expect_no_changes
@reviewed.plan
def up(stack: options.Stack, yes: bool, skip_preview: bool, expect_no_changes: bool, reviewed: Path | None) -> ExitCode:
    """Preview, ask, then make what the program declares so."""
    request = Request(
        Operation.UP,
        stack.workspace,
        yes=yes,
        skip_preview=skip_preview,
        expect_no_changes=expect_no_changes,
        reviewed=reviewed,
    )
    return carry_out(request, stack.select, stack.reporter())
