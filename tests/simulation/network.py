"""What becomes of a call: whose turn it is, what happens meanwhile, which fault it meets, and whether its process lives on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from random import Random

import requests

from elastic_cloud_emulator import ConnectionDropped, Emulator
from pulumi_elastic_org.cloud.pacing import Patience
from tests.simulation.hands import ALL
from tests.simulation.pipeline import Killed
from tests.simulation.story import ENDS, UNREACHABLE, Incident
from tests.simulation.transport import InProcess, answer
from tests.simulation.turns import Turns
from tests.trust.faults import FAULTS, only_for_writes

START = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
_ENDLESS = 10_000


@dataclass
class Caller:
    """A process that makes calls.

    Args:
        name: How the story calls it.
        called: Judges a call that has been made; told its method and its path.
        answered: Is told as well with which status it was answered; 0 where it was not.
        faults: What its next calls meet, each with how many more.
        killed: Whether it is gone.
    """

    name: str
    called: Callable[[str, str], None]
    answered: Callable[[str, str, int], None] = lambda *_: None
    faults: list[tuple[Incident, int]] = field(default_factory=list)
    killed: bool = False


class Network:
    """Carries the calls of all processes, one at a time.

    Args:
        emulator: Answers them.
        by_hand: Has a person do something: what, to whom, and with what.
        tell: Takes a line of the story.
    """

    def __init__(
        self, emulator: Emulator, by_hand: Callable[[str, str, str], None], tell: Callable[[str], None]
    ) -> None:
        self.calls = 0
        self._emulator, self._by_hand, self._tell = emulator, by_hand, tell
        self._incidents: Sequence[Incident] = ()
        self._count = 0
        self._turns = self._taking_turns(0)

    def take(self, tasks: Sequence[Callable[[], object]], incidents: Sequence[Incident], seed: int) -> None:
        """Does tasks in turns.

        Args:
            tasks: What calls from here.
            incidents: What happens at their calls, counted together.
            seed: Says whose turn is next.
        """
        self._incidents, self._count = incidents, 0
        self._turns = self._taking_turns(seed)
        self._turns.take(tasks)
        self._incidents = ()

    def transport(self, caller: Caller) -> InProcess:
        """Returns what carries the calls of a process."""
        return InProcess(partial(self._carry, caller))

    def patience(self) -> Patience:
        """Returns how a process waits: while it sleeps, others go on."""
        return Patience(deadline=float("inf"), sleep=self._turns.sleep, clock=self._seconds)

    def _carry(self, caller: Caller, request: requests.PreparedRequest, read_timeout: float) -> requests.Response:
        if caller.killed:
            raise Killed
        self._turns.pass_on()
        self._emulator.clock.advance(timedelta(milliseconds=100))
        method, path = str(request.method), request.path_url.partition("?")[0]
        ends = self._meanwhile(caller)
        fault = self._due(caller, method, path)
        line = f"{caller.name}: {method} {path}" + (f" [{fault}]" if fault else "")
        if ends is not None and not ENDS[ends]:
            caller.killed = True
            raise Killed
        try:
            response = self._send(caller, request, fault, read_timeout)
        except requests.RequestException as error:
            caller.answered(method, path, 0)
            self._tell(f"{line}: {type(error).__name__}")
            raise
        else:
            caller.answered(method, path, response.status_code)
            self._tell(f"{line}: {response.status_code}")
        if ends is not None:
            caller.killed = True
            raise Killed
        return response

    def _meanwhile(self, caller: Caller) -> str | None:
        """Has everything happen that happens at the next call; returns how its process ends there, if it does."""
        number, self._count = self._count, self._count + 1
        self.calls += 1
        ends: str | None = None
        for incident in self._incidents:
            if incident.at != number:
                continue
            if incident.what in ALL:
                self._by_hand(incident.what, incident.person, incident.other)
            elif incident.what in ENDS:
                ends = incident.what
            else:
                caller.faults.append((incident, incident.calls or _ENDLESS))
        return ends

    @staticmethod
    def _due(caller: Caller, method: str, path: str) -> str | None:
        reads = method == "GET" or path.endswith("/_search")
        for index, (incident, left) in enumerate(caller.faults):
            name = incident.what
            if not all(word in f"{method} {path}" for word in incident.other.split()):
                continue
            if reads and name in FAULTS and only_for_writes(FAULTS[name]):
                continue
            if left > 1:
                caller.faults[index] = (incident, left - 1)
            elif incident.then:
                caller.faults[index] = (replace(incident, what=incident.then, other="", then=""), _ENDLESS)
            else:
                del caller.faults[index]
            return name
        return None

    def _send(
        self, caller: Caller, request: requests.PreparedRequest, name: str | None, read_timeout: float
    ) -> requests.Response:
        if name == UNREACHABLE:
            raise requests.ConnectTimeout
        fault = FAULTS[name] if name else None
        if fault is not None and fault.kind == "unanswered":
            if fault.takes_effect:
                self._answer(caller, request)
            self._turns.sleep(read_timeout)
            raise requests.ReadTimeout
        if fault is not None:
            self._emulator.faults.add(fault)
        try:
            return self._answer(caller, request)
        except ConnectionDropped:
            raise requests.ConnectionError from None

    def _answer(self, caller: Caller, request: requests.PreparedRequest) -> requests.Response:
        try:
            return answer(self._emulator.application, request)
        finally:
            caller.called(str(request.method), request.path_url.partition("?")[0])

    def _taking_turns(self, seed: int) -> Turns:
        clock = self._emulator.clock
        return Turns(Random(seed), self._seconds, lambda seconds: clock.advance(timedelta(seconds=seconds)))

    def _seconds(self) -> float:
        return (self._emulator.clock.now() - START).total_seconds()
