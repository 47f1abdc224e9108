"""Properties of a kind of resource as a table, from which come validation, arguments, schema and reference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.model.printable import listed

Properties = Mapping[str, Any]

UNKNOWN: Unknown = Unknown()  # type: ignore[no-untyped-call]
"""Pulumi's marker for what is not known yet."""


class Type(Enum):
    """What a property may be; the value is what an error calls it."""

    TEXT = "text"
    COUNT = "a whole number, 0 or more"
    COUNT_OR_TEXT = "a whole number or text"
    FLAG = "true or false"
    LIST = "a list of strings"
    MAP = "a mapping of strings"
    OBJECT = "an object"
    """With the properties of its own table."""


class Where(Enum):
    """On which side of a resource a property is."""

    INPUT = "input"
    """Given, and not kept in state as an output."""
    OUTPUT = "output"
    KEPT = "kept"
    """An input that state keeps as an output too, since a refresh and a destroy are given nothing else."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind of resource.

    Args:
        name: In snake case.
        type: What it is.
        description: For the reference; starts with a capital letter and ends with a full stop.
        where: On which side.
        required: Whether an input has to be given.
        default: What an input is where it is not given; ``None`` for nothing.
        secret: Whether it is encrypted in state and never shown.
        replaces: Whether a change makes another thing of it, so that the resource is replaced.
        choices: The texts that it may be; empty for any.
        fields: The table of an `Type.OBJECT`.
        internal: Whether a face or the lifecycle sets it, and no person.
        early: Whether a preview cannot do without it, down to its parts: what is planned and guarded follows from it.
    """

    name: str
    type: Type
    description: str
    where: Where = Where.KEPT
    required: bool = False
    default: Any = None
    secret: bool = False
    replaces: bool = False
    choices: tuple[str, ...] = ()
    fields: tuple[Property, ...] = ()
    internal: bool = False
    early: bool = False

    @property
    def is_input(self) -> bool:
        """Whether it may be given."""
        return self.where is not Where.OUTPUT


class PropertyError(ActionableError, ValueError):
    """Properties that are invalid.

    Args:
        mistakes: Everything that is wrong, a line each.
    """

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(listed("the program has mistakes and nothing was changed:", self.mistakes))


NOT_KNOWN_YET = "is only known after another resource exists, and a preview needs it: give it here"


def kept(table: Iterable[Property]) -> tuple[str, ...]:
    """Returns the names of the inputs that state keeps."""
    return tuple(one.name for one in table if one.where is Where.KEPT)


def invalid(table: Iterable[Property], inputs: Properties) -> Iterator[tuple[str, str]]:
    """Yields what is missing, of another type than the table says, or needed and not known yet: the path, and what is wrong.

    Args:
        table: Of the kind.
        inputs: Some may be Pulumi's marker for what a preview does not know yet.
    """
    for one in table:
        if not one.is_input:
            continue
        value = inputs.get(one.name)
        if value is None:
            if one.required:
                yield one.name, "is missing"
        elif one.type is Type.OBJECT and isinstance(value, Mapping):
            for path, what in invalid(one.fields, value):
                yield f"{one.name}.{path}", what
        elif not _is(one, value):
            yield one.name, f"must be {one.type.value}, not {_shown(one, value)}"
        elif one.early and _has_unknown(value):
            yield one.name, NOT_KNOWN_YET
        elif one.choices and not isinstance(value, Unknown) and value not in one.choices:
            yield one.name, f"must be {' or '.join(map(repr, one.choices))}, not {_shown(one, value)}"


def _is(one: Property, value: Any) -> bool:
    return isinstance(value, Unknown) or _CHECKS[one.type](value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str | Unknown)


def _is_count(value: Any) -> bool:
    """On the wire every number is a float."""
    is_whole = (
        value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)
    )
    return is_whole and value >= 0


_CHECKS: Mapping[Type, Callable[[Any], bool]] = {
    Type.TEXT: _is_text,
    Type.COUNT: _is_count,
    Type.COUNT_OR_TEXT: lambda value: _is_text(value) or _is_count(value),
    Type.FLAG: lambda value: isinstance(value, bool),
    Type.LIST: lambda value: isinstance(value, list | tuple) and all(map(_is_text, value)),
    Type.MAP: lambda value: isinstance(value, Mapping) and all(map(_is_text, value.values())),
    Type.OBJECT: lambda value: isinstance(value, Mapping),
}


def _shown(one: Property, value: Any) -> str:
    return "this" if one.secret or not isinstance(value, str | int | float) else repr(value)


def known(properties: Properties, keys: Iterable[str]) -> bool:
    """Whether properties have values, down to their parts.

    Args:
        properties: Inputs.
        keys: Which of them.
    """
    return not any(_has_unknown(properties.get(key)) for key in keys)


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)


def plain(value: Any) -> str:
    """Returns properties as text, to be compared: what is unknown is equal to itself, and 3.0 from state is 3."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=lambda unknown: type(unknown).__name__)


def differing(olds: Properties, news: Properties, keys: Iterable[str]) -> tuple[str, ...]:
    """Returns the names of those properties that are not the same.

    Args:
        olds: Before.
        news: Now.
        keys: The names that count.
    """
    return tuple(key for key in keys if plain(olds.get(key)) != plain(news.get(key)))
