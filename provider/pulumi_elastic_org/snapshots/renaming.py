"""Which indices a restore creates, and what stands in its way. Pure.

Names are selected and renamed as Elasticsearch's restore API does it: patterns with ``*``, exclusions with ``-`` in front, and a
Java regular expression whose groups are ``$1`` in the replacement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

EVERYTHING = ("*",)
BACKING = ".ds-"
"""How the indices behind a data stream begin."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """New names for what is restored.

    Args:
        pattern: A regular expression that is looked for in each name, such as ``"(.+)"``.
        replacement: What stands in its place, such as ``"restored-$1"``.
    """

    pattern: str
    replacement: str

    def mistakes(self) -> Iterator[str]:
        """Yields everything that is invalid."""
        try:
            compiled = re.compile(self.pattern)
        except re.error as error:
            yield f"rename_pattern is not a regular expression: {error}"
            return
        if len(compiled.findall("a")) > 1:  # Java, too, finds `(.*)` twice: the whole name, and the nothing behind it
            yield f"rename_pattern {self.pattern!r} matches a name more than once: write (.+) instead of (.*)"
        try:
            compiled.sub(self._template, "")
            re.sub(self.pattern, self._template, "a")
        except (re.error, IndexError) as error:
            yield f"rename_replacement does not fit the pattern: {error}"

    def __call__(self, name: str) -> str:
        """Returns the new name of an index or a data stream; an index behind a data stream keeps its prefix."""
        prefix = BACKING if name.startswith(BACKING) else ""
        return prefix + re.sub(self.pattern, self._template, name.removeprefix(prefix))

    @property
    def _template(self) -> str:
        escaped = self.replacement.replace("\\$", "\0").replace("\\", r"\\")
        return re.sub(r"\$(\d)|\$\{(\w+)\}", r"\\g<\1\2>", escaped).replace("\0", "$")


@dataclass(frozen=True, slots=True)
class Names:
    """What a cluster has, by name.

    Args:
        indices: Indices, open or closed, hidden ones included, without those of the system.
        aliases: Aliases.
        data_streams: Data streams.
    """

    indices: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    data_streams: frozenset[str] = frozenset()


def select(names: Iterable[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """Returns the names that patterns mean, in order.

    Args:
        names: What there is.
        patterns: Names and patterns; one with ``-`` in front takes away from what those before it chose.
    """
    available = sorted(names)
    chosen: set[str] = set()
    for pattern in patterns:
        excluded = pattern.startswith("-")
        matching = {name for name in available if _matches(pattern.removeprefix("-"), name)}
        chosen = chosen - matching if excluded else chosen | matching
    return tuple(name for name in available if name in chosen)


def unmatched(names: Collection[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """Returns the patterns that mean nothing that there is; exclusions may.

    Args:
        names: What there is.
        patterns: As for `select`.
    """
    return tuple(one for one in patterns if not one.startswith("-") and not any(_matches(one, name) for name in names))


def targets(names: Iterable[str], renaming: Renaming | None) -> dict[str, str]:
    """Returns the name that each index gets.

    Args:
        names: The indices of the snapshot that are restored.
        renaming: New names; ``None`` to keep them.
    """
    return {name: renaming(name) if renaming else name for name in names}


def obstacles(chosen: Mapping[str, str], aliases: Iterable[str], existing: Names) -> Iterator[str]:
    """Yields what stands in the way of a restore, each with what to do.

    Args:
        chosen: What is restored, with the name that it gets.
        aliases: The aliases that come along, as far as they are known.
        existing: What the destination has.
    """
    taken = {
        **dict.fromkeys(existing.aliases, "an alias"),
        **dict.fromkeys(existing.data_streams, "a data stream"),
        **dict.fromkeys(existing.indices, "an index"),
    }
    sources: dict[str, list[str]] = {}
    for source, target in sorted(chosen.items()):
        sources.setdefault(target, []).append(source)
    for target, several in sources.items():
        if len(several) > 1:
            yield f"{target}: {' and '.join(several)} would both get this name: change the renaming"
        if target in taken:
            yield f"{target}: the destination has {taken[target]} of this name: delete it there, leave it out, or rename it"
    for alias in sorted(set(aliases) - set(sources)):
        if alias in taken:
            yield f"{alias}: the destination has {taken[alias]} of this name, and the restore brings an alias: remove one of them"


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None
