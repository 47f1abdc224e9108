"""What makers of stories share: what decides, how parts are numbered, and the faults that calls meet."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.simulation.story import UNREACHABLE, Incident
from tests.trust.faults import FAULTS, only_for_writes

IGNORED = "success without the effect"
_FAULTS = (*FAULTS, UNREACHABLE, *[IGNORED] * 4)
"""An answer that is wrong comes more often: a fault that nobody notices by itself."""
_THEN = 0.3
"""How often a fault is followed by another one that lasts."""
_LASTING = (*(name for name, fault in FAULTS.items() if not only_for_writes(fault)), UNREACHABLE)
"""Those that reads meet, too: nobody can look any more."""


class PartMaker:
    """Gives a story a part.

    Args:
        random: Decides.
        aims: Decides of what is aimed at one protection.
        numbers: Numbers the parts of the story.
    """

    def __init__(self, random: Random, aims: Random, numbers: Iterator[int]) -> None:
        self._random = random
        self._aims = aims
        self._numbers = numbers


def fault(number: int, random: Random, call: int) -> Incident:
    """Returns a fault that a call meets, and maybe those after it.

    Args:
        number: Of this part of the story.
        random: Decides which, and for how long.
        call: The number of the first one that meets it.
    """
    what = random.choice(_FAULTS)
    if random.random() < _THEN:
        return Incident(number, call, what, then=random.choice(_LASTING))
    return Incident(number, call, what, calls=random.choice((1, 1, 1, 2, 3, 6, 0)))
