"""Whether everything arrived: indices, document counts, aliases and mappings of both sides compared. Pure.

What an index is like is one flat text (``documents=3000 aliases=library mappings=9f86d081``), so that a journal and Pulumi's state
keep it, and a preview shows one line an index. No name of an index or an alias contains a space, a comma or a ``#``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What an index is like.

    Args:
        fewest: How many documents it has at least; ``None`` for a closed index, which cannot be counted.
        most: How many at most: more than the fewest where somebody wrote while it was looked at.
        aliases: Its aliases; one with a filter or a routing has a digest of them behind a ``#``.
        mappings: A digest of its mappings.
    """

    fewest: int | None
    most: int | None
    aliases: tuple[str, ...]
    mappings: str

    @property
    def documents(self) -> str:
        """The count for people."""
        if self.fewest is None:
            return "closed"
        return str(self.fewest) if self.fewest == self.most else f"{self.fewest}..{self.most}"

    @property
    def alias_names(self) -> tuple[str, ...]:
        """The aliases without their digests."""
        return tuple(alias.partition("#")[0] for alias in self.aliases)

    def until(self, later: IndexFacts) -> IndexFacts:
        """Returns what holds for every moment between this look at an index and a later one.

        Args:
            later: The same index, later.
        """
        counts = [one for one in (self.fewest, self.most, later.fewest, later.most) if one is not None]
        return replace(later, fewest=min(counts, default=None), most=max(counts, default=None))

    def __str__(self) -> str:
        aliases = f" aliases={','.join(self.aliases)}" if self.aliases else ""
        return f"documents={self.documents}{aliases} mappings={self.mappings}"

    @staticmethod
    def parse(text: str) -> IndexFacts:
        """Returns the facts that `str` wrote.

        Args:
            text: Their text.

        Raises:
            ValueError: It is another text.
        """
        facts = dict(part.split("=", 1) for part in text.split())
        counted, aliases = facts.get("documents", "closed"), facts.get("aliases", "")
        low, _, high = counted.partition("..")
        fewest, most = (None, None) if counted == "closed" else (int(low), int(high or low))
        return IndexFacts(fewest, most, tuple(filter(None, aliases.split(","))), facts.get("mappings", ""))


def facts_of(definition: Mapping[str, Any], documents: int | None) -> IndexFacts:
    """Returns the facts of an index from what Elasticsearch answers.

    Args:
        definition: The index as ``GET /INDEX`` shows it, with ``aliases`` and ``mappings``.
        documents: How many documents it has; ``None`` where it is closed.
    """
    aliases = [f"{name}#{_digest(one)}" if one else name for name, one in (definition.get("aliases") or {}).items()]
    return IndexFacts(documents, documents, tuple(sorted(aliases)), _digest(definition.get("mappings") or {}))


def differences(
    expected: Mapping[str, IndexFacts], found: Mapping[str, IndexFacts], names: Mapping[str, str]
) -> Iterator[str]:
    """Yields what did not arrive as it was.

    Args:
        expected: The indices of the source, by their name there.
        found: The indices of the destination, by their name there.
        names: The name that each index of the source got at the destination.
    """
    for source, target in sorted(names.items()):
        if target not in found:
            yield f"{target}: missing on the destination"
        elif source in expected:
            yield from (f"{target}: {difference}" for difference in _compare(expected[source], found[target]))


def _compare(expected: IndexFacts, found: IndexFacts) -> Iterator[str]:
    # A closed index could not be counted at the source, and a restore opens it.
    if expected.fewest is not None and not _within(found.fewest, expected.fewest, expected.most):
        yield f"documents {found.documents}, expected {expected.documents}"
    if missing := set(expected.aliases) - set(found.aliases):
        yield f"aliases missing or different: {', '.join(sorted(missing))}"
    if surplus := set(found.aliases) - set(expected.aliases):
        yield f"aliases that were not there: {', '.join(sorted(surplus))}"
    if expected.mappings != found.mappings:
        yield "the mappings differ"


def _within(documents: int | None, fewest: int, most: int | None) -> bool:
    return documents is not None and most is not None and fewest <= documents <= most


def _digest(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_DIGEST_LENGTH]
