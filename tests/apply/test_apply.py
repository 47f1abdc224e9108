"""Carrying out a plan: what gives access comes first, what takes it away comes last and is looked at again before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.apply.roles import CONCURRENT_WRITES
from pulumi_elastic_org.cloud.errors import CloudError, UnreadableAnswer
from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.model.effects import ACCEPTED_MEANWHILE
from tests.support import builders
from tests.support.acme import ADMIN, OWNER, SECOND_ADMIN, Acme
from tests.support.applying import Apply
from tests.support.builders import BILLING, NOW, desired
from tests.support.clocks import told_by

ADA, BOB, CY, DI = "ada@acme.io", "bob@acme.io", "cy@acme.io", "di@acme.io"
ADMINS = {ADMIN: builders.ADMIN, SECOND_ADMIN: builders.ADMIN}
ONE, TWO = "1" * 32, "2" * 32


def join_billing(acme: Acme, *people: str) -> None:
    for person in people:
        acme.join(person, organization=[{"role_id": BILLING}])


def join_editor(acme: Acme, **targets: Any) -> None:
    acme.join(ADA, deployment=[{"role_id": "deployment-editor", **targets}])


def once(act: Callable[[], object]) -> Callable[[], None]:
    """Acts the first time, such as when something is about to be written."""
    to_do = [act]

    def act_once() -> None:
        if to_do:
            to_do.pop()()

    return act_once


def test_access_is_given_first_and_taken_last(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA, BOB, CY)
    acme.cloud.invite(acme.id, DI)
    apply(desired({**ADMINS, "new@acme.io": BILLING, ADA: "no roles", BOB: f"{BILLING}; {builders.ADMIN}"}))
    assert apply.recorded == [
        ("add roles", BOB),
        ("invite", "new@acme.io"),
        ("remove member", CY),
        ("cancel invitation", DI),
        ("remove roles", ADA),
    ]


def test_there_is_an_administrator_at_every_moment_of_a_handover(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA)
    apply(desired({ADMIN: builders.ADMIN, SECOND_ADMIN: "no roles", ADA: builders.ADMIN}))
    assert apply.recorded.index(("add roles", ADA)) < apply.recorded.index(("remove roles", SECOND_ADMIN))


MOVES: dict[str, tuple[dict[str, Any], str]] = {
    "from all to one": ({"all": True}, f"deployment-editor on {ONE}"),
    "from one to all": ({"deployment_ids": [ONE]}, "deployment-editor on all"),
    "between application roles": (
        {"deployment_ids": [ONE], "application_roles": ["auditor"]},
        f"deployment-editor on {ONE}",
    ),
    "one to all beside another role": ({"deployment_ids": [ONE, TWO]}, f"{BILLING}; deployment-editor on all"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_role_that_moves_between_overlapping_targets_is_held_in_the_end(acme: Acme, apply: Apply, move: str) -> None:
    before, after = MOVES[move]
    join_editor(acme, **before)
    outcome = apply(desired({**ADMINS, ADA: after}))
    assert apply.roles()[ADA] == after
    assert outcome.refused == {}


def test_a_role_moves_from_all_to_one_deployment(acme: Acme, apply: Apply) -> None:
    join_editor(acme, all=True)
    apply(desired({**ADMINS, ADA: f"deployment-editor on {ONE}"}))
    assert apply.roles()[ADA] == f"deployment-editor on {ONE}"


def test_the_guards_are_asked_again_before_anything_is_removed(acme: Acme, apply: Apply) -> None:
    acme.join(ADA, **OWNER)
    apply.min_admins = 2
    apply.before_each_batch = once(lambda: acme.cloud.set_roles(acme.id, ADA, {}))
    with pytest.raises(Refused, match=f"{SECOND_ADMIN}: would leave the organization with 1 of at least 2"):
        apply(desired({ADMIN: builders.ADMIN, ADA: builders.ADMIN, "new@acme.io": BILLING}))
    assert SECOND_ADMIN in apply.roles()
    assert acme.invited() == {"new@acme.io"}


def test_who_was_not_to_be_removed_when_the_plan_was_made_is_not_removed(acme: Acme, apply: Apply) -> None:
    join_billing(acme, CY)
    wanted = desired({**ADMINS, "new@acme.io": BILLING})
    apply.before_each_batch = once(lambda: join_billing(acme, ADA))
    apply(wanted)
    assert ADA in apply.roles()
    assert CY not in apply.roles()


def test_a_role_that_was_not_to_be_taken_when_the_plan_was_made_is_not_taken(acme: Acme, apply: Apply) -> None:
    acme.join(ADA, organization=[{"role_id": BILLING}], deployment=[{"role_id": "deployment-editor", "all": True}])
    both = {"organization": [{"role_id": BILLING}], "deployment": [{"role_id": "deployment-viewer", "all": True}]}
    wanted = desired({**ADMINS, "new@acme.io": BILLING, ADA: BILLING})

    apply.before_each_batch = once(lambda: acme.cloud.set_roles(acme.id, ADA, both))
    apply(wanted)

    assert apply.roles()[ADA] == f"{BILLING}; deployment-viewer on all"
    assert ("remove roles", ADA) not in apply.recorded


def test_nobody_is_demoted_for_a_promotion_that_the_api_refused(acme: Acme, apply: Apply) -> None:
    acme.cloud.set_roles(acme.id, SECOND_ADMIN, {})
    join_billing(acme, ADA)
    wanted = desired({ADMIN: "no roles", SECOND_ADMIN: "no roles", ADA: builders.ADMIN})
    planned = apply.plan(wanted)
    acme.cloud.leave(acme.id, ADA)
    with pytest.raises(Refused, match=f"{ADMIN}: would leave the organization with 0 of at least 1"):
        apply(wanted, planned)
    assert apply.recorded == [("refused", ADA)]
    assert acme.people()[ADMIN]["organization"][0]["role_id"] == OWNER["organization"][0]["role_id"]


def test_a_refusal_stops_one_person_and_not_the_others(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA, BOB, CY)
    wanted = desired({**ADMINS, ADA: f"{BILLING}; deployment-viewer on all", BOB: "deployment-viewer on all"})
    planned = apply.plan(wanted)
    acme.cloud.leave(acme.id, ADA)
    outcome = apply(wanted, planned)
    assert list(outcome.refused) == [ADA]
    assert apply.recorded == [("refused", ADA), ("add roles", BOB), ("remove member", CY), ("remove roles", BOB)]
    assert apply.roles() == {**ADMINS, BOB: "deployment-viewer on all"}


def test_nothing_more_is_written_when_nobody_waits_any_more(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA)

    def gone() -> None:
        raise Refused("the engine is gone")

    def one_write_then_gone() -> None:
        apply.before_each_batch = gone

    apply.before_each_batch = one_write_then_gone
    with pytest.raises(Refused, match="the engine is gone"):
        apply(desired({**ADMINS, "new@acme.io": BILLING}))
    assert [change.person for change in apply.outcome.done] == ["new@acme.io"]
    assert apply.outcome.unknown == []
    assert apply.recorded == [("invite", "new@acme.io")]
    assert ADA in apply.roles()


def test_a_plan_that_takes_nothing_is_seen_to_have_happened_and_not_made_twice(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA)
    wanted = desired({**ADMINS, ADA: f"{BILLING}; {builders.ADMIN}", "new@acme.io": BILLING})
    planned = apply.plan(wanted)
    acme.emulator.calls.reset()
    apply(wanted, planned)
    looks = [call.route for call in acme.emulator.calls.all() if call.method == "GET"]
    assert looks[0] == "/organizations/{organization_id}/invitations"
    assert sorted(looks[1:]) == [
        "/organizations/{organization_id}/invitations",
        "/organizations/{organization_id}/members",
    ]


def test_a_role_that_cannot_be_exchanged_is_put_back(acme: Acme, apply: Apply) -> None:
    join_editor(acme, all=True)
    acme.cloud.add_deployment(acme.id, "search", id=ONE, hidden=True)
    outcome = apply(desired({**ADMINS, ADA: f"deployment-editor on {ONE}"}))
    assert list(outcome.refused) == [ADA]
    assert outcome.done == []
    assert apply.roles()[ADA] == "deployment-editor on all"


def test_what_was_done_beside_a_failure_is_on_record(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA, BOB, CY)
    wanted = desired({**ADMINS, **dict.fromkeys((ADA, BOB, CY), f"{BILLING}; deployment-viewer on all")})
    planned = apply.plan(wanted)
    acme.emulator.faults.add(Fault(kind="invalid_json", method="POST", times=None, path=acme.cloud.user(ADA).id))
    with pytest.raises(UnreadableAnswer):
        apply(wanted, planned)
    assert sorted(apply.recorded) == [("add roles", BOB), ("add roles", CY)]
    assert sorted(change.person for change in apply.outcome.done) == [BOB, CY]
    assert [change.person for change in apply.outcome.unknown] == [ADA]


def test_who_was_invited_by_somebody_else_meanwhile_gets_no_second_e_mail(acme: Acme, apply: Apply) -> None:
    join_billing(acme, ADA)
    wanted = desired({**ADMINS, ADA: f"{BILLING}; {builders.ADMIN}", BOB: BILLING})
    apply.before_each_batch = once(lambda: acme.cloud.invite(acme.id, BOB, {"organization": [{"role_id": BILLING}]}))
    outcome = apply(wanted)
    assert len(acme.emulator.outbox.to(BOB)) == 1
    assert list(outcome.invitations) == [BOB]


def test_who_was_invited_by_somebody_else_between_two_requests_gets_no_second_e_mail(acme: Acme, apply: Apply) -> None:
    roles = {"organization": [{"role_id": BILLING}]}
    before = {f"person-{n}@acme.io": f"deployment-viewer on {n:032x}" for n in range(CONCURRENT_WRITES)}
    apply.before_each_batch = once(lambda: acme.cloud.invite(acme.id, BOB, roles))
    outcome = apply(desired({**ADMINS, **before, BOB: BILLING, CY: BILLING}))
    assert [len(acme.emulator.outbox.to(one)) for one in (*before, BOB, CY)] == [1] * (len(before) + 2)
    assert outcome.invitations.keys() == {*before, BOB, CY}
    assert sorted(apply.recorded) == [("invite", one) for one in sorted((*before, CY))]


@pytest.mark.parametrize("others", [(), (CY,), (CY, DI)], ids=len)
def test_who_was_invited_by_somebody_else_while_a_request_waited_gets_no_second_e_mail(
    acme: Acme, apply: Apply, others: tuple[str, ...]
) -> None:
    acme.emulator.faults.add(Fault(kind="invitations_rate_limited", method="POST", retry_after=30))
    apply.time.meanwhile = once(lambda: acme.cloud.invite(acme.id, BOB, {"organization": [{"role_id": BILLING}]}))
    began = apply.time.now
    with told_by(lambda: NOW + timedelta(seconds=apply.time.now - began)):
        outcome = apply(desired({**ADMINS, **dict.fromkeys((BOB, *others), BILLING)}))
    assert apply.time.waits == [30]
    assert [len(acme.emulator.outbox.to(one)) for one in (BOB, *others)] == [1] * (1 + len(others))
    assert outcome.invitations.keys() == {BOB, *others}
    assert sorted(apply.recorded) == [("invite", one) for one in others]


def test_of_requests_that_are_made_at_once_the_ones_that_were_done_are_known_beside_one_that_fails(
    acme: Acme, apply: Apply
) -> None:
    acme.emulator.faults.add(Fault(kind="invalid_json", method="POST", body=BOB, times=None))
    with pytest.raises(CloudError):
        apply(desired({**ADMINS, ADA: builders.ADMIN, BOB: BILLING, CY: "deployment-viewer on all"}))
    assert sorted(apply.recorded) == [("invite", ADA), ("invite", CY)]
    assert sorted(change.person for change in apply.outcome.done) == [ADA, CY]
    assert [change.person for change in apply.outcome.unknown] == [BOB]


def test_who_accepts_an_invitation_that_is_to_be_cancelled_is_left_for_the_next_run(acme: Acme, apply: Apply) -> None:
    acme.cloud.invite(acme.id, ADA)
    apply.before_each_batch = once(lambda: acme.cloud.accept(acme.id, ADA))
    outcome = apply(desired({**ADMINS, BOB: BILLING}))
    assert outcome.refused == {ADA: ACCEPTED_MEANWHILE}
    assert ADA in apply.roles()
