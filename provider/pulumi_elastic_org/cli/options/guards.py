"""The options of commands that look at owners as the guards of a roster do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from pulumi_elastic_org.cli.options.roster_files import read_rosters, roster_files
from pulumi_elastic_org.cli.options.stack import bindings
from pulumi_elastic_org.cli.organization import owner_tag
from pulumi_elastic_org.model.guard_settings import Guards, wrong_guards

T = TypeVar("T")


@dataclass(frozen=True)
class GuardOptions:
    """What decides, out of roster files or out of options.

    Args:
        guards: What the guards allow, overrides included.
        labels: The names that the files give to deployments and projects, by id.
    """

    guards: Guards
    labels: Mapping[str, str] = field(default_factory=dict)


def guard_options(command: Callable[..., T]) -> Callable[..., T]:
    """Gives a command the options, as one value called ``options``.

    Args:
        command: Takes that value beside its own options.
    """

    @functools.wraps(command)
    def with_guards(*, files: tuple[Path, ...], bindings: tuple[str, ...], owner_tag: str, **own: Any) -> T:
        for wrong in wrong_guards({"owner_tag": owner_tag}):
            raise click.UsageError(wrong.reason)
        options = _read(files, bindings) if files else GuardOptions(Guards(owner_tag=owner_tag))
        return command(options=options, **own)

    return functools.reduce(lambda inner, option: option(inner), reversed((_ROSTER, bindings, owner_tag)), with_guards)


def _read(files: tuple[Path, ...], bindings: tuple[str, ...]) -> GuardOptions:
    found = read_rosters(files, bindings)
    return GuardOptions(found.guards, found.labels)


_ROSTER = roster_files(
    "A roster file whose guards and overrides decide; may be repeated.  [default: the guards' own defaults]"
)
