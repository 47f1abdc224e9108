"""`elastic-org refresh`."""

from __future__ import annotations

from typing import Any

import click

from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.options.stack import (
    Stack,
    expect_no_changes,
    preview_only,
    skip_preview,
    stack_options,
    yes,
)
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation


@click.command(epilog=EPILOG)
@stack_options
@yes
@skip_preview
@preview_only
@expect_no_changes
def refresh(stack: Stack, **asked: Any) -> ExitCode:
    """Update the state from what is live, after showing it and asking.

    With --preview-only --expect-no-changes it is a drift check: it changes nothing and exits with 7 when somebody's access
    was changed outside the code."""
    return carry_out(Request(Operation.REFRESH, stack.workspace, **asked), stack.select, stack.reporter())
