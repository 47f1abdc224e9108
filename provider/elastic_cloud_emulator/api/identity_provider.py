"""The SAML identity provider of an organization."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request
from pydantic import BaseModel, Field

from ..errors import IdentityProviderNotConfigured, OrganizationNotFound
from ..model import IdentityProvider, Organization
from .context import caller, cloud, read_body
from .organizations import login_identifier

CERTIFICATE = b64encode(b"-----BEGIN CERTIFICATE-----\nemulated\n-----END CERTIFICATE-----\n").decode()
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID={entity}>
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location={acs} index="0"/>
  </SPSSODescriptor>
</EntityDescriptor>
"""

NOT_CONFIGURED = (
    "<BasicFailedReply><errors><code>{code}</code><message>{message}</message></errors></BasicFailedReply>\n"
)
"""The published error as XML; how Elastic writes it out is not published."""

blueprint = Blueprint("identity_provider", __name__, url_prefix="/organizations/<organization_id>/idp")


class _SamlIdp(BaseModel, extra="forbid", strict=True):
    issuer: str
    sso_url: str
    public_certificate: list[str]


class _Configuration(BaseModel, extra="forbid", strict=True):
    """The published `IdpConfigurationRequest`."""

    enabled: bool
    login_identifier_prefix: str = Field(pattern=r"^[a-z0-9-]+$")
    saml_idp: _SamlIdp


@blueprint.get("")
def get_identity_provider(organization_id: str) -> dict[str, Any]:
    with _published_code():
        return _idp_json(caller().organization(organization_id))


@blueprint.put("")
def set_identity_provider(organization_id: str) -> dict[str, Any]:
    organization = caller().administered(organization_id)
    given = read_body(_Configuration)
    provider = IdentityProvider(given.enabled, given.login_identifier_prefix, **dict(given.saml_idp))
    cloud().set_identity_provider(organization.id, provider)
    return _idp_json(organization)


@blueprint.delete("")
def remove_identity_provider(organization_id: str) -> dict[str, Any]:
    with _published_code():
        cloud().remove_identity_provider(caller().administered(organization_id).id)
    return {}


@blueprint.get("/metadata.xml")
def get_metadata(organization_id: str) -> Response:
    try:
        with _published_code():
            idp = _idp_json(caller().organization(organization_id))
    except IdentityProviderNotConfigured as error:
        text = NOT_CONFIGURED.format(code=error.code, message=escape(str(error)))
        return Response(text, error.status, {"x-cloud-error-codes": error.code}, mimetype="application/xml")
    entity, acs = quoteattr(idp["sp_entity_id"]), quoteattr(idp["acs"])
    return Response(METADATA.format(entity=entity, acs=acs), mimetype="application/xml")


@contextmanager
def _published_code() -> Iterator[None]:
    """Answers for an organization that is not there with the one code that these operations publish for 404."""
    try:
        yield
    except OrganizationNotFound as error:
        raise IdentityProviderNotConfigured(str(error)) from None


def _idp_json(organization: Organization) -> dict[str, Any]:
    provider = cloud().identity_provider(organization.id)
    base = f"{request.host_url}sso/{organization.id}"
    return {
        "login_identifier": login_identifier(organization, provider),
        "sso_login_url": f"{base}/login",
        "metadata_url": request.base_url.removesuffix("/metadata.xml") + "/metadata.xml",
        "acs": f"{base}/acs",
        "sp_entity_id": base,
        "signing_certificate": [CERTIFICATE],
        "encryption_certificate": [CERTIFICATE],
        "configuration": {
            "enabled": provider.enabled,
            "login_identifier_prefix": provider.login_identifier_prefix,
            "saml_idp": {
                "issuer": provider.issuer,
                "sso_url": provider.sso_url,
                "public_certificate": provider.public_certificate,
            },
        },
    }
