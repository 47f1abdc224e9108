"""What the kinds of single sign-on know of each other in a phase.

A program declares them in any order; in Python each waits for what comes before it (see `dynamic.program`), so that it finds here
what the others will have made of the organization. Where it waits for nothing, only what is live counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, TypeVar

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cloud.domains import claim_domain, claimed_domains
from pulumi_elastic_org.cloud.errors import CloudError, ConfigurationError
from pulumi_elastic_org.cloud.identity_providers import SingleSignOn, read_identity_provider
from pulumi_elastic_org.cloud.organization_settings import read_settings
from pulumi_elastic_org.cloud.role_mappings import read_role_mappings
from pulumi_elastic_org.lifecycle.interface import State, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type
from pulumi_elastic_org.lifecycle.reviewed import ReviewedKind
from pulumi_elastic_org.model.mapping_changes import MappingChange, after
from pulumi_elastic_org.model.role_mappings import RoleMapping
from pulumi_elastic_org.model.single_sign_on import IdentityProvider, Settings, record_name
from pulumi_elastic_org.variables import RETRYING

DOMAINS, PROVIDER, MAPPINGS, SETTINGS = "live domains", "live identity provider", "live role mappings", "live settings"

LONGEST_WAIT = 600.0
"""In seconds, for the TXT record of a domain to be found."""
PAUSE = 10.0
"""In seconds, between two looks."""

T = TypeVar("T")


ORGANIZATION = Property(
    "organization_id", Type.TEXT, "Which organization this must be; the one that the settings lead to by default."
)


class DeclaredMappings(NamedTuple):
    """What one `RoleMappings` declares.

    Args:
        names: Of its mappings.
        authoritative: Whether it deletes all others.
        changes: What it will have changed.
    """

    names: frozenset[str]
    authoritative: bool
    changes: tuple[MappingChange, ...]


class SignOn:
    """The single sign-on of a phase's organization: as it is, and as the program will have it.

    Args:
        phase: The phase.

    Attributes:
        domains: The domains that the program claims, by lower-case name; with what their TXT records must hold, where that is known
            and they are not claimed yet.
        provider: The identity provider that the program declares; ``None`` where it declares none, or it is not known yet.
        provider_declared: Whether the program declares one.
        provider_goes: Whether it is taken away.
        enforced: Whether the program has single sign-on enforced; ``None`` where it says nothing of it.
        enforcement_goes: Whether what brought enforcement is taken away.
        role_mappings: What each `RoleMappings` of the program declares, by its inputs as `plain` text.
        changing_mappings: Held from the look at the role mappings to the last change that rests on it.
    """

    def __init__(self, phase: Phase) -> None:
        self._phase = phase
        self.domains: dict[str, str | None] = {}
        self.provider: IdentityProvider | None = None
        self.provider_declared = False
        self.provider_goes = False
        self.enforced: bool | None = None
        self.enforcement_goes = False
        self.role_mappings: dict[str, DeclaredMappings] = {}
        self.changing_mappings = threading.Lock()

    @staticmethod
    def of(phase: Phase) -> SignOn:
        """Returns the one of a phase.

        Args:
            phase: The phase.
        """
        return phase.once("single sign-on", lambda: SignOn(phase))

    def live_domains(self, *, fresh: bool = False) -> frozenset[str]:
        """Returns the domains that are claimed.

        Args:
            fresh: Whether to look again.
        """
        return self._live(DOMAINS, claimed_domains, fresh)

    def live_provider(self, *, fresh: bool = False) -> SingleSignOn | None:
        """Returns the identity provider that is set; argument as for `live_domains`."""
        return self._live(PROVIDER, read_identity_provider, fresh)

    def live_mappings(self, *, fresh: bool = False) -> tuple[RoleMapping, ...]:
        """Returns the role mappings that there are; argument as for `live_domains`."""
        return self._live(MAPPINGS, read_role_mappings, fresh)

    def mappings_to_be(self, *, but: str = "") -> tuple[RoleMapping, ...]:
        """Returns the role mappings as they will be, as far as the program's resources have been compared.

        Args:
            but: The inputs of a resource whose own changes are left out.
        """
        declared = (one for inputs, one in self.role_mappings.items() if inputs != but)
        return after(self.live_mappings(), (change for one in declared for change in one.changes))

    def provider_to_be(self) -> IdentityProvider | None:
        """Returns the identity provider as it will be; where the program's is not known yet, it counts as the live one."""
        live = self.live_provider()
        if self.provider is not None or self.provider_goes or live is None:
            return self.provider
        return live.provider

    def enabled(self, *, fresh: bool = False) -> bool:
        """Whether there is an identity provider, and it is enabled; argument as for `live_domains`."""
        found = self.live_provider(fresh=fresh)
        return found is not None and found.provider.enabled

    def enabled_to_be(self) -> bool:
        """Whether there will be one, and it will be enabled; one of the program that is not known yet counts as enabled."""
        if self.provider_declared:
            return self.provider is None or self.provider.enabled
        return self.enabled()

    def enforced_to_be(self) -> bool:
        """Whether single sign-on will be enforced."""
        if self.enforced is not None:
            return self.enforced
        return not self.enforcement_goes and self.live_settings().enforced

    def live_settings(self, *, fresh: bool = False) -> Settings:
        """Returns the settings of the organization; argument as for `live_domains`."""
        return self._live(SETTINGS, read_settings, fresh)

    def forget(self, *what: str) -> None:
        """Has what was written read anew.

        Args:
            what: Of the names above.
        """
        for one in what:
            self._phase.forget(one)

    def claim(self, domain: str) -> bool:
        """Claims a domain, and returns whether it is claimed now.

        Args:
            domain: In lower case.
        """
        claimed = claim_domain(self._phase.session, self._phase.organization_id, domain)
        if claimed:
            request = "POST /organizations/{organization}/domains/_verify"
            with AuditTrail(self._phase.organization_id).call("claim", f"domain {domain}", request):
                self.domains[domain] = None
            self.forget(DOMAINS)
        return claimed

    def wait(self, domains: Iterable[str], seconds: float) -> tuple[str, ...]:
        """Waits until the TXT records of domains are found, and tells how it goes.

        Args:
            domains: In lower case.
            seconds: How long at most.

        Returns:
            Those that are not claimed even then.
        """
        left = tuple(domain for domain in domains if not self.claim(domain))
        while left and seconds > 0:
            pause = min(PAUSE, seconds)
            names = ", ".join(_record(domain, self.domains.get(domain)) for domain in left)
            self._phase.say(
                f"The TXT record {names} is not found yet: {RETRYING} {pause:.0f} s, for {seconds:.0f} s at most"
            )
            self._phase.session.pacing.sleep(pause)
            seconds -= pause
            left = tuple(domain for domain in left if not self.claim(domain))
        return left

    def see(self, what: str, look: Callable[..., T], done: Callable[[T], bool]) -> None:
        """As `Phase.see`, by a fresh look with one of the methods above."""
        self._phase.see(what, partial(look, fresh=True), done)

    def _live(self, what: str, read: Callable[..., T], fresh: bool) -> T:
        if fresh:
            self._phase.forget(what)
        return self._phase.once(what, lambda: read(self._phase.session, self._phase.organization_id))


