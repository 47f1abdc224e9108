"""A transfer, a departure or an acceptance in the simulated world: faults, kills and hands at its calls, resumed by its journal.

Each has a world of two organizations of its own, and ends when a run finds nothing left to do; faults end before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import requests

from elastic_cloud_emulator import ConnectionDropped, Emulator
from pulumi_elastic_org import clock
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.procedures.accept import Accepting
from pulumi_elastic_org.procedures.errors import ProcedureError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.procedures.procedure import Procedure, run
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from tests.simulation.network import START
from tests.simulation.pipeline import Killed
from tests.simulation.transport import ENDPOINT, InProcess, answer
from tests.support.two_organizations import ADA, ADA_KEY, NEW_KEY, OLD_KEY, World
from tests.trust.faults import FAULTS, only_for_writes

KINDS = ("transfer after", "transfer before", "leave", "accept")
RUNS_WITH_FAULTS, RUNS_WITHOUT = 4, 3
ROLES = "billing-admin; deployment-editor on all"


class Errand:
    """One procedure, from its first run to its last.

    Args:
        seed: Says what goes wrong.
        folder: Where its journal is.

    Attributes:
        seed: As given.
        kind: Of `KINDS`.
        violations: What must not have been.
        told: Every call, and how each run ended.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed = seed
        self._random = Random(seed)
        self.kind = self._random.choice(KINDS)
        self.violations: list[str] = []
        self.told: list[str] = []
        self._emulator = Emulator(now=START)
        self._emulator.cloud.random_bytes = self._random.randbytes
        self.world = World(self._emulator)
        self._path = folder / f"{seed}.jsonl"
        self._owns = self._random.random() < 0.3
        if self._owns:
            self._emulator.cloud.add_deployment(self.world.old, "hers", owner=ADA)
        self._emulator.switches.one_organization_per_user = self.kind == "transfer before"
        self._token = self.world.invite() if self.kind == "accept" else ""
        self._mails = len(self._emulator.outbox.messages)
        self._kill: tuple[int, bool] | None = None
        self._faults: dict[int, str] = {}
        self._calls = 0

    def live(self) -> list[str]:
        """Has it happen, and returns what must not have been."""
        random = self._random
        with ExitStack() as stack:
            stack.enter_context(clock.told_by(self._emulator.clock.now))
            for _ in range(RUNS_WITH_FAULTS):
                self._faults = {
                    random.randrange(16): random.choice(tuple(FAULTS)) for _ in range(random.choice((0, 1, 2)))
                }
                self._kill = (random.randrange(16), random.random() < 0.5) if random.random() < 0.5 else None
                self._run()
            self._faults, self._kill = {}, None
            if self._owns and self.kind != "accept":
                if self.kind != "transfer after" and not self.world.belongs(self.world.old):
                    self.violations.append("who owns something was let go")
                self._delete_owned()
            ended = [self._run() for _ in range(RUNS_WITHOUT)]
            self.violations += self._unlike(ended[-1])
        return self.violations

    def _delete_owned(self) -> None:
        organization = self._emulator.cloud.organization(self.world.old)
        for one in [one.id for one in organization.deployments.values() if one.owner_id == self.world.ada]:
            self._emulator.cloud.delete_resource(one)

    def _run(self) -> str | None:
        """One run; returns why it did not come to its end."""
        self._calls = 0
        try:
            with Journal(self._path, self.kind, {"person": ADA}) as journal:
                list(run(self._procedure(), journal))
        except Killed:
            reason: str | None = "killed"
        except Exception as error:  # each is what a person reads
            reason = f"{type(error).__name__}: {error}"
            if not isinstance(error, ProcedureError) and not hasattr(error, "maybe_done"):
                self.violations.append(f"ends with {reason}")
        else:
            reason = None
        shown = f"{reason}\n{self._path.read_text(encoding='utf-8') if self._path.exists() else ''}"
        tokens = [one.token for one in self._emulator.outbox.messages]
        if any(secret in shown for secret in (ADA_KEY, OLD_KEY, NEW_KEY, *tokens)):
            self.violations.append("a key or a token is shown or kept")
        self.told.append(f"run ends: {reason}")
        return reason

    def _procedure(self) -> Procedure:
        old, new, own = map(self._session, (OLD_KEY, NEW_KEY, ADA_KEY))
        if self.kind == "leave":
            return Leaving(Account(old, None), self.world.old, ADA)
        if self.kind == "accept":
            return Accepting(Account(own, ADA), self._token, self.world.new)
        leave = Leave.BEFORE if self.kind == "transfer before" else Leave.AFTER
        move = Move(ADA, self.world.old, self.world.new, parse_grants(ROLES), leave)
        return Transfer(move, old=old, new=new, own=own, now=self._emulator.clock.now)

    def _session(self, key: str) -> Session:
        patience = Patience(deadline=float("inf"), sleep=self._sleep, clock=self._seconds)
        return Session(ENDPOINT, key, warn=self.told.append, patience=patience, transport=InProcess(self._carry))

    def _carry(self, request: requests.PreparedRequest, read_timeout: float) -> requests.Response:
        self._sleep(0.1)
        number, self._calls = self._calls, self._calls + 1
        if self._kill is not None and number == self._kill[0] and not self._kill[1]:
            raise Killed
        method, name = str(request.method), self._faults.get(number)
        reads = method == "GET" or request.path_url.endswith("/_search")
        fault = FAULTS[name] if name and not (reads and only_for_writes(FAULTS[name])) else None
        self.told.append(f"{method} {request.path_url.partition('?')[0]}" + (f" [{name}]" if fault else ""))
        send: Callable[[], requests.Response] = partial(answer, self._emulator.application, request)
        try:
            if fault is not None and fault.kind == "unanswered":
                if fault.takes_effect:
                    send()
                self._sleep(read_timeout)
                raise requests.ReadTimeout
            if fault is not None:
                self._emulator.faults.add(fault)
            response = send()
        except ConnectionDropped:
            raise requests.ConnectionError from None
        finally:
            self.violations += self._wrong(method)
        if self._kill is not None and number == self._kill[0]:
            raise Killed
        return response

    def _sleep(self, seconds: float) -> None:
        self._emulator.clock.advance(timedelta(seconds=seconds))

    def _seconds(self) -> float:
        return (self._emulator.clock.now() - START).total_seconds()

    def _wrong(self, method: str) -> Iterator[str]:
        if method == "GET":
            return
        world, cloud = self.world, self._emulator.cloud
        old, new = world.belongs(world.old), world.belongs(world.new)
        if (
            not old
            and self._owns
            and any(one.owner_id == world.ada for one in cloud.organization(world.old).deployments.values())
        ):
            yield "who owns something was let go"
        if not old and not new and self.kind == "transfer after":
            yield "who was to join before they leave belongs nowhere"
        if not old and self.kind == "accept":
            yield "who was to join left"
        if not old and not new and self.kind == "transfer before" and not world.invited():
            yield "who has left has no invitation"
        for organization, root in ((world.old, "root@old.example"), (world.new, "root@new.example")):
            if cloud.user(root).id not in cloud.organization(organization).members:
                yield f"{root} was removed"
        others = [one.to for one in self._emulator.outbox.messages if one.to != ADA]
        if others:
            yield f"{others} were invited"

    def _unlike(self, reason: str | None) -> Iterator[str]:
        """What is not as it was to be once nothing goes wrong any more."""
        world: Any = self.world
        if self.kind == "leave":
            if world.belongs(world.old):
                yield f"{self.kind}: still a member: {reason}"
            return
        if not world.belongs(world.new):
            yield f"{self.kind}: has not joined: {reason}"
        if self.kind != "accept" and world.belongs(world.old):
            yield f"{self.kind}: has not left: {reason}"
        if reason is not None:
            yield f"{self.kind}: the last run says {reason}"
