"""What Ctrl-C tells in the middle of a procedure: where the person or the data are now, and how to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.procedures.errors import WorkflowError
from pulumi_elastic_org.review.terminal import printable


class Interrupted(click.ClickException):
    """Somebody pressed Ctrl-C; the message says where that leaves the person or the data."""

    exit_code = ExitCode.CANCELLED


@contextmanager
def told_when_interrupted(where: Callable[[], str]) -> Iterator[None]:
    """Ends the command with where things are when somebody presses Ctrl-C.

    Args:
        where: Looks, and says where they are and how to go on; it changes nothing.

    Raises:
        Interrupted: Somebody pressed Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo("interrupted: looking at where that leaves things", err=True)
        try:
            now = where()
        except (CloudError, WorkflowError) as error:
            now = f"Where things are cannot be seen ({error}). Run the same command again: it looks first"
        raise Interrupted(printable(f"interrupted. {now}")) from None
