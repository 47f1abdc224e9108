"""Guard settings are checked once, whoever gives them: every mistake at once, with the setting's name in front."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_elastic_org.model.guard_settings import (
    Guards,
    Override,
    allowed_removals,
    read_guards,
    write_guards,
    wrong_guards,
    wrong_override,
    wrong_overrides,
)

REASON = "handed over in HR-12"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("max_removals", "many", "max_removals must be a number or a share such as '25%', not 'many'"),
        ("max_removals", "101%", "max_removals must be a number or a share such as '25%', not '101%'"),
        ("max_removals", [1], "max_removals must be a number or a share such as '25%', not [1]"),
        ("min_admins", -1, "min_admins must be a whole number, 0 or more, not -1"),
        ("min_admins", True, "min_admins must be a whole number, 0 or more, not True"),
        ("owner_tag", " ", "owner_tag must be the key of a tag, not ' '"),
        ("refuse_unknown_owners", "yes", "refuse_unknown_owners must be true or false, not 'yes'"),
        ("keys_of_leavers", "burn", "keys_of_leavers must be 'report', 'revoke' or 'refuse', not 'burn'"),
        ("when_refused", "go on", "when_refused must be 'stop' or 'skip', not 'go on'"),
        ("protected", "ada@acme.io", "protected: must be a list such as ['ada@acme.example'], not of type str"),
        ("protected", None, "protected: must be a list such as ['ada@acme.example'], not None"),
        ("allowed_domains", "acme.io", "allowed_domains: must be a list such as ['acme.example'], not of type str"),
        ("allowed_domains", ["acme io"], "allowed_domains: 'acme io' is not a domain such as acme.example"),
        ("allowed_domains", [7], "allowed_domains: 7 is not a domain such as acme.example"),
    ],
)
def test_a_setting_that_is_invalid_is_named_with_what_it_may_be(setting: str, value: Any, said: str) -> None:
    assert [one.reason for one in wrong_guards({setting: value})] == [said]


def test_a_protected_person_who_is_no_address_is_named() -> None:
    [wrong] = wrong_guards({"protected": ["ada@acme.io", "bob"]})
    assert wrong.value == "bob"
    assert wrong.reason.startswith("protected: ")


def test_a_setting_that_there_is_not_is_named_with_those_that_there_are() -> None:
    [wrong] = wrong_guards({"max_removal": 3})
    assert wrong.reason.startswith("there is no setting max_removal; there are max_removals, min_admins")


def test_domains_may_be_written_with_their_at_sign() -> None:
    assert not list(wrong_guards({"allowed_domains": ["acme.io", "@acme.example"]}))


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("because", ["must be made by Override(guards, reason), not of type str"]),
        (Override((), REASON), ["guards must be a list of names such as ['owns-resources']"]),
        (Override(("owns-resource",), REASON), ["there is no guard owns-resource; did you mean 'owns-resources'?"]),
        (Override(("owns-resources",), " \u200b"), ["give a reason in words for whoever reviews the change"]),
    ],
)
def test_an_override_that_is_invalid_says_why(override: Any, said: list[str]) -> None:
    assert [one.reason for one in wrong_override(override)] == said


def test_a_guard_that_resembles_none_is_answered_with_all_of_them() -> None:
    [wrong] = wrong_override(Override(("zzz",), REASON))
    assert wrong.reason.startswith("there is no guard zzz; there are ")


def test_what_is_written_is_read_as_numbers_and_lists_come_over_the_wire() -> None:
    guards = Guards(
        max_removals=3,
        protected=("ada@acme.io",),
        refuse_unknown_owners=True,
        overrides={"bob@acme.io": Override(("owns-resources", "last-admin"), REASON)},
    )
    written = write_guards(guards)
    assert written["guards"] == {"max_removals": 3, "protected": ["ada@acme.io"], "refuse_unknown_owners": True}
    over_the_wire = {**written, "guards": {**written["guards"], "max_removals": 3.0}}
    mistakes: list[str] = []
    assert read_guards(over_the_wire, mistakes) == guards
    assert mistakes == []


def test_settings_that_are_as_always_are_not_written() -> None:
    assert write_guards(Guards()) == {}
    assert read_guards({}, []) == Guards()


def test_every_mistake_of_inputs_is_said_at_once() -> None:
    mistakes: list[str] = []
    inputs = {"guards": {"min_admins": -1, "bills_attested": 1}, "overrides": {"bob@acme.io": "no-such-guard:"}}
    assert read_guards(inputs, mistakes) == Guards()
    assert [one.partition(": ")[0] for one in mistakes] == ["overrides, bob@acme.io"] * 2 + ["guards"] * 2


def test_a_share_of_people_is_rounded_up_so_that_one_can_always_leave() -> None:
    assert (allowed_removals("25%", 5), allowed_removals(" 25 % ", 1), allowed_removals(2, 100)) == (2, 1, 2)


def test_overrides_are_of_people_who_are_named_once() -> None:
    fine = Override(("owns-resources",), REASON)
    assert [*wrong_overrides({"ada@acme.io": fine, "Ada@acme.io": fine, "bob": Override((), REASON)})] == [
        "overrides, Ada@acme.io: is the same address as ada@acme.io; keep one of them",
        "overrides, bob: 'bob' is not an e-mail address: it needs one '@'; write it as name@example.com",
        "overrides, bob: guards must be a list of names such as ['owns-resources']",
    ]
