"""What became of each change, noted as soon as it is known: also where a batch of writes ends by an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass

from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.cloud.errors import CloudError, OutcomeUnknown
from pulumi_elastic_org.model.changes import Change, RemoveMember, RevokeKeys, identity
from pulumi_elastic_org.model.order import LostAccess
from pulumi_elastic_org.model.outcome import Outcome, Refusal
from pulumi_elastic_org.model.people import email_key


@dataclass(frozen=True, slots=True)
class Notes:
    """What one apply notes.

    Args:
        outcome: Takes it.
        supervisor: Is told.
    """

    outcome: Outcome
    supervisor: Supervisor

    def done(self, change: Change) -> None:
        """Notes what the API carried out; what takes access away is on record only once it is seen."""
        self.outcome.done.append(change)
        if not isinstance(change, LostAccess):
            self.supervisor.record(change, None)

    def refused(self, change: Change, reason: str, *, failed: bool = False) -> None:
        """Notes what was not carried out.

        Args:
            change: The change, or the part of it.
            reason: Why.
            failed: Whether the API had answered that it was.
        """
        known = self.supervisor.acknowledged.get(email_key(change.person))
        if known is None or failed or isinstance(change, RemoveMember | RevokeKeys):
            self.outcome.refusals.append(Refusal(change, reason))
        else:
            self.outcome.acknowledged.append(Refusal(change, f"{reason} Acknowledged: {known}"))
        self.supervisor.record(change, reason, failed=failed)

    def unknown(self, changes: Iterable[Change]) -> None:
        """Notes of which changes it is not known what became of them, less those of which it is."""
        refused = (identity(one.change) for one in (*self.outcome.refusals, *self.outcome.acknowledged))
        settled = {*map(identity, self.outcome.done), *refused}
        self.outcome.unknown += [change for change in changes if identity(change) not in settled]

    @contextmanager
    def writing(self, changes: Sequence[Change]) -> Iterator[None]:
        """Surrounds a batch of writes; where it ends by an exception, what became of its changes is not known, unless noted."""
        self.supervisor.before_writes()
        try:
            yield
        except BaseException as error:
            if _maybe_done(error):
                self.unknown(changes)
            raise

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Surrounds a look at what was done: what cannot be seen is not known, whatever the API answered."""
        try:
            yield
        except CloudError as error:
            self.outcome.unknown += self.outcome.done
            self.outcome.done.clear()
            raise OutcomeUnknown(
                f"{str(error).rstrip('.')}. What Elastic Cloud answered to have done could not be looked at: run again to see it."
            ) from None


def settle(attempts: Sequence[Future[None]], notes: Sequence[Callable[[Future[None]], None]]) -> None:
    """Waits for what is tried side by side, has each noted, also where somebody ends the wait, and raises the first error.

    Args:
        attempts: What is tried.
        notes: For each attempt what notes its result.
    """
    try:
        wait(attempts)
    finally:
        for note, attempt in zip(notes, attempts, strict=True):
            note(attempt)
    for attempt in attempts:
        attempt.result()


def left_open(attempt: Future[None]) -> bool:
    """Returns whether it is not known of everything that was tried whether it was done.

    Args:
        attempt: What was tried.
    """
    return not attempt.done() or _maybe_done(attempt.exception())


def _maybe_done(error: BaseException | None) -> bool:
    """Whether what ended in an error may have been done: of an error that does not say so, nobody knows."""
    return error is not None and getattr(error, "maybe_done", True)
