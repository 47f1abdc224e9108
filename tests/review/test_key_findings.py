"""What a drift review says of API keys that nobody looks after."""

from __future__ import annotations

from pulumi_elastic_org.model.keys import Concern
from pulumi_elastic_org.review.findings import find_keys
from pulumi_elastic_org.review.model import Kind
from tests.support.builders import ADMIN, NOW, key, member

ADA = member("ada@acme.io", ADMIN)


def test_keys_that_outlived_a_membership_or_expire_soon_are_told_person_by_person() -> None:
    keys = [
        key("soon", days=10),
        key("sooner", days=3),
        key("gone", user_id="id-eve@acme.io"),
        key("unknown", user_id="", days=1),
        key("forever", ADMIN, days=None),
    ]
    found = {one.person: one for one in find_keys(keys, [ADA], NOW)}
    assert found.keys() == {"ada@acme.io", "user id-eve@acme.io", None}
    assert {one.kind for one in found.values()} == {Kind.API_KEY}
    assert found["ada@acme.io"].detail == (
        "created 'key soon' (soon: billing-admin; expires 2026-03-12): expires within 30 days; "
        "'key sooner' (sooner: billing-admin; expires 2026-03-05): expires within 30 days"
    )
    assert Concern.ORPHANED.value in found["user id-eve@acme.io"].detail


def test_keys_that_a_program_looks_after_and_those_that_last_are_no_finding() -> None:
    managed = key("managed", days=1, description="pipeline [elastic-org acme/prod/ci 01234567]")
    assert find_keys([managed, key("lasting"), key("owner", ADMIN, days=None)], [ADA], NOW) == ()
