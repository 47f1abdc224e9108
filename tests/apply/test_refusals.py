"""One entry that the API refuses: it is named with what was said, the rest is done, and nothing is taken that counted on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.cloud.errors import AccessDenied, ApiError, OutcomeUnknown
from pulumi_elastic_org.model.changes import AddGrants, RemoveGrants
from pulumi_elastic_org.model.guard_settings import Override
from pulumi_elastic_org.model.guards import REFUSED_ROLES, acknowledged_refusals
from tests.support import builders
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme
from tests.support.applying import Apply
from tests.support.builders import BILLING, NOW, desired, roles

ADMINS = {ADMIN: builders.ADMIN, SECOND_ADMIN: builders.ADMIN}
PEOPLE = [f"person{number}@acme.io" for number in range(1, 10)]
BAD = PEOPLE[4]
OTHERS = [person for person in PEOPLE if person != BAD]
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32

REFUSALS: Mapping[str, tuple[int, str]] = {
    "400": (400, "members.odd_request"),
    "403": (403, "members.not_this_one"),
    "404": (404, "members.no_such_thing"),
    "409": (409, "members.changed_meanwhile"),
    "422": (422, "members.unprocessable"),
}


@pytest.fixture(params=REFUSALS)
def refused(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How an entry is refused, for good."""
    status, code = REFUSALS[request.param]
    return {"kind": "refused", "status": status, "code": code, "times": None}


def join(acme: Acme, *people: str, **assignments: Any) -> None:
    for person in people:
        acme.join(person, **(assignments or {"organization": [{"role_id": BILLING}]}))


def stop(acme: Acme, *deployments: str) -> None:
    for deployment in deployments:
        acme.cloud.add_deployment(acme.id, deployment[:1], id=deployment, hidden=True)


def test_one_removal_that_is_refused_stops_no_other(acme: Acme, apply: Apply, refused: dict[str, Any]) -> None:
    join(acme, *PEOPLE)
    acme.emulator.faults.add(Fault(method="DELETE", path=f"/members/.*{acme.cloud.user(BAD).id}", **refused))
    outcome = apply(desired(ADMINS))
    assert apply.roles() == {**ADMINS, BAD: BILLING}
    assert list(outcome.refused) == [BAD]
    assert refused["code"] in outcome.refused[BAD]
    assert ("refused", BAD) in apply.recorded
    assert {change.person for change in outcome.done} == set(OTHERS)


def test_one_cancellation_that_is_refused_stops_no_other(acme: Acme, apply: Apply, refused: dict[str, Any]) -> None:
    sent = {one.email: one.token for one in acme.cloud.invite(acme.id, PEOPLE)}
    acme.emulator.faults.add(Fault(method="DELETE", path=f"/invitations/.*{sent[BAD]}", **refused))
    outcome = apply(desired(ADMINS))
    assert acme.invited() == {BAD}
    assert list(outcome.refused) == [BAD]
    assert sent[BAD] not in outcome.refused[BAD]


@pytest.mark.parametrize("takes_effect", [False, True])
def test_one_address_that_is_refused_stops_no_other_and_nobody_is_invited_twice(
    acme: Acme, apply: Apply, refused: dict[str, Any], takes_effect: bool
) -> None:
    acme.emulator.faults.add(Fault(method="POST", path="/invitations", body=BAD, **refused, takes_effect=takes_effect))
    outcome = apply(desired({**ADMINS, **dict.fromkeys(PEOPLE, BILLING)}))
    assert [message.to for message in acme.emulator.outbox.messages if message.to != BAD] == OTHERS
    assert {*acme.invited(), BAD} == {*PEOPLE}
    assert list(outcome.refused) == ([] if takes_effect else [BAD])


def test_a_bad_entry_among_a_hundred_costs_few_calls(acme: Acme, apply: Apply, refused: dict[str, Any]) -> None:
    people = [f"p{number}@acme.io" for number in range(100)]
    join(acme, *people)
    planned = apply.plan(wanted := desired(ADMINS))
    acme.emulator.faults.add(Fault(method="DELETE", path=f"/members/.*{acme.cloud.user(people[70]).id}", **refused))
    acme.emulator.calls.reset()
    assert list(apply(wanted, planned).refused) == [people[70]]
    assert len(acme.emulator.calls.all()) < 30


