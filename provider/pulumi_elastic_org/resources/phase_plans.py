"""What the resources of one phase mean to do, as one plan: the guards are about the organization, and not about a resource."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from pulumi_elastic_org.model.changes import CancelInvitation, Change, Plan, RemoveGrants, RemoveMember, identity

Removal = RemoveMember | CancelInvitation


class PhasePlans:
    """The plans of a phase by resource, and who has been taken out in it already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: dict[str, Plan] = {}
        self._taken_out: dict[tuple[str, str], Change] = {}
        self._headcount: int | None = None

    def add(self, resource: str, planned: Plan) -> Plan:
        """Takes in what a resource means to do, in place of what it meant to do before, and returns all that is planned.

        Args:
            resource: What tells the resource from others.
            planned: What it means to do; nothing once it has done it.
        """
        with self._lock:
            if self._headcount is None:
                self._headcount = planned.headcount
            self._plans[resource] = planned
            every = (change for plan in self._plans.values() for change in plan.changes)
            return self._with_taken_out(planned, every)

    def note_taken_out(self, done: Iterable[Change]) -> None:
        """Counts those who were removed, or whose invitation was cancelled, for the rest of the phase.

        Args:
            done: What was carried out; what is noted already counts once.
        """
        with self._lock:
            self._taken_out |= {identity(change): change for change in done if isinstance(change, Removal)}

    def with_losses_of_others(self, own: Plan, resources: Iterable[str]) -> Plan:
        """Returns a plan together with what all others mean to take away, for the guards to judge it by.

        What others mean to give does not count, since it has not been given: the last administrator is not let go for it.

        Args:
            own: What some resources are about to do.
            resources: Which ones.
        """
        its = set(resources)
        with self._lock:
            others = (plan.changes for resource, plan in self._plans.items() if resource not in its)
            losses = (change for changes in others for change in changes if isinstance(change, Removal | RemoveGrants))
            return self._with_taken_out(own, [*own.changes, *losses])

    def _with_taken_out(self, plan: Plan, changes: Iterable[Change]) -> Plan:
        """The plan with these changes, each once; counted against the people that there were when the phase began."""
        each = self._taken_out | {identity(change): change for change in changes}
        return replace(plan, changes=tuple(each.values()), headcount=self._headcount or plan.headcount)
