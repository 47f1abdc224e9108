"""An organization in which plans are carried out in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.acme import Acme
from tests.support.applying import Apply
from tests.support.builders import NOW


@pytest.fixture
def acme() -> Iterator[Acme]:
    with Emulator(now=NOW) as emulator:
        yield Acme(emulator)


@pytest.fixture
def apply(acme: Acme) -> Apply:
    return Apply(acme)
