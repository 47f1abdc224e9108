"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.provided import FACES, Cloud, emulated


@pytest.fixture(params=FACES)
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The organization, behind each of the two faces."""
    yield from emulated(Cloud, request.param)
