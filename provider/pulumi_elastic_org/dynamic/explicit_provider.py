"""An explicit provider: another organization, with a key of its own, in the same program."""

from __future__ import annotations

import pulumi

from pulumi_elastic_org.variables import API_KEY, API_KEY_USER, ENDPOINT, EXPLICIT_PROVIDER, ORGANIZATION_ID


class Provider(pulumi.ProviderResource):
    """Credentials for one organization, passed to resources as ``opts=pulumi.ResourceOptions(provider=...)``.

    Pulumi gives an explicit provider a process and a configuration of its own; a rotated key is an update of the provider.

    Args:
        name: The provider's name in Pulumi.
        api_key: An Elastic Cloud API key of the organization; kept as a secret.
        endpoint: The base address of the API; that of ``EC_ENDPOINT`` by default, else Elastic Cloud's own. One that differs from
            ``EC_ENDPOINT`` is refused.
        organization_id: Which organization; the only one that the key sees by default.
        api_key_user: Whose key it is, by e-mail address or user id. Elastic Cloud does not say; until it is known, nothing is taken
            from any administrator.
        opts: Pulumi's resource options.
    """

    def __init__(
        self,
        name: str,
        *,
        api_key: pulumi.Input[str],
        endpoint: pulumi.Input[str] | None = None,
        organization_id: pulumi.Input[str] | None = None,
        api_key_user: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            API_KEY: pulumi.Output.secret(api_key),
            ENDPOINT: endpoint,
            ORGANIZATION_ID: organization_id,
            API_KEY_USER: api_key_user,
            EXPLICIT_PROVIDER: name,
        }
        super().__init__(
            "pulumi-python", name, {key: value for key, value in inputs.items() if value is not None}, opts
        )
