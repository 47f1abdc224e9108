"""`elastic-org preview` says what the guards say to members that a program takes out; Pulumi's own preview asks no provider."""

from __future__ import annotations

import json

from pulumi_elastic_org.cli.runs.operations import Operation, Run, perform
from pulumi_elastic_org.review.plan_log import JudgedPlan
from tests.support.acme import ADMIN, ADMIN_KEY, Acme, Stack, text

ADA = "ada@acme.example"
BOB = "bob@acme.example"


def member(email: str, name: str, extra: str = "") -> str:
    return f"elastic.Member({name!r}, {email!r}, []{extra})\n"


def preview(stack: Stack, operation: Operation = Operation.PREVIEW) -> Run:
    return perform(stack.engine, operation, stack.workspace, preview=True, on_event=lambda _: None)


def planned(run: Run) -> JudgedPlan:
    (plan,) = run.plans
    return plan


def test_a_removal_that_the_guards_refuse_fails_the_preview(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(member(ADA, "ada"))
    stack.apply()
    search = acme.cloud.add_deployment(acme.id, "search", owner=ADA)
    stack.program("")
    for operation in (Operation.PREVIEW, Operation.UP, Operation.DESTROY):
        run = preview(stack, operation)
        assert not run.result.succeeded
        assert [(one.guard, one.person) for one in planned(run).verdict.violations] == [("owns-resources", ADA)]
        assert search.id in planned(run).verdict.violations[0].reason
    acme.cloud.set_tags(search.id, {"owner": ADMIN})
    run = preview(stack)
    assert run.result.succeeded
    assert [(one.verb, one.person) for one in planned(run).plan.changes] == [("remove member", ADA)]


def test_removals_are_counted_together(stack: Stack) -> None:
    people = [f"person{number}@acme.example" for number in range(4)]
    stack.program("".join(member(email, email) for email in people))
    stack.apply()
    stack.program("")
    run = preview(stack)
    assert not run.result.succeeded
    (violation,) = planned(run).verdict.violations
    assert "4 of 6 people would be taken out and max_removals is 25% (2)" in violation.reason


def test_who_is_renamed_handed_over_or_retained_is_not_removed(stack: Stack, acme: Acme) -> None:
    for email in (ADA, BOB):
        acme.join(email)
        acme.cloud.add_deployment(acme.id, f"of {email}", owner=email)
    retained = ", opts=pulumi.ResourceOptions(retain_on_delete=True)"
    stack.program(member(ADA, "ada") + member(BOB, "bob") + member("cy@acme.example", "cy", retained))
    stack.apply()
    stack.program(member(ADA, "lovelace") + f"elastic.Roster('acme', members={{'{BOB}': []}}, mode='additive')\n")
    run = preview(stack)
    assert run.result.succeeded, text(run.result)
    assert planned(run).plan.changes == ()


def test_who_goes_to_a_resource_of_another_provider_is_removed_as_the_preview_says(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(member(ADA, "ada"))
    stack.apply()
    provider = f"other = elastic.Provider('other', api_key='{ADMIN_KEY}', api_key_user='{ADMIN}')\n"
    stack.program(provider + member(ADA, "lovelace", ", opts=pulumi.ResourceOptions(provider=other)"))
    removed = [
        one.person for judged in preview(stack).plans for one in judged.plan.changes if one.verb == "remove member"
    ]
    stack.apply()
    assert (removed, ADA in acme.people()) == ([ADA], False)


def test_another_address_in_a_member_is_judged_as_a_removal(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    acme.cloud.add_deployment(acme.id, "search", owner=ADA)
    stack.program(member(ADA, "person"))
    stack.apply()
    stack.program(member(BOB, "person"))
    run = preview(stack)
    assert not run.result.succeeded
    assert {(one.verb, one.person) for one in planned(run).plan.changes} == {("invite", BOB), ("remove member", ADA)}


def test_credentials_come_from_where_the_provider_has_them(stack: Stack, acme: Acme) -> None:
    globex = acme.cloud.add_organization("globex")
    acme.cloud.add_member(
        globex.id, "boss@globex.example", {"organization": [{"role_id": "organization-admin"}]}, key="globex-key"
    )
    provider = (
        "config = pulumi.Config()\n"
        f"old = elastic.Provider('old', api_key=config.require('oldKey'), endpoint={acme.emulator.endpoint!r})\n"
    )
    stack.config["oldKey"] = "globex-key"
    stack.program(provider + member(ADA, "ada", ", opts=pulumi.ResourceOptions(provider=old)"))
    stack.apply()
    stack.program(provider)
    run = preview(stack)
    assert run.result.succeeded, text(run.result)
    assert planned(run).plan.organization_id == globex.id
    assert [(one.verb, one.person) for one in planned(run).plan.changes] == [("cancel invitation", ADA)]
    assert "globex-key" not in json.dumps(planned(run).to_json())


def test_a_key_that_is_refused_fails_the_preview_in_words(stack: Stack, acme: Acme) -> None:
    stack.program(member(ADA, "ada"))
    stack.apply()
    stack.program("")
    stack.environment["EC_API_KEY"] = "rotated-away"
    run = preview(stack)
    assert not run.result.succeeded
    assert "the removals cannot be judged by the guards" in text(run.result)
    assert "rotated-away" not in text(run.result)
    assert acme.invited() == {ADA}


def test_removals_of_members_count_with_those_of_rosters(stack: Stack, acme: Acme) -> None:
    for email in (ADA, BOB):
        acme.join(email)
    guards = ", guards=elastic.Guards(max_removals=1)"
    program = "elastic.Roster('acme', members={members!r}, mode='additive'" + guards + ")\n"
    stack.program(program.format(members={ADA: []}) + member(BOB, "bob", guards))
    stack.apply()
    stack.program(program.format(members={}))
    run = preview(stack)
    assert not run.result.succeeded
    assert [one.guard for one in planned(run).verdict.violations] == ["max-removals"]
    assert "2 of 4 people would be taken out and max_removals is 1" in planned(run).verdict.violations[0].reason


def test_who_is_taken_out_while_the_roster_gets_another_name_shows_in_the_preview(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    acme.join(BOB)
    stack.program(f"elastic.Roster('acme', members={{{ADA!r}: [], {BOB!r}: []}}, mode='additive')\n")
    stack.apply()
    stack.program(f"elastic.Roster('other', members={{{ADA!r}: []}}, mode='additive')\n")
    run = preview(stack)
    assert [(one.verb, one.person) for one in planned(run).plan.changes] == [("remove member", BOB)]
