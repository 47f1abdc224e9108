"""Single sign-on: an identity provider, an organization's settings, and whether nobody is locked out by enforcing it.

What is set up comes in one order, and is taken down in the reverse: claimed domains, identity provider, role mappings, enforcement.
The order, and that an API key of an owner is the way back, are those of Elastic's guide "Configure SAML SSO".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pulumi_elastic_org.model.role_mappings import RoleMapping
from pulumi_elastic_org.model.verdicts import Violation

ENFORCED = "sso"
"""What `enforce_authentication_method` is where members come in by single sign-on only."""

NOT_ENFORCED = "none"
"""What a program writes where no method is enforced; Elastic's API has null for it."""

KEY_LIFE_LEFT = timedelta(days=30)
"""How long a break-glass key lasts at least."""

ENFORCEMENT = "enforcement"
"""The guard by which single sign-on is enforced only where somebody can come in, and there is a way back."""

ENFORCED_PROVIDER = "enforced-provider"
"""The guard by which the identity provider stays as long as single sign-on is enforced."""

WAY_BACK = "`elastic-org unlock` with the break-glass key in EC_API_KEY takes enforcement off, in one call"

MOST_DOMAINS = 10
"""How many domains an organization claims at most, subdomains included, as Elastic's guide has it."""

CHALLENGE = "_elastic_domain_challenge"
"""The label below a domain at which its TXT record is looked for, as Elastic's guide has it."""

SHORTEST_NAME, LONGEST_NAME = 2, 30
"""How many characters the name of an organization has, as the text of Elastic's error `organization.invalid_name` says."""

_PREFIX = re.compile(r"[a-z0-9-]+")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """How an organization's members sign on.

    Args:
        issuer: The identity provider's entity id.
        sso_url: Where its HTTP-POST binding answers.
        certificates: The certificates by which its answers are signed, in PEM form.
        login_identifier_prefix: The part of the login identifier that the organization chooses.
        enabled: Whether anybody can sign on.
    """

    issuer: str
    sso_url: str
    certificates: tuple[str, ...]
    login_identifier_prefix: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """What an organization's owners can set, each ``None`` where it is not shown, or not declared.

    Args:
        name: The organization's name.
        default_disk_usage_alerts_enabled: Whether alerts about disk usage are on by default.
        notifications_allowed_email_domains: Domains to which notifications may go.
        billing_contacts: Addresses that get bills.
        operational_contacts: Addresses that get operational mail, also about API keys that end.
        enforce_authentication_method: ``"sso"`` where members come in by single sign-on only, else ``"none"``.
    """

    name: str | None = None
    default_disk_usage_alerts_enabled: bool | None = None
    notifications_allowed_email_domains: tuple[str, ...] | None = None
    billing_contacts: tuple[str, ...] | None = None
    operational_contacts: tuple[str, ...] | None = None
    enforce_authentication_method: str | None = None

    @property
    def set(self) -> dict[str, Any]:
        """What is not ``None``, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def enforced(self) -> bool:
        """Whether members come in by single sign-on only."""
        return self.enforce_authentication_method == ENFORCED


@dataclass(frozen=True, slots=True)
class BreakGlassKey:
    """What was found out about the key that is the way back.

    Args:
        problem: Why it could not be used; ``None`` where it could.
        owner: Whether Elastic Cloud let it do what an owner alone may.
        ends: When it ends; ``None`` where it has no end.
        end_known: Whether that could be found out.
    """

    problem: str | None = None
    owner: bool = False
    ends: datetime | None = None
    end_known: bool = True


def domain_mistake(domain: str) -> str | None:
    """Returns why a text is no domain to claim; ``None`` where it is one.

    Args:
        domain: Such as ``"acme.example"``.
    """
    if not _DOMAIN.fullmatch(domain.lower()):
        return f"'{domain}' is not a domain such as acme.example"
    return None


def record_name(domain: str) -> str:
    """Returns the name of the TXT record by which a domain is claimed.

    Args:
        domain: Such as ``"acme.example"``.
    """
    return f"{CHALLENGE}.{domain.lower()}"


def provider_mistakes(provider: IdentityProvider) -> Iterator[str]:
    """Yields what is wrong with the settings of an identity provider, certificates apart.

    Args:
        provider: The settings.
    """
    if not provider.issuer.strip():
        yield "issuer: must be the identity provider's entity id, and not empty"
    if not provider.sso_url.startswith("https://"):
        yield f"sso_url: must be the https address of the identity provider's HTTP-POST binding, not '{provider.sso_url}'"
    if not _PREFIX.fullmatch(provider.login_identifier_prefix):
        yield f"login_identifier_prefix: must have only lower-case letters, digits and -, not '{provider.login_identifier_prefix}'"
    if not provider.certificates:
        yield "certificates: at least one certificate, by which the identity provider signs its answers"


def settings_mistakes(settings: Settings) -> Iterator[str]:
    """Yields what is wrong with declared settings.

    Args:
        settings: As declared.
    """
    if settings.name is not None and not SHORTEST_NAME <= len(settings.name) <= LONGEST_NAME:
        yield f"name: must have {SHORTEST_NAME} to {LONGEST_NAME} characters, not {len(settings.name)}"


def settings_to_change(declared: Settings, applied: Settings, live: Settings) -> dict[str, tuple[Any, Any]]:
    """Returns what is to be changed: what it is, and what it will be, by name.

    What the program no longer declares stays as it is, but for enforcement, which goes with the line that brought it.

    Args:
        declared: What the code says.
        applied: What the last apply left behind.
        live: What Elastic Cloud shows.
    """
    wanted = declared.set
    if applied.enforced and declared.enforce_authentication_method is None:
        wanted["enforce_authentication_method"] = NOT_ENFORCED
    shown = live.set
    return {name: (shown.get(name), value) for name, value in wanted.items() if not _same(shown.get(name), value)}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one to Elastic Cloud, which shows nothing where nobody has set anything; lists have no order."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return sorted(one or ()) == sorted(other or ())
    return (one or False) == (other or False)


def settings_body(live: Settings, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the body of a request that changes settings: what is not changed is sent back as it is.

    It is not published whether a field that a request leaves out keeps its value. Only that no method is enforced stands for
    itself: null has to go alone, and whoever left it out has not asked for another.

    Args:
        live: What Elastic Cloud shows.
        changes: What is to be, by name.
    """
    body = {**live.set, **changes}
    if body.get("enforce_authentication_method") == NOT_ENFORCED:
        del body["enforce_authentication_method"]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}


