"""The resources of a stack while an operation changes them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from .state import Resource, StateFile


class Checkpoint:
    """What the state holds, kept in an order in which every resource follows those it needs.

    Resources of this run come first, in the order in which they were settled; then those of the last run that this one
    has not come to. Each change is saved at once.

    Args:
        resources: The resources of the last run.
        file: Where changes are saved, or would be: a preview asks it what the update that follows could save.
        saves: Whether they are saved; not by an operation that must not change anything.
    """

    def __init__(self, resources: Iterable[Resource], file: StateFile, *, saves: bool = True) -> None:
        self._settled: list[Resource] = []
        self._rest = list(resources)
        self.file = file
        self._saves = saves
        self._lock = threading.RLock()

    @property
    def resources(self) -> list[Resource]:
        """All of them, in order."""
        with self._lock:
            return [*self._settled, *self._rest]

    @property
    def rest(self) -> list[Resource]:
        """Those of the last run that this one has not settled."""
        with self._lock:
            return list(self._rest)

    def old(self, urn: str) -> Resource | None:
        """The resource of the last run with that URN."""
        with self._lock:
            return next((item for item in self._rest if item.urn == urn and not item.delete), None)

    def settle(self, new: Resource, old: Resource | None) -> None:
        """Takes a resource of this run in place of that of the last."""
        with self._lock:
            if old is not None:
                self._rest.remove(old)
            self._settled.append(new)
            self._save()

    def swap(self, old: Resource, new: Resource) -> None:
        """Takes `new` in the place of `old`."""
        with self._lock:
            for resources in (self._settled, self._rest):
                if old in resources:
                    resources[resources.index(old)] = new
            self._save()

    def drop(self, resource: Resource) -> None:
        """Forgets a resource."""
        with self._lock:
            self._rest.remove(resource)
            self._save()

    def prune(self) -> None:
        """Forgets of every resource the dependencies that are no longer there."""
        with self._lock:
            urns = {item.urn for item in self.resources}
            self._settled = [item.needing_only(urns) for item in self._settled]
            self._rest = [item.needing_only(urns) for item in self._rest]
            self._save()

    def _save(self) -> None:
        if self._saves:
            self.file.save(self.resources)
