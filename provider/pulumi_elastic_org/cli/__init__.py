"""The `elastic-org` command.

    commands/                   one module a command, imported when it is called
    options/                    options that several commands share, made into values
    reporters/                  what a run says to a person, and to a program
    runs/                       a run of an engine or a procedure, and the order of a command around it
    demo/                       the story of the demo, and the emulator as a program
    credentials, organization   connections for commands that run without Pulumi
    next_command                what to run next on the same stack
    exit_codes, termination     how a command ends
    output                      what it says, also where standard output takes no more

Nothing is decided here; what is shown is computed by functions of values.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, suppress
from copy import copy
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword
from typing import Any, NoReturn, cast

import click

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.cli.exit_codes import Cancelled, ExitCode, Unfinished
from pulumi_elastic_org.cli.output import Output, kept_output
from pulumi_elastic_org.cli.termination import Interrupts, ends_as_interrupt
from pulumi_elastic_org.files import file_error
from pulumi_elastic_org.model.printable import printable, printable_lines
from pulumi_elastic_org.process import accept_every_character, open_closed_streams

COMMANDS = {
    "accept": "Accept an invitation to an organization.",
    "config": "Set a value of the stack's configuration; secrets are encrypted.",
    "consolidate": "Make two accounts of one person one.",
    "demo": "Show the main job as a story; no account needed.",
    "destroy": "Delete a stack's resources; a roster removes nobody.",
    "drift": "Say whose access was changed outside the code.",
    "emulator": "Run an Elastic Cloud on loopback.",
    "import": "Write what is live as a roster file or a program.",
    "init": "Make a directory a project of what is live.",
    "keys": "List API keys: who created them, what they may do, until when.",
    "leave": "Leave an organization, once nothing stands in the way.",
    "log": "Read the audit trail.",
    "migrate": "Move indices to another cluster by a snapshot.",
    "move": "Move a person and their deployment's data, in the order of the guide.",
    "offboard": "Show what blocks a person's removal.",
    "outputs": "Show what the stack's program exported.",
    "owners": "List deployments and projects with their owners.",
    "preview": "Show what an update would do, person by person.",
    "record": "Record how a test organization is answered, for the emulator.",
    "refresh": "Update the state from what is live, or look for drift.",
    "tag-owner": "Make a member the owner of a deployment or project.",
    "transfer": "Move a person from one organization to another.",
    "unlock": "Take enforced single sign-on off, when nobody can sign in.",
    "up": "Preview, ask, then apply.",
    "validate": "Find every mistake in roster files.",
    "whoami": "Say whose API key it is, and what it sees.",
    "whois": "Say what somebody can do, and what gives it to them.",
}
"""Each command's name, with its line in the list; module and function are named like it (`tag_owner`, `import_`)."""

_LOOKING = (
    *("demo", "drift", "emulator", "import", "keys", "log", "offboard"),
    *("outputs", "owners", "preview", "validate", "whoami", "whois"),
)
"""Those that end, and say nothing of it, when whoever reads their output has enough; the others have changed something by then."""

_TRACEBACK = "Run with `elastic-org --debug ...` for the traceback."


@dataclass
class _Process:
    """What one call of the command knows of itself.

    Args:
        output: Its standard output.
        interrupts: What signals do to it.
    """

    output: Output
    interrupts: Interrupts
    command: click.Context | None = field(default=None, init=False)
    """The command that has begun."""

    def begins(self) -> None:
        """Takes note that the command line is read, and the command begins."""
        self.command = click.get_current_context()
        self.output.reader_may_leave = self.command.find_root().invoked_subcommand in _LOOKING
        self.interrupts.begin()

    def fails(self, message: str) -> None:
        """Writes the document of a command that came to nothing, where a program waits for one and has none."""
        self.interrupts.end()
        if self.command is not None and not self.output.written:
            from pulumi_elastic_org.cli.reporters.failure import tell_failure  # noqa: PLC0415 - only where something went wrong

            tell_failure(self.command, message)


