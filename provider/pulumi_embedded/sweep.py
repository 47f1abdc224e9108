"""One operation on every resource, in the order that their dependencies ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

from .state import Resource
from .steps import Steps, Stopped

# A provider process serves four requests at a time.
_PARALLEL = 4
_AWAKE_SECONDS = 0.5


def delete_all(steps: Steps) -> None:
    """Deletes the resources that this run has not settled in reverse order of dependency; stops at the first level with a failure.

    Raises:
        Stopped: One is protected, in which case nothing was deleted, or a delete failed.
        UntrustedState: The provider of one may not be run; nothing was deleted.
    """
    waiting = steps.checkpoint.rest
    steps.providers.trust.check_all(one for one in waiting if not (one.retain_on_delete or one.external))
    protected = [resource for resource in waiting if resource.protect and not resource.delete]
    for resource in protected:
        steps.reporter.started("delete", resource, None)
        steps.failed("delete", resource, None)
        steps.fail(
            f"{resource.urn} cannot be deleted, because it is protected. To unprotect it, remove `protect` from it in "
            "the program and run an update.",
            resource.urn,
        )
    if protected:
        raise Stopped
    while waiting:
        needed = {urn for resource in waiting for urn in resource.needs}
        # Replaced resources share their URNs with their successors, so that a circle may show where there is none; the
        # order of the state is right then.
        level = [resource for resource in waiting if resource.urn not in needed] or waiting[-1:]
        _each(steps, steps.delete, reversed(level))
        waiting = [resource for resource in waiting if resource not in level]


def refresh_all(steps: Steps) -> None:
    """Refreshes every resource, those that others need first.

    Raises:
        Stopped: A resource could not be read; what was read is kept.
        UntrustedState: The provider of one may not be run; nothing was read.
    """
    waiting = steps.checkpoint.rest
    steps.providers.trust.check_all(waiting)
    try:
        while waiting:
            urns = {resource.urn for resource in waiting}
            level = [resource for resource in waiting if not resource.needs & urns] or waiting[:1]
            _each(steps, steps.refresh, level)
            waiting = [resource for resource in waiting if resource not in level]
    finally:
        steps.checkpoint.prune()


def _each(steps: Steps, operate: Callable[[Resource], None], resources: Iterable[Resource]) -> None:
    def attempt(resource: Resource) -> None:
        with suppress(Stopped):
            operate(resource)

    with ThreadPoolExecutor(_PARALLEL) as pool:
        try:
            running = [pool.submit(attempt, resource) for resource in resources]
            while wait(running, _AWAKE_SECONDS).not_done:
                pass  # a signal that another thread takes does not wake this one
        except KeyboardInterrupt:
            steps.stop()
            raise
    if steps.stopped:
        raise Stopped
