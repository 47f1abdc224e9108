"""Leaving: every precondition of Elastic's guide "Leave an organization", met and not met."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from elastic_cloud_emulator import Fault
from elastic_cloud_emulator.roles import RoleSet
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.procedures.departure import departure_lines
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.procedures.procedure import run
from tests.support.acme import OWNER
from tests.support.two_organizations import ADA, ADA_KEY, NEW_ADMIN, NEW_KEY, OLD_ADMIN, OLD_KEY, World

LINKED_KEY = "linked-key-of-ada"


NO_ADMINISTRATOR = Override(("last-admin",), "holds no such role")


def own(world: World, override: Override | None = None) -> Leaving:
    """Ada leaves the old organization with her own key, which shows nobody's roles."""
    return Leaving(world.account(), world.old, override=override)


def by_administrator(world: World, person: str = ADA, **more: object) -> Leaving:
    """An administrator of the old organization lets a person go."""
    return Leaving(world.account(OLD_KEY), world.old, person, **more)  # type: ignore[arg-type]


def sole(world: World, **settings: object) -> Leaving:
    """The only member of the new organization leaves it."""
    return Leaving(world.account(NEW_KEY), world.new, NEW_ADMIN, Guards(**settings))  # type: ignore[arg-type]


def refusal(leaving: Leaving) -> str:
    with pytest.raises(PreconditionsUnmet) as refused:
        leaving.leave()
    return str(refused.value)


@pytest.mark.parametrize("leaving", [own, by_administrator])
def test_who_owns_nothing_leaves(world: World, leaving: Callable[[World], Leaving]) -> None:
    leaving(world).leave()

    assert not world.belongs(world.old)
    assert world.writes() == ["DELETE /organizations/{organization_id}/members/{user_ids}"]


@pytest.mark.parametrize("leaving", [own, by_administrator])
def test_who_owns_a_deployment_and_a_project_stays_and_is_told_of_both(
    world: World, leaving: Callable[[World], Leaving]
) -> None:
    search = world.cloud.add_deployment(world.old, "search", owner=ADA)
    siem = world.cloud.add_project(world.old, "siem", "security", owner=ADA)

    said = refusal(leaving(world))

    assert world.belongs(world.old)
    assert f"deployment 'search' ({search.id})" in said
    assert f"security project 'siem' ({siem.id})" in said
    assert "Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete" in said
    assert "To let them past: --override owns-resources --reason TEXT" in said
    assert "roster" not in said  # of which a departure reads none


def test_who_handed_everything_over_or_deleted_it_leaves(world: World) -> None:
    search = world.cloud.add_deployment(world.old, "search", owner=ADA)
    siem = world.cloud.add_project(world.old, "siem", "security", owner=ADA)
    world.cloud.set_tags(search.id, {"owner": OLD_ADMIN})
    world.cloud.delete_resource(siem.id)

    own(world).leave()

    assert not world.belongs(world.old)


def test_a_project_under_deletion_holds_nobody(world: World) -> None:
    world.cloud.add_project(world.old, "siem", "security", owner=ADA, phase="deleting")

    own(world).leave()

    assert not world.belongs(world.old)


def test_what_has_no_known_owner_is_shown(world: World) -> None:
    world.cloud.add_deployment(world.old, "orphan")
    departure = by_administrator(world).survey()

    assert departure is not None
    assert departure.allowed
    assert "without a known owner: deployment 'orphan'" in "\n".join(departure_lines(departure))


def test_the_last_administrator_stays_while_others_do(world: World) -> None:
    assert "would leave the organization with 0 of at least 1" in refusal(by_administrator(world, OLD_ADMIN))
    assert world.belongs(world.old, world.cloud.user(OLD_ADMIN).id)


def test_one_of_two_administrators_leaves(world: World) -> None:
    world.cloud.set_roles(world.old, ADA, OWNER)

    by_administrator(world, OLD_ADMIN).leave()

    assert not world.belongs(world.old, world.cloud.user(OLD_ADMIN).id)


def test_a_limited_key_cannot_show_that_another_administrator_stays(world: World) -> None:
    world.cloud.add_key(ADA, "limited", organization=world.old, roles=RoleSet([]))

    assert "may be the last administrator: the API key is shown nobody's roles" in refusal(own(world))
    own(world, override=NO_ADMINISTRATOR).leave()
    assert not world.belongs(world.old)


def test_without_a_word_on_who_leaves_nobody_does(world: World) -> None:
    leaving = Leaving(Account(world.session(ADA_KEY)), world.old, override=NO_ADMINISTRATOR)

    assert "does not say whose API key this is: name the person who leaves" in refusal(leaving)
    assert world.belongs(world.old)


def test_the_only_member_leaves_an_empty_organization_whose_bills_are_attested(world: World) -> None:
    sole(world, bills_attested=True).leave()

    assert world.cloud.organization(world.new).members == {}


