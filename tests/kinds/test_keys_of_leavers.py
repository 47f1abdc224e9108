"""The API keys of people who are removed, through the lifecycle of a roster."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Fault
from elastic_cloud_emulator.model import ApiKey
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud, Provided

ADA = "ada@acme.example"
STAYING = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
KEYS = "/users/auth/keys"


def with_key(cloud: Cloud, email: str) -> ApiKey:
    """A member who created a key."""
    user_id = cloud.join(email)
    roles = parse_role_assignments({"organization": [{"role_id": "billing-admin", "organization_id": cloud.id}]})
    return cloud.cloud.add_key(user_id, organization=cloud.id, description=f"of {email}", roles=RoleSet(roles))


def roster(cloud: Cloud, setting: str) -> Provided:
    """A roster that knows ada, and everybody else who stays."""
    made = cloud.roster(max_removals="100%", keys_of_leavers=setting)
    made.up(members={**STAYING, ADA: "no roles"})
    return made


def test_by_default_a_removal_names_the_keys_and_leaves_them(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    key = with_key(cloud, ADA)
    roster(cloud, "report").up(members=STAYING)
    assert ADA not in cloud.people()
    assert key.secret in cloud.cloud.keys
    said = capsys.readouterr().out
    told = f"created the API key 'of {ADA}' ({key.id}: billing-admin; never expires): the key goes on working after"
    assert told in said
    assert key.secret not in said


def test_without_a_removal_nobody_asks_for_keys(cloud: Cloud) -> None:
    with_key(cloud, ADA)
    everybody = roster(cloud, "revoke")
    cloud.emulator.calls.reset()
    everybody.up(members={**STAYING, ADA: "no roles"})
    assert [call for call in cloud.emulator.calls.all() if "keys" in call.route] == []


def test_keys_are_revoked_after_the_removal_in_the_same_update(cloud: Cloud) -> None:
    key, everybody = with_key(cloud, ADA), roster(cloud, "revoke")
    other = with_key(cloud, "bob@acme.example")
    everybody.up(members={**STAYING, ADA: "no roles", "bob@acme.example": "no roles"})
    cloud.emulator.calls.reset()
    everybody.up(members={**STAYING, "bob@acme.example": "no roles"})
    assert (key.secret in cloud.cloud.keys, other.secret in cloud.cloud.keys) == (False, True)
    deleted = [call.route for call in cloud.emulator.calls.all() if call.method == "DELETE"]
    assert deleted == ["/organizations/{organization_id}/members/{user_ids}", "/users/auth/keys/{api_key_id}"]


def test_nobody_is_removed_whose_keys_were_to_be_seen_to(cloud: Cloud) -> None:
    key = with_key(cloud, ADA)
    everybody = roster(cloud, "refuse")
    with pytest.raises(Refused, match="which would outlive them"):
        everybody.up(members=STAYING)
    assert ADA in cloud.people()
    cloud.cloud.remove_key(key)
    everybody.up(members=STAYING)
    assert ADA not in cloud.people()


@pytest.mark.parametrize("listed", [None, [], "that of another organization"])
@pytest.mark.parametrize("setting", ["refuse", "revoke"])
def test_nobody_is_removed_where_the_list_of_keys_is_not_whole(cloud: Cloud, setting: str, listed: object) -> None:
    key, everybody = with_key(cloud, ADA), roster(cloud, setting)
    there = {"id": "k", "organization_id": "9", "description": "theirs", "creation_date": "2026-01-01T00:00:00Z"}
    keys = [there] if isinstance(listed, str) else listed
    cloud.emulator.faults.add(Fault(kind="amended", path=f"{KEYS}$", amendment={"keys": keys}, times=None))
    with pytest.raises(Refused, match="cannot be listed"):
        everybody.up(members=STAYING)
    assert ADA in cloud.people()
    assert key.secret in cloud.cloud.keys


@pytest.mark.parametrize("takes_effect", [True, False])
def test_keys_that_could_not_be_revoked_are_revoked_by_the_next_update(cloud: Cloud, takes_effect: bool) -> None:
    key = with_key(cloud, ADA)
    everybody = roster(cloud, "revoke")
    cloud.emulator.faults.add(Fault(kind="forbidden", method="DELETE", path=KEYS, takes_effect=takes_effect))
    with pytest.raises(Failed, match="could not be made"):
        everybody.up(members=STAYING)
    assert ADA not in cloud.people()
    assert ADA in everybody.outputs["applied"]
    everybody.up(members=STAYING)
    assert key.secret not in cloud.cloud.keys
    assert ADA not in everybody.outputs["applied"]


def test_a_run_that_is_killed_before_the_keys_are_revoked_is_made_good_by_the_next(cloud: Cloud) -> None:
    """Then the state is as before, and the person is gone."""
    key = with_key(cloud, ADA)
    everybody = roster(cloud, "revoke")
    cloud.cloud.leave(cloud.id, ADA)
    everybody.up(members=STAYING)
    assert key.secret not in cloud.cloud.keys


def test_a_member_who_is_deleted_goes_with_their_keys(cloud: Cloud) -> None:
    key = with_key(cloud, ADA)
    ada = cloud.member(ADA, keys_of_leavers="revoke")
    ada.up(roles="no roles")
    ada.delete()
    assert ADA not in cloud.people()
    assert key.secret not in cloud.cloud.keys
