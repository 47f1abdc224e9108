"""`ApiKey`: a key for Elastic Cloud's API, as a resource."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from pulumi_elastic_org.dynamic.arguments import wrong
from pulumi_elastic_org.dynamic.program import KindResource
from pulumi_elastic_org.dynamic.roles import Roles, known_grants, roles_text
from pulumi_elastic_org.model.printable import listed, printable
from pulumi_elastic_org.resources.api_key_provider import ApiKeyProvider

OUTPUTS = ("key", "key_id", "created_at", "expires_at")


class ApiKey(KindResource, module="elastic-org", name="ApiKey"):
    """An API key of an Elastic Cloud organization, replaced by the next one in time.

    Elastic Cloud cannot change a key, so another description, other roles or another lifetime are another key. The one before is
    kept for the overlap, and deleted by the first update after that. Deleting the resource deletes its keys, once the guards
    agree; with ``retain_on_delete=True`` they stay until they expire.

    Args:
        name: The resource's name in Pulumi.
        roles: What the key may do: role assignments, or their text form. On a key, application roles that are not given mean
            Elastic Cloud's API only.
        description: What the key is for; the resource's name by default. Elastic Cloud shows it with project, stack and name.
        expiration: How long each key lives, in hours or days such as ``"90d"``.
        rotate_before: How long before its end an update creates the next key, such as ``"14d"``; once it has expired by default.
        overlap: How long a superseded key is kept, such as ``"1d"``.
        adopt: The id of a key that exists and is as declared: it is taken over, without its secret, until its time to be rotated.
        overrides: Why a guard may be passed, by its name: ``key-in-use``, ``stack-needs-key``, ``last-owner-key``.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options; ``provider`` takes a `Provider` for another organization.

    Raises:
        pulumi.RunError: Roles are invalid.
    """

    key: pulumi.Output[str]
    """The key, a secret; empty for an adopted one that was not rotated yet."""
    key_id: pulumi.Output[str]
    """Elastic's id of the key."""
    created_at: pulumi.Output[str]
    """When the key was created (ISO 8601)."""
    expires_at: pulumi.Output[str | None]
    """When the key expires (ISO 8601)."""

    def __init__(
        self,
        name: str,
        roles: Roles,
        description: pulumi.Input[str] | None = None,
        expiration: pulumi.Input[str] = "90d",
        rotate_before: pulumi.Input[str] | None = None,
        overlap: pulumi.Input[str] = "1d",
        adopt: pulumi.Input[str] | None = None,
        overrides: Mapping[str, pulumi.Input[str]] | None = None,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if mistakes := [*wrong(lambda: known_grants(roles))]:
            raise pulumi.RunError(listed(f"ApiKey '{name}' has mistakes:", mistakes))
        inputs = {
            "rotate_before": rotate_before,
            "adopt": adopt,
            "overrides": dict(overrides) if overrides else None,
            "organization_id": organization_id,
            "description": description if description is not None else name,
            "roles": roles_text(roles),
            "expiration": expiration,
            "overlap": overlap,
            "resource": printable(f"{pulumi.get_project()}/{pulumi.get_stack()}/{name}"),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["key"])
        super().__init__(ApiKeyProvider(), name, OUTPUTS, inputs, pulumi.ResourceOptions.merge(opts, secret))
