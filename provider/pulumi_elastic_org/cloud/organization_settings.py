"""The settings of an organization, and the one call that takes enforced single sign-on off."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from pulumi_elastic_org.cloud.errors import AccessDenied, CloudError, KeyRefused
from pulumi_elastic_org.cloud.keys import never_expires
from pulumi_elastic_org.cloud.models import Answer, StrictFlag
from pulumi_elastic_org.cloud.organizations import read_members
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.single_sign_on import NOT_ENFORCED, BreakGlassKey, Settings, settings_body

# Not made printable, as other texts are: they are sent back as they came.
Texts = Annotated[list[str], AfterValidator(tuple)]


class _Organization(Answer):
    """`Organization` of the description, less what nobody can set."""

    name: str
    default_disk_usage_alerts_enabled: StrictFlag | None = None
    notifications_allowed_email_domains: Texts | None = None
    billing_contacts: Texts | None = None
    operational_contacts: Texts | None = None
    enforce_authentication_method: Annotated[str | None, Field(strict=True)] = None

    def value(self) -> Settings:
        method = self.enforce_authentication_method or NOT_ENFORCED
        return Settings(**{**{name: getattr(self, name) for name in type(self).model_fields}, _ENFORCE: method})


_ENFORCE = "enforce_authentication_method"


def read_settings(session: Session, organization_id: str) -> Settings:
    """Returns the settings of an organization.

    Args:
        session: The connection; this function and those below raise what `Session.call` raises.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the settings of organization {organization_id}"
    return session.ask(_Organization, "GET", "organizations", organization_id, action=action).value()


def change_settings(session: Session, organization_id: str, live: Settings, changes: dict[str, Any]) -> Settings:
    """Changes settings of an organization, and sends all others back as they are.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        live: What it is now.
        changes: What is to be, by name; enforcement is taken off by `end_enforcement`.
    """
    action = f"change the settings of organization {organization_id}"
    body = settings_body(live, changes)
    return session.ask(_Organization, "PUT", "organizations", organization_id, action=action, body=body).value()


def end_enforcement(session: Session, organization_id: str) -> None:
    """Takes enforced single sign-on off, in one call, so that members can sign in by other methods too.

    This is the way out of Elastic's guide "Configure SAML SSO", and the field goes alone, as it does there.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
    """
    action = f"take enforced single sign-on off in organization {organization_id}"
    session.call("PUT", "organizations", organization_id, action=action, body={_ENFORCE: None})


def look_at_break_glass_key(
    session: Session, organization_id: str, *, rehearse: bool, others_are_told: bool = False
) -> BreakGlassKey:
    """Finds out whether a key is a way back from enforced single sign-on.

    Whether its user is an owner is known for certain by doing what only an owner may and what the way back consists of: taking
    enforcement off, which changes nothing where it is off. A preview changes nothing at all and looks whether the key is shown
    everybody's roles.

    Args:
        session: The connection, with the key that is looked at.
        organization_id: Elastic's id of the organization.
        rehearse: Whether to make the very call that takes enforcement off; only where single sign-on is not enforced.
        others_are_told: As for `never_expires`.
    """
    try:
        read_settings(session, organization_id)
        owner = read_members(session, organization_id).roles_shown
        if owner and rehearse:
            end_enforcement(session, organization_id)
    except AccessDenied:
        owner = False
    except KeyRefused:
        return BreakGlassKey(problem="it is unknown, expired or was rotated")
    except CloudError as error:
        return BreakGlassKey(problem=str(error))
    ends = session.key_expires_at
    end_known = ends is not None or _never_expires(session, organization_id, others_are_told)
    return BreakGlassKey(owner=owner, ends=ends, end_known=end_known)


def _never_expires(session: Session, organization_id: str, others_are_told: bool) -> bool:
    try:
        return never_expires(session, organization_id, others_are_told=others_are_told)
    except CloudError:
        return False
