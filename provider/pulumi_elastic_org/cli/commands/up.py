"""`elastic-org up`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.options.saved_plan import plan
from pulumi_elastic_org.cli.options.stack import Stack, expect_no_changes, skip_preview, stack_options, yes
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation


@click.command(epilog=EPILOG)
@stack_options
@yes
@skip_preview
@expect_no_changes
@plan
def up(stack: Stack, yes: bool, skip_preview: bool, expect_no_changes: bool, reviewed: Path | None) -> ExitCode:
    """Preview, ask, then apply what the program declares."""
    request = Request(
        Operation.UP,
        stack.workspace,
        yes=yes,
        skip_preview=skip_preview,
        expect_no_changes=expect_no_changes,
        reviewed=reviewed,
    )
    return carry_out(request, stack.select, stack.reporter())
