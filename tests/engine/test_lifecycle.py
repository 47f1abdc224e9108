"""The life of a resource: the same steps, provider calls and outputs from every engine."""

from __future__ import annotations

from pulumi_embedded.diff import PropertyChange
from pulumi_embedded.port import UNKNOWN, Diagnostic, Event
from tests.support.things_stack import Stack, ops, step_of

ONE = """
thing = Thing("one", {"value": "a", "people": {"ada": "owner", "bob": "viewer"}})
pulumi.export("made", thing.made)
"""


def test_preview_of_a_new_resource_only_checks(stack: Stack) -> None:
    stack.program(ONE)
    result = stack.preview()
    assert result.succeeded
    assert ops(result) == {"one": "create"}
    assert result.has_changes
    assert result.outputs == {"made": UNKNOWN}
    assert stack.call_names == ["check"]
    assert stack.resources == []


def test_up_creates_then_finds_nothing_to_do(stack: Stack) -> None:
    stack.program(ONE)
    result = stack.up()
    assert (result.succeeded, [step.op for step in result.steps], ops(result)) == (
        True,
        ["create"] * 2,
        {"one": "create"},
    )
    assert result.outputs == {"made": "made a"}
    assert stack.call_names == ["check", "create"]
    stack.forget_calls()
    again = stack.up()
    assert (again.succeeded, ops(again), again.has_changes) == (True, {"one": "same"}, False)
    assert [call[0] for call in stack.calls] == ["configure", "check", "diff"]
    inputs = {"value": "a", "people": {"ada": "owner", "bob": "viewer"}}
    checked = {**inputs, "computed": 1}
    assert stack.calls[1:] == [
        ["check", checked, inputs],
        ["diff", "id-a", {**checked, "made": "made a"}, checked],
    ]


def test_a_changed_input_updates_in_place(stack: Stack) -> None:
    stack.apply(ONE)
    stack.program(ONE.replace('"bob": "viewer"', '"cy": "viewer"').replace('"owner"', '"editor"'))
    preview = stack.preview()
    assert ops(preview) == {"one": "update"}
    assert step_of(preview, "one").diff == (
        PropertyChange(("people", "ada"), "update", "owner", "editor"),
        PropertyChange(("people", "bob"), "delete", old="viewer"),
        PropertyChange(("people", "cy"), "add", new="viewer"),
    )
    assert stack.call_names == ["check", "diff"]
    stack.forget_calls()
    result = stack.up()
    assert (result.succeeded, ops(result)) == (True, {"one": "update"})
    assert stack.call_names == ["check", "diff", "update"]
    assert stack.state("one")["inputs"]["people"] == {"ada": "editor", "cy": "viewer"}


def test_a_resource_gone_from_the_program_is_deleted_by_up_alone(stack: Stack) -> None:
    stack.apply(ONE + 'Thing("two", {"value": "b", "of": thing.made})')
    stack.program(ONE)
    assert ops(stack.preview()) == {"one": "same", "two": "delete"}
    assert "delete" not in stack.call_names
    result = stack.up()
    assert (result.succeeded, ops(result)) == (True, {"one": "same", "two": "delete"})
    assert stack.calls[-1] == ["delete", "id-b", {"value": "b", "computed": 1, "made": "made b", "of": "made a"}]
    assert {item["type"].split(":")[-1] for item in stack.resources} == {"Stack", "pulumi-python", "Thing"}


def test_a_replacement_creates_before_it_deletes(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a", "kind": "small"})')
    stack.program('Thing("one", {"value": "b", "kind": "large"})')
    assert ops(stack.preview()) == {"one": "replace"}
    assert stack.call_names == ["check", "diff", "check"]
    stack.forget_calls()
    result = stack.up()
    assert (result.succeeded, ops(result)) == (True, {"one": "replace"})
    assert stack.call_names == ["check", "diff", "check", "create", "delete"]
    assert stack.state("one")["id"] == "id-b"


def test_a_provider_may_want_to_delete_before_it_replaces(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a", "kind": "small"})')
    stack.program('Thing("one", {"value": "b", "kind": "alone"})')
    result = stack.up()
    assert (result.succeeded, ops(result)) == (True, {"one": "replace"})
    assert stack.call_names[-2:] == ["delete", "create"]


def test_destroy_deletes_in_reverse_order_of_dependency(stack: Stack) -> None:
    stack.apply(
        """
        first = Thing("first", {"value": "a"})
        second = Thing("second", {"value": "b", "of": first.made})
        Thing("third", {"value": "c"}, ResourceOptions(depends_on=[second]))
        """
    )
    preview = stack.destroy(preview_only=True)
    assert [step.op for step in preview.steps] == ["delete"] * 4
    assert stack.calls == []
    result = stack.destroy()
    assert (result.succeeded, [step.op for step in result.steps], result.outputs) == (True, ["delete"] * 4, {})
    assert [call[1] for call in stack.calls if call[0] == "delete"] == ["id-c", "id-b", "id-a"]
    assert stack.resources == []


def test_what_depends_on_an_unknown_is_unknown_in_preview(stack: Stack) -> None:
    stack.program(ONE + 'Thing("two", {"value": thing.made, "fixed": "x"})')
    preview = stack.preview()
    assert step_of(preview, "two").new_inputs == {
        **{"value": UNKNOWN, "fixed": "x"},
        "__provider": step_of(preview, "one").new_inputs["__provider"],  # type: ignore[index]
    }
    stack.forget_calls()
    assert stack.up().succeeded
    assert ["check", {}, {"value": "made a", "fixed": "x"}] in stack.calls


def test_progress_comes_live_and_each_line_of_a_provider_once(stack: Stack) -> None:
    stack.program('Thing("one", {"value": "a", "say": "one person joins"})')
    events: list[Event] = []
    result = stack.up(events.append)
    said = Diagnostic("info", "one person joins")
    assert events.count(said) == 1
    assert result.diagnostics.count(said) == 1
    began, ended = [event for event in events if not isinstance(event, Diagnostic) and event.name == "one"]
    assert (began.op, ended.op) == ("create", "create")


def test_configuration_of_the_run_is_not_kept(stack: Stack) -> None:
    stack.program('Thing("one", {"value": config.require("word")})')
    stack.config = {"word": "hello"}
    stack.configure({"config": {"trial:word": "overridden"}})
    assert stack.up().succeeded
    assert stack.state("one")["inputs"]["value"] == "hello"
    assert "hello" not in (stack.directory / "Pulumi.dev.yaml").read_text()
