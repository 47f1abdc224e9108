"""Every way in which a call can fail, and the call at which it does."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from elastic_cloud_emulator import Emulator, Fault, Watcher

_GIVES_UP = 60.0
"""In seconds: longer than any client waits for an answer."""

_UNAUTHORIZED = "role_assignments.unauthorized_role_assignments"
_ERRORS = {"errors": [{"code": "organization.newer", "message": "It was not done."}]}

FAULTS = {
    "429 with Retry-After": Fault(kind="rate_limited", retry_after=1),
    "429 without Retry-After": Fault(kind="rate_limited"),
    "403": Fault(kind="forbidden"),
    "500 before the effect": Fault(kind="server_error"),
    "500 after the effect": Fault(kind="server_error", takes_effect=True),
    "503 before the effect": Fault(kind="unavailable"),
    "503 after the effect": Fault(kind="unavailable", takes_effect=True),
    "connection dropped before the effect": Fault(kind="connection_dropped"),
    "connection dropped after the effect": Fault(kind="connection_dropped", takes_effect=True),
    "time-out before the effect": Fault(kind="unanswered", seconds=_GIVES_UP),
    "time-out after the effect": Fault(kind="unanswered", seconds=_GIVES_UP, takes_effect=True),
    "invalid JSON before the effect": Fault(kind="invalid_json"),
    "invalid JSON after the effect": Fault(kind="invalid_json", takes_effect=True),
    "HTML error page before the effect": Fault(kind="html_page"),
    "HTML error page after the effect": Fault(kind="html_page", takes_effect=True),
    "success with errors before the effect": Fault(kind="amended", amendment=_ERRORS),
    "success with errors after the effect": Fault(kind="amended", amendment=_ERRORS, takes_effect=True),
    "success without the effect": Fault(kind="ignored"),
    "403 of a stopped deployment": Fault(kind="refused", status=403, code=_UNAUTHORIZED),
    "400 with a newer code": Fault(kind="refused", code="organization.newer"),
}
"""The failures that a provider meets and survives, by name."""


@dataclass(frozen=True, order=True)
class CallSite:
    """One call of a run, so described that the next run's same call is known again, whatever the threads' order.

    Args:
        method: The HTTP method.
        path: A regular expression for the path; tokens and ids of keys, which differ from run to run, match any.
        earlier: How many such calls come before it.
    """

    method: str
    path: str
    earlier: int

    @property
    def reads(self) -> bool:
        """Whether the call has no effect, so that failing before it and after it are the same."""
        return self.method == "GET" or self.path.endswith("_search$")

    def __str__(self) -> str:
        path = self.path.removeprefix("^/api/v1").removesuffix("$").replace("[^/]+", "TOKENS").replace("\\", "")
        return f"{self.method} {path}" + (f" ({self.earlier + 1})" if self.earlier else "")


class CallSites(Watcher):
    """Notes every call of a run."""

    def __init__(self) -> None:
        self.found: list[CallSite] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def arrived(self, method: str, path: str) -> None:
        pattern = f"^{re.escape(path)}$"
        pattern = re.sub(r"/(invitations|keys)/[^/]+\$$", r"/\1/[^/]+$", pattern)
        with self._lock:
            self.found.append(CallSite(method, pattern, self._counts[method, pattern]))
            self._counts[method, pattern] += 1


class AtCall(Watcher):
    """Acts when one call comes, or has done its work; once.

    Args:
        site: The call.
        act: What is done then; it runs in the thread that serves the call.
        after_effect: Whether the call does its work first.
    """

    def __init__(self, site: CallSite, act: Callable[[], None], *, after_effect: bool = False) -> None:
        self.reached = False
        self._site = site
        self._act = act
        self._after_effect = after_effect
        self._left = site.earlier
        self._lock = threading.Lock()

    def arrived(self, method: str, path: str) -> None:
        if not self._after_effect:
            self._notice(method, path)

    def worked(self, method: str, path: str) -> None:
        if self._after_effect:
            self._notice(method, path)

    def _notice(self, method: str, path: str) -> None:
        if self.reached or method != self._site.method or not re.search(self._site.path, path):
            return
        with self._lock:
            self._left -= 1
            if self._left >= 0 or self.reached:
                return
            self.reached = True
        self._act()


def kinds_at(site: CallSite) -> list[str]:
    """Returns the names of the faults that differ from each other at a call."""
    return [kind for kind, fault in FAULTS.items() if not (site.reads and only_for_writes(fault))]


def only_for_writes(fault: Fault) -> bool:
    """Says whether a fault of a read is no fault, or the same as another one."""
    return fault.takes_effect or fault.kind == "ignored"


def strike(emulator: Emulator, site: CallSite, fault: Fault, *, lasting: bool) -> AtCall:
    """Makes a call fail.

    Args:
        emulator: Where.
        site: Which call.
        fault: How.
        lasting: Whether every call after it fails in the same way, until the faults are cleared.

    Returns:
        What tells whether the call was ever made.
    """
    if lasting:
        due = fault.model_copy(update={"times": None})
    else:
        due = fault.model_copy(update={"method": site.method, "path": site.path})
    watcher = AtCall(site, lambda: emulator.faults.add(due))
    emulator.watchers.append(watcher)
    return watcher


def spread(sites: Iterable[CallSite], count: int) -> list[CallSite]:
    """Returns some of the sites, evenly spread from the first to the last."""
    every = list(sites)
    return [every[round(index * (len(every) - 1) / max(1, count - 1))] for index in range(min(count, len(every)))]
