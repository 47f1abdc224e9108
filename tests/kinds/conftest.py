"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.provided import Cloud


@pytest.fixture(params=["dynamic", "plugin"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The organization, behind each of the two faces: whatever the lifecycle does, it does for both."""
    with Emulator() as emulator:
        cloud = Cloud(emulator)
        cloud.face = request.param
        yield cloud
