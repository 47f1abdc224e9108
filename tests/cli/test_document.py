"""What a program reads: one shape for every command, which follows the published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from pulumi_elastic_org.cli.reporters.document import DocumentReporter
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.review.leaving import DYNAMIC
from pulumi_embedded.port import Diagnostic, EngineError, Workspace
from tests.support.dictionary_engine import BUCKET, DictionaryEngine

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text(encoding="utf-8"))
ADA = "ada@acme.example"
INVITE = {"change": "invite", "person": ADA, "roles": "billing-admin"}
PLAN = {"organization_id": "42", "changes": [INVITE], "reports": [], "violations": [], "waivers": []}
REFUSED = {**PLAN, "violations": [{"guard": "self", "person": ADA, "reason": "no", "remedy": "do not"}]}


def document(operation: Operation, workspace: Workspace, engine: DictionaryEngine, capsys: Any) -> dict[str, Any]:
    carry_out(Request(operation, workspace, yes=True), lambda: engine, DocumentReporter())
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.mark.parametrize("operation", Operation)
def test_every_command_writes_the_published_shape(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], operation: Operation
) -> None:
    before, after = {"size": 1, "__provider": "gASVLg=="}, {"size": 2, "__provider": "gASVLw=="}
    engine = DictionaryEngine(
        desired={"logs": after},
        state={"logs": before},
        live={"logs": after},
        plan=PLAN,
        diagnostics=(Diagnostic("info", "hello"),),
    )

    found = document(operation, workspace, engine, capsys)

    assert (found["command"], found["stack"], found["engine"]) == (operation.value, "dev", "dictionary")
    assert found["preview"] is (operation in (Operation.PREVIEW, Operation.DRIFT))
    assert (found["succeeded"], found["complete"], found["has_changes"]) == (True, True, True)
    op = "delete" if operation is Operation.DESTROY else "update"
    assert found["resources"] == [
        {
            "operation": op,
            "name": "logs",
            "type": BUCKET,
            "urn": f"urn:pulumi:dev::people::{BUCKET}::logs",
            "failed": False,
            "properties": [] if op == "delete" else ["size"],
        }
    ]
    assert found["messages"] == [{"severity": "info", "text": "hello"}]
    assert "gASV" not in json.dumps(found)
    if operation in (Operation.PREVIEW, Operation.UP):
        [organization] = found["organizations"]
        assert [(one["person"], one["action"]) for one in organization["changes"]] == [(ADA, "invite")]
    if operation is Operation.UP:
        assert found["outputs"] == {"count": 1, "password": "[secret]"}


def test_a_refresh_names_whose_access_differs(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = ({"organization_id": "42", "members": {ADA: roles}} for roles in ("no roles", "billing-admin"))
    engine = DictionaryEngine(state={"acme": before}, live={"acme": after}, type=f"{DYNAMIC}:Roster")
    [organization] = document(Operation.REFRESH, workspace, engine, capsys)["organizations"]
    [change] = organization["changes"]
    assert (organization["organization_id"], change["person"], change["action"]) == ("42", ADA, "roles changed")


def test_a_refresh_shows_single_people_as_people(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    def person(email: str, roles: str = "no roles") -> dict[str, Any]:
        return {"email": email, "roles": roles, "organization_id": "42"}

    engine = DictionaryEngine(
        state={"a": person(ADA), "b": person("bob@acme.example"), "c": person("cy@acme.example")},
        live={"a": person(ADA, "billing-admin"), "c": person("cy@acme.example")},
        type=f"{DYNAMIC}:Member",
    )
    [organization] = document(Operation.REFRESH, workspace, engine, capsys)["organizations"]
    assert [(one["person"], one["action"]) for one in organization["changes"]] == [
        (ADA, "roles changed"),
        ("bob@acme.example", "gone"),
    ]


def test_a_refused_preview_is_complete_and_did_not_succeed(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = DictionaryEngine(breaks="preview", plan=REFUSED, diagnostics=(Diagnostic("error", "ada: no"),))
    found = document(Operation.PREVIEW, workspace, engine, capsys)
    assert (found["succeeded"], found["complete"], found["messages"]) == (False, True, [])
    assert [one["guard"] for one in found["organizations"][0]["refusals"]] == ["self"]


def test_a_preview_that_failed_beside_a_refusal_is_not_complete(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = DictionaryEngine(breaks="preview", plan=REFUSED, diagnostics=(Diagnostic("error", "the network"),))
    assert document(Operation.PREVIEW, workspace, engine, capsys)["complete"] is False


def test_an_update_that_stops_at_its_preview_says_so(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(Operation.UP, workspace, DictionaryEngine(breaks="preview"), capsys)
    assert (found["command"], found["preview"], found["succeeded"]) == ("up", True, False)


@pytest.mark.parametrize("operation", [Operation.UP, Operation.DRIFT])
def test_it_says_when_no_engine_could_be_chosen(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], operation: Operation
) -> None:
    def none() -> DictionaryEngine:
        raise EngineError("There is no engine.")

    with pytest.raises(click.ClickException):
        carry_out(Request(operation, workspace, yes=True), none, DocumentReporter())

    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert (found["engine"], found["succeeded"], found["complete"]) == ("", False, False)
    assert found["messages"] == [{"severity": "error", "text": "There is no engine."}]
