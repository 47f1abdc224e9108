"""What one preview, update or refresh shares: each runs in a provider process of its own, and in it every resource uses one phase.

A test opens as many as it likes.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

from pulumi.output import Unknown

from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.cloud.transport import HTTP, Transport
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.lifecycle.people import People
from pulumi_elastic_org.lifecycle.properties import Properties, plain
from pulumi_elastic_org.lifecycle.settings import Settings
from pulumi_elastic_org.model.key_guards import KeysInUse, fingerprint
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.printable import printable_lines

T = TypeVar("T")

WORKER_THREADS = 4
"""How many requests a provider process of Pulumi's Python SDK serves at a time (`pulumi.dynamic.__main__`)."""


def say(text: str) -> None:
    """Shows lines to whoever runs Pulumi, which passes on what a dynamic provider writes to its standard output.

    Args:
        text: One or several lines; written at once, since lines of several threads would mix.
    """
    sys.stdout.write(printable_lines(text) + "\n")
    sys.stdout.flush()


class Phase:
    """One phase.

    Args:
        find_settings: Finds how to reach the organization; called when something of it is first needed.
        say: Shows lines to a person.
        patience: How long and how often to try each call; ``None`` for the session's own.
        at_once: How many calls the face serves at a time, so that nobody waits for one that cannot come; ``None`` for any number.
        reads_first: Whether the engine reads a resource before it compares it, so that what was changed by hand shows by itself.
        transport: How calls of Elastic Cloud travel.
    """

    def __init__(
        self,
        find_settings: Callable[[], Settings],
        say: Callable[[str], None] = say,
        patience: Patience | None = None,
        at_once: int | None = WORKER_THREADS,
        reads_first: bool = False,
        transport: Transport = HTTP,
    ) -> None:
        self.say = say
        self.at_once = at_once
        self.reads_first = reads_first
        self._find_settings = find_settings
        self._patience = patience
        self._transport = transport
        self._lock = threading.RLock()
        self._known: dict[Hashable, object] = {}
        self._checked: set[str] = set()

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """Returns what was read under a key, which every resource of the phase shares; reads it when it is first asked for.

        Args:
            key: What is read, such as ``"keys"``.
            read: Reads it.
        """
        with self._lock:
            if key not in self._known:
                self._known[key] = read()
            value: T = self._known[key]  # type: ignore[assignment]
            return value

    def forget(self, key: Hashable) -> None:
        """Has `once` read anew, after a write or before a look that has to be fresh.

        Args:
            key: What was read.
        """
        with self._lock:
            self._known.pop(key, None)

    @property
    def settings(self) -> Settings:
        """How to reach the organization.

        Raises:
            SettingsError: That cannot be told.
        """
        return self.once("settings", self._find_settings)

    @property
    def session(self) -> Session:
        """The connection with the key of this phase."""
        return self.once("session", self._connect)

    def _connect(self) -> Session:
        return Session(
            self.settings.endpoint,
            self.settings.api_key,
            warn=self.say,
            patience=self._patience,
            transport=self._transport,
        )

    @property
    def organization_id(self) -> str:
        """The organization to manage: the configured one, or the only one that the key sees."""
        return self.once("organization id", self._find_organization)

    def _find_organization(self) -> str:
        return self.settings.organization_id or Organizations(self.session).find_id()

    @property
    def organization(self) -> LiveOrganization:
        """Who is in the organization, and who owns what."""
        return self.once("organization", lambda: LiveOrganization(self))

    @property
    def people(self) -> People:
        """What the resources of the phase do with people."""
        return self.once("people", lambda: People(self.organization, self.at_once, self.say))

    @property
    def keys(self) -> tuple[ApiKey, ...]:
        """The API keys of the organization, as far as this phase's key sees them; none that has expired."""
        return self.once("API keys", lambda: read_keys(self.session, self.organization_id))

    def forget_keys(self) -> None:
        """Has `keys` look again."""
        self.forget("API keys")

    @property
    def keys_in_use(self) -> KeysInUse:
        """What is known of the keys that this run and its stack need."""
        return KeysInUse(fingerprint(self.settings.api_key), self.session.key_expires_at, self.settings.needed)

    def other_organization(self, what: str, *bound: object) -> str | None:
        """Returns why a resource of another organization is refused; ``None`` where it is of this one. Reads no people.

        Args:
            what: The kind of resource, in words.
            bound: The organization's ids as the resource declares them and as they were applied; ``None`` where there is none.
        """
        found = self.organization_id
        other = next((one for one in bound if one and one != found and not isinstance(one, Unknown)), None)
        if other is None:
            return None
        return (
            f"this {what} belongs to organization {other}, but {self.settings.named_by} leads to {found}: nothing was changed. "
            f"Use a key of the right organization; for another one declare another {what}"
        )

    def note_checked(self, inputs: Properties) -> None:
        """Notes inputs that were checked in this phase: comparing others is a refresh, which shows and refuses nothing.

        Args:
            inputs: As the engine is to keep them.
        """
        self._checked.add(plain(inputs))

    def was_checked(self, inputs: Properties) -> bool:
        """Whether inputs were checked in this phase.

        Args:
            inputs: As the engine gives them.
        """
        return plain(inputs) in self._checked
