"""All bad input there is: every corpus, every fuzzer, every alteration of the API's answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from elastic_cloud_emulator import Emulator
from tests.inputs import acknowledgements, addresses, files, programs, roles
from tests.inputs.altering import Alter, altering_proxy
from tests.inputs.answers import alterations, bodies, recorded, try_alteration
from tests.inputs.tally import Tally, together

Try = tuple[str, str, int | None, Alter]

KINDS: tuple[ModuleType, ...] = (addresses, roles, files, acknowledgements, programs)
"""Modules with a corpus, a fuzzer and a judge of the same kind of input."""


@dataclass(frozen=True)
class Campaign:
    """What became of all of it.

    Args:
        rows: One a kind of input.
    """

    rows: tuple[Tally, ...]

    @property
    def violations(self) -> list[str]:
        """Everything that was wrong."""
        return [f"{row.name}: {violation}" for row in self.rows for violation in row.violations]


def run(examples: int, seed: int) -> Campaign:
    """Tries everything.

    Args:
        examples: How many inputs each fuzzer makes; of the alterations all are tried, whatever the number.
        seed: Where the fuzzers begin.
    """
    rows = [kind.corpus() for kind in KINDS]
    rows += [fuzz(kind, examples, seed) for kind in KINDS]
    return Campaign((*together(rows), altered_answers()))


def fuzz(kind: ModuleType, examples: int, seed: int) -> Tally:
    """Returns what becomes of inputs that a fuzzer makes.

    Args:
        kind: One of `KINDS`.
        examples: How many.
        seed: Where it begins.
    """
    tally = Tally(f"{_name(kind)}, fuzzed")
    judge: Callable[[Any], tuple[bool, list[str]]] = kind.wrong

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.FUZZED)
    def one(example: Any) -> None:
        try:
            accepted, violations = judge(example)
        except Exception as error:  # what a person would see as a traceback
            accepted, violations = False, [f"{example!r}: {type(error).__name__}: {error}"]
        tally.count(accepted=accepted, violations=violations)

    one()
    return tally


def altered_answers(sample: int | None = None, seed: int = 0) -> Tally:
    """Returns what becomes of previews and updates whose answers are altered.

    Args:
        sample: How many alterations are tried; ``None`` for all of them.
        seed: Which ones.
    """
    tally = Tally("answers of the API, altered")
    with Emulator() as emulator, altering_proxy(emulator) as proxy:
        answers = recorded(emulator, proxy)
        tries: list[Try] = [(str(one), one.call, one.number, one.alter) for one in alterations(answers)]
        calls = dict.fromkeys(answer.call for answer in answers)
        tries += [(f"{call}: {name}", call, None, alter) for call in calls for name, alter in bodies()]
        for name, call, number, alter in _sample(tries, sample, seed):
            accepted, violations = try_alteration(emulator, proxy, call, number, alter)
            tally.count(accepted=accepted, violations=[f"{name[:200]}: {violation}" for violation in violations])
    return tally


def _sample(tries: list[Try], sample: int | None, seed: int) -> Iterable[Try]:
    return tries if sample is None else random.Random(seed).sample(tries, sample)


def _name(kind: ModuleType) -> str:
    return kind.__name__.rpartition(".")[2]
