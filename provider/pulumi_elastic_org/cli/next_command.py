"""What somebody may run next, on the same stack."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

import click
from click.core import ParameterSource

_CHOOSING = ("directory", "stack", "engine", "config")
"""The options that choose a stack, what runs it, and how it is configured."""


def next_command(words: str) -> str:
    """Returns a command line for the stack of the command that runs: what chose that stack on its own line is repeated.

    Args:
        words: The command, and the options that are its own, as a shell takes them.
    """
    context = click.get_current_context(silent=True)
    parts = ["elastic-org", words]
    for option in context.command.params if context is not None else ():
        if isinstance(option, click.Option) and option.name in _CHOOSING and context is not None:
            said = context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
            parts += [f"{option.opts[0]} {quote(one)}" for one in _values(context.params[option.name]) if said]
    return " ".join(parts)


def _values(value: object) -> list[str]:
    return [f"{key}={one}" for key, one in value.items()] if isinstance(value, Mapping) else [str(value)]
