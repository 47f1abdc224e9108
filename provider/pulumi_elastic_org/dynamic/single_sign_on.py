"""`DomainClaim`, `IdentityProvider`, `RoleMappings` and `OrganizationSettings`: single sign-on as resources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import pulumi
from pulumi.dynamic import ResourceProvider

from pulumi_elastic_org.dynamic.program import (
    DOMAIN_CLAIM,
    ENFORCEMENT,
    IDENTITY_PROVIDER,
    OWNER_MAPPINGS,
    ROLE_MAPPINGS,
    KindResource,
    has_role_mappings,
    in_order,
)
from pulumi_elastic_org.dynamic.roles import Roles, known_grants, roles_text
from pulumi_elastic_org.model.grants import GrantError, format_grants
from pulumi_elastic_org.model.people import ADDITIVE, AUTHORITATIVE
from pulumi_elastic_org.model.printable import listed, shown
from pulumi_elastic_org.model.role_mappings import RoleMappingError, parse_mapping, read_mapping
from pulumi_elastic_org.resources.single_sign_on_providers import (
    DomainClaimProvider,
    IdentityProviderProvider,
    OrganizationSettingsProvider,
    RoleMappingsProvider,
)

Mode = Literal["authoritative", "additive"]


class _SignOnResource(KindResource, module="elastic-org", name="SignOn"):
    """What these resources have in common: they wait for each other (see `program.in_order`).

    Args:
        provider: As for `KindResource`; so are the others.
        name: The resource's name in Pulumi.
        rank: When it comes, by `program`.
        outputs: The names of what is found out.
        inputs: What is declared.
        opts: Pulumi's resource options.
    """

    def __init__(
        self,
        provider: ResourceProvider,
        name: str,
        rank: int,
        outputs: Sequence[str],
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        super().__init__(provider, name, ("organization_id", *outputs), inputs, in_order(self, rank, opts))


class DomainClaim(_SignOnResource, module="elastic-org", name="DomainClaim"):
    """An e-mail domain that the organization claims, so that people of that domain can sign on.

    `record` and `verification` are the TXT record to publish, for instance by a DNS provider of the same program. A new claim does
    not wait for it; an `IdentityProvider` of the program does, ten minutes at most, and so does each later update as long as the
    domain is not claimed. Once it is claimed the record may go. Deleting the resource gives the domain up.

    Source of the rules: Elastic's guide "Configure SAML SSO" (at most ten domains, subdomains included).

    Args:
        name: The resource's name in Pulumi.
        domain: The domain, such as ``"acme.example"``; another one replaces the resource.
        wait: How long to wait for the record, such as ``"10m"``; a new claim that waits holds up whatever depends on its outputs.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options.
    """

    domain: pulumi.Output[str]
    """The domain."""
    record: pulumi.Output[str]
    """The name of the TXT record to publish."""
    verification: pulumi.Output[str]
    """What the TXT record must hold; empty for a domain that was claimed before."""
    claimed: pulumi.Output[bool]
    """Whether the domain was claimed when the resource was last updated."""

    def __init__(
        self,
        name: str,
        domain: pulumi.Input[str],
        wait: str | None = None,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"domain": domain, "wait": wait, "organization_id": organization_id}
        outputs = ("record", "verification", "claimed")
        super().__init__(DomainClaimProvider(), name, DOMAIN_CLAIM, outputs, inputs, opts)


class IdentityProvider(_SignOnResource, module="elastic-org", name="IdentityProvider"):
    """The SAML 2.0 identity provider through which members sign on.

    It needs an Enterprise subscription and a claimed domain. A certificate that has ended is refused; one that ends within 30 days
    is reported by each preview. While single sign-on is enforced the resource is neither deleted nor disabled. It is enabled only
    where there are no role mappings, or one that gives ``organization-admin``, which a `RoleMappings` of the program may have.

    Args:
        name: The resource's name in Pulumi.
        issuer: The identity provider's entity id.
        sso_url: The https address of its HTTP-POST binding.
        certificates: The certificates by which it signs, in PEM form or as its metadata has them; several while it changes.
        login_identifier_prefix: What the login identifier begins with: lower-case letters, digits and hyphens.
        enabled: Whether anybody can sign on.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options.
    """

    issuer: pulumi.Output[str]
    """The identity provider's entity id."""
    login_identifier: pulumi.Output[str]
    """What people type on the login page."""
    sso_login_url: pulumi.Output[str]
    """Where people sign on."""
    acs: pulumi.Output[str]
    """The assertion consumer service: where the identity provider sends its answers."""
    sp_entity_id: pulumi.Output[str]
    """Who Elastic Cloud is to the identity provider."""
    metadata: pulumi.Output[str]
    """Elastic Cloud's SAML metadata, as XML."""
    metadata_url: pulumi.Output[str]
    """Where that metadata is read, with an API key."""

    def __init__(
        self,
        name: str,
        issuer: pulumi.Input[str],
        sso_url: pulumi.Input[str],
        certificates: Sequence[pulumi.Input[str]],
        login_identifier_prefix: pulumi.Input[str],
        enabled: bool = True,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "issuer": issuer,
            "sso_url": sso_url,
            "certificates": certificates if isinstance(certificates, pulumi.Output) else list(certificates),
            "login_identifier_prefix": login_identifier_prefix,
            "enabled": enabled,
            "owner_mapping_follows": has_role_mappings(opts, of_owners=True),
            "organization_id": organization_id,
        }
        outputs = ("login_identifier", "sso_login_url", "acs", "sp_entity_id", "metadata", "metadata_url")
        super().__init__(IdentityProviderProvider(), name, IDENTITY_PROVIDER, outputs, inputs, opts)


