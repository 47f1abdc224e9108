"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.provided import Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Emulator() as emulator:
        yield Cloud(emulator)
