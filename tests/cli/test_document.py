"""What a program reads."""

from __future__ import annotations

import json

import pytest

from pulumi_elastic_org.cli.carry_out import Request, carry_out
from pulumi_elastic_org.cli.document import JsonReporter
from pulumi_elastic_org.cli.operations import Operation
from pulumi_elastic_org.engine import Diagnostic, Workspace
from tests.cli.conftest import BUCKET, DictionaryEngine

PLAN = {"organization_id": "42", "changes": [], "reports": [], "violations": [], "waivers": []}


def test_a_document_holds_everything_under_stable_keys(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = DictionaryEngine(
        desired={"logs": {"size": 2}},
        state={"logs": {"size": 1}},
        plan=PLAN,
        diagnostics=(Diagnostic("info", "hello"),),
    )

    carry_out(Request(Operation.UP, workspace, yes=True), lambda: engine, JsonReporter())

    urn = f"urn:pulumi:dev::people::{BUCKET}::logs"
    assert json.loads(capsys.readouterr().out) == {
        "operation": "up",
        "preview": False,
        "engine": "dictionary",
        "stack": "dev",
        "result": {"succeeded": True, "has_changes": True, "summary": {"update": 1}},
        "plans": [PLAN],
        "steps": [
            {
                "op": "update",
                "urn": urn,
                "type": BUCKET,
                "name": "logs",
                "failed": False,
                "diff": [{"path": ["size"], "kind": "update", "old": 1, "new": 2}],
            }
        ],
        "diagnostics": [{"severity": "info", "message": "hello", "urn": ""}],
        "outputs": {"count": 1, "password": "[secret]"},
        "error": None,
        "exit_code": 0,
    }


def test_an_update_that_stops_at_its_preview_says_so(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    engine = DictionaryEngine(breaks="preview")

    carry_out(Request(Operation.UP, workspace, yes=True), lambda: engine, JsonReporter())

    document = json.loads(capsys.readouterr().out)
    assert (document["operation"], document["preview"], document["exit_code"]) == ("up", True, 1)
