"""Single sign-on in the emulated cloud: claimed domains, identity providers, role mappings, and people who sign on."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from . import errors
from .clock import Clock
from .directory import Directory
from .model import IdentityProvider, Membership, Organization, RoleMapping
from .roles import ORGANIZATION_ADMIN, RoleSet, parse_role_assignments

CHALLENGE = "_elastic_domain_challenge"
"""The label below a domain where its TXT record is looked for, as Elastic's guide has it."""

MOST_DOMAINS = 10
"""How many domains an organization claims at most, as Elastic's guide has it."""

MOST_ROLE_MAPPINGS = 100
"""How many role mappings an organization has at most; Elastic's number is not published."""

_EMAIL_RULE = re.compile(r"[^@\s]+@[^@\s]+|\*")

Match = Literal["any", "all"]


class SingleSignOn(Directory):
    """Domains, identity providers, role mappings and sign-ons.

    Args:
        clock: Dates everything that happens.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.txt_records: dict[str, set[str]] = {}

    # Domains

    def publish_txt_record(self, name: str, value: str) -> None:
        """Publish a TXT record in the world's DNS, as the owner of its zone would."""
        with self.lock:
            self.txt_records.setdefault(name.casefold(), set()).add(value)

    def domain_code(self, organization: str, domain: str) -> str:
        """Return what must be published to claim a domain; the same every time.

        Raises:
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            codes = self.organization(organization).domain_codes
            return codes.setdefault(domain.casefold(), f"elastic-domain-challenge={self.random_bytes(16).hex()}")

    def claim_domain(self, organization: str, domain: str) -> bool:
        """Claim a domain, and say whether its TXT record was found, without which it is not claimed.

        Raises:
            DomainAlreadyClaimed: The organization has claimed it. Several organizations may claim one domain.
            InvalidData: The organization has as many domains as it may have.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            found, name = self.organization(organization), domain.casefold()
            if name in found.domains:
                raise errors.DomainAlreadyClaimed(f"The domain {domain} is already claimed.")
            if len(found.domains) >= MOST_DOMAINS:
                raise errors.InvalidData(f"An organization claims at most {MOST_DOMAINS} domains.")
            published = self.txt_records.get(f"{CHALLENGE}.{name}", set())
            if found.domain_codes.get(name) not in published:
                return False
            found.domains.append(name)
            return True

    def release_domain(self, organization: str, domain: str) -> None:
        """Give up a domain; nothing happens where it is not claimed.

        Raises:
            IdentityProviderConfigured: An identity provider is set.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            found, name = self.organization(organization), domain.casefold()
            if found.identity_provider is not None:
                raise errors.IdentityProviderConfigured(
                    "A domain stays claimed while an identity provider is configured."
                )
            if name in found.domains:
                found.domains.remove(name)

    # Identity provider

    def set_identity_provider(self, organization: str, provider: IdentityProvider) -> None:
        """Set the identity provider.

        Raises:
            InvalidData: No domain is claimed.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            found = self.organization(organization)
            if not found.domains:
                raise errors.InvalidData("A domain must be claimed before an identity provider is configured.")
            found.identity_provider = provider

    def identity_provider(self, organization: str) -> IdentityProvider:
        """Return the identity provider.

        Raises:
            IdentityProviderNotConfigured: There is none.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            provider = self.organization(organization).identity_provider
        if provider is None:
            raise errors.IdentityProviderNotConfigured("No identity provider is configured.")
        return provider

    def remove_identity_provider(self, organization: str) -> None:
        """Take the identity provider away.

        Raises:
            IdentityProviderNotConfigured: There is none.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            self.identity_provider(organization)
            self.organization(organization).identity_provider = None

    # Role mappings

    def add_role_mappings(self, organization: str, mappings: Iterable[RoleMapping]) -> None:
        """Add role mappings: all of them, or none.

        Raises:
            InvalidData: A name is taken, or given twice, or there is no enabled identity provider.
            OrganizationNotFound: There is no such organization.
            TooManyRoleMappings: There would be more than `MOST_ROLE_MAPPINGS`.
        """
        with self.lock:
            found = self.organization(organization)
            _need_identity_provider(found)
            found.role_mappings = _named([*found.role_mappings.values(), *mappings])

    def replace_role_mappings(self, organization: str, mappings: Iterable[RoleMapping]) -> None:
        """Have these role mappings and no others.

        Raises:
            InvalidData: A name is given twice, or there is no enabled identity provider.
            OrganizationNotFound: There is no such organization.
            TooManyRoleMappings: There would be more than `MOST_ROLE_MAPPINGS`.
        """
        with self.lock:
            found = self.organization(organization)
            _need_identity_provider(found)
            found.role_mappings = _named(mappings)

    def replace_role_mapping(self, organization: str, mapping: RoleMapping) -> None:
        """Replace the role mapping of the same name.

        Raises:
            OrganizationNotFound: There is no such organization.
            RoleMappingNotFound: There is none of this name.
        """
        with self.lock:
            mappings = self.organization(organization).role_mappings
            if mapping.name not in mappings:
                raise errors.RoleMappingNotFound(f"There is no role mapping {mapping.name}.")
            mappings[mapping.name] = mapping

    def delete_role_mappings(self, organization: str, names: Iterable[str] | None = None) -> list[str]:
        """Delete role mappings, by default all of them, and return the names of those that there were.

        Raises:
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            mappings = self.organization(organization).role_mappings
            deleted = [name for name in (list(mappings) if names is None else names) if name in mappings]
            for name in deleted:
                del mappings[name]
            return deleted

    # People

    def sign_on(self, organization: str, email: str, groups: Iterable[str] = ()) -> Membership:
        """Sign a person on through the identity provider, who gets an account and a membership where there is none.

        Where there is an enabled role mapping, the roles that the matching ones give take the place of all that were held; what
        becomes of who matches none is not published.

        Args:
            organization: The organization.
            email: The address that the identity provider tells.
            groups: The groups that it tells.

        Raises:
            OrganizationNotFound: There is no such organization.
            ValueError: There is no enabled identity provider, or the address is of no domain that the organization has claimed.
        """
        with self.lock:
            found = self.organization(organization)
            if not _can_sign_on(found) or email.rpartition("@")[2].casefold() not in found.domains:
                raise ValueError(f"{email} cannot sign on: it takes an enabled identity provider and a claimed domain.")
            person = self.user(email) if self.has_account(email) else self.add_user(email)
            membership = found.members.setdefault(person.id, Membership(person.id, self.clock.now(), RoleSet()))
            told = {"group": list(groups), "email": [email]}
            if enabled := [one for one in found.role_mappings.values() if one.enabled]:
                membership.roles = RoleSet(
                    [
                        assignment
                        for one in enabled
                        if _matches(one, told)
                        for assignment in parse_role_assignments(one.roles.to_json(found.id))
                    ]
                )
            return membership

    def owner_can_sign_in(self, organization: str) -> bool:
        """Say whether somebody can sign in as an owner, by whatever method the organization allows.

        Raises:
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            found = self.organization(organization)
            mapped = any(one.enabled and one.roles.holds(ORGANIZATION_ADMIN) for one in found.role_mappings.values())
            by_sign_on = _can_sign_on(found) and mapped
            if found.settings.get("enforce_authentication_method"):
                return by_sign_on
            return by_sign_on or any(one.roles.holds(ORGANIZATION_ADMIN) for one in found.members.values())


