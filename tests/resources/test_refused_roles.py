"""Roles on a deployment that is shut down, which Elastic Cloud refuses: told where they are acknowledged, else a failure."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.lifecycle.interface import Failed
from pulumi_elastic_org.model.guard_settings import Override
from pulumi_elastic_org.model.guards import REFUSED_ROLES
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud

ADA, BOB = "ada@acme.example", "bob@acme.example"
ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
ASLEEP, AWAKE = "1" * 32, "2" * 32
WANTED = {**ADMINS, ADA: f"deployment-editor on {ASLEEP}, {AWAKE}", BOB: "billing-admin"}


@pytest.fixture
def asleep(cloud: Cloud) -> Cloud:
    cloud.join(ADA)
    cloud.cloud.add_deployment(cloud.id, "search", id=ASLEEP, hidden=True)
    cloud.cloud.add_deployment(cloud.id, "logs", id=AWAKE)
    return cloud


def test_a_refused_role_is_named_with_what_can_be_done_and_everybody_else_is_served(asleep: Cloud) -> None:
    with pytest.raises(Failed) as failure:
        asleep.roster().up(members=WANTED)
    assert f"{ADA}: add roles deployment-editor on {ASLEEP}: " in str(failure.value)
    assert "restore it" in str(failure.value)
    assert "override refused-roles" in str(failure.value)
    assert asleep.cloud.invitation(asleep.id, BOB) is not None


def test_an_acknowledged_refusal_fails_no_run_and_is_tried_again(
    asleep: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = asleep.roster(overrides={ADA: Override((REFUSED_ROLES,), "search sleeps until spring")})
    roster.up(members=WANTED)
    assert "Acknowledged: search sleeps until spring" in capsys.readouterr().out
    roster.up(members=WANTED)
    assert "Acknowledged: search sleeps until spring" in capsys.readouterr().out
    asleep.cloud.organization(asleep.id).deployments[ASLEEP].hidden = False
    roster.up(members=WANTED)
    assert "Acknowledged" not in capsys.readouterr().out
    assert set(asleep.people()[ADA]["deployment"][0]["deployment_ids"]) == {ASLEEP, AWAKE}


def test_the_acknowledgement_is_for_members_declared_alone_too(asleep: Cloud) -> None:
    member = asleep.member(ADA, overrides={ADA: Override((REFUSED_ROLES,), "search sleeps")})
    member.up(roles=WANTED[ADA])
    assert asleep.people()[ADA]["deployment"][0]["deployment_ids"] == [AWAKE]
