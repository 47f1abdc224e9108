"""What came of input: accepted, refused with a clear error, or wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

LONGEST_LINE = 2_000


@dataclass
class Tally:
    """One row of the campaign's table.

    Args:
        name: What the inputs were.
        tried: How many there were.
        accepted: How many were taken, with the meaning that they have.
        refused: How many got a clear error.
        violations: What was wrong, in words.
    """

    name: str
    tried: int = 0
    accepted: int = 0
    refused: int = 0
    violations: list[str] = field(default_factory=list)

    def count(self, *, accepted: bool, violations: Iterable[str] = ()) -> None:
        """Counts one input."""
        self.tried += 1
        wrong = list(violations)
        if wrong:
            self.violations += wrong
        elif accepted:
            self.accepted += 1
        else:
            self.refused += 1


def refusal(check: Callable[[], object], *kinds: type[Exception]) -> str | None:
    """Returns why something is refused; ``None`` where it is not.

    Args:
        check: Takes the input.
        kinds: The exceptions that are refusals; every other one is a defect and passes.
    """
    try:
        check()
    except kinds as error:
        return str(error)
    return None


def shown_well(message: str) -> str | None:
    """Returns what is wrong with an error's text; ``None`` where a person can read it and no line of it commands a terminal."""
    if not message.strip():
        return "an error without a text"
    if "Traceback" in message:
        return f"a traceback: {message[:200]}"
    for line in message.split("\n"):
        if not line.isprintable():
            return f"unprintable: {line[:200]!r}"
        if len(line) > LONGEST_LINE:
            return f"a line of {len(line)} characters: {line[:100]!r}"
    return None


def together(tallies: Iterable[Tally]) -> Iterator[Tally]:
    """Yields tallies with those of one name as one."""
    by_name: dict[str, Tally] = {}
    for one in tallies:
        into = by_name.setdefault(one.name, Tally(one.name))
        into.tried += one.tried
        into.accepted += one.accepted
        into.refused += one.refused
        into.violations += one.violations
    yield from by_name.values()