def _need_identity_provider(organization: Organization) -> None:
    """Elastic's guide: "SSO must be configured and enabled for you to create role mappings"."""
    if organization.identity_provider is None or not organization.identity_provider.enabled:
        raise errors.InvalidData("Single sign-on is configured and enabled before there are role mappings.")


def _can_sign_on(organization: Organization) -> bool:
    provider = organization.identity_provider
    return provider is not None and provider.enabled and bool(organization.domains)


def _matches(mapping: RoleMapping, told: Mapping[str, list[str]]) -> bool:
    of_each = (
        any(_like(pattern, value) for value in told[name])
        for one in mapping.properties
        for name, pattern in one.items()
    )
    return any(of_each) if mapping.match == "any" else all(of_each)


def _like(pattern: str, value: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.casefold().split("*"))), value.casefold()) is not None


def parse_rule(rule: object) -> tuple[Match, list[dict[str, str]]]:
    """Read the rule of a role mapping: whether any or all of its properties must match, and the properties.

    Raises:
        AmbiguousRule: It has both `any` and `all`, or a property is both of `group` and `email`.
        EmptyRule: It has no property.
        RuleEmailSyntaxError: An e-mail address is none, wildcards apart.
        RuleSyntaxError: It has another form.
    """
    if not isinstance(rule, Mapping) or rule.keys() - {*get_args(Match)}:
        raise errors.RuleSyntaxError("A rule is an object with any or all.")
    if len(rule) > 1:
        raise errors.AmbiguousRule("A rule has any or all, not both.")
    for match in get_args(Match):
        if properties := rule.get(match):
            if not isinstance(properties, list):
                raise errors.RuleSyntaxError(f"{match} is a list.")
            return match, [_property(one) for one in properties]
    raise errors.EmptyRule("A rule has any or all, with at least one property.")


def _property(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or given.keys() - {"group", "email"}:
        raise errors.RuleSyntaxError("A property of a rule is an object with group or email.")
    if not given:
        raise errors.EmptyRule("A property of a rule has group or email.")
    if len(given) > 1:
        raise errors.AmbiguousRule("A property of a rule has group or email, not both.")
    [(name, value)] = given.items()
    if not isinstance(value, str) or not value:
        raise errors.RuleSyntaxError(f"{name} is a string.")
    if name == "email" and not _EMAIL_RULE.fullmatch(value):
        raise errors.RuleEmailSyntaxError(f"{value!r} is not an e-mail address, with * for any characters.")
    return {name: value}


def _named(mappings: Iterable[RoleMapping]) -> dict[str, RoleMapping]:
    given = list(mappings)
    named = {mapping.name: mapping for mapping in given}
    if len(named) < len(given):
        raise errors.InvalidData("Each role mapping has a name of its own.", "name")
    if len(named) > MOST_ROLE_MAPPINGS:
        raise errors.TooManyRoleMappings(f"An organization has at most {MOST_ROLE_MAPPINGS} role mappings.")
    return named
