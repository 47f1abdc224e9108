"""The resources of single sign-on driven in this process: set up in their order, and taken down in the reverse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from elastic_cloud_emulator import Emulator, Watcher
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.single_sign_on import record_name
from tests.support.certificates import certificate
from tests.support.provided import Phases, Provided
from tests.support.scripted import FakeTime

ORGANIZATION, DOMAIN = "2000000001", "acme.example"
KEY, BREAK_GLASS = "key-of-the-administrator", "break-glass-key"
OWNER = {"organization": [{"role_id": "organization-admin"}]}
PROVIDER = {
    "issuer": "https://idp.acme.example",
    "sso_url": "https://idp.acme.example/sso",
    "certificates": [certificate()],
    "login_identifier_prefix": "acme",
}
OWNERS, ANALYSTS = "group platform => organization-admin", "group soc-* => security-t1-analyst on all"


class SignOnStack(Phases):
    """A stack of the four resources, whose organization has an owner, a break-glass key and a published TXT record.

    Args:
        emulator: Where the organization is made.
        patience: How long and how often to try each call.
        quiet: Whether nothing that is said is shown.

    Attributes:
        claim: The domain.
        provider: The identity provider.
        mappings: The role mappings.
        settings_of: The settings.
        watch: Looks after each call whether an owner could sign in.
    """

    def __init__(self, emulator: Emulator, patience: Patience | None = None, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.emulator, self.cloud = emulator, emulator.cloud
        self.patience = patience or FakeTime().patience()
        self.cloud.add_organization("acme", id=ORGANIZATION)
        self.cloud.add_member(ORGANIZATION, f"ada@{DOMAIN}", OWNER, key=KEY)
        ends = emulator.clock.now() + timedelta(days=90)
        self.cloud.add_key(f"ada@{DOMAIN}", BREAK_GLASS, organization=ORGANIZATION, expires_at=ends)
        self.cloud.publish_txt_record(record_name(DOMAIN), self.cloud.domain_code(ORGANIZATION, DOMAIN))
        self.claim = Provided("DomainClaim", self, {"domain": DOMAIN})
        self.provider = Provided("IdentityProvider", self, PROVIDER)
        self.mappings = Provided("RoleMappings", self, {"mode": "authoritative", "mappings": {"owners": OWNERS}})
        enforced = {"enforce_authentication_method": "sso", "break_glass_key": BREAK_GLASS}
        self.settings_of = Provided(
            "OrganizationSettings", self, {"billing_contacts": ["pay@acme.example"], **enforced}
        )
        self.watch = SignInWatch(emulator)
        emulator.watchers.append(self.watch)

    def settings(self) -> Settings:
        return Settings(KEY, self.emulator.endpoint, ORGANIZATION)

    @property
    def resources(self) -> tuple[Provided, ...]:
        """All of them, in their order."""
        return (self.claim, self.provider, self.mappings, self.settings_of)

    def up(self) -> str | None:
        """Updates everything; returns why it failed."""
        return self._run(lambda one: one.up_within_a_phase(), self.resources)

    def down(self) -> str | None:
        """Deletes everything that there is; returns why it failed."""
        return self._run(lambda one: one.delete_within_a_phase(), [one for one in self.resources[::-1] if one.outputs])

    def _run(self, act: Any, resources: Any) -> str | None:
        with self.phase() as phase:
            if self.quiet and isinstance(phase, Phase):
                phase.say = lambda _: None
            try:
                for one in resources:
                    act(one)
            except (Failed, Refused) as error:
                return f"{type(error).__name__}: {error}"
        return None

    @property
    def live(self) -> dict[str, Any]:
        """What there is of single sign-on."""
        found = self.cloud.organization(ORGANIZATION)
        provider = found.identity_provider
        return {
            "domains": list(found.domains),
            "provider": None if provider is None else provider.enabled,
            "mappings": sorted(found.role_mappings),
            "settings": dict(found.settings),
        }


UP = {
    "domains": [DOMAIN],
    "provider": True,
    "mappings": ["owners"],
    "settings": {"billing_contacts": ["pay@acme.example"], "enforce_authentication_method": "sso"},
}
DOWN: dict[str, Any] = {
    "domains": [],
    "provider": None,
    "mappings": [],
    "settings": {"billing_contacts": ["pay@acme.example"]},
}


WRITES = ("POST", "PUT", "DELETE")


def writes(stack: SignOnStack) -> list[str]:
    """What has been written, a call each."""
    found = [one for one in stack.emulator.calls.all() if one.method in WRITES]
    return [f"{one.method} {one.route.removeprefix('/organizations/{organization_id}')}" for one in found]


class SignInWatch(Watcher):
    """Looks after each call whether somebody could still sign in as an owner, and stay one.

    Args:
        emulator: Where the organization is.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._cloud = emulator.cloud
        self.violations: list[str] = []

    def worked(self, method: str, path: str) -> None:
        found = self._cloud.organization(ORGANIZATION)
        enabled = [one for one in found.role_mappings.values() if one.enabled]
        owners = [one for one in enabled if one.roles.holds(("organization", "organization-admin"))]
        if not self._cloud.owner_can_sign_in(ORGANIZATION):
            self.violations.append(f"after {method} {path} nobody could sign in as an owner")
        if found.identity_provider and found.identity_provider.enabled and enabled and not owners:
            self.violations.append(f"after {method} {path} every owner who signs on would have lost that")
