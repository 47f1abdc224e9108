"""Single sign-on as values: what is valid, what differs, and when it is enforced."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pulumi_elastic_org.model.role_mappings import parse_mapping
from pulumi_elastic_org.model.single_sign_on import (
    BreakGlassKey,
    IdentityProvider,
    Settings,
    domain_mistake,
    enforcement_violations,
    provider_mistakes,
    provider_violations,
    record_name,
    settings_body,
    settings_mistakes,
    settings_to_change,
)

NOW = datetime(2026, 11, 26, tzinfo=timezone.utc)
OWNERS = parse_mapping("owners", "group platform => organization-admin")
VIEWERS = parse_mapping("viewers", "group all => deployment-viewer on all")
KEY = BreakGlassKey(owner=True, ends=NOW + timedelta(days=31))
PROVIDER = IdentityProvider("urn:idp", "https://idp.acme.example/sso", ("PEM",), "acme")
DISABLED = IdentityProvider("urn:idp", "https://idp.acme.example/sso", ("PEM",), "acme", enabled=False)


@pytest.mark.parametrize(
    "domain", ["acme.example", "eu.acme.example", "ACME.example", "xn--bcher-kva.example", "a1.io"]
)
def test_domains_are_taken(domain: str) -> None:
    assert domain_mistake(domain) is None


@pytest.mark.parametrize(
    "domain", ["", "acme", "https://acme.example", "@acme.example", "acme.example.", "a b.io", "-a.io"]
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    assert domain_mistake(domain) == f"'{domain}' is not a domain such as acme.example"


def test_the_record_has_the_label_of_the_guide() -> None:
    assert record_name("ACME.example") == "_elastic_domain_challenge.acme.example"


def test_every_mistake_about_an_identity_provider_is_named_at_once() -> None:
    found = list(provider_mistakes(IdentityProvider(" ", "http://idp", (), "Acme!")))
    assert [one.partition(":")[0] for one in found] == ["issuer", "sso_url", "login_identifier_prefix", "certificates"]
    assert list(provider_mistakes(PROVIDER)) == []


def test_a_name_that_is_too_short_is_refused() -> None:
    assert list(settings_mistakes(Settings(name="a"))) == ["name: must have 2 to 30 characters, not 1"]
    assert list(settings_mistakes(Settings())) == []
    assert list(settings_mistakes(Settings(name="acme", enforce_authentication_method="none"))) == []


class TestSettingsToChange:
    LIVE = Settings(name="acme", billing_contacts=("b@x.io", "a@x.io"), enforce_authentication_method="none")

    def test_what_is_not_declared_stays_and_lists_have_no_order(self) -> None:
        declared = Settings(billing_contacts=("a@x.io", "b@x.io"), default_disk_usage_alerts_enabled=False)
        assert settings_to_change(declared, Settings(), self.LIVE) == {}
        assert settings_to_change(Settings(), self.LIVE, self.LIVE) == {}

    def test_what_differs_is_told_with_what_it_was(self) -> None:
        declared = Settings(name="acme inc", operational_contacts=("o@x.io",), billing_contacts=())
        assert settings_to_change(declared, Settings(), self.LIVE) == {
            "name": ("acme", "acme inc"),
            "operational_contacts": (None, ("o@x.io",)),
            "billing_contacts": (("b@x.io", "a@x.io"), ()),
        }

    def test_enforcement_goes_with_the_line_that_brought_it(self) -> None:
        enforced = Settings(enforce_authentication_method="sso")
        expected = {"enforce_authentication_method": ("sso", "none")}
        assert settings_to_change(Settings(), enforced, enforced) == expected
        assert settings_to_change(Settings(), Settings(), enforced) == {}
        assert settings_to_change(enforced, Settings(), self.LIVE) == {"enforce_authentication_method": ("none", "sso")}


class TestSettingsBody:
    def test_all_that_is_known_goes_back(self) -> None:
        live = Settings(name="acme", billing_contacts=("a@x.io",), enforce_authentication_method="sso")
        assert settings_body(live, {"name": "new"}) == {
            "name": "new",
            "billing_contacts": ["a@x.io"],
            "enforce_authentication_method": "sso",
        }

    def test_that_nothing_is_enforced_is_not_sent_along(self) -> None:
        live = Settings(name="acme", enforce_authentication_method="none")
        assert settings_body(live, {"name": "new"}) == {"name": "new"}
        assert settings_body(live, {"enforce_authentication_method": "sso"})["enforce_authentication_method"] == "sso"


class TestEnforcement:
    def test_with_a_provider_an_owner_mapping_and_a_way_back_it_is_enforced(self) -> None:
        assert list(enforcement_violations(True, [VIEWERS, OWNERS], KEY, NOW)) == []
        assert list(enforcement_violations(True, [OWNERS], BreakGlassKey(owner=True), NOW)) == []

    def test_without_an_enabled_provider_it_is_not(self) -> None:
        [violation] = enforcement_violations(False, [OWNERS], KEY, NOW)
        assert "no enabled identity provider" in violation.reason

    def test_without_a_mapping_that_gives_owner_it_is_not(self) -> None:
        [violation] = enforcement_violations(True, [VIEWERS], KEY, NOW)
        assert "no enabled role mapping" in violation.reason

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            (None, "no break-glass key"),
            (BreakGlassKey(problem="it is unknown"), "was not seen to work: it is unknown"),
            (BreakGlassKey(owner=False), "not one of an owner"),
            (BreakGlassKey(owner=True, end_known=False), "could not be found out"),
            (BreakGlassKey(owner=True, ends=NOW + timedelta(days=29)), "expires on 2026-12-25"),
        ],
    )
    def test_without_a_way_back_it_is_not(self, key: BreakGlassKey | None, said: str) -> None:
        [violation] = enforcement_violations(True, [OWNERS], key, NOW)
        assert said in violation.reason
        assert violation.guard == "enforcement"

    def test_everything_that_is_missing_is_told_at_once(self) -> None:
        assert len(list(enforcement_violations(False, [], BreakGlassKey(ends=NOW), NOW))) == 4


class TestEnforcedProvider:
    @pytest.mark.parametrize("after", [None, DISABLED])
    def test_while_it_is_enforced_the_provider_stays(self, after: IdentityProvider | None) -> None:
        [violation] = provider_violations(PROVIDER, after, enforced=True)
        assert violation.guard == "enforced-provider"
        assert list(provider_violations(PROVIDER, after, enforced=False)) == []

    @pytest.mark.parametrize(("before", "after"), [(None, PROVIDER), (PROVIDER, PROVIDER), (DISABLED, None)])
    def test_what_takes_no_way_in_away_may_be_done(
        self, before: IdentityProvider | None, after: IdentityProvider | None
    ) -> None:
        assert list(provider_violations(before, after, enforced=True)) == []
