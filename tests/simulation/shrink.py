"""The shortest story that goes wrong in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.simulation.maker import make
from tests.simulation.story import Story
from tests.simulation.world import Result, World

_SIZES = (4, 8, 12, 20, 40)
_WHO = re.compile(r"\S+@\S+|pipeline \d+|\d+")


@dataclass(frozen=True)
class Shrunk:
    """A short story that goes wrong.

    Args:
        story: What happens.
        kept: The parts of the seed's story that are left in it.
        people: How many people there are at least; 0 where there are all.
        result: What came of it.
    """

    story: Story
    kept: frozenset[int]
    people: int
    result: Result

    @property
    def command(self) -> str:
        """What replays it."""
        people = f" --people {self.people}" if self.people else ""
        kept = ",".join(map(str, sorted(self.kept))) or "none"
        return f".venv/bin/python -m tests.simulation --seed {self.story.seed} --keep {kept}{people}"


def replay(seed: int, kept: frozenset[int] | None = None, people: int = 0) -> Result:
    """Has a seed's story happen, or what is left of it.

    Args:
        seed: Of the story.
        kept: The parts that are left; ``None`` for all.
        people: How many people there are at least; 0 for all.
    """
    return World(_shortened(seed, kept, people)).live()


def shrink(result: Result) -> Shrunk:
    """Leaves out of a story whatever it does not take to go wrong in the same way.

    Args:
        result: Of a story that goes wrong.
    """
    seed, kind = result.seed, _kind(result)
    kept = frozenset(part.number for part in make(seed).parts())
    people, best = 0, result
    for size in _SIZES:
        found = replay(seed, kept, size)
        if _kind(found) == kind:
            people, best = size, found
            break
    some = max(1, len(kept) // 2)
    while True:
        before = kept
        for group in _groups(sorted(kept, reverse=True), some):
            found = replay(seed, kept - group, people)
            if _kind(found) == kind:
                kept, best = kept - group, found
        if some == 1 and kept == before:
            return Shrunk(_shortened(seed, kept, people), kept, people, best)
        some = max(1, some // 2)


def _shortened(seed: int, kept: frozenset[int] | None, people: int) -> Story:
    story = make(seed)
    story = story if kept is None else story.keeping(kept)
    return story.with_people(people) if people else story


def _kind(result: Result) -> str:
    """What went wrong, whoever it happened to."""
    return _WHO.sub("", result.violations[0]) if result.violations else ""


def _groups(numbers: list[int], size: int) -> list[frozenset[int]]:
    return [frozenset(numbers[start : start + size]) for start in range(0, len(numbers), size)]
