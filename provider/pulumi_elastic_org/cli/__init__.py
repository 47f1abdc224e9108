"""The `elastic-org` command. Each command is a module of its own, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from typing import Any, cast

import click

from pulumi_elastic_org.cli.exit_codes import Cancelled, Unexpected
from pulumi_elastic_org.cli.termination import ends_as_interrupt
from pulumi_elastic_org.roster.printable import printable, printable_lines
from pulumi_elastic_org.streams import accept_every_character

COMMANDS = {
    "accept": "Accept an invitation to an organization.",
    "demo": "Tell the main job as a story; no account needed.",
    "destroy": "Delete a stack's resources; a roster removes nobody.",
    "drift": "Say whose access was changed behind the code's back.",
    "emulator": "Run an Elastic Cloud on loopback.",
    "import": "Write what is live as a roster file or a program.",
    "leave": "Leave an organization, once nothing stands in the way.",
    "migrate": "Move indices to another cluster by a snapshot.",
    "log": "Read the audit trail.",
    "move": "Move a person and their deployment's data, in the order of the guide.",
    "offboard": "Show what blocks a person's removal.",
    "owners": "List deployments and projects with their owners.",
    "preview": "Show what an update would do, person by person.",
    "refresh": "Take what is live into the state, or look for drift.",
    "transfer": "Move a person from one organization to another.",
    "up": "Preview, ask, then make it so.",
    "validate": "Find every mistake in roster files.",
}
"""Each command's name, which is also its module and its function (`import_` for a word of Python), with its line in the list."""


class LazyCommands(click.Group):
    """A group that imports a command when it is called, so that `--help` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        home = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        return cast(click.Command, getattr(import_module(f"{__name__}.{home}"), home))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line; whatever it says, no character of it is a reason to fail."""
        accept_every_character()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command, ends with the code that it returns, and makes one clear line of whatever goes wrong."""
        try:
            with ends_as_interrupt():
                code = super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt):
            raise Cancelled from None
        except click.ClickException as error:
            error.message = printable_lines(error.message)  # type: ignore[misc]  # click prints it as it is
            raise
        except click.exceptions.Exit:
            raise
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise Unexpected(type(error).__name__, printable(" ".join(str(error).split()))) from None
        ctx.exit(code or 0)


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.version_option(package_name="pulumi-elastic-org", message="%(prog)s %(version)s")
def main(debug: bool) -> None:
    """Membership of an Elastic Cloud organization as code."""
