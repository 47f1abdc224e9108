"""The SAML identity provider of an organization."""

from __future__ import annotations

from pulumi_elastic_org.cloud.errors import NotFound
from pulumi_elastic_org.cloud.models import Answer, Items, StrictFlag, Text
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


class SingleSignOn(Answer):
    """An identity provider that is set, and what Elastic Cloud tells to set the other side up.

    Args:
        login_identifier: What people type to sign on.
        sso_login_url: Where they sign on.
        acs: Where the identity provider sends its answers.
        sp_entity_id: Who Elastic Cloud is to the identity provider.
        metadata_url: The address of the same as metadata, which is read with an API key.
        configuration: The settings, as the API writes them.
    """

    login_identifier: Text = ""
    sso_login_url: Text
    acs: Text
    sp_entity_id: Text
    metadata_url: Text
    configuration: _Configuration

    @property
    def provider(self) -> IdentityProvider:
        """The settings."""
        saml = self.configuration.saml_idp
        return IdentityProvider(
            saml.issuer,
            saml.sso_url,
            tuple(map(_certificate, saml.public_certificate)),
            self.configuration.login_identifier_prefix,
            self.configuration.enabled,
        )


def read_identity_provider(session: Session, organization_id: str) -> SingleSignOn | None:
    """Returns the identity provider of an organization; ``None`` where none is set.

    Args:
        session: The connection; this function and those below raise what `Session.call` raises.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the identity provider of organization {organization_id}"
    try:
        return session.ask(SingleSignOn, "GET", "organizations", organization_id, "idp", action=action)
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
    return session.ask(SingleSignOn, "PUT", "organizations", organization_id, "idp", action=action, body=body)


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
    path = ("organizations", organization_id, "idp", "metadata.xml")
    answer = session.call("GET", *path, action=f"read the SAML metadata of organization {organization_id}", text=True)
    return str(answer or "")


def _certificate(text: str) -> str:
    """Returns a certificate in PEM form; what is none, as it came, so that it differs from each that is."""
    try:
        return read_certificate(text).pem
    except CertificateError:
        return text
