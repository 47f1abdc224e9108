"""Which key is current, which is to be created and which are to be deleted: by names and times only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.model.key_rotation import (
    DeclaredKey,
    HeldKey,
    KeyName,
    Rotation,
    keys_of_resource,
    read_name,
    rotation,
)
from pulumi_elastic_org.model.keys import ApiKey
from tests.support.builders import NOW, key, roles

RESOURCE, INSTANCE, ANOTHER = "acme/prod/ci", "0123abcd", "ffffffff"
DECLARED = DeclaredKey("pipeline", roles("billing-admin"), "90d", timedelta(days=14), timedelta(days=2))
HELD = HeldKey("current", INSTANCE, "pipeline", roles("billing-admin"), "90d")


def named(id: str, *, instance: str = INSTANCE, resource: str = RESOURCE, age: int = 0, days: int = 90) -> ApiKey:
    return key(id, age=age, days=days, description=str(KeyName("pipeline", resource, instance)))


def plan(*listed: ApiKey, declared: DeclaredKey = DECLARED, held: HeldKey | None = HELD) -> Rotation:
    return rotation(declared, RESOURCE, held, listed, NOW)


def ids(keys: tuple[ApiKey, ...]) -> list[str]:
    return [one.id for one in keys]


@given(st.text(), st.text(min_size=1))
def test_a_name_is_read_as_it_was_written(description: str, resource: str) -> None:
    name = KeyName(description, resource, INSTANCE)
    read = read_name(str(name))
    assert read is not None
    assert str(read) == str(name)


@pytest.mark.parametrize(
    "text", ["", "pipeline", "pipeline [elastic-org acme/prod/ci]", "x [elastic-org a/b/c 0123ABCD]"]
)
def test_what_somebody_wrote_by_hand_is_no_name(text: str) -> None:
    assert read_name(text) is None


class TestCreating:
    def test_the_first_key_is_created(self) -> None:
        assert plan(held=None) == Rotation("there is none yet", None)

    def test_a_key_that_works_long_enough_stays(self) -> None:
        assert plan(named("current", age=75)) == Rotation("", named("current", age=75))

    def test_the_next_one_is_created_when_the_current_one_comes_near_its_end(self) -> None:
        found = plan(named("current", age=76))
        assert (found.reason, found.ended) == ("the one in use expires on 2026-03-16", ())

    def test_a_key_that_never_expires_is_not_rotated(self) -> None:
        assert plan(replace(named("current", age=900), expires_at=None)).reason == ""

    @pytest.mark.parametrize("listed", [(), (named("current", age=90),), (named("other", instance=ANOTHER),)])
    def test_a_key_that_ended_or_was_deleted_is_replaced(self, listed: tuple[ApiKey, ...]) -> None:
        found = plan(*listed)
        assert (found.reason, found.current) == ("the one in state has expired or was deleted", None)

    def test_what_cannot_be_changed_is_another_key_and_the_plan_says_what_differs(self) -> None:
        declared = DeclaredKey("deployer", roles("organization-admin"), "30d", timedelta(), timedelta())
        assert plan(named("current"), declared=declared).reason == (
            "a key cannot be changed: description from 'pipeline' to 'deployer', roles from 'billing-admin' to "
            "'organization-admin', expiration from '90d' to '30d'"
        )

    def test_when_it_is_rotated_changes_no_key(self) -> None:
        declared = replace(DECLARED, rotate_before=timedelta(days=1), overlap=timedelta(days=9))
        assert plan(named("current"), declared=declared).reason == ""


class TestAdopting:
    ADOPTING = replace(DECLARED, adopt="theirs")

    def test_a_key_that_is_as_declared_is_taken_over(self) -> None:
        theirs = key("theirs", description="pipeline")
        assert plan(theirs, declared=self.ADOPTING, held=None) == Rotation("", theirs)

    def test_so_is_one_that_another_resource_created(self) -> None:
        theirs = named("theirs", resource="acme/old/ci", instance=ANOTHER)
        assert plan(theirs, declared=self.ADOPTING, held=None) == Rotation("", theirs)

    def test_one_that_differs_is_superseded_by_another_one(self) -> None:
        found = plan(key("theirs", held=None), declared=self.ADOPTING, held=None)
        assert found.reason == (
            "a key cannot be changed: description from 'key theirs' to 'pipeline', roles from 'no roles' to 'billing-admin'"
        )

    def test_one_that_is_gone_is_created_anew(self) -> None:
        assert plan(declared=self.ADOPTING, held=None).reason == "there is none yet"


class TestOverlap:
    def test_a_superseded_key_is_kept_until_the_overlap_is_over(self) -> None:
        found = plan(named("current", age=1), named("old", age=80))
        assert (ids(found.superseded), ids(found.ended)) == (["old"], [])

    def test_then_it_is_deleted(self) -> None:
        found = plan(named("current", age=2), named("old", age=80))
        assert (ids(found.superseded), ids(found.ended)) == ([], ["old"])

    def test_nothing_is_deleted_by_the_run_that_creates_a_key(self) -> None:
        declared = replace(DECLARED, overlap=timedelta())
        found = plan(named("current", age=76), named("old", age=80), declared=declared)
        assert found.reason
        assert (ids(found.superseded), ids(found.ended)) == (["old"], [])

    def test_what_a_killed_rotation_left_behind_goes_the_same_way(self) -> None:
        left = named("nobody knows its secret")
        assert ids(plan(named("current", age=76), left).superseded) == [left.id]
        assert ids(plan(named("current", age=2), left).ended) == [left.id]

    def test_what_a_killed_creation_left_behind_is_taken_over(self) -> None:
        left = named("lost", instance=ANOTHER, age=1)
        assert ids(plan(left, held=None).superseded) == ["lost"]
        held = replace(HELD, superseded=("lost",))
        assert ids(plan(named("current", age=2), left, held=held).ended) == ["lost"]

    def test_a_key_of_the_same_name_that_another_stack_may_use_is_never_touched(self) -> None:
        older = named("theirs", instance=ANOTHER, age=2)
        assert (ids(plan(older, held=None).superseded), ids(plan(older, held=None).others)) == ([], ["theirs"])
        younger = named("theirs", instance=ANOTHER)
        assert ids(plan(named("current", age=2), younger).others) == ["theirs"]

    def test_keys_of_other_resources_and_of_people_are_none_of_its_business(self) -> None:
        found = plan(named("current", age=2), key("by hand"), named("x", resource="acme/prod/other", instance=ANOTHER))
        assert found == Rotation("", named("current", age=2))

    def test_an_ended_key_that_is_still_listed_needs_no_deletion(self) -> None:
        assert plan(named("current", age=2), named("old", age=90)).ended == ()


def test_with_a_resource_go_its_own_keys_and_none_of_the_resource_that_replaced_it() -> None:
    held = replace(HELD, superseded=("taken over",))
    listed = [
        named("current"),
        named("lost"),
        key("taken over"),
        named("successor", instance=ANOTHER),
        named("x", resource="acme/prod/other", instance=ANOTHER),
        named("under its former name", resource="acme/prod/before"),
    ]
    assert ids(keys_of_resource(held, listed)) == ["current", "lost", "taken over", "under its former name"]


@given(st.integers(0, 95), st.lists(st.integers(0, 95), max_size=4), st.integers(0, 30))
def test_whatever_happens_the_key_in_state_is_never_deleted_as_long_as_it_works(
    age: int, others: list[int], overlap: int
) -> None:
    declared = replace(DECLARED, overlap=timedelta(days=overlap))
    listed = [named("current", age=age), *(named(f"k{number}", age=one) for number, one in enumerate(others))]
    found = plan(*listed, declared=declared)
    assert "current" not in ids(found.ended)
    assert not (found.reason and found.ended)
    assert found.current is not None or found.reason
