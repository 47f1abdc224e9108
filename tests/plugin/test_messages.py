"""Messages name properties as programs write them, whichever call ends with them; what a program gave stays as it is."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.plugin.face import face_of
from pulumi_elastic_org.plugin.names import token
from tests.support.acme import ADMIN
from tests.support.provided import Cloud

EVERYBODY = {ADMIN: "organization-admin"}


def test_a_comparison_that_is_refused_names_them(cloud: Cloud) -> None:
    roster = cloud.roster("additive", allowed_domains=["acme.example"])
    roster.up(members=EVERYBODY)
    with pytest.raises(Refused, match=r"Add the domain to allowedDomains"):
        roster.up(members={**EVERYBODY, "ada@allowed_domains.example": "billing-admin"})


def test_a_call_that_fails_names_them(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.provided.ADMIN", "nobody@acme.example")
    with pytest.raises(Failed, match=r"elastic-org:apiKeyUser, or the Provider's apiKeyUser"):
        cloud.roster("additive").up(members=EVERYBODY)


@pytest.mark.parametrize(
    "text",
    [
        "the tag 'owner_tag' is not set",
        'members["max_resends@acme.example"]: is the same address as max_resends@acme.example',
        "run `elastic-org owners --owner-tag owner_tag`",
        "deployment-viewer on max_resends_1",
    ],
)
def test_what_a_program_gave_stays_as_it_is(text: str) -> None:
    assert face_of(token("Roster")).told(text) == text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("name them in the roster's managed_elsewhere", "name them in the roster's managedElsewhere"),
        ("max_removals is 2, and 'max_removals' stays", "maxRemovals is 2, and 'max_removals' stays"),
        ("with the option retain_on_delete", "with the option retainOnDelete"),
    ],
)
def test_names_are_spelled_as_in_every_language(said: str, told: str) -> None:
    assert face_of(token("Roster")).told(said) == told
