"""A stack that does not exist: a preview does without and makes none, and whatever is about its resources refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_embedded.port import NoStack
from tests.support.things_stack import Stack, ops

ONE = 'Thing("one", {"value": "a"})'

ABOUT_RESOURCES: dict[str, Callable[[Stack], object]] = {
    "refresh": lambda stack: stack.refresh(),
    "look for drift": lambda stack: stack.refresh(preview_only=True),
    "destroy": lambda stack: stack.destroy(),
    "outputs": lambda stack: stack.engine.outputs(stack.workspace),
}


def files(stack: Stack) -> set[str]:
    """What lies in the project, less what every run leaves there."""
    left = {"calls", "backend", "home"}
    paths = [path.relative_to(stack.directory) for path in stack.directory.rglob("*.*")]
    return {str(path) for path in paths if not left & {*path.parts} and "__pycache__" not in path.parts}


def test_a_preview_shows_everything_as_new_and_makes_no_stack(stack: Stack) -> None:
    stack.program(ONE)
    stack.configure({"config": {"trial:word": "x"}})
    before = files(stack), (stack.directory / "Pulumi.dev.yaml").read_bytes()
    result = stack.preview()
    assert (result.succeeded, ops(result)) == (True, {"one": "create"})
    assert (files(stack), (stack.directory / "Pulumi.dev.yaml").read_bytes()) == before
    with pytest.raises(NoStack):
        stack.refresh()


@pytest.mark.parametrize("act", ABOUT_RESOURCES)
def test_a_mistaken_name_is_refused(stack: Stack, act: str) -> None:
    stack.program(ONE)
    with pytest.raises(NoStack, match=r"^There is no stack 'dev': check its name; the command `up` makes it\.$"):
        ABOUT_RESOURCES[act](stack)
    assert stack.resources == []
