"""What goes wrong: said plainly, and nothing forgotten that was done."""

from __future__ import annotations

import pytest

from pulumi_embedded.port import EngineError, Workspace
from tests.support.things_stack import Stack, ops, step_of


def test_what_check_refuses_stops_a_preview(stack: Stack) -> None:
    stack.program('Thing("one", {"refuse": "two owners at least"})')
    result = stack.preview()
    assert not result.succeeded
    assert result.errors == ("pulumi-python:dynamic/trial:Thing resource 'one' has a problem: two owners at least",)
    assert "one" not in ops(result)


def test_a_failing_create_keeps_what_was_done_before_and_deletes_nothing(stack: Stack) -> None:
    stack.apply('Thing("old", {"value": "o"})')
    stack.program(
        """
        first = Thing("first", {"value": "a"})
        second = Thing("second", {"value": "b", "fail": "create", "of": first.made})
        Thing("third", {"value": second.made})
        """
    )
    result = stack.up()
    assert not result.succeeded
    assert (len(result.errors), step_of(result, "second").failed) == (1, True)
    assert "RuntimeError: the cloud said no" in result.errors[0]
    assert "Exception calling application" not in result.errors[0]
    assert "third" not in ops(result)
    assert {item["urn"].split("::")[-1] for item in stack.resources} >= {"old", "first"}
    assert "delete" not in stack.call_names
    assert not any("KeyboardInterrupt" in diagnostic.message for diagnostic in result.diagnostics)


def test_a_provider_process_that_dies_is_an_error(embedded: Stack) -> None:
    embedded.program('Thing("one", {"value": "a", "fail": "exit"})')
    result = embedded.up()
    assert (result.succeeded, step_of(result, "one").failed) == (False, True)
    assert result.errors == ("The provider process ended while it was called; see what it printed.",)


def test_a_provider_that_cannot_be_loaded_says_what_is_missing(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    (embedded.directory / "program" / "things.py").unlink()
    result = embedded.destroy()
    assert not result.succeeded
    assert "No module named 'things'" in result.errors[0]
    assert embedded.state("one")["id"] == "id-a"


def test_a_failing_update_keeps_the_old_state(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a"})')
    stack.program('Thing("one", {"value": "b", "fail": "update"})')
    assert not stack.up().succeeded
    assert stack.state("one")["inputs"]["value"] == "a"


def test_a_failing_delete_keeps_the_resource(stack: Stack) -> None:
    stack.apply('Thing("one", {"value": "a", "fail": "delete"})')
    stack.program("")
    result = stack.up()
    assert (result.succeeded, step_of(result, "one").failed) == (False, True)
    assert stack.state("one")["id"] == "id-a"


def test_a_program_that_raises_shows_its_own_frames(stack: Stack) -> None:
    stack.apply('Thing("old", {"value": "o"})')
    stack.program(
        """
        Thing("one", {"value": "a"})

        def fails():
            raise ValueError("a mistake")

        fails()
        """
    )
    result = stack.up()
    assert not result.succeeded
    (message,) = result.errors
    assert message.startswith("Program failed with an unhandled exception:\nTraceback (most recent call last):\n")
    assert "ValueError: a mistake" in message
    assert [line for line in message.splitlines() if "runpy" in line or "asyncio" in line] == []
    assert "delete" not in stack.call_names


def test_a_run_error_is_shown_as_its_message(stack: Stack) -> None:
    stack.program('pulumi.log.warn("take care")\nraise pulumi.RunError("not like this")')
    result = stack.preview()
    assert (result.succeeded, result.errors) == (False, ("not like this",))
    assert [d.message for d in result.diagnostics if d.severity == "warning"] == ["take care"]


def test_the_same_name_twice_is_refused(stack: Stack) -> None:
    stack.program('Thing("one", {"value": "a"})\nThing("one", {"value": "b"})')
    result = stack.preview()
    assert not result.succeeded
    assert "Duplicate resource URN" in result.errors[0]


def test_a_directory_without_a_project_is_refused(stack: Stack) -> None:
    with pytest.raises(EngineError, match=r"Pulumi\.yaml"):
        stack.engine.preview(Workspace(stack.directory / "home", "dev", environment=stack.environment))
