"""Domains, identity provider, role mappings and settings, over HTTP against the emulator."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cloud.domains import claim_domain, claimed_domains, release_domain, verification_code
from pulumi_elastic_org.cloud.errors import ChangedMeanwhile, ConfigurationError, NotFound, RequestRefused
from pulumi_elastic_org.cloud.identity_providers import (
    read_identity_provider,
    remove_identity_provider,
    service_provider_metadata,
    set_identity_provider,
)
from pulumi_elastic_org.cloud.organization_settings import (
    change_settings,
    end_enforcement,
    look_at_break_glass_key,
    read_settings,
)
from pulumi_elastic_org.cloud.role_mappings import (
    add_role_mappings,
    change_role_mapping,
    delete_role_mapping,
    read_role_mappings,
)
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.role_mappings import parse_mapping
from pulumi_elastic_org.model.single_sign_on import BreakGlassKey, IdentityProvider, record_name
from tests.support.acme import OWNER
from tests.support.certificates import certificate
from tests.support.scripted import KEY, FakeTime, Reply, Scripted

ORG = "2871506934"
DOMAIN = "acme.example"
OWNERS = parse_mapping("owners of it", "group platform or email *@acme.example => organization-admin")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.cloud.add_organization("acme", id=ORG)
        running.cloud.add_user("ada@acme.example", id="u-ada")
        running.cloud.add_member(ORG, "u-ada", OWNER, key=KEY)
        yield running


@pytest.fixture
def session(emulator: Emulator, time: FakeTime) -> Session:
    return Session(emulator.endpoint, KEY, patience=time.patience())


@pytest.fixture
def claimed(emulator: Emulator, session: Session) -> Session:
    """A connection with an organization that has claimed a domain."""
    emulator.cloud.publish_txt_record(record_name(DOMAIN), verification_code(session, ORG, DOMAIN))
    assert claim_domain(session, ORG, DOMAIN)
    return session


@pytest.fixture
def signed_on(claimed: Session) -> Session:
    """A connection with an organization that has an identity provider."""
    set_identity_provider(claimed, ORG, provider())
    return claimed


def provider(*, enabled: bool = True) -> IdentityProvider:
    return IdentityProvider("urn:idp", "https://idp.acme.example/sso", (PEM,), "acme", enabled)


PEM = certificate()


def test_a_domain_is_claimed_when_its_record_is_found_and_again_without_a_refusal(
    emulator: Emulator, session: Session
) -> None:
    code = verification_code(session, ORG, DOMAIN)
    assert not claim_domain(session, ORG, DOMAIN)
    emulator.cloud.publish_txt_record("_elastic_domain_challenge.acme.example", code)
    assert claim_domain(session, ORG, DOMAIN)
    assert claim_domain(session, ORG, DOMAIN)
    assert claimed_domains(session, ORG) == {DOMAIN}
    release_domain(session, ORG, DOMAIN)
    assert claimed_domains(session, ORG) == set()


def test_a_domain_is_claimed_and_given_up_also_where_the_organization_is_changed_at_the_same_moment(
    emulator: Emulator, session: Session
) -> None:
    code = "org.domain_claim.concurrent_organization_modification"
    emulator.cloud.publish_txt_record(record_name(DOMAIN), verification_code(session, ORG, DOMAIN))
    for method in ("POST", "DELETE"):
        emulator.faults.add(Fault(kind="refused", method=method, path="/domains", status=409, code=code))
    assert claim_domain(session, ORG, DOMAIN)
    release_domain(session, ORG, DOMAIN)
    assert claimed_domains(session, ORG) == set()


def test_a_domain_that_is_said_to_be_claimed_already_and_is_not_listed_is_not_claimed(
    emulator: Emulator, session: Session
) -> None:
    code = "org.domain_claim.already_exists"
    emulator.faults.add(Fault(kind="refused", method="POST", path="_verify", status=400, code=code))
    assert not claim_domain(session, ORG, DOMAIN)


def test_a_role_mapping_that_is_gone_counts_as_deleted_and_nothing_else_that_is_missing_does(
    emulator: Emulator, session: Session
) -> None:
    code = "org.role_mapping_rule.role_mapping_not_found"
    emulator.faults.add(Fault(kind="refused", method="DELETE", path="role_mappings", status=404, code=code))
    delete_role_mapping(session, ORG, "admins")
    emulator.faults.add(Fault(kind="refused", method="DELETE", path="role_mappings", status=404, code="other"))
    with pytest.raises(NotFound):
        delete_role_mapping(session, ORG, "admins")


def test_a_domain_stays_claimed_while_there_is_an_identity_provider_and_the_error_says_what_to_do(
    signed_on: Session,
) -> None:
    with pytest.raises(RequestRefused, match="Remove the identity provider first"):
        release_domain(signed_on, ORG, DOMAIN)


def test_what_somebody_changes_at_the_same_time_is_told_apart(emulator: Emulator, session: Session) -> None:
    code = "org.domain_claim.concurrent_organization_modification"
    emulator.faults.add(Fault(kind="refused", method="POST", path="_verify", status=409, code=code, times=None))
    with pytest.raises(ChangedMeanwhile, match="at the same time"):
        claim_domain(session, ORG, DOMAIN)


def test_an_identity_provider_is_set_read_and_removed_twice(emulator: Emulator, claimed: Session) -> None:
    assert read_identity_provider(claimed, ORG) is None
    found = set_identity_provider(claimed, ORG, provider())
    assert found.provider == provider()
    assert read_identity_provider(claimed, ORG) == found
    kept = emulator.cloud.identity_provider(ORG).public_certificate
    assert [b64decode(one).decode() for one in kept] == [PEM]
    assert found.acs in service_provider_metadata(claimed, ORG)
    remove_identity_provider(claimed, ORG)
    remove_identity_provider(claimed, ORG)
    assert read_identity_provider(claimed, ORG) is None


def test_an_organization_that_is_not_there_is_not_one_without_an_identity_provider(session: Session) -> None:
    with pytest.raises(NotFound):
        set_identity_provider(session, "1", provider())


def test_a_certificate_that_is_none_is_read_as_it_is(emulator: Emulator, signed_on: Session) -> None:
    emulator.cloud.identity_provider(ORG).public_certificate = ["Y2VydA=="]
    found = read_identity_provider(signed_on, ORG)
    assert found is not None
    assert found.provider.certificates == ("Y2VydA==",)


def test_role_mappings_are_added_changed_and_deleted_one_by_one(signed_on: Session) -> None:
    second = parse_mapping(
        "soc", "disabled: group soc-* and email *@acme.example => security-t1-analyst on all as tier-2"
    )
    add_role_mappings(signed_on, ORG, [])
    add_role_mappings(signed_on, ORG, [OWNERS, second])
    assert read_role_mappings(signed_on, ORG) == (OWNERS, second)
    changed = parse_mapping(
        OWNERS.name, "group platform => organization-admin (console only); deployment-viewer on all"
    )
    change_role_mapping(signed_on, ORG, changed)
    delete_role_mapping(signed_on, ORG, "soc")
    delete_role_mapping(signed_on, ORG, "soc")
    assert read_role_mappings(signed_on, ORG) == (changed,)
    with pytest.raises(ConfigurationError, match="comma"):
        delete_role_mapping(signed_on, ORG, "soc, not")


@pytest.mark.parametrize("name", ["", " ", ",", "a,b", "a/b", "..", "\n"])
def test_nothing_is_sent_that_could_delete_all_mappings_or_others(
    emulator: Emulator, signed_on: Session, name: str
) -> None:
    add_role_mappings(signed_on, ORG, [OWNERS])
    emulator.calls.reset()
    with pytest.raises(ConfigurationError):
        delete_role_mapping(signed_on, ORG, name)
    assert emulator.calls.all() == []


NEWER = {
    "none of": {"none": [{"group": "x"}]},
    "both": {"any": [{"group": "x"}], "all": [{"group": "y"}]},
    "nested": {"any": [{"all": [{"group": "x"}]}]},
    "two at once": {"any": [{"group": "x", "email": "a@x.io"}]},
    "no object": {"any": ["x"]},
    "no list": {"any": {"group": "x"}},
    "nothing": None,
}


@pytest.mark.parametrize("rule", NEWER.values(), ids=NEWER.keys())
def test_a_rule_of_a_newer_form_is_not_understood_in_part_and_is_kept(
    server: Scripted, time: FakeTime, rule: object
) -> None:
    roles = {"organization": [{"role_id": "organization-admin"}], "cloud_connected_resource": [{"role_id": "new"}]}
    answer = {"mappings": [{"name": "new", "enabled": True, "rule": rule, "role_assignments": roles}]}
    server.replies += [Reply(json=answer)]
    session = Session(server.endpoint, KEY, patience=time.patience())
    [found] = read_role_mappings(session, ORG)
    assert (found.rule, found.gives_owner) == (None, False)
    assert found.unmodelled == {"rule": rule, "cloud_connected_resource": [{"role_id": "new"}]}


def test_a_mapping_that_is_changed_keeps_roles_that_are_not_modelled(signed_on: Session) -> None:
    add_role_mappings(signed_on, ORG, [OWNERS])
    [found] = read_role_mappings(signed_on, ORG)
    kept = {"cloud_connected_resource": [{"role_id": "x", "organization_id": ORG, "all": True, "resource_ids": []}]}
    change_role_mapping(signed_on, ORG, type(found)(found.name, found.rule, found.grants, True, kept))
    [found] = read_role_mappings(signed_on, ORG)
    change_role_mapping(signed_on, ORG, found)
    assert read_role_mappings(signed_on, ORG)[0].unmodelled == kept


def test_settings_that_are_not_changed_are_sent_back(server: Scripted, time: FakeTime) -> None:
    live = {
        "id": ORG,
        "name": "acme",
        "billing_contacts": ["a@x.io"],
        "default_disk_usage_alerts_enabled": True,
        "enforce_authentication_method": "sso",
        "newer": 1,
    }
    server.replies += [Reply(json=live), Reply(json=live)]
    session = Session(server.endpoint, KEY, patience=time.patience())
    change_settings(session, ORG, read_settings(session, ORG), {"operational_contacts": ("ops@x.io",)})
    assert server.received[-1].json == {
        "name": "acme",
        "billing_contacts": ["a@x.io"],
        "operational_contacts": ["ops@x.io"],
        "default_disk_usage_alerts_enabled": True,
        "enforce_authentication_method": "sso",
    }


def test_enforcement_is_taken_off_by_null_alone(server: Scripted, time: FakeTime) -> None:
    server.replies += [Reply(json={"id": ORG, "name": "acme"})]
    end_enforcement(Session(server.endpoint, KEY, patience=time.patience()), ORG)
    [sent] = server.received
    assert (sent.method, sent.path, sent.json) == (
        "PUT",
        f"/api/v1/organizations/{ORG}",
        {"enforce_authentication_method": None},
    )


class TestBreakGlassKey:
    def test_an_owner_s_key_is_a_way_back_until_it_ends(self, emulator: Emulator, session: Session) -> None:
        ends = emulator.clock.now() + timedelta(days=90)
        emulator.cloud.add_key("u-ada", "break-glass", organization=ORG, expires_at=ends)
        found = look_at_break_glass_key(session.with_key("break-glass"), ORG, rehearse=True)
        assert (found.problem, found.owner, found.end_known) == (None, True, True)
        assert found.ends is not None
        assert abs(found.ends - ends) < timedelta(seconds=1)

    def test_a_preview_only_looks(self, emulator: Emulator, session: Session) -> None:
        assert look_at_break_glass_key(session, ORG, rehearse=False) == BreakGlassKey(owner=True)
        assert not [call for call in emulator.calls.all() if call.method != "GET"]

    def test_a_key_without_end_is_known_as_such_where_no_listed_key_of_an_owner_has_one(
        self, emulator: Emulator, session: Session
    ) -> None:
        assert look_at_break_glass_key(session, ORG, rehearse=True).end_known
        emulator.faults.add(Fault(kind="forbidden", path="/users/auth/keys"))
        assert not look_at_break_glass_key(session, ORG, rehearse=True).end_known

    def test_a_key_whose_end_is_not_told_is_not_endless_since_another_one_is(
        self, emulator: Emulator, session: Session
    ) -> None:
        ends = emulator.clock.now() + timedelta(days=9)
        emulator.cloud.add_key("u-ada", "break-glass", organization=ORG, expires_at=ends)
        emulator.switches.hide_key_expiration = True
        found = look_at_break_glass_key(session.with_key("break-glass"), ORG, rehearse=True)
        assert (found.owner, found.ends, found.end_known) == (True, None, False)

    def test_where_others_are_told_a_key_without_an_answer_is_an_endless_one_that_is_listed(
        self, emulator: Emulator, session: Session
    ) -> None:
        ends = emulator.clock.now() + timedelta(days=9)
        emulator.cloud.add_key("u-ada", "of-the-run", organization=ORG, expires_at=ends)
        assert not look_at_break_glass_key(session, ORG, rehearse=True).end_known
        assert look_at_break_glass_key(session, ORG, rehearse=True, others_are_told=True).end_known

    def test_a_member_s_key_is_none(self, emulator: Emulator, session: Session) -> None:
        emulator.cloud.add_member(ORG, "bob@acme.example", key="bobs")
        assert not look_at_break_glass_key(session.with_key("bobs"), ORG, rehearse=True).owner

    def test_who_sees_all_roles_and_may_not_take_enforcement_off_is_no_owner(
        self, emulator: Emulator, session: Session
    ) -> None:
        emulator.faults.add(Fault(kind="forbidden", method="PUT"))
        assert not look_at_break_glass_key(session, ORG, rehearse=True).owner

    def test_an_unknown_key_is_a_problem_that_is_told_without_the_key(self, session: Session) -> None:
        found = look_at_break_glass_key(session.with_key("unknown-key"), ORG, rehearse=True)
        assert found.problem is not None
        assert "unknown-key" not in found.problem
        assert found.problem == "it is unknown, expired or was rotated"
