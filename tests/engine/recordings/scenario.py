"""What a scenario is: a program, the operations that are run on it one after another, and what changes between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any, Literal, TypeAlias

Operation: TypeAlias = Literal["preview", "up", "refresh", "preview refresh", "destroy", "preview destroy"]


@dataclass(frozen=True)
class Run:
    """One operation on the stack.

    Args:
        operation: Which one.
        program: The program from here on; `None` leaves it as it is.
        config: The content of the stack's configuration file from here on; `None` leaves it as it is.
        cloud: What has happened to things behind the provider's back, by id; `None` stands for a thing that is gone.
        interrupted: Whether it is interrupted, as by Ctrl-C, while the first thing is being created.
    """

    operation: Operation
    program: str | None = None
    config: Mapping[str, Any] | None = None
    cloud: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    interrupted: bool = False


@dataclass(frozen=True)
class Scenario:
    """A behaviour, as operations on one stack.

    Args:
        name: Its name, which is that of its file in `data/`.
        runs: The operations.
        unordered: Whether operations on several resources run side by side, so that their order is chance.
    """

    name: str
    runs: tuple[Run, ...]
    unordered: bool = False


def scenario(name: str, *runs: Run, unordered: bool = False) -> Scenario:
    """A scenario of these operations."""
    return Scenario(name, runs, unordered)


def preview(program: str | None = None, **changes: Any) -> Run:
    """`pulumi preview`."""
    return Run("preview", _text(program), **changes)


def up(program: str | None = None, **changes: Any) -> Run:
    """`pulumi up`."""
    return Run("up", _text(program), **changes)


def refresh(**changes: Any) -> Run:
    """`pulumi refresh`."""
    return Run("refresh", **changes)


def preview_refresh(**changes: Any) -> Run:
    """`pulumi refresh --preview-only`."""
    return Run("preview refresh", **changes)


def destroy(**changes: Any) -> Run:
    """`pulumi destroy`."""
    return Run("destroy", **changes)


def preview_destroy(**changes: Any) -> Run:
    """`pulumi destroy --preview-only`."""
    return Run("preview destroy", **changes)


def _text(program: str | None) -> str | None:
    return None if program is None else dedent(program)