def test_roles_that_no_invitation_may_give_stop_no_invitation_with_other_roles(acme: Acme, apply: Apply) -> None:
    stop(acme, ONE)
    named, on_all, others = PEOPLE[:2], PEOPLE[2:4], PEOPLE[4:]
    outcome = apply(
        desired(
            {
                **ADMINS,
                **dict.fromkeys(named, f"deployment-editor on {ONE}"),
                **dict.fromkeys(on_all, "deployment-viewer on all"),
                **dict.fromkeys(others, BILLING),
            }
        )
    )
    assert acme.invited() == set(others)
    assert set(outcome.refused) == {*named, *on_all}
    for reason in outcome.refused.values():
        assert "a deployment is shut down" in reason
        assert "name those that run in place of 'all'" in reason


def test_a_full_organization_is_sent_as_many_invitations_as_it_takes_and_asked_no_more(
    acme: Acme, apply: Apply
) -> None:
    full: dict[str, Any] = {"kind": "refused", "code": "organization.invitations_pending_limit_exceeded", "times": None}
    acme.emulator.faults.add(Fault(method="POST", path="/invitations", body="person[6-9]", **full))
    outcome = apply(desired({**ADMINS, **dict.fromkeys(PEOPLE, BILLING)}))
    assert acme.invited() == set(PEOPLE[:5])
    assert list(outcome.refused) == PEOPLE[5:]


def test_one_target_that_is_refused_stops_no_other_target_and_no_other_role(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person)
    stop(acme, TWO)
    outcome = apply(
        desired({**ADMINS, person: f"{BILLING}; deployment-editor on {ONE}, {TWO}, {THREE}; security-viewer on all"})
    )
    given = f"{BILLING}; deployment-editor on {ONE}, {THREE}; security-viewer on all"
    assert apply.roles()[person] == given
    assert [(one.change.verb, one.change.person) for one in outcome.refusals] == [("add roles", person)]
    assert outcome.refused[person].startswith(f"add roles deployment-editor on {TWO}: ")
    user_id = acme.cloud.user(person).id
    assert outcome.done == [AddGrants(person, user_id, roles(given) - roles(BILLING))]


def test_one_target_that_cannot_be_taken_stops_no_other_target(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person, deployment=[{"role_id": "deployment-editor", "deployment_ids": [ONE, TWO, THREE]}])
    stop(acme, TWO)
    outcome = apply(desired({**ADMINS, person: "no roles"}))
    assert apply.roles()[person] == f"deployment-editor on {TWO}"
    assert outcome.refused[person].startswith(f"remove roles deployment-editor on {TWO}: ")
    taken = roles(f"deployment-editor on {ONE}, {THREE}")
    assert outcome.done == [RemoveGrants(person, acme.cloud.user(person).id, taken)]


def test_targets_are_exchanged_one_by_one_and_the_one_that_is_refused_is_put_back(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person, deployment=[{"role_id": "deployment-editor", "deployment_ids": [ONE, TWO]}])
    again: dict[str, Any] = {
        "kind": "refused",
        "status": 403,
        "code": "role_assignments.unauthorized_role_assignments",
        "times": None,
    }
    acme.emulator.faults.add(Fault(method="POST", path="role_assignments", body=f"{TWO}.*auditor", **again))
    outcome = apply(desired({**ADMINS, person: f"deployment-editor on {ONE}, {TWO} as auditor"}))
    assert apply.roles()[person] == f"deployment-editor on {ONE} as auditor; deployment-editor on {TWO}"
    assert outcome.refused[person].startswith(f"add roles deployment-editor on {TWO} as auditor: ")
    assert {format(change.verb) for change in outcome.done} == {"add roles", "remove roles"}


def test_all_is_put_back_when_one_of_the_targets_in_its_place_is_refused(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person, deployment=[{"role_id": "deployment-editor", "all": True}])
    stop(acme, TWO)
    outcome = apply(desired({**ADMINS, person: f"{BILLING}; deployment-editor on {ONE}, {TWO}"}))
    assert apply.roles()[person] == f"{BILLING}; deployment-editor on all"
    assert [change.verb for change in outcome.done] == ["add roles"]


def test_what_cannot_be_put_back_is_told(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person, deployment=[{"role_id": "deployment-editor", "deployment_ids": [ONE]}])
    acme.emulator.faults.add(
        Fault(kind="refused", status=409, code="role_assignments.locked", method="POST", body=ONE, times=None)
    )
    outcome = apply(desired({**ADMINS, person: f"deployment-editor on {ONE} as auditor"}))
    assert f"deployment-editor on {ONE}, taken in exchange, could not be put back" in outcome.refused[person]
    assert [change.verb for change in outcome.done] == ["remove roles"]


