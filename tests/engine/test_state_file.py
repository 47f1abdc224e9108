"""The embedded engine's state file: whole or not at all, one operation at a time, and plain about damage."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from pulumi_embedded.port import EngineError
from tests.support.things_stack import Stack


def state_file(stack: Stack) -> Path:
    return stack.directory / ".elastic-org" / "state" / "dev.json"


def test_the_file_is_saved_after_every_step(embedded: Stack) -> None:
    embedded.program(
        """
        import json, os
        first = Thing("first", {"value": "a"})

        def look(_):
            path = os.path.join(os.environ["TRIAL_DIRECTORY"], ".elastic-org", "state", "dev.json")
            urns = [item["urn"] for item in json.load(open(path))["deployment"]["resources"]]
            return any(urn.endswith("::first") for urn in urns)

        pulumi.export("seen", first.made.apply(look))
        """
    )
    assert embedded.up().outputs == {"seen": True}


def test_the_state_before_the_operation_is_kept_beside(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    before = state_file(embedded).read_text()
    embedded.apply('Thing("one", {"value": "b"})')
    assert state_file(embedded).with_name("dev.json.bak").read_text() == before
    assert sorted(path.name for path in state_file(embedded).parent.iterdir()) == ["dev.json", "dev.json.bak"]


def test_previews_leave_the_file_alone(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    before = state_file(embedded).read_text()
    embedded.program('Thing("two", {"value": "b"})')
    embedded.preview()
    embedded.cloud(id_a={"value": "z"})
    embedded.refresh(preview_only=True)
    embedded.destroy(preview_only=True)
    assert state_file(embedded).read_text() == before


def lock_of(stack: Stack, **owner: object) -> Path:
    """Leaves a lock behind."""
    lock = state_file(stack).with_name("dev.json.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(
        json.dumps({"operation": "up", "user": "ada", "host": "laptop", "pid": 7, "since": "today"} | owner)
    )
    return lock


def test_a_lock_says_whose_it_is_and_how_to_release_it(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    lock = lock_of(embedded)
    for operate in (embedded.up, embedded.refresh, embedded.destroy):
        with pytest.raises(EngineError, match=r"`up` of ada on laptop \(process 7.*deleting .*dev\.json\.lock"):
            operate()
    assert embedded.preview().succeeded
    lock.unlink()
    assert embedded.up().succeeded
    assert not lock.exists()


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ({}, r"Wait for it to end; if it is gone, release the lock by deleting .*dev\.json\.lock, then run `refresh`"),
        ({"host": socket.gethostname(), "pid": os.getpid()}, "Wait for it to end; if it is gone"),
        (
            {"host": socket.gethostname(), "pid": 2**22 + 1},
            "That process was killed. See that no other works on this stack, and release",
        ),
        ({"host": socket.gethostname(), "pid": 2**70}, "Wait for it to end"),
        ({"host": socket.gethostname(), "pid": "seven"}, "did not come to say who it is.*release the lock by deleting"),
    ],
)
def test_a_lock_that_was_left_behind_is_told_from_one_that_is_held(
    embedded: Stack, owner: dict[str, object], said: str
) -> None:
    content = lock_of(embedded, **owner).read_text()
    embedded.program("")
    with pytest.raises(EngineError, match=f"The stack is locked .*{said}"):
        embedded.up()
    assert lock_of(embedded, **owner).read_text() == content


def test_a_lock_that_nobody_signed_is_released_alike(embedded: Stack) -> None:
    lock_of(embedded).write_text("")
    embedded.program("")
    with pytest.raises(EngineError, match=r"did not come to say who it is.*by deleting .*dev\.json\.lock"):
        embedded.up()


def test_a_stack_that_cannot_be_locked_is_left_alone(embedded: Stack) -> None:
    embedded.program('Thing("one", {"value": "a"})')
    state_file(embedded).parent.parent.write_text("a file where the directory is to be")
    with pytest.raises(EngineError, match=r"cannot be locked: .*Nothing was changed"):
        embedded.up()
    assert embedded.call_names == []


def test_two_operations_do_not_run_at_once(embedded: Stack) -> None:
    embedded.program(
        """
        import os
        lock = os.path.join(os.environ["TRIAL_DIRECTORY"], ".elastic-org", "state", "dev.json.lock")
        pulumi.export("owner", __import__("json").load(open(lock))["pid"])
        """
    )
    assert embedded.up().outputs == {"owner": os.getpid()}


def test_a_state_of_another_stack_is_refused(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    text = json.dumps(embedded.engine.export(embedded.workspace)).replace("urn:pulumi:dev::", "urn:pulumi:prod::")
    with pytest.raises(EngineError, match="another stack"):
        embedded.engine.import_(embedded.workspace, json.loads(text))


def test_a_replacement_whose_delete_failed_is_finished_by_the_next_run(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a", "kind": "small", "fail": "delete"})')
    embedded.program('Thing("one", {"value": "b", "kind": "large"})')
    assert not embedded.up().succeeded
    assert [item.get("delete", False) for item in embedded.resources if item["urn"].endswith("::one")] == [False, True]
    text = state_file(embedded).read_text().replace('"fail":"delete"', '"fail":""')
    state_file(embedded).write_text(text)
    embedded.forget_calls()
    assert embedded.up().succeeded
    assert embedded.call_names == ["check", "diff", "delete"]
    assert len([item for item in embedded.resources if item["urn"].endswith("::one")]) == 1
