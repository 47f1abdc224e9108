"""A kind of resource as every face calls it, whatever its protocol: what holds for each call of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.lifecycle.interface import (
    Checked,
    Difference,
    Failed,
    Kind,
    Refused,
    State,
    Unfinished,
)
from pulumi_elastic_org.lifecycle.properties import Properties
from pulumi_elastic_org.model.printable import printable_lines


class Served:
    """A kind as the faces call it.

    None of its calls reaches another organization than the resource's, and the phase knows what the resource is live. What is
    raised is `Refused`, `Failed` or `Unfinished`, with a text that a person can act on.

    Args:
        kind: The kind, in a phase.
        spelled: Returns a text with the names of properties as the face's programs write them; as they are by default.
    """

    def __init__(self, kind: Kind, spelled: Callable[[str], str] = str) -> None:
        self._kind = kind
        self._spelled = spelled

    def check(self, olds: Properties, news: Properties) -> Checked:
        """As `Kind.check`."""
        with self._told_clearly():
            checked = self._kind.check(olds, news)
            self._kind.phase.note_checked(checked.inputs)
            if not checked.failures and not self._kind.delete_before_replace:  # else the old one may yet have to go
                self._hold(checked.inputs, olds)
            return replace(checked, failures=tuple(map(self._spelled, checked.failures)))

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        """As `Kind.diff`."""
        with self._told_clearly():
            self._stay(olds, news)
            found = self._kind.diff(id_, olds, news)
            if not found.changes and self._kind.phase.was_checked(news):  # nothing else will be called
                self._hold(news, olds)
            return found

    def create(self, inputs: Properties) -> State:
        """As `Kind.create`."""
        with self._told_clearly():
            self._stay(inputs)
            self._hold(inputs, {})
            return self._kind.create(inputs)

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        """As `Kind.update`."""
        with self._told_clearly():
            self._stay(olds, news)
            self._hold(news, olds)
            return self._kind.update(id_, olds, news)

    def read(self, id_: str, outputs: Properties) -> State | None:
        """As `Kind.read`."""
        if not outputs and not self._kind.importable:
            raise Failed(f"a resource {self._kind.name} is not imported: declare it, and an update finds what is there")
        with self._told_clearly():
            self._stay(outputs or self._kind.imported(id_))
            return self._kind.read(id_, outputs)

    def foresee(self, inputs: Properties, outputs: Properties) -> dict[str, Any]:
        """As `Kind.foresee`."""
        with self._told_clearly():
            self._stay(inputs, outputs)
            return self._kind.foresee(inputs, outputs)

    def refused_delete(self, outputs: Properties) -> str | None:
        """As `Kind.refused_delete`."""
        with self._told_clearly():
            elsewhere = None if self._kind.lets_go(outputs) else self._kind.elsewhere(outputs)
            refusal = elsewhere or self._kind.refused_delete(outputs)
            return None if refusal is None else self._spelled(refusal)

    def delete(self, id_: str, outputs: Properties) -> None:
        """As `Kind.delete`."""
        with self._told_clearly():
            if not self._kind.lets_go(outputs):
                self._stay(outputs)
            self._kind.delete(id_, outputs)

    def _stay(self, *properties: Properties) -> None:
        """Refuses a call that would reach another organization than the resource's."""
        if elsewhere := self._kind.elsewhere(*properties):
            raise Refused(elsewhere)

    def _hold(self, inputs: Properties, outputs: Properties) -> None:
        """Notes what the resource is live, so that others of the phase leave it when they are deleted."""
        self._kind.phase.hold(self._kind.holds(inputs, outputs))

    @contextmanager
    def _told_clearly(self) -> Iterator[None]:
        try:
            yield
        except Unfinished as unfinished:
            raise Unfinished(self._told(unfinished.error), unfinished.id, unfinished.outputs) from None
        except (ActionableError, Failed, Refused) as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> Exception:
        """The error as a person reads it, with nothing of what lies below."""
        if isinstance(error, ActionableError):
            kind = Refused if error.refusal else Failed
            return kind(self._spelled(printable_lines(str(error))))
        return type(error)(self._spelled(str(error))) if isinstance(error, Failed | Refused) else error
