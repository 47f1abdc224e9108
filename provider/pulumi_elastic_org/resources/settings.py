"""Where the provider finds the API key and the organization: the environment, then Pulumi configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pulumi_elastic_org.cloud.endpoint import DEFAULT_ENDPOINT

API_KEY = "elastic-org:apiKey"
ENDPOINT = "elastic-org:endpoint"
ORGANIZATION_ID = "elastic-org:organizationId"
EXPLICIT_PROVIDER = "elastic-org:explicitProvider"

_VARIABLES = {API_KEY: "EC_API_KEY", ENDPOINT: "EC_ENDPOINT", ORGANIZATION_ID: "EC_ORGANIZATION_ID"}


_ORGANIZATION = re.compile(r"[A-Za-z0-9_-]+")


class SettingsError(ValueError):
    """A setting is missing, or cannot be meant. The message says where it may be set."""


class KeyMissing(SettingsError):
    """There is no API key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach one organization.

    Args:
        api_key: An Elastic Cloud API key; never printed.
        endpoint: The base address of the API.
        organization_id: Which organization; ``None`` for the only one that the key sees.
    """

    api_key: str = field(repr=False)
    endpoint: str = DEFAULT_ENDPOINT
    organization_id: str | None = None


def find_settings(configured: Callable[[str], object], environment: Mapping[str, str]) -> Settings:
    """Puts the settings together.

    The environment wins over stack configuration, because Pulumi's ``refresh`` and ``destroy`` use the configuration stored in
    state, which does not see a rotated key. An explicit ``Provider`` is another organization: there the environment is not asked.

    Args:
        configured: Looks up a configuration key such as ``"elastic-org:apiKey"``.
        environment: The environment variables.

    Raises:
        KeyMissing: There is no API key.
        SettingsError: The organization's id is none.
    """
    explicit = configured(EXPLICIT_PROVIDER)

    def look_up(key: str) -> str | None:
        from_environment = None if explicit else environment.get(_VARIABLES[key])
        value = from_environment or configured(key)
        return str(value) if value else None

    api_key = look_up(API_KEY)
    if api_key is None:
        raise KeyMissing(
            f"no API key for Elastic Cloud: set EC_API_KEY in the environment, or run 'pulumi config set --secret {API_KEY}'"
        )
    organization_id = look_up(ORGANIZATION_ID)
    if organization_id is not None and not _ORGANIZATION.fullmatch(organization_id):
        raise SettingsError(
            "the organization's id holds a blank, a slash or another character that no id has; it is a number such as 2871506934: "
            f"check EC_ORGANIZATION_ID, then the Pulumi configuration {ORGANIZATION_ID}. Nothing was sent"
        )
    return Settings(api_key, look_up(ENDPOINT) or DEFAULT_ENDPOINT, organization_id)