def test_the_only_member_stays_as_long_as_bills_are_not_attested_and_sees_the_figures_for_what_they_are(
    world: World,
) -> None:
    world.cloud.organization(world.new).invoices = None
    world.cloud.organization(world.new).costs = 42.5
    world.cloud.organization(world.new).balance = 7

    said = refusal(sole(world))

    assert "pay every bill and attest it" in said
    assert "42.5 ECU, prepaid balance left 7 ECU" in said
    assert "deprecated cost API shows, and no statement of open bills" in said
    assert world.belongs(world.new, world.cloud.user(NEW_ADMIN).id)


INVOICE = {
    "organization_id": "2222",
    "number": 4711,
    "type": "monthly",
    "status": "some-status",
    "issue_date": "2026-11-01",
    "period_start_date": "2026-10-01",
    "period_end_date": "2026-10-31",
    "invoiced_amount_in_cents": 12345,
    "payment_metadata": {"amount": 123.45, "currency": "USD"},
}


@pytest.mark.parametrize("attested", [False, True])
def test_the_only_member_sees_the_invoices_as_they_come_and_leaves_once_they_are_attested(
    world: World, attested: bool
) -> None:
    world.cloud.organization(world.new).invoices = [INVOICE]
    departure = sole(world, bills_attested=attested).survey()

    assert departure is not None
    assert departure.allowed is attested
    said = "\n".join(departure_lines(departure))
    assert (
        "invoice 4711 (monthly): status some-status, issued 2026-11-01, for 2026-10-01 to 2026-10-31, 12345 cents"
        in said
    )
    assert "payment 123.45 USD" in said
    assert "What a status means is not published" in said


@pytest.mark.parametrize("owner", [NEW_ADMIN, None])
def test_the_only_member_stays_as_long_as_anything_is_left_whoever_owns_it(world: World, owner: str | None) -> None:
    left = world.cloud.add_deployment(world.new, "left", owner=owner)

    assert f"First delete deployment 'left' ({left.id})" in refusal(sole(world, bills_attested=True))


def test_bills_that_are_not_shown_are_said_to_be_hidden_and_hold_nobody(world: World) -> None:
    world.emulator.faults.add(Fault(kind="server_error", path="history", times=None))
    departure = sole(world, bills_attested=True).survey()

    assert departure is not None
    assert departure.allowed
    assert "invoices are not shown to this key" in "\n".join(departure_lines(departure))


def test_an_override_lets_the_person_past_a_guard_and_its_reason_is_repeated(world: World) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    leaving = own(world, Override(("owns-resources", "last-admin"), "handed over in writing"))
    departure = leaving.survey()

    assert departure is not None
    assert "overridden: handed over in writing" in "\n".join(departure_lines(departure))
    leaving.leave()
    assert not world.belongs(world.old)


def test_a_survey_changes_nothing(world: World) -> None:
    own(world).survey()

    assert world.writes() == []


def test_who_has_left_already_has_nothing_to_leave(world: World) -> None:
    world.cloud.leave(world.old, ADA)

    assert own(world).leave() is None
    assert by_administrator(world).leave() is None


@pytest.mark.parametrize("key", [ADA_KEY, OLD_KEY, LINKED_KEY])
def test_an_answer_that_got_lost_is_a_departure_all_the_same(world: World, key: str) -> None:
    world.cloud.add_key(ADA, LINKED_KEY, organization=world.old)
    world.emulator.faults.add(Fault(kind="connection_dropped", method="DELETE", takes_effect=True))

    assert Leaving(world.account(key), world.old, ADA, override=NO_ADMINISTRATOR).leave() is not None
    assert not world.belongs(world.old)


def test_preconditions_are_looked_at_again_right_before_leaving(world: World) -> None:
    leaving = own(world)
    departure = leaving.survey()
    assert departure is not None
    assert departure.allowed
    world.cloud.add_deployment(world.old, "late", owner=ADA)

    assert "deployment 'late'" in refusal(leaving)


@pytest.mark.parametrize("leaving", [own, by_administrator])
def test_the_account_that_was_checked_leaves_and_not_whoever_has_its_address_by_then(
    world: World, leaving: Callable[[World], Leaving], tmp_path: Path
) -> None:
    account, procedure = world.cloud.user(ADA).id, leaving(world)
    with Journal(tmp_path / "leave", "leave", {"person": ADA}) as journal:
        procedure.check(journal)
        world.cloud.change_email(ADA, "ada.married@acme.example")
        other = world.cloud.add_member(world.old, ADA, OWNER).user_id
        [_] = run(procedure, journal)

    assert not world.belongs(world.old, account)
    assert world.belongs(world.old, other)


def test_a_key_of_another_organization_cannot_say_that_there_is_nothing_to_leave(world: World) -> None:
    world.cloud.add_key(ADA, LINKED_KEY, organization=world.old)
    world.cloud.leave(world.old, ADA)
    world.cloud.add_member(world.new, ADA)

    assert "linked to another organization" in refusal(Leaving(world.account(LINKED_KEY), world.new, ADA))
    assert world.belongs(world.new)
