"""Where the plugin finds credentials: the environment, then the stack's configuration as it is now, then what state keeps of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.lifecycle.properties import Property, Type
from pulumi_elastic_org.plugin.names import camel
from pulumi_elastic_org.variables import API_KEY, EXPLICIT_PROVIDER

if TYPE_CHECKING:
    from pulumi_elastic_org.lifecycle.phase import Settings

_NAMESPACE = "elastic-org:"
SETTINGS = (
    Property(
        "api_key",
        Type.TEXT,
        "An Elastic Cloud API key of an owner of the organization; `EC_API_KEY` wins.",
        secret=True,
    ),
    Property(
        "api_key_user",
        Type.TEXT,
        "Whose key it is, by e-mail address or user id. Until that is known, nothing is taken from any administrator.",
    ),
    Property(
        "endpoint", Type.TEXT, "The base address of the API; Elastic Cloud's own by default, or that of `EC_ENDPOINT`."
    ),
    Property("organization_id", Type.TEXT, "Which organization; the only one that the key sees by default."),
)
"""The table of the provider."""
_SETTINGS = tuple(camel(one.name) for one in SETTINGS)
_DEFAULT = re.compile(r"default(_\d+_\d+_\d+(_.*)?)?")
"""As Pulumi names a package's default provider (`ProviderRequest.DefaultName` in its engine)."""
_ENGINES_OWN = frozenset({"version", "pluginDownloadURL"})

STACK_CONFIGURATION = "PULUMI_CONFIG"
"""Under this variable the engine gives a plugin the stack's configuration of its package as it is now, decrypted, as JSON."""


def config_mistakes(names: Iterable[str]) -> list[str]:
    """Returns which settings there are not.

    Args:
        names: Of the settings that were made.
    """
    found = []
    for name in names:
        if name in _SETTINGS or name in _ENGINES_OWN or name.startswith("__"):
            continue
        near = get_close_matches(name, _SETTINGS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_SETTINGS)}"
        found.append(f"there is no setting {name}; {hint}")
    return found


def as_configured(provider: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the configuration of an explicit provider under the keys that stack configuration has.

    Args:
        provider: The provider's name in Pulumi.
        values: Its inputs.
    """
    return {**{f"{_NAMESPACE}{name}": value for name, value in values.items()}, EXPLICIT_PROVIDER: provider}


def settings_finder(
    provider: str, values: Mapping[str, Any], secrets: Collection[str], environment: Mapping[str, str]
) -> Callable[[], Settings]:
    """Returns what finds out how to reach the organization, when that is first needed.

    Args:
        provider: The provider's name in Pulumi. The engine makes one called ``default``, or ``default_0_3_0`` after the version
            and perhaps more, where a program names none; any other name is one that a program gave.
        values: Its configuration: for the default one, the stack's, as it was when state was written where no program runs.
        secrets: Which of them are secret.
        environment: The environment variables.

    Raises:
        Refused: The API key is no secret.
    """
    explicit = "" if _DEFAULT.fullmatch(provider) else provider
    if values.get("apiKey") and "apiKey" not in secrets:
        how = (
            f"make it a secret where Provider '{explicit}' gets it"
            if explicit
            else f"run 'pulumi config set --secret {API_KEY}' with a new one"
        )
        raise Refused(f"{API_KEY} is stored in the clear: revoke that key, then {how}")
    stack = json.loads(environment.get(STACK_CONFIGURATION) or "{}")
    found = {**values, **({} if explicit else stack), EXPLICIT_PROVIDER.removeprefix(_NAMESPACE): explicit}

    configuration = {**values, **stack}

    def configured(key: str) -> object:
        return found.get(key.removeprefix(_NAMESPACE))

    def find() -> Settings:
        from pulumi_elastic_org.lifecycle.phase import find_settings  # noqa: PLC0415 - only where resources are served

        return find_settings(
            configured, environment, {f"{_NAMESPACE}{name}": one for name, one in configuration.items()}
        )

    return find
