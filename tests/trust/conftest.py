"""The calls of an undisturbed update, found out once."""

from __future__ import annotations

import pytest

from tests.trust import kills, trials
from tests.trust.faults import CallSite


@pytest.fixture(scope="session")
def sites() -> list[CallSite]:
    """Of a provider in this process."""
    return trials.call_sites()


@pytest.fixture(scope="session")
def sites_of_a_process() -> list[CallSite]:
    """Of whole processes."""
    return kills.call_sites("embedded")
