"""What is done about the API keys of people who leave."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pulumi_elastic_org.model.changes import (
    Plan,
    RemoveMember,
    RevokeKeys,
    change_from_json,
    identity,
)
from pulumi_elastic_org.model.effects import carried_out, unseen
from pulumi_elastic_org.model.guard_settings import REFUSE, REPORT, REVOKE, Override
from pulumi_elastic_org.model.guards import judge, needs_keys
from pulumi_elastic_org.model.keys import ApiKey, KeysInUse
from pulumi_elastic_org.model.leavers import departed, with_keys
from pulumi_elastic_org.model.outcome import applied_so_far
from pulumi_elastic_org.model.people import Applied
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.reviewed import ReviewedPlan
from tests.model.judging import situation
from tests.support.builders import ADMIN, NOW, applied, desired, key, member, organization

ADA, BOB = "ada@acme.io", "bob@acme.io"
ROOT = member("root@acme.io", ADMIN)
PEOPLE = organization(ROOT, member(ADA), member(BOB))
WANTED = desired({"root@acme.io": ADMIN, BOB: "no roles"})
KEYS = (
    key("ci", user_id="id-ada@acme.io"),
    key("other", user_id="id-bob@acme.io"),
    key("root", held=ADMIN, user_id="x"),
)


def leaving(setting: str, keys: tuple[ApiKey, ...] | None = KEYS, gone: dict[str, str] | None = None) -> Plan:
    """A plan that removes ada."""
    return with_keys(plan(WANTED, PEOPLE, NOW, applied(ADA)), setting, gone or {}, keys)


def refused(setting: str, keys: tuple[ApiKey, ...] | None = KEYS, **more: Any) -> list[str]:
    settings = {"keys_of_leavers": setting, **more.pop("settings", {})}
    seen = situation(WANTED, *PEOPLE.members, before=applied(ADA), **settings)
    return [str(one) for one in judge(replace(seen, plan=leaving(setting, keys), keys=keys, **more)).violations]


def test_a_removal_names_the_keys_that_go_on_working() -> None:
    (report,) = leaving(REPORT).reports
    assert (report.person, report.text) == (
        ADA,
        "created the API key 'key ci' (ci: billing-admin; expires 2026-05-31): the key goes on working after the removal",
    )
    assert not any(isinstance(change, RevokeKeys) for change in leaving(REPORT).changes)
    assert leaving(REPORT, ()).reports == ()


def test_what_cannot_be_listed_is_said() -> None:
    (report,) = leaving(REVOKE, None).reports
    assert "cannot be listed" in report.text


def test_revoked_are_the_keys_of_those_who_leave_and_no_others() -> None:
    found = leaving(REVOKE)
    assert [change for change in found.changes if isinstance(change, RevokeKeys)] == [
        RevokeKeys(ADA, "id-ada@acme.io", KEYS[:1])
    ]
    assert found.reports == ()
    assert found.leavers == {"id-ada@acme.io": ADA}
    assert leaving(REVOKE, ()).changes == plan(WANTED, PEOPLE, NOW, applied(ADA)).changes


def test_several_keys_are_one_change_whose_json_says_which() -> None:
    both = (*KEYS, key("second", user_id="id-ada@acme.io"))
    (revoked,) = (change for change in leaving(REVOKE, both).changes if isinstance(change, RevokeKeys))
    assert identity(revoked) == ("revoke API keys", "id-ada@acme.io")
    assert [key["id"] for key in revoked.to_json()["keys"]] == ["ci", "second"]
    (report,) = leaving(REPORT, both).reports
    assert report.text.startswith("created the API keys 'key ci' (")


class TestWhoLeftBefore:
    """A run that ended between a removal and the keys."""

    KNOWN = Applied({ADA: "no roles"}, {ADA: "id-ada@acme.io"})
    LEFT = organization(ROOT, member(BOB))

    def test_somebody_who_is_gone_and_was_known_is_remembered(self) -> None:
        assert departed(WANTED, self.KNOWN, self.LEFT) == {"id-ada@acme.io": ADA}

    def test_nobody_is_who_is_there_wanted_or_without_an_account(self) -> None:
        assert departed(WANTED, self.KNOWN, PEOPLE) == {}
        assert departed(desired({ADA: "no roles"}), self.KNOWN, self.LEFT) == {}
        assert departed(desired({}, undetermined=(ADA,)), self.KNOWN, self.LEFT) == {}
        assert departed(desired({}, managed_elsewhere=frozenset({ADA})), self.KNOWN, self.LEFT) == {}
        assert departed(WANTED, applied(ADA), self.LEFT) == {}

    def test_their_keys_are_revoked_where_keys_are(self) -> None:
        gone = {"id-ada@acme.io": ADA}
        empty = plan(WANTED, self.LEFT, NOW, self.KNOWN)
        assert with_keys(empty, REVOKE, gone, KEYS).changes == (RevokeKeys(ADA, "id-ada@acme.io", KEYS[:1]),)
        assert with_keys(empty, REPORT, gone, KEYS) == empty

    def test_somebody_stays_known_until_their_keys_are_revoked(self) -> None:
        removed = RemoveMember(ADA, "id-ada@acme.io", frozenset(), managed=True)
        revoked = RevokeKeys(ADA, "id-ada@acme.io", KEYS[:1])
        assert applied_so_far(self.KNOWN, WANTED, self.LEFT, [removed], [revoked]) == {ADA: "no roles"}
        assert applied_so_far(self.KNOWN, WANTED, self.LEFT, [removed, revoked], []) == {}


ENDLESS = KeysInUse("", endless=True)


class TestRefuse:
    def test_nobody_leaves_whose_keys_would_outlive_them(self) -> None:
        (reason,) = refused(REFUSE)
        assert reason == (
            "ada@acme.io: created the API key 'key ci' (ci: billing-admin; expires 2026-05-31), which would outlive them "
            "[keys-of-leavers]. Replace them where automation uses them and delete them, or set keys_of_leavers to revoke, or "
            "override keys-of-leavers for ada@acme.io with a reason."
        )

    def test_whoever_has_no_keys_may_go(self) -> None:
        assert refused(REFUSE, KEYS[1:]) == []

    def test_an_override_lets_one_person_past(self) -> None:
        overrides = {ADA: Override(("keys-of-leavers",), "the key is that of a robot")}
        assert refused(REFUSE, settings={"overrides": overrides}) == []

    def test_a_key_whose_creator_is_not_told_may_be_theirs(self) -> None:
        for setting in (REFUSE, REVOKE):
            (reason,) = refused(setting, (key("whose", user_id=""),))
            assert "leaves, and Elastic Cloud does not tell who created the API key 'key whose'" in reason
        assert refused(REPORT, (key("whose", user_id=""),)) == []

    def test_keys_that_cannot_be_listed_may_be_anybodys(self) -> None:
        (reason,) = refused(REFUSE, None)
        assert "cannot be listed" in reason
        assert refused(REPORT, None) == []


class TestRevoke:
    def test_no_key_is_revoked_that_may_make_the_calls(self) -> None:
        in_use = KeysInUse("", KEYS[0].expires_at)
        (reason,) = refused(REVOKE, keys_in_use=in_use)
        assert "which may be the key that would delete it" in reason

    def test_nor_the_last_one_of_an_owner(self) -> None:
        last = (key("ci", held=ADMIN, user_id="id-ada@acme.io"),)
        (reason,) = refused(REVOKE, last, keys_in_use=ENDLESS)
        assert "is the last key with the role organization-admin" in reason

    def test_others_may_be(self) -> None:
        assert refused(REVOKE, keys_in_use=ENDLESS) == []
        assert refused(REPORT, keys_in_use=KeysInUse("", KEYS[0].expires_at)) == []


def test_revoked_keys_are_read_back_from_json() -> None:
    keys = (key("one"), key("two", held=None, days=None, user_id=""))
    revoked = RevokeKeys(ADA, "id-ada@acme.io", keys)
    assert change_from_json(json.loads(json.dumps(revoked.to_json()))) == revoked


def test_keys_are_needed_only_where_somebody_leaves() -> None:
    assert needs_keys(leaving(REVOKE))
    assert not needs_keys(plan(desired({ADA: "no roles"}, authoritative=False), PEOPLE, NOW))


def test_revoked_keys_change_nothing_about_the_people() -> None:
    revoked = RevokeKeys(ADA, "id-ada@acme.io", KEYS[:1])
    assert carried_out(PEOPLE, [revoked], {}) == PEOPLE
    assert unseen([revoked], {}, PEOPLE) == []


def test_a_reviewed_plan_covers_what_is_left_of_its_keys_and_no_others() -> None:
    both = RevokeKeys(ADA, "id-ada@acme.io", (*KEYS[:1], key("second")))
    reviewed = ReviewedPlan((both.to_json(),))
    assert reviewed.covers(both)
    assert reviewed.covers(replace(both, keys=KEYS[:1]))
    assert not reviewed.covers(replace(both, keys=KEYS[1:2]))
