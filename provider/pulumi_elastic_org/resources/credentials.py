"""Keeps API keys out of the repository and out of state, as far as a program can see to it."""

from __future__ import annotations

import pulumi

from pulumi_elastic_org.resources.settings import API_KEY


def check_key_is_secret() -> None:
    """Refuses a key in plain configuration, which would be readable in the repository and in state.

    Raises:
        pulumi.RunError: There is one.
    """
    config = pulumi.Config("elastic-org")
    if config.get("apiKey") and not pulumi.runtime.is_config_secret(API_KEY):
        raise pulumi.RunError(
            f"{API_KEY} is stored in the clear: revoke that key, then run 'pulumi config set --secret {API_KEY}' with a new one"
        )
