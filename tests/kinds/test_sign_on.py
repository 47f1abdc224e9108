"""Single sign-on from its creation to its end, as an engine drives it: as a whole, domain claims, the identity provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from elastic_cloud_emulator import Fault
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.model.single_sign_on import record_name
from pulumi_elastic_org.review.plan_log import read_plans
from pulumi_elastic_org.variables import DRIFT_REVIEW, PLAN_LOG
from tests.support.certificates import certificate
from tests.support.sign_on import (
    DOMAIN,
    DOWN,
    ORGANIZATION,
    OWNER,
    PROVIDER,
    UP,
    SignOnStack,
    writes,
)


def by_hand(stack: SignOnStack, name: str) -> None:
    """Somebody has a mapping that makes nobody an owner."""
    billing = RoleSet(parse_role_assignments({"organization": [{"role_id": "billing-admin"}]}, ORGANIZATION))
    found = stack.cloud.organization(ORGANIZATION).role_mappings
    found[name] = RoleMapping(name, True, "any", [{"group": "x"}], billing)


def test_everything_is_set_up_and_taken_down(stack: SignOnStack) -> None:
    assert stack.up() is None
    assert stack.live == UP
    stack.emulator.calls.reset()
    assert stack.up() is None
    assert writes(stack) == []
    for one in stack.resources:
        one.refresh()
    stack.emulator.calls.reset()
    assert stack.up() is None
    assert writes(stack) == []
    assert stack.down() is None
    assert stack.live == DOWN
    assert stack.watch.violations == []


@pytest.mark.parametrize("path", ["_verify$", "idp$"])
def test_what_nobody_answered_about_may_be_there_is_known_and_is_taken_down(stack: SignOnStack, path: str) -> None:
    method: Literal["PUT", "POST"] = "PUT" if path == "idp$" else "POST"
    stack.emulator.faults.add(Fault(kind="server_error", method=method, path=path, takes_effect=True))
    stack.emulator.faults.add(Fault(kind="unavailable", method=method, path=path, times=None))
    assert stack.up() is not None
    assert stack.live["domains"] == [DOMAIN]
    stack.emulator.faults.clear()
    assert stack.down() is None
    assert stack.live["domains"] == []
    assert stack.live["provider"] is None


class TestDomainClaim:
    def test_a_new_claim_tells_what_to_publish_and_does_not_wait(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.cloud.txt_records.clear()
        stack.claim.up()
        outputs = stack.claim.outputs
        code = stack.cloud.domain_code(ORGANIZATION, DOMAIN)
        assert (outputs["record"], outputs["verification"], outputs["claimed"]) == (record_name(DOMAIN), code, False)
        said = capsys.readouterr().out
        assert f"publish the TXT record {record_name(DOMAIN)} with the value {code}" in said
        assert "run the same command again" in said

    def test_a_later_update_waits_and_says_how_long(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.cloud.txt_records.clear()
        stack.claim.up()
        stack.claim.up()
        assert stack.claim.outputs["claimed"] is False
        said, code = capsys.readouterr().out, stack.claim.outputs["verification"]
        assert "retrying in 10 s, for 600 s at most" in said
        assert f"The TXT record {record_name(DOMAIN)} with the value {code} is not found yet" in said
        stack.cloud.publish_txt_record(record_name(DOMAIN), stack.claim.outputs["verification"])
        stack.claim.up()
        assert stack.claim.outputs["claimed"] is True
        assert stack.live["domains"] == [DOMAIN]

    def test_the_identity_provider_waits_for_the_domains_of_the_program(self, stack: SignOnStack) -> None:
        stack.cloud.txt_records.clear()
        tried: list[str] = []

        def publish(_method: str, path: str) -> None:
            tried.append(path)
            if len([one for one in tried if one.endswith("_verify")]) == 4:
                code = stack.cloud.domain_code(ORGANIZATION, DOMAIN)
                stack.cloud.publish_txt_record(record_name(DOMAIN), code)

        stack.watch.arrived = publish  # type: ignore[assignment,method-assign]
        assert stack.up() is None
        assert stack.live == UP

    def test_the_identity_provider_says_how_to_go_on_when_the_record_is_not_found(self, stack: SignOnStack) -> None:
        stack.cloud.txt_records.clear()
        said = stack.up()
        assert said is not None
        assert f"publish the TXT record {record_name(DOMAIN)} with the value elastic-domain-challenge=" in said
        assert stack.live["provider"] is None
        stack.cloud.publish_txt_record(record_name(DOMAIN), stack.claim.outputs["verification"])
        assert stack.up() is None
        assert stack.live == UP

    def test_a_domain_that_somebody_gave_up_is_claimed_again(self, stack: SignOnStack) -> None:
        stack.claim.up()
        stack.cloud.release_domain(ORGANIZATION, DOMAIN)
        stack.claim.up()
        assert stack.live["domains"] == [DOMAIN]

    def test_what_is_no_domain_and_an_eleventh_are_refused_before_anything_is_done(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match=r"not a domain such as acme\.example") as refused:
            stack.claim.up(domain="https://acme.example", wait="soon")
        assert "wait: must be a number" in str(refused.value)
        stack.cloud.organization(ORGANIZATION).domains += [f"{number}.example" for number in range(10)]
        with pytest.raises(Refused, match="at most 10 domains"):
            stack.claim.up()
        assert writes(stack) == []


class TestIdentityProvider:
    def test_it_needs_a_claimed_domain(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match="declare a DomainClaim"):
            stack.provider.up()

    def test_what_the_other_side_needs_are_outputs(self, up: SignOnStack) -> None:
        outputs = up.provider.outputs
        assert outputs["acs"] in outputs["metadata"]
        assert all(outputs[name] for name in ("sso_login_url", "sp_entity_id", "login_identifier", "metadata_url"))

    def test_what_was_changed_by_hand_is_changed_back(self, up: SignOnStack) -> None:
        up.cloud.identity_provider(ORGANIZATION).sso_url = "https://elsewhere.example"
        assert up.up() is None
        assert up.cloud.identity_provider(ORGANIZATION).sso_url == PROVIDER["sso_url"]

    def test_while_it_is_enforced_it_is_neither_disabled_nor_removed(self, up: SignOnStack) -> None:
        with pytest.raises(Refused, match="single sign-on is enforced"):
            up.provider.up(enabled=False)
        with pytest.raises(Refused, match="it is not removed"):
            up.provider.delete()
        assert up.live == UP
        assert writes(up) == []

    def test_it_is_not_enabled_beside_mappings_of_which_none_makes_owners(self, stack: SignOnStack) -> None:
        stack.claim.up()
        by_hand(stack, "soc")
        with pytest.raises(Refused, match=r"\(soc\), so whoever signs on could lose it \[owner-mapping\]") as refused:
            stack.provider.up()
        assert "ownerMappingFollows: true" in str(refused.value)
        stack.provider.up(enabled=False)
        with pytest.raises(Refused, match="owner-mapping"):
            stack.provider.up()
        assert stack.live["provider"] is False
        assert stack.watch.violations == []

    def test_what_somebody_adds_after_the_plan_is_looked_at_before_it_is_enabled(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider):
            one.up(**({"enabled": False} if one is stack.provider else {}))
        with stack.phase():
            act = stack.provider.planned_within_a_phase()
            by_hand(stack, "soc")
            with pytest.raises(Refused, match="owner-mapping"):
                act()
        assert stack.live["provider"] is False

    def test_it_is_enabled_where_the_program_adds_a_mapping_that_makes_owners(self, stack: SignOnStack) -> None:
        stack.claim.up()
        by_hand(stack, "soc")
        with stack.phase():
            acts = [
                stack.provider.planned_within_a_phase(owner_mapping_follows=True),
                stack.mappings.planned_within_a_phase(),
            ]
            for act in acts:
                act()
        assert stack.live["mappings"] == ["owners"]

    def test_a_mapping_that_makes_owners_is_there_or_was_compared_before(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        stack.provider.up(enabled=False)
        stack.provider.up()
        stack.provider.up(enabled=False)
        by_hand(stack, "owners")
        with stack.phase():  # the mapping is changed, which asks for no enabled provider
            change = stack.mappings.planned_within_a_phase()
            act = stack.provider.planned_within_a_phase()
            change()
            act()
        assert stack.live["provider"] is True
        assert stack.watch.violations == []

    def test_a_certificate_that_has_ended_is_refused_and_one_that_ends_soon_is_told(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.claim.up()
        with pytest.raises(Refused, match="expired on"):
            stack.provider.up(certificates=[certificate(ends=timedelta(days=-1))])
        stack.provider.up(certificates=[certificate(ends=timedelta(days=9)), certificate()])
        assert "expires on" in capsys.readouterr().out
        assert stack.live["provider"] is True

    def test_every_mistake_is_named_at_once(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused) as refused:
            stack.provider.up(sso_url="http://x", login_identifier_prefix="A", certificates=["x", certificate()])
        said = str(refused.value).replace("_", "").casefold()  # each face names properties as its programs do
        assert all(text in said for text in ("ssourl:", "loginidentifierprefix:", "certificates, 1:"))


def test_another_organization_s_resources_are_refused(up: SignOnStack) -> None:
    up.cloud.add_organization("globex", id="42")
    up.cloud.add_member("42", f"ada@{DOMAIN}", OWNER)
    for one in up.resources:
        with pytest.raises((Refused, Failed), match="belongs to organization 42"):
            one.up(organization_id="42")


def test_a_drift_review_finds_what_was_changed_by_hand_and_what_would_be_refused(
    up: SignOnStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "plans.jsonl"
    monkeypatch.setenv(PLAN_LOG, str(log))
    monkeypatch.setenv(DRIFT_REVIEW, str(log))

    def found() -> list[str]:
        log.unlink(missing_ok=True)
        with up.phase():
            for one in up.resources:
                one.planned_within_a_phase()
        return [f"{one.person}: {one.detail}" for judged in read_plans(log) for one in judged.findings]

    assert found() == []
    organization = up.cloud.organization(ORGANIZATION)
    organization.domains.clear()
    organization.settings["billing_contacts"] = []
    organization.role_mappings["by hand"] = replace(organization.role_mappings["owners"], name="by hand")
    up.cloud.identity_provider(ORGANIZATION).sso_url = "https://elsewhere.example"
    assert found() == [
        "domain acme.example: is not claimed",
        "identity provider, sso_url: is another one: https://elsewhere.example, where the code says https://idp.acme.example/sso",
        "role mapping by hand: is 'group platform => organization-admin', and the code does not have it",
        "setting billing_contacts: is none, and the code says pay@acme.example",
    ]
    organization.role_mappings["a,b"] = replace(organization.role_mappings.pop("by hand"), name="a,b")
    assert any("deletable-names" in one for one in found())
    assert writes(up) == []
