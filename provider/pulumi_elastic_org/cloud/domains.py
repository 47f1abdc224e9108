"""The e-mail domains that an organization claims, by a TXT record that shows that it owns them."""

from __future__ import annotations

from pulumi_elastic_org.cloud.errors import ChangedMeanwhile, RequestRefused
from pulumi_elastic_org.cloud.models import Answer, Items, Text
from pulumi_elastic_org.cloud.session import Session

_LATER = 449
_CLAIMED_ALREADY = "org.domain_claim.already_exists"


class _Domains(Answer):
    domains: Items[Text]


class _Code(Answer):
    verification: Text


def claimed_domains(session: Session, organization_id: str) -> frozenset[str]:
    """Returns the domains that an organization has claimed, in lower case; pending claims are not shown.

    Args:
        session: The connection; this function and those below raise what `Session.call` raises.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the domains of organization {organization_id}"
    found = session.ask(_Domains, "GET", "organizations", organization_id, "domains", action=action)
    return frozenset(one.lower() for one in found.domains)


def verification_code(session: Session, organization_id: str, domain: str) -> str:
    """Returns what the TXT record of a domain must hold for the domain to be claimed.

    It is not published whether another call makes another code: keep the first.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        domain: Such as ``"acme.example"``.
    """
    action = f"get a verification code for the domain {domain}"
    path = ("organizations", organization_id, "domains", "_generate_verification_code")
    return session.ask(_Code, "POST", *path, action=action, body={"domain_claim_request": domain}).verification


def claim_domain(session: Session, organization_id: str, domain: str) -> bool:
    """Claims a domain, and returns whether it is claimed now; it is not as long as its TXT record is not found.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        domain: Such as ``"acme.example"``.
    """
    try:
        _send(session, "POST", organization_id, "domains/_verify", f"claim the domain {domain}", domain)
    except RequestRefused as error:
        if error.status == _LATER:
            return False
        if error.code != _CLAIMED_ALREADY:
            raise
        # It is not published by whom.
        return domain.lower() in claimed_domains(session, organization_id)
    return True


def release_domain(session: Session, organization_id: str, domain: str) -> None:
    """Gives a domain up.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        domain: Such as ``"acme.example"``.
    """
    _send(session, "DELETE", organization_id, "domains", f"give up the domain {domain}", domain)


def _send(session: Session, method: str, organization_id: str, where: str, action: str, domain: str) -> None:
    """Makes a call again where the organization was changed by another one at the same moment, such as that of a second domain."""
    path, body = ("organizations", organization_id, *where.split("/")), {"domain_claim_request": domain}
    session.pacing.retrying(ChangedMeanwhile)(session.call, method, *path, action=action, body=body)
