"""What a person reads."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.model.changes import Report
from pulumi_elastic_org.model.verdicts import Violation, Waiver
from pulumi_elastic_org.review.leaving import DYNAMIC
from pulumi_elastic_org.review.model import OrganizationReview
from pulumi_embedded.port import Diagnostic, Workspace
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, acme, emulator, stack
from tests.support.dictionary_engine import DictionaryEngine
from tests.support.reviews import review

__all__ = ["acme", "emulator", "stack"]

VIOLATION = {"guard": "self", "person": "ada@acme.example", "reason": "holds the key", "remedy": "Use another key."}
PLAN = {
    "organization_id": "42",
    "changes": [{"change": "invite", "person": "ada@acme.example", "roles": "billing-admin"}],
    "violations": [],
}


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def report(
    engine: DictionaryEngine,
    workspace: Workspace,
    operation: Operation = Operation.PREVIEW,
    out: StringIO | None = None,
    **settings: Any,
) -> str:
    out = out or StringIO()
    carry_out(Request(operation, workspace, **settings), lambda: engine, TerminalReporter(out, StringIO()))
    return out.getvalue()


def test_a_preview_shows_people_then_resources_then_a_summary(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        desired={"logs": {"size": 2, "tags": {"a": "1"}}, "new": {}, "kept": {}},
        state={"logs": {"size": 1, "tags": {}}, "old": {}, "kept": {}},
        plan=PLAN,
        diagnostics=(Diagnostic("warning", "soon gone"),),
    )

    assert report(engine, workspace) == (
        "Preview: stack dev, engine dictionary\n"
        "\n"
        "Organization 42\n"
        "  + invite  ada@acme.example  billing-admin\n"
        "\n"
        "Resources\n"
        "  ~ update  logs  test:storage:Bucket  size, tags.a\n"
        "  + create  new   test:storage:Bucket\n"
        "  - delete  old   test:storage:Bucket\n"
        "\n"
        "Diagnostics\n"
        "warning: soon gone\n"
        "\n"
        "Plan: invite 1; resources: create 1, update 1, delete 1.\n"
    )


def test_an_update_repeats_nothing_of_its_preview(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        {"a": {}}, plan=PLAN, diagnostics=(Diagnostic("info", "hello"), Diagnostic("info", "hello"))
    )

    preview, update = report(engine, workspace, Operation.UP, yes=True).split("Update: ")

    assert preview.count("hello") == 1
    assert update == (
        "stack dev, engine dictionary\n"
        "\n"
        "Outputs\n"
        "  count     1\n"
        "  password  [secret]\n"
        "\n"
        "Done: invite 1; resources: create 1.\n"
    )


def test_a_refusal_is_shown_once_although_the_engine_repeats_it(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        plan={**PLAN, "violations": [VIOLATION]},
        diagnostics=(Diagnostic("error", "nothing was changed: holds the key [self]"), Diagnostic("error", "other")),
        breaks="preview",
    )

    text = report(engine, workspace)

    assert text.count("holds the key") == 1
    assert "error: other" in text
    assert text.endswith("The preview failed, refused for 1 reason.\n")


@pytest.mark.parametrize(
    ("news", "told"),
    [
        ({"refusals": (Violation("self", "bob@acme.example", "owns search", "Tag it."),)}, "Refused"),
        ({"skipped": (Violation("self", "bob@acme.example", "owns search", "Tag it."),)}, "Skipped"),
        ({"waived": (Waiver("self", "bob@acme.example", "owns search", "Tag it.", "agreed"),)}, "overridden: agreed"),
        ({"notes": (Report("bob@acme.example", "no e-mail", "gets none"),)}, "gets none"),
    ],
)
def test_what_is_new_since_the_preview_is_shown_although_the_changes_are_the_same(
    news: dict[str, Any], told: str
) -> None:
    out = StringIO()
    reporter = TerminalReporter(out, StringIO())
    before = OrganizationReview(organization_id="42")
    reporter.previewed(review(before, command="up"))
    reporter.finished(review(before.model_copy(update=news), command="up", preview=False))

    assert told in out.getvalue()


class Prompt(StringIO):
    """A terminal at which somebody answers yes, after something happened.

    Args:
        happens: Meanwhile.
    """

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__("y\n")
        self.happens = happens

    def isatty(self) -> bool:
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        self.happens()
        return super().readline(size)


def test_what_a_guard_refuses_after_the_prompt_is_told_with_person_reason_and_override(
    stack: Stack, acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = "bob@acme.example"
    acme.join(bob)
    stack.roster({bob: []}, extra="guards=elastic.Guards(max_removals='100%')")
    stack.apply()
    stack.roster({}, extra="guards=elastic.Guards(max_removals='100%')")
    monkeypatch.setattr("sys.stdin", Prompt(lambda: acme.cloud.add_deployment(acme.id, "search", tags={"owner": bob})))
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    carry_out(Request(Operation.UP, stack.workspace), lambda: stack.engine, TerminalReporter(out, StringIO()))

    _, update = out.getvalue().split("Update: ")
    assert f"x {bob}: " in update
    assert "[owns-resources]" in update
    assert f"    {bob}: " in update  # the override
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN, bob}


def test_nothing_to_do_is_one_line(workspace: Workspace) -> None:
    assert report(DictionaryEngine(), workspace).splitlines()[1:] == ["", "Nothing to do."]


def test_drift_is_shown_person_by_person(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        state={"acme": {"members": {"ada@acme.example": "billing-admin"}}},
        live={"acme": {"members": {"ada@acme.example": "organization-admin", "eve@acme.example": "billing-admin"}}},
        type=f"{DYNAMIC}:Roster",
    )

    assert report(engine, workspace, Operation.REFRESH, preview_only=True) == (
        "Preview of refresh: stack dev, engine dictionary\n"
        "\n"
        "People\n"
        "  ~ roles changed  ada@acme.example  + organization-admin\n"
        "                                     - billing-admin\n"
        "  + appeared       eve@acme.example  billing-admin\n"
        "\n"
        "Drift: appeared 1, roles changed 1.\n"
    )


def test_a_roster_whose_settings_change_is_a_resource_too(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        desired={"acme": {"members": {"ada@acme.example": "billing-admin"}, "mode": "additive"}},
        state={"acme": {"members": {}, "mode": "authoritative"}},
        plan=PLAN,
        type=f"{DYNAMIC}:Roster",
    )

    assert f"  ~ update  acme  {DYNAMIC}:Roster  mode\n" in report(engine, workspace)


def test_a_roster_that_only_catches_up_is_not_nothing(workspace: Workspace) -> None:
    engine = DictionaryEngine(
        desired={"acme": {"members": {"ada@acme.example": "billing-admin"}}},
        state={"acme": {"members": {}}},
        plan={**PLAN, "changes": []},
        type=f"{DYNAMIC}:Roster",
    )

    assert report(engine, workspace).endswith("Plan: nothing but to bring the state up to date.\n")


def test_colour_is_for_terminals_only(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert "\x1b[32m+ invite" in report(DictionaryEngine(plan=PLAN), workspace, out=Terminal())
    assert "\x1b" not in report(DictionaryEngine(plan=PLAN), workspace)


def test_no_color_is_respected_on_a_terminal(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in report(DictionaryEngine(plan=PLAN), workspace, out=Terminal())


def test_progress_is_for_terminals_only(workspace: Workspace) -> None:
    out, err = StringIO(), StringIO()

    carry_out(Request(Operation.PREVIEW, workspace), DictionaryEngine, TerminalReporter(out, err))

    assert err.getvalue() == ""


def test_progress_says_what_is_being_done_on_a_terminal(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    err = Terminal()
    engine = DictionaryEngine(desired={"logs": {}})

    carry_out(Request(Operation.PREVIEW, workspace), lambda: engine, TerminalReporter(StringIO(), err))

    assert "Previewing" in err.getvalue()


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_narrow_terminal_splits_no_address_and_no_id(
    workspace: Workspace, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    id_ = "0123456789abcdef0123456789abcdef"
    change = {"change": "invite", "person": "ada.lovelace@acme.example", "roles": f"deployment-editor on {id_}"}

    text = report(DictionaryEngine(plan={**PLAN, "changes": [change]}), workspace)

    assert id_ in text
    assert "ada.lovelace@acme.example" in text
    assert max(map(len, text.splitlines())) <= columns


def test_columns_says_how_wide_the_output_is_where_there_is_no_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = DictionaryEngine(plan=PLAN, diagnostics=(Diagnostic("warning", "word " * 60),))
    monkeypatch.setenv("COLUMNS", "200")

    assert max(map(len, report(engine, workspace).splitlines())) > 150


def test_a_terminal_that_says_it_has_no_width_shows_the_plan(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = report(DictionaryEngine(plan=PLAN), workspace)
    monkeypatch.setenv("COLUMNS", "0")
    assert report(DictionaryEngine(plan=PLAN), workspace) == whole


def test_what_is_under_way_is_told_in_lines_where_there_is_no_terminal(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # which some pipelines set, although nobody sees a line change
    lines = (
        "  add roles: 40 of 100 done, the last of them ada@acme.example",
        "Busy: retrying in 8 s",
        "something else",
    )
    engine = DictionaryEngine(plan=PLAN, diagnostics=tuple(Diagnostic("info", line) for line in lines))

    report(engine, workspace)

    assert capsys.readouterr().err.splitlines() == [line.strip() for line in lines[:2]]