class RoleMappings(_SignOnResource, module="elastic-org", name="RoleMappings"):
    """Who gets which roles at each single sign-on; the roles then take the place of those that were given by hand.

    An enabled mapping gives ``organization-admin``, always: whatever would leave none is refused, in previews too. Elastic's guide
    asks for it, and its API is not known to see to it. Deleting the resource deletes the mappings that it made.

    Args:
        name: The resource's name in Pulumi.
        mode: ``"authoritative"``: mappings that are not named are deleted. ``"additive"``: they are left alone.
        mappings: By name: ``{"any": [{"group": "platform"}], "roles": ["organization-admin"]}``, with ``any`` or ``all``, a
            ``group`` or an ``email`` in each condition (``*`` for any characters), roles as in a `Roster`, and ``enabled``; or the
            text form ``"group platform => organization-admin"``.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options.

    Raises:
        pulumi.RunError: Something in the arguments is wrong; all of it is named at once.
    """

    mappings: pulumi.Output[Mapping[str, str]]
    """The mappings in text form, by name."""

    def __init__(
        self,
        name: str,
        mode: Mode,
        mappings: Mapping[str, Mapping[str, Any] | str],
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        mistakes = (
            []
            if mode in (AUTHORITATIVE, ADDITIVE)
            else [f"mode: must be '{AUTHORITATIVE}' or '{ADDITIVE}', not {shown(mode)}"]
        )
        texts: dict[str, pulumi.Input[str]] = {}
        for mapping, given in mappings.items():
            try:
                texts[mapping] = mapping_text(mapping, given)
            except (GrantError, RoleMappingError) as error:
                mistakes.append(str(error))
        if mistakes:
            raise pulumi.RunError(listed("the role mappings have mistakes:", "\n".join(mistakes).split("\n")))
        inputs = {"mode": mode, "mappings": dict(sorted(texts.items())), "organization_id": organization_id}
        self._register(name, inputs, opts)

    @classmethod
    def of_texts(cls, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> RoleMappings:
        """Declares mappings that are in text form already, as those of a roster file.

        Args:
            name: The resource's name in Pulumi.
            inputs: As the kind's table has them.
            opts: Pulumi's resource options.
        """
        made = cls.__new__(cls)
        made._register(name, inputs, opts)
        return made

    def _register(self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        rank = OWNER_MAPPINGS if any(_gives_owner(*one) for one in inputs["mappings"].items()) else ROLE_MAPPINGS
        _SignOnResource.__init__(self, RoleMappingsProvider(), name, rank, ("applied",), inputs, opts)


class OrganizationSettings(_SignOnResource, module="elastic-org", name="OrganizationSettings"):
    """Settings of the organization; those that are not named stay as they are.

    Enforcing single sign-on is refused unless the identity provider is enabled, a role mapping gives ``organization-admin``, and
    the break-glass key is an owner's, lasts 30 days at least and was seen to take enforcement off. The way back, whatever happens
    to the identity provider, is ``elastic-org unlock``. Deleting the resource, or the line, takes off the enforcement that it
    brought.

    Args:
        name: The resource's name in Pulumi.
        organization_name: The organization's name, of 2 to 30 characters.
        billing_contacts: Addresses that get bills.
        operational_contacts: Addresses that get operational mail, also about API keys that end.
        notifications_allowed_email_domains: Domains to which notifications may go.
        default_disk_usage_alerts_enabled: Whether alerts about disk usage are on by default.
        enforce_authentication_method: ``"sso"``: members come in by single sign-on only. ``"none"``: by any method.
        break_glass_key: An API key of an owner, such as the ``key`` of an `ApiKey`; kept as a secret.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options.
    """

    enforce_authentication_method: pulumi.Output[str | None]
    """What is enforced."""
    break_glass_key_ends: pulumi.Output[str]
    """When the break-glass key ends (ISO 8601); empty where it has no end."""

    def __init__(
        self,
        name: str,
        organization_name: pulumi.Input[str] | None = None,
        billing_contacts: Collection[pulumi.Input[str]] | None = None,
        operational_contacts: Collection[pulumi.Input[str]] | None = None,
        notifications_allowed_email_domains: Collection[pulumi.Input[str]] | None = None,
        default_disk_usage_alerts_enabled: bool | None = None,
        enforce_authentication_method: Literal["sso", "none"] | None = None,
        break_glass_key: pulumi.Input[str] | None = None,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        lists = {
            "billing_contacts": billing_contacts,
            "operational_contacts": operational_contacts,
            "notifications_allowed_email_domains": notifications_allowed_email_domains,
        }
        inputs = {
            "name": organization_name,
            **{key: None if value is None else list(value) for key, value in lists.items()},
            "default_disk_usage_alerts_enabled": default_disk_usage_alerts_enabled,
            "enforce_authentication_method": enforce_authentication_method,
            "break_glass_key": None if break_glass_key is None else pulumi.Output.secret(break_glass_key),
            "organization_id": organization_id,
        }
        super().__init__(OrganizationSettingsProvider(), name, ENFORCEMENT, ("break_glass_key_ends",), inputs, opts)


def _gives_owner(name: str, text: pulumi.Input[str]) -> bool:
    """Whether a mapping surely makes owners: its text is known, and valid."""
    try:
        return isinstance(text, str) and parse_mapping(name, text).gives_owner
    except RoleMappingError:
        return False


def mapping_text(name: str, given: Mapping[str, Any] | str) -> pulumi.Input[str]:
    """Returns a role mapping in text form, as an output where its roles name targets that are outputs.

    Args:
        name: The mapping's name.
        given: As a program writes it.

    Raises:
        GrantError: The roles are invalid.
        RoleMappingError: Something else is invalid; all of it is named.
    """
    if not isinstance(given, Mapping) or "roles" not in given:
        return str(read_mapping(name, given))
    roles: Roles = given["roles"]
    try:
        known = format_grants(known_grants(roles))
    except GrantError as error:
        raise GrantError(f"{name}: {error}") from None
    whom = read_mapping(name, {**given, "roles": known}).whom
    return pulumi.Output.concat(whom, text) if isinstance(text := roles_text(roles), pulumi.Output) else f"{whom}{text}"
