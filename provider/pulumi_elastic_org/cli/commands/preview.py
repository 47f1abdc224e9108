"""`elastic-org preview`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pulumi_elastic_org.cli.exit_codes import EPILOG, ExitCode
from pulumi_elastic_org.cli.options.formats import output, reporter_for, review_format
from pulumi_elastic_org.cli.options.stack import Stack, expect_no_changes, roster_files, save_plan, stack_options
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation


@click.command(epilog=EPILOG)
@stack_options
@expect_no_changes
@roster_files
@save_plan
@review_format
@output
def preview(stack: Stack, form: str, output: Path | None, **asked: Any) -> ExitCode:
    """Show what `up` would do, person by person; change nothing.

    With --roster, the program of this directory plans other roster files than those that it names: so a pull request that changes
    data only is reviewed without running its code."""
    with reporter_for(stack, form, output) as reporter:
        return carry_out(Request(Operation.PREVIEW, stack.workspace, **asked), stack.select, reporter)
