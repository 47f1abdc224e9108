"""Refresh: what changed behind the program's back."""

from __future__ import annotations

from pulumi_embedded.diff import PropertyChange
from tests.support.things_stack import Stack, ops, step_of

TWO = """
first = Thing("first", {"value": "a", "people": {"ada": "owner"}})
Thing("second", {"value": "b", "of": first.made})
"""


def test_without_drift_nothing_changes(stack: Stack) -> None:
    stack.apply(TWO)
    result = stack.refresh()
    assert (result.succeeded, result.has_changes) == (True, False)
    assert ops(result) == {"first": "same", "second": "same"}
    assert sorted(stack.call_names) == ["diff", "diff", "read", "read"]


def test_drift_shows_as_a_difference_of_the_inputs_and_is_taken_into_the_state(stack: Stack) -> None:
    stack.apply(TWO)
    stack.cloud(id_a={"people": {"ada": "owner", "eve": "owner"}})
    preview = stack.refresh(preview_only=True)
    assert (preview.succeeded, preview.has_changes) == (True, True)
    assert step_of(preview, "first").diff == (PropertyChange(("people", "eve"), "add", new="owner"),)
    assert stack.state("first")["inputs"]["people"] == {"ada": "owner"}
    inputs = {"value": "a", "computed": 1, "people": {"ada": "owner"}}
    outputs = {**inputs, "people": {"ada": "owner", "eve": "owner"}, "made": "made a"}
    assert ["diff", "id-a", outputs, inputs] in stack.calls
    result = stack.refresh()
    assert ops(result) == {"first": "update", "second": "same"}
    assert stack.state("first")["inputs"]["people"] == {"ada": "owner", "eve": "owner"}
    assert ops(stack.preview())["first"] == "update"


def test_changed_outputs_alone_are_kept_and_are_no_drift(stack: Stack) -> None:
    stack.apply(TWO)
    stack.cloud(id_a={"made": "made elsewhere"})
    result = stack.refresh()
    assert not result.has_changes
    assert stack.state("first")["outputs"]["made"] == "made elsewhere"


def test_a_resource_that_is_gone_leaves_the_state_and_is_created_again(stack: Stack) -> None:
    stack.apply(TWO)
    stack.cloud(id_a=None)
    assert ops(stack.refresh()) == {"first": "delete", "second": "same"}
    assert stack.state("second").get("dependencies", []) == []
    assert ops(stack.up())["first"] == "create"


def test_refresh_and_destroy_use_the_configuration_in_the_state(stack: Stack) -> None:
    stack.configure({"config": {"trial:key": "first"}})
    stack.apply(TWO)
    stack.configure({"config": {"trial:key": "rotated"}})
    stack.refresh()
    assert ["configure", "first"] in stack.calls
    stack.up()
    stack.forget_calls()
    stack.destroy()
    assert ["configure", "rotated"] in stack.calls
