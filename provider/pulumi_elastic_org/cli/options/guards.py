"""The options of commands that look at owners as the guards of a roster do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.roster_files import read_rosters, roster_files
from pulumi_elastic_org.cli.options.stack import bindings, owner_tag
from pulumi_elastic_org.model.guard_settings import Guards, wrong_guards


@dataclass(frozen=True)
class GuardOptions:
    """What decides, out of roster files or out of options.

    Args:
        guards: What the guards allow, overrides included.
        labels: The names that the files give to deployments and projects, by id.
    """

    guards: Guards
    labels: Mapping[str, str] = field(default_factory=dict)


def _options(files: tuple[Path, ...], bindings: tuple[str, ...], owner_tag: str) -> GuardOptions:
    for wrong in wrong_guards({"owner_tag": owner_tag}):
        raise click.UsageError(wrong.reason)
    if not files:
        return GuardOptions(Guards(owner_tag=owner_tag))
    found = read_rosters(files, bindings)
    return GuardOptions(found.guards, found.labels)


guard_options = as_value(
    "options",
    _options,
    roster_files(
        "A roster file whose guards and overrides decide; may be repeated.  [default: the guards' own defaults]"
    ),
    bindings,
    owner_tag,
)
"""Gives a command the options, as `GuardOptions` called ``options``."""
