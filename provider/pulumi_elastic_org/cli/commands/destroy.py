"""`elastic-org destroy`."""

from __future__ import annotations

from typing import Any

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
def destroy(stack: Stack, **asked: Any) -> ExitCode:
    """Delete the stack's resources, after showing them and asking.

    A roster lets its people go: they stay members of the organization."""
    return carry_out(Request(Operation.DESTROY, stack.workspace, **asked), stack.select, stack.reporter())
