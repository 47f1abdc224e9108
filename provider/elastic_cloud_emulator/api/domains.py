"""The e-mail domains that an organization has claimed."""

from typing import Any

from flask import Blueprint

from .context import body, caller, cloud, text_field

LATER = 449
"""The status of a claim whose TXT record is not found yet."""

blueprint = Blueprint("domains", __name__, url_prefix="/organizations/<organization_id>/domains")


@blueprint.get("")
def list_domains(organization_id: str) -> dict[str, Any]:
    return {"domains": caller().organization(organization_id).domains}


@blueprint.post("/_generate_verification_code")
def generate_code(organization_id: str) -> dict[str, Any]:
    return {"verification": cloud().domain_code(caller().administered(organization_id).id, _domain())}


@blueprint.post("/_verify")
def verify(organization_id: str) -> tuple[dict[str, Any], int]:
    claimed = cloud().claim_domain(caller().administered(organization_id).id, _domain())
    return {}, 200 if claimed else LATER


@blueprint.delete("")
def release(organization_id: str) -> dict[str, Any]:
    cloud().release_domain(caller().administered(organization_id).id, _domain())
    return {}


def _domain() -> str:
    return text_field(body(), "domain_claim_request")
