"""Ten thousand people and a rate limit that is always used up, also by somebody else who has the same key."""

from __future__ import annotations

from datetime import timedelta

import psutil
import requests

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.pacing import Patience
from tests.simulation.declared import Declared
from tests.simulation.network import START
from tests.simulation.pipeline import Access, Program, State, run
from tests.simulation.resources import resources
from tests.simulation.transport import ENDPOINT, InProcess, answer
from tests.support.clocks import told_by
from tests.trust.soak.roster import accept_all, differences, found, key, revision, root
from tests.trust.soak.series import Series, count_objects

CALLS_A_MINUTE = 20
_OTHERS_CALLS = 3
"""After so many calls of ours somebody else makes one with the same key."""
_ID = "acme"


class Limited:
    """An organization in this process, with a clock of its own and a rate limit.

    Args:
        people: How many people it has.
    """

    def __init__(self, people: int) -> None:
        self.emulator = Emulator(now=START)
        self.calls = 0
        self.refused = 0
        found(self.emulator.cloud, _ID, people)
        self.emulator.switches.rate_limit = CALLS_A_MINUTE
        patience = Patience(deadline=float("inf"), sleep=self.sleep, clock=self.seconds)
        self.access = Access(key(_ID), root(_ID), patience, InProcess(self._carry), _ID)

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.emulator.clock.advance(timedelta(seconds=seconds))

    def seconds(self) -> float:
        """How long it is since the beginning."""
        return (self.emulator.clock.now() - START).total_seconds()

    def forget(self) -> None:
        """Forgets what the emulator keeps for tests to look at."""
        self.calls = self.refused = 0
        self.emulator.calls.reset()
        self.emulator.outbox.messages.clear()

    def _carry(self, request: requests.PreparedRequest, _read_timeout: float) -> requests.Response:
        self.sleep(0.1)
        if (self.calls + self.refused) % _OTHERS_CALLS == 0:
            self._call_of_somebody_else()
        response = answer(self.emulator.application, request)
        if response.status_code == 429:
            self.refused += 1
        else:
            self.calls += 1
        return response

    def _call_of_somebody_else(self) -> None:
        authorization = {"Authorization": f"ApiKey {key(_ID)}"}
        other = requests.Request("GET", f"{ENDPOINT}/api/v1/organizations", headers=authorization)
        answer(self.emulator.application, other.prepare())


def soak(people: int, hours: float) -> Series:
    """Applies one revision of a roster after the other, in this process, until so much time has passed there.

    Args:
        people: How many people the organization has.
        hours: How long, by the clock of the simulation.
    """
    what = f"preview and update at {CALLS_A_MINUTE} calls a minute, {hours:g} h of simulated time"
    series = Series(what, people, spread=1)  # a request to invite that has to wait is preceded by another look
    limited, state, process = Limited(people), State(), psutil.Process()
    cloud = limited.emulator.cloud
    with told_by(limited.emulator.clock.now):
        if reason := run(limited.access, state, _program(revision(0, people, _ID)), []):
            series.broken.append(reason)
        number = 0
        while limited.seconds() < hours * 3600 and not series.broken:
            number += 1
            limited.forget()
            declared = revision(number, people, _ID)
            if reason := run(limited.access, state, _program(declared), []):
                series.broken.append(reason)
            accept_all(cloud, _ID)
            if wrong := differences(cloud, _ID, declared):
                series.broken.append(f"differs in {wrong}")
            series.calls.append(limited.calls)
            series.refused.append(limited.refused)
            series.objects.append(count_objects())
            series.memory.append(process.memory_info().rss)
    return series


def _program(members: dict[str, str]) -> Program:
    return Program(resources(Declared(members)), preview=True)
