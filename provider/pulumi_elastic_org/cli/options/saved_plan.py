"""The options that bind an update to the preview that somebody has reviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(dir_okay=False, path_type=Path)


def _read(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is not None:
        from pulumi_elastic_org.review.saved_plan import SavedPlanError, read_saved_plan  # noqa: PLC0415

        try:
            read_saved_plan(path)
        except SavedPlanError as error:
            raise click.BadParameter(str(error)) from None
    return path


save_plan: Callable[..., Any] = click.option(
    "--save-plan",
    type=_PATH,
    metavar="FILE",
    help="Keep the plan, so that `up --plan FILE` does this and nothing else. FILE names people and their roles.",
)
plan: Callable[..., Any] = click.option(
    "--plan",
    "reviewed",
    type=_PATH,
    metavar="FILE",
    callback=_read,
    help="Do what `preview --save-plan FILE` showed; refuse when the code or the organization has moved in a way that changes it.",
)
