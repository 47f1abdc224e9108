from __future__ import annotations

import pytest

from pulumi_elastic_org.model.changes import change_from_json
from pulumi_elastic_org.review.changes import (
    Action,
    PersonChange,
    planned_changes,
    refreshed_people,
    role_changes,
)


def planned(*changes: dict[str, object]) -> tuple[PersonChange, ...]:
    return planned_changes(change_from_json({"person": "ada@acme.example", **change}) for change in changes)


def texts(before: str, after: str) -> list[str]:
    return [line for change in role_changes(before, after) for line in change.lines]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("billing-admin", "billing-admin", [], id="equal roles differ in nothing"),
        pytest.param(
            "deployment-viewer on a1, b2",
            "deployment-editor on a1; deployment-viewer on b2",
            ["- deployment-viewer on a1", "+ deployment-editor on a1"],
            id="a role in the place of another stands with it",
        ),
        pytest.param(
            "deployment-viewer on all",
            "deployment-editor on all",
            ["- deployment-viewer on all", "+ deployment-editor on all"],
            id="also on all",
        ),
        pytest.param(
            "security-viewer on p1",
            "security-viewer on p1 as soc",
            ["- security-viewer on p1", "+ security-viewer on p1 as soc"],
            id="application roles that change are shown whole",
        ),
        pytest.param(
            "organization-admin",
            "billing-admin",
            ["+ billing-admin", "- organization-admin"],
            id="roles of the organization replace nothing",
        ),
        pytest.param(
            "no roles",
            "deployment-editor on c3, a1, b2",
            ["+ deployment-editor on a1", "+ deployment-editor on b2", "+ deployment-editor on c3"],
            id="each target has a line",
        ),
        pytest.param(
            "deployment-editor on all",
            "deployment-editor on a1",
            ["+ deployment-editor on a1", "- deployment-editor on all"],
            id="all is not a target among others",
        ),
    ],
)
def test_roles_are_compared_by_single_target(before: str, after: str, expected: list[str]) -> None:
    assert texts(before, after) == expected


def test_roles_that_no_roster_may_declare_are_compared_too() -> None:
    clash = "deployment-editor on all; deployment-editor on a1"

    assert texts(clash, "billing-admin") == [
        "+ billing-admin",
        "- deployment-editor on a1",
        "- deployment-editor on all",
    ]


def test_what_cannot_be_read_as_roles_is_shown_as_it_is() -> None:
    assert texts("<?>", "billing-admin") == ["- <?>", "+ billing-admin"]


def test_added_and_removed_roles_of_a_person_are_one_change() -> None:
    [change] = planned(
        {"change": "add roles", "roles": "deployment-editor on a1"},
        {"change": "remove roles", "roles": "deployment-viewer on a1, b2"},
    )

    assert change.action is Action.CHANGE_ROLES
    assert [line for role in change.roles for line in role.lines] == [
        "- deployment-viewer on a1",
        "+ deployment-editor on a1",
        "- deployment-viewer on b2",
    ]


def test_an_expired_invitation_is_sent_again_and_says_when_it_expired() -> None:
    [change] = planned(
        {
            "change": "re-invite",
            "roles_before": "billing-admin",
            "roles": "billing-admin",
            "expired_at": "2026-03-01T12:00:00+00:00",
        }
    )

    assert [line for role in change.roles for line in role.lines] == ["billing-admin"]
    assert change.note == "the invitation expired 2026-03-01 12:00 UTC"


def test_an_invitation_with_other_roles_shows_the_difference() -> None:
    [change] = planned({"change": "re-invite", "roles_before": "billing-admin", "roles": "organization-admin"})

    assert [line for role in change.roles for line in role.lines] == ["+ organization-admin", "- billing-admin"]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"change": "remove member", "managed": True}, ""),
        ({"change": "remove member", "managed": False}, "not managed so far"),
        ({"change": "cancel invitation", "managed": False, "expired": False}, "not managed so far"),
        ({"change": "cancel invitation", "managed": True, "expired": True}, "expired"),
    ],
)
def test_who_loses_access_is_shown_with_all_roles_and_why(change: dict[str, object], note: str) -> None:
    [shown] = planned({**change, "roles_before": "billing-admin; deployment-viewer on a1"})

    assert [line for role in shown.roles for line in role.lines] == ["billing-admin", "deployment-viewer on a1"]
    assert shown.note == note


def test_administrators_come_first_then_who_loses_access_then_the_rest_by_address() -> None:
    admin = "organization-admin"
    changes = planned(
        {"change": "invite", "person": "c@acme.example"},
        {"change": "invite", "person": "b@acme.example"},
        {"change": "remove member", "person": "a@acme.example"},
        {"change": "remove roles", "person": "z@acme.example", "roles": admin},
        {"change": "add roles", "person": "y@acme.example", "roles": f"{admin} (console only)"},
        {"change": "invite", "person": "x@acme.example", "roles": admin},
        {"change": "remove member", "person": "w@acme.example", "roles_before": admin},
        {"change": "re-invite", "person": "d@acme.example", "roles": admin, "roles_before": "no roles"},
    )

    assert [change.person.partition("@")[0] for change in changes] == ["x", "d", "y", "z", "w", "a", "b", "c"]
    assert {change.person.partition("@")[0] for change in changes if change.becomes_admin} == {"x", "y", "d"}
    assert {change.person.partition("@")[0] for change in changes if change.stops_being_admin} == {"z", "w"}


def test_a_refresh_names_who_appeared_who_is_gone_and_whose_roles_changed() -> None:
    changes = refreshed_people(
        {"a@acme.example": "billing-admin", "b@acme.example": "billing-admin", "c@acme.example": "billing-admin"},
        {"a@acme.example": "billing-admin", "b@acme.example": "organization-admin", "d@acme.example": "no roles"},
    )

    assert [
        (change.person, change.action, [line for role in change.roles for line in role.lines]) for change in changes
    ] == [
        ("b@acme.example", Action.ROLES_CHANGED, ["+ organization-admin", "- billing-admin"]),
        ("c@acme.example", Action.GONE, ["billing-admin"]),
        ("d@acme.example", Action.APPEARED, ["no roles"]),
    ]
