# ruff: noqa: ARG002 - a reporter is told more than this one remembers
"""What a request leads to, with an engine of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import click
import pytest

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.reporters.document import DocumentReporter
from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.review.model import Review
from pulumi_embedded.port import Diagnostic, EngineError, OnEvent, Workspace
from tests.support.dictionary_engine import DictionaryEngine


class Memory:
    """A reporter that remembers; usually nobody sits beside it."""

    def __init__(self, can_ask: bool = False) -> None:
        self.can_ask = can_ask
        self.previews: list[Review] = []
        self.last: Review | None = None
        self.error: EngineError | None = None

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:
        yield lambda _: None

    def previewed(self, review: Review) -> None:
        self.previews.append(review)

    def finished(self, review: Review) -> None:
        self.last = review

    def failed(self, request: Request, error: EngineError) -> None:
        self.error = error


def carry(engine: DictionaryEngine, operation: Operation, workspace: Workspace, **settings: Any) -> ExitCode:
    return carry_out(Request(operation, workspace, **settings), lambda: engine, Memory())


@pytest.mark.parametrize("operation", [Operation.UP, Operation.REFRESH, Operation.DESTROY])
def test_nothing_runs_where_nobody_can_be_asked(operation: Operation, workspace: Workspace) -> None:
    engine = DictionaryEngine()

    with pytest.raises(click.UsageError, match="--yes or --skip-preview") as refusal:
        carry(engine, operation, workspace)

    assert refusal.value.exit_code == ExitCode.USAGE
    assert engine.called == []


@pytest.mark.parametrize(
    ("operation", "settings", "called"),
    [
        (Operation.PREVIEW, {}, ["preview"]),
        (Operation.DRIFT, {}, ["preview"]),
        (Operation.UP, {"yes": True}, ["preview", "up"]),
        (Operation.UP, {"skip_preview": True}, ["up"]),
        (Operation.REFRESH, {"yes": True}, ["refresh preview", "refresh"]),
        (Operation.REFRESH, {"preview_only": True}, ["refresh preview"]),
        (Operation.DESTROY, {"yes": True}, ["destroy preview", "destroy"]),
        (Operation.DESTROY, {"preview_only": True}, ["destroy preview"]),
    ],
)
def test_what_is_asked_for_is_previewed_first_and_then_done(
    operation: Operation, settings: dict[str, bool], called: list[str], workspace: Workspace
) -> None:
    engine = DictionaryEngine(desired={"a": {}})

    assert carry(engine, operation, workspace, **settings) is ExitCode.SUCCESS
    assert engine.called == called


def test_an_update_whose_preview_fails_is_not_tried(workspace: Workspace) -> None:
    engine = DictionaryEngine(desired={"a": {}}, breaks="preview")

    assert carry(engine, Operation.UP, workspace, yes=True) is ExitCode.ERROR
    assert engine.called == ["preview"]


def test_an_update_that_fails_is_an_error(workspace: Workspace) -> None:
    assert carry(DictionaryEngine(breaks="up"), Operation.UP, workspace, yes=True) is ExitCode.ERROR


@pytest.mark.parametrize("operation", [Operation.PREVIEW, Operation.UP])
def test_unexpected_changes_have_an_exit_code_of_their_own(
    operation: Operation, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = DictionaryEngine(desired={"a": {}})

    assert carry(engine, operation, workspace, yes=True, expect_no_changes=True) is ExitCode.CHANGES
    assert "no changes were expected" in capsys.readouterr().err


def test_a_drift_check_ends_with_7_on_drift_and_leaves_the_state(workspace: Workspace) -> None:
    engine = DictionaryEngine(state={"a": {"size": 1}}, live={"a": {"size": 1}})
    check = {"preview_only": True, "expect_no_changes": True}

    assert carry(engine, Operation.REFRESH, workspace, **check) is ExitCode.SUCCESS
    engine.live = {"a": {"size": 2}}
    assert carry(engine, Operation.REFRESH, workspace, **check) is ExitCode.CHANGES
    assert engine.state == {"a": {"size": 1}}


def test_an_engine_that_cannot_run_is_one_line_and_is_reported(workspace: Workspace) -> None:
    reporter = Memory()
    engine = DictionaryEngine(unusable="The state is locked.")

    with pytest.raises(click.ClickException, match=r"^The state is locked\.$"):
        carry_out(Request(Operation.PREVIEW, workspace), lambda: engine, reporter)

    assert str(reporter.error) == "The state is locked."


def test_the_plans_of_each_run_are_its_own(workspace: Workspace) -> None:
    plan = {
        "part": "",
        "organization_id": "42",
        "changes": [],
        "reports": [],
        "violations": [],
        "waivers": [],
        "findings": [],
    }
    reporter = Memory()

    carry_out(Request(Operation.UP, workspace, yes=True), lambda: DictionaryEngine(plan=plan), reporter)

    assert reporter.last is not None
    for review in (reporter.previews[0], reporter.last):
        assert [one.organization_id for one in review.organizations] == ["42"]


@pytest.mark.parametrize(
    ("answer", "exit_code", "called"),
    [
        ("y", ExitCode.SUCCESS, ["preview", "up"]),
        ("n", ExitCode.ERROR, ["preview"]),
        ("", ExitCode.ERROR, ["preview"]),
    ],
)
def test_a_person_is_asked_after_the_preview_and_may_decline(
    answer: str, exit_code: ExitCode, called: list[str], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{answer}\n"))
    engine = DictionaryEngine(desired={"a": {}})

    assert carry_out(Request(Operation.UP, workspace), lambda: engine, Memory(can_ask=True)) is exit_code
    assert engine.called == called


@pytest.mark.parametrize("reporter", [TerminalReporter, DocumentReporter])
def test_a_wait_is_told_at_once_where_nobody_watches_a_terminal(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], reporter: type[TerminalReporter | DocumentReporter]
) -> None:
    waits = Diagnostic("info", "Elastic Cloud is busy or limits the rate of calls: retrying in 60 s")
    engine = DictionaryEngine(diagnostics=(waits, Diagnostic("info", "hello")))
    carry_out(Request(Operation.PREVIEW, workspace), lambda: engine, reporter())
    assert capsys.readouterr().err == f"{waits.message}\n"
