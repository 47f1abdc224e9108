"""How the command ends: Pulumi's own exit codes, where Pulumi has one, and the errors that lead to them."""

from __future__ import annotations

from enum import IntEnum
from typing import IO, Any

import click


class ExitCode(IntEnum):
    """The exit codes of the Pulumi CLI that apply here (`pkg/cmd/pulumi/cmd/exit_codes.go`)."""

    SUCCESS = 0
    ERROR = 1
    USAGE = 2
    CHANGES = 7
    CANCELLED = 8
    SKIPPED = 10
    """This command's own: the rest was done, and whom the guards refuse was left alone (`guards: {when_refused: skip}`)."""


EPILOG = """\b
Exit codes, as Pulumi's:
  0  done
  1  failed, refused by a guard, or declined at the prompt
  2  wrong usage, or no --yes where nobody can be asked
  7  changes were found though --expect-no-changes was given
  8  cancelled
  10 people whom the guards refuse were, or would be, left as they are, and
     the rest done (when_refused: skip)"""
"""What the help of each command that runs an engine ends with."""


class Cancelled(click.ClickException):
    """Somebody pressed Ctrl-C."""

    exit_code = ExitCode.CANCELLED

    def __init__(self) -> None:
        super().__init__("cancelled")

    def show(self, file: IO[Any] | None = None) -> None:
        """Leaves the line on which a terminal has shown ^C."""
        click.echo(file=file, err=file is None)
        super().show(file)


class Interrupted(click.ClickException):
    """Somebody pressed Ctrl-C in a procedure; the message says where that leaves the person or the data."""

    exit_code = ExitCode.CANCELLED


class NoError(click.ClickException):
    """Nothing is wrong, and the command does not go on."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Shows the message, which is no error."""
        click.echo(self.format_message(), file=file, err=file is None)


class Unfinished(NoError):
    """A person has to do something before the command can go on."""


class Declined(NoError):
    """Somebody was asked, and does not want it."""
