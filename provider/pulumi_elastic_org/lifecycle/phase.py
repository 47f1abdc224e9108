"""What one preview, update or refresh shares, beginning with where key and organization come from.

Each runs in a provider process of its own, and in it every resource uses one phase. A test opens as many as it likes.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from pulumi.output import Unknown

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.cloud.errors import HOW_TO_GET_A_KEY, IN_THE_PROGRAM, KeyOrigin
from pulumi_elastic_org.cloud.network import DEFAULT_ENDPOINT, HTTP, Transport, plain_endpoint
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.lifecycle.people import People
from pulumi_elastic_org.lifecycle.properties import Properties, plain
from pulumi_elastic_org.model.keys import ApiKey, KeysInUse, fingerprint
from pulumi_elastic_org.model.printable import printable, printable_lines
from pulumi_elastic_org.process import EngineWatch
from pulumi_elastic_org.variables import API_KEY, API_KEY_USER, ENDPOINT, EXPLICIT_PROVIDER, ORGANIZATION_ID, VARIABLES

NOTHING: Mapping[str, object] = {}

_ORGANIZATION = re.compile(r"[A-Za-z0-9_-]+")


class SettingsError(ActionableError, ValueError):
    """A setting is missing, or is invalid. The message says where it may be set."""


class KeyMissing(SettingsError):
    """There is no API key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach one organization.

    Args:
        api_key: An Elastic Cloud API key; never printed.
        endpoint: The base address of the API.
        organization_id: Which organization; ``None`` for the only one that the key sees.
        named_by: Where the organization is named, for messages.
        key_from: Where the key came from, for messages.
        api_key_user: Whose key it is, by e-mail address or user id; ``None`` where nobody has said.
        needed: Where texts are configured that may be keys which the stack needs, by `fingerprint`.
    """

    api_key: str = field(repr=False)
    endpoint: str = DEFAULT_ENDPOINT
    organization_id: str | None = None
    named_by: str = field(default="the API key", compare=False)
    api_key_user: str | None = None
    key_from: KeyOrigin = field(default=IN_THE_PROGRAM, compare=False)
    needed: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


def find_settings(
    configured: Callable[[str], object],
    environment: Mapping[str, str],
    configuration: Mapping[str, object] = NOTHING,
) -> Settings:
    """Puts the settings together.

    The environment's key wins over stack configuration, because Pulumi's ``refresh`` and ``destroy`` use the configuration stored
    in state, which does not see a rotated key. Which organization is meant is never a matter of who wins: two places that differ
    are refused. An explicit ``Provider`` is another organization, so that the environment's key and organization are not for
    it; ``EC_ENDPOINT`` is, since whoever points it at a test means every key.
    Whose key it is, is looked up where the key was found: said elsewhere, it is said of another key.

    Args:
        configured: Looks up a configuration key such as ``"elastic-org:apiKey"``.
        environment: The environment variables.
        configuration: Everything that is configured, as far as it can be told.

    Raises:
        KeyMissing: There is no API key.
        SettingsError: The organization's id is none, or two places name different organizations or endpoints.
    """
    provider = configured(EXPLICIT_PROVIDER)

    def places(key: str, *, shared: bool = False) -> dict[str, str]:
        """The values of a setting by where each is, the one that wins first."""
        here = f"the Provider '{provider}'" if provider else f"the Pulumi configuration {key}"
        values = {
            f"{VARIABLES[key]} in the environment": environment.get(VARIABLES[key]) if shared or not provider else None,
            here: configured(key),
        }
        return {place: str(value) for place, value in values.items() if value}

    key_from, api_key = next(iter(places(API_KEY).items()), ("", None))
    if api_key is None:
        raise KeyMissing(
            f"no API key for Elastic Cloud: set EC_API_KEY in the environment, or run 'elastic-org config set --secret {API_KEY}'. "
            f"{HOW_TO_GET_A_KEY}"
        )
    organizations, endpoints = places(ORGANIZATION_ID), places(ENDPOINT, shared=True)
    named_by, organization_id = next(iter(organizations.items()), ("the API key", None))
    if len(set(organizations.values())) > 1:
        raise SettingsError(_differ("organizations", organizations))
    if provider and len(set(map(plain_endpoint, endpoints.values()))) > 1:
        raise SettingsError(_differ("endpoints", endpoints))
    if organization_id is not None and not _ORGANIZATION.fullmatch(organization_id):
        raise SettingsError(
            "the organization's id contains a space, a slash or another character that no id has; it is a number like 2871506934: "
            f"check EC_ORGANIZATION_ID, then the Pulumi configuration {ORGANIZATION_ID}. Nothing was sent"
        )
    from_environment = not provider and bool(environment.get(VARIABLES[API_KEY]))
    way_out = "run `pulumi up` first." if provider else "set EC_API_KEY for them, or run `pulumi up` first."
    stored = f"`pulumi refresh` and `pulumi destroy` use the configuration stored in state: {way_out}"
    user = environment.get(VARIABLES[API_KEY_USER]) if from_environment else configured(API_KEY_USER)
    return Settings(
        api_key,
        next(iter(endpoints.values()), DEFAULT_ENDPOINT),
        organization_id,
        named_by,
        str(user).strip() if user else None,
        KeyOrigin(key_from, "" if from_environment else stored),
        {
            **{fingerprint(str(value)): f"the Pulumi configuration {key}" for key, value in configuration.items()},
            **{fingerprint(value): f"{name} in the environment" for name, value in environment.items()},
        },
    )


def _differ(what: str, places: Mapping[str, str]) -> str:
    named = ", ".join(f"{place} names {printable(value)}" for place, value in places.items())
    return f"two different {what} are named: {named}. Nothing was sent: make them agree, or take one of them away"


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
        self.lock = threading.RLock()
        """Of all that the phase shares: with a second one, two threads could wait for each other."""
        self._known: dict[Hashable, object] = {}
        self._checked: set[str] = set()
        self._held: set[str] = set()

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """Returns what was read under a key, which every resource of the phase shares; reads it when it is first asked for.

        Args:
            key: What is read, such as ``"keys"``.
            read: Reads it.
        """
        with self.lock:
            if key not in self._known:
                self._known[key] = read()
            value: T = self._known[key]  # type: ignore[assignment]
            return value

    def forget(self, key: Hashable) -> None:
        """Has `once` read anew, after a write or before a look that has to be fresh.

        Args:
            key: What was read.
        """
        with self.lock:
            self._known.pop(key, None)

    def see(self, what: str, look: Callable[[], T], done: Callable[[T], bool]) -> None:
        """Looks whether something is so, on which the next call or what state says rests: an answer may be wrong, a list lag.

        Args:
            what: What is to be so, after "does not show".
            look: Looks anew.
            done: Whether a look shows it.

        Raises:
            Failed: It is not so.
        """
        from pulumi_elastic_org.lifecycle.interface import Failed  # noqa: PLC0415 - which knows phases

        if not done(self.session.pacing.patiently(look, done)):
            raise Failed(
                f"Elastic Cloud answered with success and does not show {what}: nothing else was done; run the same command again"
            )

    def writing(
        self, change: str, subject: str, request: str, roles: str | None = None
    ) -> AbstractContextManager[None]:
        """Surrounds one call that changes what is no person: it is not made once the engine is gone, and is written down.

        Args:
            change: As for `AuditTrail.call`; so are the others.
            subject: What it is done to.
            request: The API's method and path.
            roles: The roles that go with it.

        Raises:
            EngineGone: Nobody would keep what was done.
        """
        from pulumi_elastic_org.audit import AuditTrail  # noqa: PLC0415 - a preview writes nothing

        EngineWatch.of_this_process().check()
        return AuditTrail(self.organization_id).call(change, subject, request, roles)

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
            key_from=self.settings.key_from,
        )

    @property
    def organization_id(self) -> str:
        """The organization to manage: the configured one, or the only one that the key sees."""
        return self.settings.organization_id or self.once("organization id", Organizations(self.session).find_id)

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
        from pulumi_elastic_org.cloud.keys import read_keys  # noqa: PLC0415 - only for who leaves, and for keys themselves

        return self.once("API keys", lambda: read_keys(self.session, self.organization_id))

    def forget_keys(self) -> None:
        """Has `keys` look again."""
        self.forget("API keys")

    @property
    def keys_in_use(self) -> KeysInUse:
        """What is known of the keys that this run and its stack need."""
        own = self.organization.own_user_id or ""
        return KeysInUse(fingerprint(self.settings.api_key), self.session.key_expires_at, self.settings.needed, own)

    def other_organization(self, what: str, *bound: object) -> str | None:
        """Returns why a resource of another organization is refused; ``None`` where it is of this one. Reads no people.

        Args:
            what: The kind of resource, in words.
            bound: The organization's ids as the resource declares them and as they were applied; ``None`` where there is none.
        """
        named = [one for one in bound if one and not isinstance(one, Unknown)]
        found = self.organization_id if named else None
        other = next((one for one in named if one != found), None)
        if other is None:
            return None
        return (
            f"this {what} belongs to organization {other}, but {self.settings.named_by} leads to {found}: nothing was changed. "
            f"Use a key of the right organization; for another one declare another {what}"
        )

    def hold(self, things: Iterable[str]) -> None:
        """Notes what a resource of the program is live, so that no other one of the phase that goes takes it along.

        Args:
            things: As `Kind.holds` names them.
        """
        with self.lock:
            self._held.update(things)

    def is_held(self, thing: str) -> bool:
        """Whether the program was seen to declare something in this phase; argument as for `hold`."""
        with self.lock:
            return thing in self._held

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