def how_to_publish(domain: str, verification: str | None) -> str:
    """Returns what to do for a domain to be claimed.

    Args:
        domain: The domain.
        verification: What its TXT record must hold; ``None`` where that is not known.
    """
    return f"publish the TXT record {_record(domain, verification)}, then run the same command again"


def _record(domain: str, verification: str | None) -> str:
    return record_name(domain) + (f" with the value {verification}" if verification else "")


class SignOnKind(ReviewedKind):
    """One object of an organization's single sign-on, of which there is one where the id says no more than the organization."""

    def create(self, inputs: Properties) -> State:
        return self.update(self.phase.organization_id, {}, inputs)

    def imported(self, id_: str) -> dict[str, Any]:
        return {"organization_id": id_}

    @staticmethod
    @contextmanager
    def kept_if_maybe_done(id_: str, outputs: Mapping[str, Any], *, needed: bool) -> Iterator[None]:
        """Surrounds a write that state has to know of where nobody can tell whether it was done, to take it back one day.

        Args:
            id_: The resource's id.
            outputs: As they are if it was done.
            needed: Whether state does not know of it yet.

        Raises:
            Unfinished: It may have been done.
        """
        try:
            yield
        except CloudError as error:
            if not (needed and error.maybe_done):
                raise
            raise Unfinished(error, id_, outputs) from None

    @property
    def sign_on(self) -> SignOn:
        """What the kinds know of each other."""
        return SignOn.of(self.phase)


def seconds(duration: str) -> float:
    """Returns a duration such as ``"90s"`` or ``"10m"`` in seconds.

    Args:
        duration: A number and s, m or h.

    Raises:
        ConfigurationError: It is none.
    """
    number, unit = duration[:-1], duration[-1:]
    if not number.isdecimal() or len(number) > 5 or unit not in _UNITS:
        raise ConfigurationError(f"wait: must be a number and s, m or h, such as '10m', not {duration!r}")
    return float(number) * _UNITS[unit]


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
