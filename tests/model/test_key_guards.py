"""No key is deleted that somebody is using: each guard by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pulumi_elastic_org.model.keys import ApiKey, KeysInUse, fingerprint, key_refusals
from tests.support.builders import ADMIN, NOW, key, member

ADA = member("ada@acme.io", ADMIN)
ANOTHER = key("another", held=ADMIN, days=300)
SECRET = "the secret of k1"
CALLING = KeysInUse(fingerprint("the calling key"), NOW + timedelta(days=365))


def refused(
    *doomed: ApiKey, seen: str = "", in_use: KeysInUse = CALLING, left: tuple[ApiKey, ...] = (ANOTHER,)
) -> list[str]:
    fingerprints = {doomed[0].id: fingerprint(seen)} if seen else {}
    return [str(one) for one in key_refusals(doomed, (*doomed, *left), [ADA], fingerprints, in_use)]


def test_a_key_that_nobody_is_known_to_use_may_go() -> None:
    assert refused(key()) == []
    assert refused(key(), seen=SECRET) == []


class TestKeyInUse:
    def test_the_key_that_makes_the_calls_is_not_deleted(self) -> None:
        assert refused(key(), seen="the calling key") == [
            "API key 'key k1' (k1: billing-admin; expires 2026-05-31): is the key that would delete it [key-in-use]. Have the run "
            "use another key first."
        ]

    def test_a_key_whose_secret_was_never_seen_is_not_deleted_where_it_may_be_the_one(self) -> None:
        (reason,) = refused(key(days=365, expires_at=NOW + timedelta(days=365, microseconds=5)))
        assert "may be the key that would delete it" in reason

    def test_nor_where_nobody_tells_when_the_one_expires(self) -> None:
        untold = KeysInUse(fingerprint("the calling key"))
        for one in (key(days=None), key(days=365)):
            (reason,) = refused(one, in_use=untold)
            assert "may be the key that would delete it: Elastic Cloud does not tell when that one expires" in reason
        assert refused(key(days=365), in_use=replace(untold, user_id="id-bob@acme.io")) == []

    def test_an_endless_one_may_be_any_that_never_expires(self) -> None:
        endless = KeysInUse(fingerprint("the calling key"), endless=True)
        (reason,) = refused(key(days=None), in_use=endless)
        assert "may be the key that would delete it: neither expires" in reason
        assert refused(key(days=365), in_use=endless) == []

    def test_a_key_without_end_is_not_the_one_where_that_one_ends(self) -> None:
        assert refused(key(days=None)) == []

    def test_a_key_of_somebody_else_is_not_the_one(self) -> None:
        in_use = replace(CALLING, user_id="id-bob@acme.io")
        assert refused(key(days=365), in_use=in_use) == []
        assert refused(key(days=365, user_id=""), in_use=in_use) != []
        assert refused(key(days=365), in_use=replace(CALLING, user_id="id-ada@acme.io")) != []

    def test_a_secret_that_was_seen_decides(self) -> None:
        assert refused(key(days=365), seen=SECRET) == []


class TestStackNeedsKey:
    def test_a_key_that_the_stack_is_configured_with_is_not_deleted(self) -> None:
        in_use = KeysInUse(CALLING.calling, CALLING.calling_expires_at, {fingerprint(SECRET): "EC_API_KEY_OLD"})
        (reason,) = refused(key(), seen=SECRET, in_use=in_use)
        assert reason.endswith(
            "is the key in EC_API_KEY_OLD [stack-needs-key]. Put another key into EC_API_KEY_OLD first."
        )
        assert refused(key(), in_use=in_use) == []


class TestLastOwnerKey:
    def test_the_last_key_of_an_owner_is_not_deleted(self) -> None:
        (reason,) = refused(key(held=ADMIN), left=(key("billing"),))
        assert "is the last key with the role organization-admin [last-owner-key]" in reason

    def test_nor_are_the_last_two_together(self) -> None:
        assert len(refused(key(held=ADMIN), ANOTHER, left=())) == 2

    def test_an_unlimited_key_of_an_owner_is_one(self) -> None:
        assert refused(key(held=ADMIN), left=(key("unlimited", held=None),)) == []
        assert refused(key(held=None), left=()) != []

    def test_an_unlimited_key_of_somebody_who_left_is_none(self) -> None:
        assert refused(key(held=ADMIN), left=(key("unlimited", held=None, user_id="gone"),)) != []

    def test_an_unlimited_key_may_be_one_where_it_is_not_told_whose_it_is(self) -> None:
        (reason,) = refused(key(held=None, user_id=""), left=())
        assert "may be the last key with the role organization-admin" in reason

    def test_any_other_key_may_be_the_last_one(self) -> None:
        assert refused(key(), left=()) == []