def test_who_is_refused_a_role_keeps_what_was_to_be_taken_and_others_do_not(acme: Acme, apply: Apply) -> None:
    person, other = PEOPLE[:2]
    join(acme, person, other)
    stop(acme, ONE)
    apply(desired({**ADMINS, person: f"deployment-editor on {ONE}, {TWO}", other: "no roles"}))
    assert apply.roles()[person] == f"{BILLING}; deployment-editor on {TWO}"
    assert apply.roles()[other] == "no roles"


def test_a_refusal_of_the_key_stops_the_run_at_once(acme: Acme, apply: Apply) -> None:
    join(acme, *PEOPLE)
    planned = apply.plan(wanted := desired(ADMINS))
    acme.emulator.faults.add(Fault(kind="forbidden", method="DELETE", times=None))
    acme.emulator.calls.reset()
    with pytest.raises(AccessDenied):
        apply(wanted, planned)
    assert len(acme.emulator.calls.all()) == 1


def test_what_became_of_a_refused_request_is_unknown_where_nobody_can_look(acme: Acme, apply: Apply) -> None:
    join(acme, *PEOPLE)
    planned = apply.plan(wanted := desired(ADMINS | {"new@acme.io": BILLING} | dict.fromkeys(PEOPLE, BILLING)))
    told_of_errors = {"errors": [{"code": "members.newer", "message": "no"}]}
    acme.emulator.faults.add(
        Fault(kind="amended", method="POST", path="/invitations", amendment=told_of_errors, takes_effect=True)
    )
    acme.emulator.faults.add(Fault(kind="forbidden", method="GET", path="/invitations", times=None))
    with pytest.raises(OutcomeUnknown, match="not known what of the request before was done"):
        apply(wanted, planned)
    assert [change.person for change in apply.outcome.unknown] == ["new@acme.io"]
    assert acme.invited() == {"new@acme.io"}


def test_an_answer_of_success_that_tells_of_an_error_of_the_whole_request_may_have_had_its_effect(
    acme: Acme, apply: Apply
) -> None:
    [person, *_] = PEOPLE
    join(acme, person)
    planned = apply.plan(wanted := desired(ADMINS | {person: f"{BILLING}; deployment-editor on {ONE}"}))
    told_of_errors = {"errors": [{"code": "root.newer", "message": "no"}]}
    acme.emulator.faults.add(Fault(kind="amended", method="POST", amendment=told_of_errors, takes_effect=True))
    with pytest.raises(ApiError, match="newer"):
        apply(wanted, planned)
    assert [change.person for change in apply.outcome.unknown] == [person]
    assert ONE in apply.roles()[person]


@pytest.mark.parametrize("later", ["rate_limited", "server_error"])
def test_what_an_earlier_attempt_may_have_done_is_unknown_whatever_the_last_one_says(
    acme: Acme, apply: Apply, later: Any
) -> None:
    [person, *_] = PEOPLE
    join(acme, person)
    planned = apply.plan(wanted := desired(ADMINS | {person: f"{BILLING}; deployment-editor on {ONE}"}))
    acme.emulator.faults.add(Fault(kind="connection_dropped", method="POST", takes_effect=True))
    acme.emulator.faults.add(Fault(kind=later, method="POST", times=None))
    with pytest.raises(ApiError):
        apply(wanted, planned)
    assert [change.person for change in apply.outcome.unknown] == [person]


def test_a_refusal_that_is_acknowledged_is_told_and_holds_nothing_back(acme: Acme, apply: Apply) -> None:
    person, *_ = PEOPLE
    join(acme, person)
    stop(acme, ONE)
    apply.acknowledged = acknowledged_refusals({person.upper(): Override((REFUSED_ROLES,), "search sleeps")}, NOW)
    outcome = apply(desired({**ADMINS, person: f"deployment-editor on {ONE}, {TWO}"}))
    assert outcome.refused == {}
    assert [str(one).endswith("Acknowledged: search sleeps") for one in outcome.acknowledged] == [True]
    assert apply.roles()[person] == f"deployment-editor on {TWO}"
    assert ("refused", person) in apply.recorded


def test_no_acknowledgement_covers_a_removal(acme: Acme, apply: Apply) -> None:
    join(acme, BAD)
    acme.emulator.faults.add(Fault(kind="refused", method="DELETE", code="members.odd", times=None))
    apply.acknowledged = {BAD: "never mind"}
    assert list(apply(desired(ADMINS)).refused) == [BAD]
