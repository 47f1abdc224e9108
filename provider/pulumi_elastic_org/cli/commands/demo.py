"""`elastic-org demo`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.commands.emulator import needs_emulator
from pulumi_elastic_org.cli.exit_codes import ExitCode


@click.command()
@click.option("--engine", default="embedded", show_default=True, help="Who runs the program: embedded, or pulumi.")
def demo(engine: str) -> ExitCode:
    """Tell the main job as a story: sixty people in a YAML file, an emulated Elastic Cloud, no account anywhere.

    Every claim of the story is checked as it is told; the first one that does not hold ends it with exit code 1.
    """
    with needs_emulator("demo"):
        from pulumi_elastic_org.cli.demo.story import StoryBroken, tell  # noqa: PLC0415 - needs the optional dependency
    try:
        tell(engine)
    except StoryBroken as broken:
        raise click.ClickException(f"the story does not hold: {broken}") from None
    return ExitCode.SUCCESS
