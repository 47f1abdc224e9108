"""Many organizations in one process: each a phase of its own, all at once, each with its own key and rate limit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random

import psutil
import requests

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.pacing import Patience
from tests.simulation.declared import Declared
from tests.simulation.network import START
from tests.simulation.pipeline import Access, Program, State, run
from tests.simulation.resources import resources
from tests.simulation.transport import InProcess, answer
from tests.simulation.turns import Turns
from tests.support.clocks import told_by
from tests.trust.soak.roster import accept_all, differences, found, key, revision, root
from tests.trust.soak.series import Series, count_objects

CALLS_A_MINUTE = 20
PEOPLE = 30
_ORGANIZATION = re.compile(r"/organizations/([^/?]+)")


@dataclass
class Stack:
    """What runs for one organization.

    Args:
        id: Whose.
        state: What an engine keeps of it.
        said: What was shown to people.
        calls: How many calls of the last run were answered, refusals by the rate limit apart.
        refused: How many were refused by it.
        seconds: When the last run ended, since it began, by the clock of the simulation.
    """

    id: str
    state: State = field(default_factory=State)
    said: list[str] = field(default_factory=list)
    calls: int = 0
    refused: int = 0
    seconds: float = 0.0


class Together:
    """Organizations that one process looks after.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self.stacks = [Stack(f"org{number:03}") for number in range(count)]
        self.mixed: list[str] = []
        self._emulator = Emulator(now=START)
        self._emulator.switches.rate_limit = CALLS_A_MINUTE
        self._turns = Turns(Random(0), self._seconds, self._pass)
        for stack in self.stacks:
            found(self._emulator.cloud, stack.id, PEOPLE)

    def apply(self, number: int) -> None:
        """Updates all of them at the same time.

        Args:
            number: The revision that each declares.
        """
        cloud = self._emulator.cloud
        self._pass(60)  # no rate limit is used up when it begins
        with told_by(self._emulator.clock.now):
            self._turns.take([partial(self._update, stack, number, self._seconds()) for stack in self.stacks])
        for stack in self.stacks:
            accept_all(cloud, stack.id)
            if wrong := differences(cloud, stack.id, revision(number, PEOPLE, stack.id)):
                self.mixed.append(f"{stack.id} differs in {wrong}")
            others = set(re.findall(r"org\d{3}", "\n".join(stack.said))) - {stack.id}
            if others or "org" not in "".join(stack.said):
                self.mixed.append(f"{stack.id} says {stack.said}")
            stack.said.clear()
        self._emulator.calls.reset()
        self._emulator.outbox.messages.clear()

    def _update(self, stack: Stack, number: int, began: float) -> None:
        stack.calls = stack.refused = 0
        patience = Patience(deadline=float("inf"), sleep=self._turns.sleep, clock=self._seconds)
        access = Access(key(stack.id), root(stack.id), patience, InProcess(partial(self._carry, stack)), stack.id)
        program = Program(resources(Declared(revision(number, PEOPLE, stack.id))))
        if reason := run(access, stack.state, program, stack.said):
            self.mixed.append(f"{stack.id}: {reason}")
        stack.seconds = self._seconds() - began

    def _carry(self, stack: Stack, request: requests.PreparedRequest, _read_timeout: float) -> requests.Response:
        self._turns.pass_on()
        self._pass(0.001)
        reached = set(_ORGANIZATION.findall(request.path_url))
        if reached - {stack.id} or request.headers["Authorization"] != f"ApiKey {key(stack.id)}":
            self.mixed.append(f"{stack.id} calls {request.method} {request.path_url}")
        response = answer(self._emulator.application, request)
        if response.status_code == 429:
            stack.refused += 1
        else:
            stack.calls += 1
        return response

    def _seconds(self) -> float:
        return (self._emulator.clock.now() - START).total_seconds()

    def _pass(self, seconds: float) -> None:
        self._emulator.clock.advance(timedelta(seconds=seconds))


def soak(count: int, rounds: int) -> tuple[Series, float]:
    """Updates many organizations at once, round after round, and one of them alone.

    Args:
        count: How many.
        rounds: How often.

    Returns:
        The rounds; and how long the slowest organization took beside others, as a multiple of what one takes alone.
    """
    series = Series(f"{count} organizations at once in one process, {CALLS_A_MINUTE} calls a minute each", PEOPLE)
    alone, together, process = Together(1), Together(count), psutil.Process()
    ratios = []
    for world in (alone, together):
        world.apply(0)
    for number in range(1, rounds + 1):
        alone.apply(number)
        together.apply(number)
        [single] = alone.stacks
        if differing := _unlike(single, together.stacks):
            series.broken.append(f"calls differ from the {single.calls} of one alone: {differing}")
        ratios.append(max(stack.seconds for stack in together.stacks) / single.seconds)
        series.calls.append(sum(stack.calls for stack in together.stacks))
        series.refused.append(sum(stack.refused for stack in together.stacks))
        series.objects.append(count_objects())
        series.memory.append(process.memory_info().rss)
    series.broken += [*alone.mixed, *together.mixed]
    return series, max(ratios)


def _unlike(single: Stack, stacks: Sequence[Stack]) -> dict[int, int]:
    """How many stacks made another number of calls, by that number."""
    return dict(Counter(stack.calls for stack in stacks if stack.calls != single.calls))
