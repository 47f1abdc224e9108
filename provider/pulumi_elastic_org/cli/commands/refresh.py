"""`elastic-org refresh`."""

from __future__ import annotations

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
def refresh(stack: Stack, yes: bool, skip_preview: bool, preview_only: bool, expect_no_changes: bool) -> ExitCode:
    """Update the state from what is live, after showing it and asking.

    With --preview-only --expect-no-changes it is a drift check: it changes nothing and exits with 7 when somebody's access
    was changed outside the code."""
    request = Request(
        Operation.REFRESH,
        stack.workspace,
        yes=yes,
        skip_preview=skip_preview,
        preview_only=preview_only,
        expect_no_changes=expect_no_changes,
    )
    return carry_out(request, stack.select, stack.reporter())
