"""Who an apply asks while it goes on, and tells what it does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from pulumi_elastic_org.model.changes import Change, Plan
from pulumi_elastic_org.model.outcome import NEVER
from pulumi_elastic_org.model.people import Organization


class Supervisor(ABC):
    """What it is asked about losses has to be answered only where something is taken away.

    Attributes:
        acknowledged: Of whom it is taken note that the API refuses roles, by `email_key`, and why.
        looked_at: When the open invitations were last looked at before the apply.
    """

    acknowledged: Mapping[str, str] = MappingProxyType({})
    looked_at: datetime = NEVER

    @abstractmethod
    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        """Reads the organization again, for a while also again and again until the read is enough; returns the last read."""

    @abstractmethod
    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        """Takes what became of a change: what gives access as soon as it is known, what takes it away once it is seen.

        Args:
            change: What was to be done.
            refusal: Why the API did not carry it out; ``None`` where it did.
            failed: Whether it had answered that it did.
        """

    def replan(self, actual: Organization) -> Plan:
        """Returns what would make an organization what is desired."""
        raise NotImplementedError

    def guard(self, losses: Plan, refused: Mapping[str, str]) -> Plan:
        """Is given what is left to be taken away, and whom the API refused so far and why; returns what may be, or raises."""
        raise NotImplementedError

    def before_writes(self) -> None:  # noqa: B027
        """Is called before each batch of writes; raises when nobody waits for them any more."""

    def progress(self, verb: str, done: int, total: int, person: str) -> None:  # noqa: B027
        """Is told the changes' verb, how many of them are done, of how many, and who was the last."""
