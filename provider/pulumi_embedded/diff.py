"""What differs between two bags of properties: pure, and the same for every engine.

A dynamic provider cannot say which properties differ, so the Pulumi CLI compares the inputs, into nested maps and lists,
when it shows a change. This does the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

ChangeKind: TypeAlias = Literal["add", "update", "delete"]
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class PropertyChange:
    """One property that differs.

    Args:
        path: The keys and list indices that lead to it.
        kind: `add`, `update` or `delete`.
        old: The value before; `None` when added.
        new: The value after; `None` when deleted.
    """

    path: Path
    kind: ChangeKind
    old: Any = None
    new: Any = None


def diff_properties(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """The properties that differ, ordered by key, each at the deepest path at which both sides have a map or a list."""
    return tuple(_diff_maps((), old, new))


def _diff_maps(path: Path, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[PropertyChange]:
    for key in sorted(old.keys() | new.keys()):
        here = (*path, key)
        if key not in new:
            yield PropertyChange(here, "delete", old=old[key])
        elif key not in old:
            yield PropertyChange(here, "add", new=new[key])
        else:
            yield from _diff_values(here, old[key], new[key])


def _diff_values(path: Path, old: Any, new: Any) -> Iterator[PropertyChange]:
    if isinstance(old, list) and isinstance(new, list):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _diff_maps(path, old, new)
    elif old != new:
        yield PropertyChange(path, "update", old, new)
