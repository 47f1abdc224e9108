"""Collects what happens during an operation, and passes it on as it happens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .port import Diagnostic, Event, OnEvent, Op, Result, Severity, Step
from .values import Properties, mask

if TYPE_CHECKING:
    from .state import Resource


class Reporter:
    """The record of one operation.

    Args:
        on_event: Receives each event, one at a time.
    """

    def __init__(self, on_event: OnEvent | None) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._steps: dict[str, Step] = {}
        self._diagnostics: list[Diagnostic] = []

    def say(self, severity: Severity, message: str, urn: str = "") -> None:
        """Records a message."""
        diagnostic = Diagnostic(severity, message.rstrip("\n"), urn)
        with self._lock:
            self._diagnostics.append(diagnostic)
            self._emit(diagnostic)

    def started(self, op: Op, old: Resource | None, new: Resource | None) -> None:
        """Records that an operation began."""
        if step := _step(op, old, new):
            with self._lock:
                self._steps.setdefault(step.urn, step)
                self._emit(step)

    def finished(self, op: Op, old: Resource | None, new: Resource | None, *, failed: bool = False) -> None:
        """Records that an operation ended; for a refresh only now it is known which one it was."""
        if step := _step(op, old, new, failed):
            with self._lock:
                self._steps[step.urn] = step
                self._emit(step)

    @property
    def has_errors(self) -> bool:
        """Whether an error was recorded."""
        with self._lock:
            return any(diagnostic.severity == "error" for diagnostic in self._diagnostics)

    def result(self, outputs: Properties, *, succeeded: bool) -> Result:
        """What was recorded. An error alone is no failure: a program may report one and go on."""
        return Result(succeeded, tuple(self._steps.values()), tuple(self._diagnostics), mask(outputs))

    def _emit(self, event: Event) -> None:
        if self._on_event:
            self._on_event(event)


def _step(op: Op, old: Resource | None, new: Resource | None, failed: bool = False) -> Step | None:
    """The step, unless it is about a default provider, which nobody declared."""
    subject = new or old
    if subject is None or subject.is_default_provider:
        return None
    old_inputs = mask(old.inputs) if old else None
    new_inputs = mask(new.inputs) if new else None
    provider = subject.provider.rpartition("::")[0]
    return Step(op, subject.urn, subject.type, old_inputs, new_inputs, failed, provider)
