"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.provided import FACES, cloud, emulated
from tests.support.sign_on import SignOnStack

__all__ = ["cloud"]


@pytest.fixture(params=FACES)
def stack(request: pytest.FixtureRequest) -> Iterator[SignOnStack]:
    """The organization, behind each of the two faces."""
    yield from emulated(SignOnStack, request.param)


@pytest.fixture
def up(stack: SignOnStack) -> SignOnStack:
    """With everything set up."""
    assert stack.up() is None
    stack.emulator.calls.reset()
    return stack