class LazyCommands(click.Group):
    """A group that imports a command when it is called, so that `--help` starts fast."""

    _interrupts: Interrupts | None = None
    """What signals do, where this is a process of its own: they do so until its end."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        home = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        return _beginning(cast(click.Command, getattr(import_module(f"{__name__}.commands.{home}"), home)))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Names the nearest command where there is none of the name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command '{printable(args[0])}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs as a process of its own: once cancelled it ends, and waits neither for calls under way nor for another Ctrl-C."""
        with ends_as_interrupt(at_once=False) as self._interrupts:
            try:
                return self.main(*args, **kwargs)
            except KeyboardInterrupt:
                _end(ExitCode.CANCELLED)
            except SystemExit as end:
                if isinstance(end.code, int) and (self._interrupts.told or end.code == ExitCode.CANCELLED):
                    _end(end.code)
                raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line; whatever it says, no character of it is a reason to fail, and neither is a closed stream."""
        open_closed_streams()
        accept_every_character()
        signals = ends_as_interrupt(at_once=False) if self._interrupts is None else nullcontext(self._interrupts)
        with kept_output() as output, signals as interrupts:
            return super().main(*args, obj=_Process(output, interrupts), **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command, ends with the code that it returns, and tells a program of a failure by a document."""
        try:
            code = self._invoke(ctx)
        except click.UsageError:
            raise
        except KeyboardInterrupt:  # said again, while the first was being answered
            ctx.obj.fails("cancelled")
            raise Cancelled from None
        except click.ClickException as error:
            ctx.obj.fails(error.message)
            raise
        finally:
            ctx.obj.interrupts.end()
        ctx.exit(code or 0)

    def _invoke(self, ctx: click.Context) -> Any:
        """Runs the command, and makes one clear line of whatever goes wrong."""
        try:
            return super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt):
            raise Cancelled from None
        except click.ClickException as error:
            error.message = printable_lines(error.message)  # type: ignore[misc]  # click prints it as it is
            raise
        except click.exceptions.Exit:
            raise
        except BrokenPipeError:
            raise  # whoever read the output has enough; click ends quietly
        except ActionableError as error:
            raise _clear(error) from None
        except Exception as error:
            if ctx.params["debug"]:
                raise
            if told := _told(error):
                raise click.ClickException(printable_lines(told)) from None
            text = printable(" ".join(str(error).split()))
            raise click.ClickException(f"unexpected {type(error).__name__}: {text}\n{_TRACEBACK}") from None


def _beginning(command: click.Command) -> click.Command:
    """The command as one that says when its part of the command line is read, and it begins."""
    made = copy(command)
    if isinstance(made, click.Group):
        made.commands = {name: _beginning(one) for name, one in made.commands.items()}
        return made
    act = command.callback

    def begin(*args: Any, **kwargs: Any) -> Any:
        if isinstance(process := click.get_current_context().obj, _Process):
            process.begins()
        return act(*args, **kwargs) if act is not None else None

    made.callback = begin
    return made


def _end(code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)


def _clear(error: ActionableError) -> click.ClickException:
    from pulumi_elastic_org.procedures.errors import Waiting  # noqa: PLC0415 - only where something went wrong

    return (Unfinished if isinstance(error, Waiting) else click.ClickException)(printable_lines(str(error)))


def _told(error: Exception) -> str | None:
    """What an error says that a command need not know, for it is clear by itself; ``None`` for others."""
    from pulumi_embedded.port import EngineError  # noqa: PLC0415 - only where something went wrong

    if isinstance(error, EngineError):
        return str(error)
    return file_error(error) if isinstance(error, OSError) else None


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.version_option(package_name="pulumi-elastic-org", message="%(prog)s %(version)s")
def main(debug: bool) -> None:
    """Membership of an Elastic Cloud organization as code."""
