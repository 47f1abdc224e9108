"""The SAML identity provider of an organization."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_elastic_org.cloud.errors import NotFound
from pulumi_elastic_org.cloud.models import Answer, Items, StrictFlag, Text, parse
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.signing_certificates import CertificateError, read_certificate
from pulumi_elastic_org.model.single_sign_on import IdentityProvider

_NOT_CONFIGURED = "org.idp.idp_not_configured"


class _Saml(Answer):
    issuer: str
    sso_url: str
    public_certificate: Items[str]


class _Configuration(Answer):
    enabled: StrictFlag
    login_identifier_prefix: str
    saml_idp: _Saml


class _Answer(Answer):
    login_identifier: Text = ""
    sso_login_url: Text
    metadata_url: Text
    acs: Text
    sp_entity_id: Text
    configuration: _Configuration


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """An identity provider that is set, and what Elastic Cloud tells to set the other side up.

    Args:
        provider: The settings.
        login_identifier: What people type to sign on.
        sso_login_url: Where they sign on.
        acs: Where the identity provider sends its answers.
        sp_entity_id: Who Elastic Cloud is to the identity provider.
        metadata_url: The address of the same as metadata, which is read with an API key.
    """

    provider: IdentityProvider
    login_identifier: str
    sso_login_url: str
    acs: str
    sp_entity_id: str
    metadata_url: str


def read_identity_provider(session: Session, organization_id: str) -> SingleSignOn | None:
    """Returns the identity provider of an organization; ``None`` where none is set.

    Args:
        session: The connection; this function and those below raise what `Session.call` raises.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the identity provider of organization {organization_id}"
    try:
        return _read(session.call("GET", "organizations", organization_id, "idp", action=action), action)
    except NotFound as error:
        if error.code != _NOT_CONFIGURED:
            raise
        return None


def set_identity_provider(session: Session, organization_id: str, provider: IdentityProvider) -> SingleSignOn:
    """Sets the identity provider of an organization, in place of the one that it may have.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        provider: The settings; its certificates are such that they can be read.
    """
    action = f"set the identity provider of organization {organization_id}"
    body = {
        "enabled": provider.enabled,
        "login_identifier_prefix": provider.login_identifier_prefix,
        "saml_idp": {
            "issuer": provider.issuer,
            "sso_url": provider.sso_url,
            "public_certificate": [read_certificate(one).encoded for one in provider.certificates],
        },
    }
    return _read(session.call("PUT", "organizations", organization_id, "idp", action=action, body=body), action)


def remove_identity_provider(session: Session, organization_id: str) -> None:
    """Takes the identity provider of an organization away; one that is gone already counts as taken away.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
    """
    action = f"remove the identity provider of organization {organization_id}"
    try:
        session.call("DELETE", "organizations", organization_id, "idp", action=action)
    except NotFound as error:
        if error.code != _NOT_CONFIGURED:
            raise


def service_provider_metadata(session: Session, organization_id: str) -> str:
    """Returns the SAML metadata by which an identity provider gets to know Elastic Cloud, as XML.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the SAML metadata of organization {organization_id}"
    return session.text("organizations", organization_id, "idp", "metadata.xml", action=action)


def _read(content: object, action: str) -> SingleSignOn:
    answer = parse(_Answer, content, action)
    configuration = answer.configuration
    saml = configuration.saml_idp
    provider = IdentityProvider(
        saml.issuer,
        saml.sso_url,
        tuple(map(_certificate, saml.public_certificate)),
        configuration.login_identifier_prefix,
        configuration.enabled,
    )
    return SingleSignOn(
        provider, answer.login_identifier, answer.sso_login_url, answer.acs, answer.sp_entity_id, answer.metadata_url
    )


def _certificate(text: str) -> str:
    """Returns a certificate in PEM form; what is none, as it came, so that it differs from each that is."""
    try:
        return read_certificate(text).pem
    except CertificateError:
        return text
