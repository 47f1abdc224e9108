"""One Chromium for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.chromium import DESK, Browser, chromium


@pytest.fixture(scope="module")
def _chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def browser(_chromium: Browser) -> Browser:
    """A desk's screen, a person who likes light pages, and nothing said so far."""
    _chromium.resize(DESK)
    _chromium.prefer("light")
    _ = _chromium.complaints
    return _chromium
