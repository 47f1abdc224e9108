"""The dynamic providers behind single sign-on. Their class paths are part of the format of state: they stay where they are."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class DomainClaimProvider(KindProvider):
    """Claims a domain by its TXT record."""

    kind = "DomainClaim"


class IdentityProviderProvider(KindProvider):
    """Sets the identity provider."""

    kind = "IdentityProvider"


class RoleMappingsProvider(KindProvider):
    """Makes the role mappings what is declared."""

    kind = "RoleMappings"


class OrganizationSettingsProvider(KindProvider):
    """Changes an organization's settings."""

    kind = "OrganizationSettings"
