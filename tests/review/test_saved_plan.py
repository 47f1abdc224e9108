"""A plan survives its way through a file, has a digest, and says how another one differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.saved_plan import (
    SavedPlan,
    SavedPlanError,
    differences,
    plan_to_save,
    read_saved_plan,
    write_saved_plan,
)

INVITE = {"change": "invite", "person": "ada@acme.io", "roles": "billing-admin"}
REMOVE = {
    "change": "remove member",
    "person": "bob@acme.io",
    "user_id": "7",
    "roles_before": "no roles",
    "managed": True,
}
BUCKET = {"op": "update", "urn": "urn:pulumi:dev::p::aws:Bucket::logs", "diff": [{"path": ["a"], "old": 1, "new": 2}]}


def saved(*changes: dict[str, Any], stack: str = "dev", resources: Any = (), **more: Any) -> SavedPlan:
    plan = JudgedPlan.from_json({"organization_id": "4242", "changes": changes, **more})
    return plan_to_save(stack, [plan], resources)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = saved(INVITE, REMOVE, resources=[BUCKET])
    write_saved_plan(tmp_path / "plan", plan)
    assert read_saved_plan(tmp_path / "plan") == plan
    assert json.loads((tmp_path / "plan").read_text())["digest"] == plan.digest


def test_the_digest_is_of_what_would_be_done_and_not_of_its_order() -> None:
    assert saved(INVITE, REMOVE).digest == saved(REMOVE, INVITE).digest
    assert len({saved(INVITE).digest, saved(REMOVE).digest, saved(INVITE, stack="prod").digest}) == 3
    assert saved(INVITE).digest != saved(INVITE, resources=[BUCKET]).digest


def test_pending_invitations_are_no_part_of_it() -> None:
    pending = {"person": "cy@acme.io", "topic": "invitation pending", "text": "until tomorrow"}
    assert saved(INVITE, reports=[pending]).digest == saved(INVITE).digest


def test_differences_name_what_came_and_what_went() -> None:
    assert differences(saved(INVITE, resources=[BUCKET]), saved(REMOVE)) == (
        "not reviewed: bob@acme.io: remove member (no roles)",
        "reviewed, and no longer to be done: ada@acme.io: invite (billing-admin)",
        "reviewed, and no longer to be done: update of resource logs",
    )
    assert differences(saved(INVITE, REMOVE), saved(REMOVE, INVITE)) == ()


def test_people_whose_roles_are_not_known_are_told_apart() -> None:
    undetermined = {"person": "cy@acme.io", "topic": "roles not known yet", "text": "later"}
    assert differences(saved(), saved(reports=[undetermined])) == (
        "not reviewed: cy@acme.io: roles that are not known yet",
    )


def test_a_plan_for_another_stack_is_told_in_one_line() -> None:
    assert differences(saved(INVITE), saved(INVITE, stack="prod")) == ("the plan is for stack dev, not prod",)


def test_a_plan_for_another_organization_names_both() -> None:
    elsewhere = plan_to_save("dev", [JudgedPlan.from_json({"organization_id": "2871507001"})], ())
    [said] = differences(saved(INVITE), elsewhere)
    assert said.endswith("and the settings of this run lead to 2871507001")


def test_a_plan_that_was_edited_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    write_saved_plan(path, saved(INVITE))
    path.write_text(path.read_text().replace("billing-admin", "organization-admin"))
    with pytest.raises(SavedPlanError, match="was changed after it was written"):
        read_saved_plan(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"digest": "x", "version": 9}', "not json"])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan"
    path.write_text(text)
    with pytest.raises(SavedPlanError, match="is not a plan that `elastic-org preview --save-plan` wrote"):
        read_saved_plan(path)
    with pytest.raises(SavedPlanError, match="cannot be read"):
        read_saved_plan(tmp_path / "missing")
