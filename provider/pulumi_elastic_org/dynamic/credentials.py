"""Keeps API keys out of the repository and out of state, as far as a program can see to it."""

from __future__ import annotations

from difflib import get_close_matches

import pulumi

from pulumi_elastic_org.lifecycle.settings import API_KEY, VARIABLES

_NAMESPACE = "elastic-org"
_SETTINGS = tuple(VARIABLES)


def check_key_is_secret() -> None:
    """Refuses a key in plain configuration, which would be readable in the repository and in state, and a misspelled setting.

    Raises:
        pulumi.RunError: There is one.
    """
    for key in pulumi.runtime.get_config_env():
        if key.startswith(f"{_NAMESPACE}:") and key not in _SETTINGS:
            raise pulumi.RunError(_unknown(key))
    config = pulumi.Config(_NAMESPACE)
    if config.get("apiKey") and not pulumi.runtime.is_config_secret(API_KEY):
        raise pulumi.RunError(
            f"{API_KEY} is stored in the clear: revoke that key, then run 'pulumi config set --secret {API_KEY}' with a new one"
        )


def _unknown(key: str) -> str:
    spellings = {one.partition(":")[2].casefold(): one for one in _SETTINGS}
    near = get_close_matches(key.partition(":")[2].casefold(), spellings, 1)
    meant = spellings[near[0]] if near else ""
    hint = f"did you mean {meant}?" if meant else f"the settings are {', '.join(_SETTINGS)}."
    text = f"there is no setting {key}: {hint}"
    if meant == API_KEY and not pulumi.runtime.is_config_secret(key):
        text += " What is there is stored in the clear: if it is a key, revoke it."
    return f"{text} Run 'pulumi config rm {key}', and set the right one"
