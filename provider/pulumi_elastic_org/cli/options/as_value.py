"""Several options of a command as one value, made before the command begins."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def as_value(
    name: str, make: Callable[..., Any], *options: Callable[..., Any]
) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Returns what gives a command several options as one value.

    Args:
        name: The parameter by which the command takes the value.
        make: Returns the value; has a parameter for each of the options, named like it.
        options: In the order in which the help shows them.
    """
    parts = tuple(inspect.signature(make).parameters)

    def give(command: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(command)
        def with_value(**given: Any) -> T:
            value = make(**{part: given.pop(part) for part in parts})
            return command(**given, **{name: value})

        return functools.reduce(lambda inner, option: option(inner), reversed(options), with_value)

    return give
