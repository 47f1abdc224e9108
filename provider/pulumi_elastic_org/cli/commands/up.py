"""`elastic-org up`."""

from __future__ import annotations

from typing import Any

import click

from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.options.stack import Stack, expect_no_changes, plan, skip_preview, stack_options, yes
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation


@click.command(epilog=EPILOG)
@stack_options
@yes
@skip_preview
@expect_no_changes
@plan
def up(stack: Stack, **asked: Any) -> ExitCode:
    """Preview, ask, then apply what the program declares."""
    return carry_out(Request(Operation.UP, stack.workspace, **asked), stack.select, stack.reporter())
