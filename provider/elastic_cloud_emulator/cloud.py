"""The whole state of the emulated cloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from .model import State
from .people import People
from .resources import Resources
from .single_sign_on import SingleSignOn


class Cloud(People, Resources, SingleSignOn):
    """Organizations, people, API keys, deployments, projects and single sign-on: see the classes that it joins.

    Args:
        clock: Dates everything that happens.
        outbox: Takes the invitations.
        switches: The behaviour where the published description leaves a choice.
    """

    def snapshot(self) -> State:
        """Return a copy of everything that is there."""
        with self.lock:
            return deepcopy(self.state)

    @contextmanager
    def showing(self, state: State) -> Iterator[None]:
        """Have everybody see another state for a while; what is done meanwhile is done to that one, and nothing is sent.

        Args:
            state: What `snapshot` returned, now or earlier.
        """
        with self.lock:
            real, sent = self.state, len(self.outbox.messages)
            self.state = state
            try:
                yield
            finally:
                self.state = real
                del self.outbox.messages[sent:]