def enforcement_violations(
    provider_enabled: bool, mappings: Iterable[RoleMapping], key: BreakGlassKey | None, now: datetime
) -> Iterator[Violation]:
    """Yields why single sign-on is not to be enforced; whatever could not be found out is a reason.

    Args:
        provider_enabled: Whether there is an identity provider, and it is enabled.
        mappings: The role mappings as they will be.
        key: What was found out about the break-glass key; ``None`` where the program names none.
        now: The time, with a time zone.
    """

    def refused(reason: str, remedy: str) -> Violation:
        return Violation(ENFORCEMENT, None, f"single sign-on is not enforced: {reason}", remedy)

    if not provider_enabled:
        yield refused(
            "there is no enabled identity provider", "Declare an IdentityProvider and let somebody sign on first."
        )
    if not any(one.gives_owner for one in mappings):
        yield refused(
            "no enabled role mapping gives organization-admin, so nobody would come in as an owner",
            "Declare one in RoleMappings.",
        )
    remedy = "Name an API key of an owner as break_glass_key, such as ApiKey(..., roles=['organization-admin']).key."
    if key is None:
        yield refused("no break-glass key is named, so there would be no way back", remedy)
    elif key.problem is not None:
        yield refused(f"the break-glass key was not seen to work: {key.problem}", remedy)
    else:
        if not key.owner:
            yield refused("the break-glass key is not one of an owner, who alone takes enforcement off", remedy)
        if not key.end_known:
            yield refused("when the break-glass key expires could not be found out", remedy)
        elif key.ends is not None and key.ends - now < KEY_LIFE_LEFT:
            yield refused(
                f"the break-glass key expires on {key.ends:%Y-%m-%d}, in less than {KEY_LIFE_LEFT.days} days",
                "Make a key that lasts longer, and name that one.",
            )


def provider_violations(
    before: IdentityProvider | None, after: IdentityProvider | None, *, enforced: bool
) -> Iterator[Violation]:
    """Yields why an identity provider is not taken away or disabled: while it is enforced, nobody could come in.

    Args:
        before: As it is; ``None`` where there is none.
        after: As it will be; ``None`` where it is taken away.
        enforced: Whether single sign-on is enforced.
    """
    if enforced and before is not None and before.enabled and (after is None or not after.enabled):
        yield Violation(
            ENFORCED_PROVIDER,
            None,
            f"single sign-on is enforced, and without its identity provider nobody could sign in: it is not "
            f"{'removed' if after is None else 'disabled'}",
            "Take enforce_authentication_method out of OrganizationSettings in an update of its own first.",
        )
