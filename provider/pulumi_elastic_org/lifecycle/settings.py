"""Where the provider finds the API key and the organization: the environment, then Pulumi configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.cloud.errors import HOW_TO_GET_A_KEY
from pulumi_elastic_org.cloud.network import DEFAULT_ENDPOINT, plain_endpoint
from pulumi_elastic_org.model.key_guards import fingerprint
from pulumi_elastic_org.model.printable import printable
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
        api_key_user: Whose key it is, by e-mail address or user id; ``None`` where nobody has said.
        needed: Where texts are configured that may be keys which the stack needs, by `fingerprint`.
    """

    api_key: str = field(repr=False)
    endpoint: str = DEFAULT_ENDPOINT
    organization_id: str | None = None
    named_by: str = field(default="the API key", compare=False)
    api_key_user: str | None = None
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

    api_key = next(iter(places(API_KEY).values()), None)
    if api_key is None:
        raise KeyMissing(
            f"no API key for Elastic Cloud: set EC_API_KEY in the environment, or run 'pulumi config set --secret {API_KEY}'. "
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
    user = environment.get(VARIABLES[API_KEY_USER]) if from_environment else configured(API_KEY_USER)
    return Settings(
        api_key,
        next(iter(endpoints.values()), DEFAULT_ENDPOINT),
        organization_id,
        named_by,
        str(user).strip() if user else None,
        {
            **{fingerprint(str(value)): f"the Pulumi configuration {key}" for key, value in configuration.items()},
            **{fingerprint(value): f"{name} in the environment" for name, value in environment.items()},
        },
    )


def _differ(what: str, places: Mapping[str, str]) -> str:
    named = ", ".join(f"{place} names {printable(value)}" for place, value in places.items())
    return f"two different {what} are named: {named}. Nothing was sent: make them agree, or take one of them away"
