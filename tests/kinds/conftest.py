"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.provided import Cloud
from tests.support.sign_on import SignOnStack


@pytest.fixture(params=["dynamic", "plugin"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The organization, behind each of the two faces: whatever the lifecycle does, it does for both."""
    with Emulator() as emulator:
        cloud = Cloud(emulator)
        cloud.face = request.param
        yield cloud


@pytest.fixture(params=["dynamic", "plugin"])
def stack(request: pytest.FixtureRequest) -> Iterator[SignOnStack]:
    """The organization, behind each of the two faces."""
    with Emulator() as emulator:
        stack = SignOnStack(emulator)
        stack.face = request.param
        yield stack


@pytest.fixture
def up(stack: SignOnStack) -> SignOnStack:
    """With everything set up."""
    assert stack.up() is None
    stack.emulator.calls.reset()
    return stack
