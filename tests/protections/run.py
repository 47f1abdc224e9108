"""Runs the named tests with each protection disabled in turn: ``python -m tests.protections.run RESULT``.

One process for all of them, since most of the time goes into imports. RESULT becomes a JSON object: by protection, and by `""` for
none disabled, the tests whose assertions fail.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protections.table import PROTECTIONS, Protection

PURE = "tests/model/"
NAMED = frozenset(one.test for one in PROTECTIONS.values())


class Without:
    """A plugin of pytest that disables a protection for each test, once everything that uses it is imported.

    Args:
        protection: The one to disable; ``None`` for none.
    """

    def __init__(self, protection: Protection | None) -> None:
        self._protection = protection
        self.failed: list[str] = []

    @pytest.fixture(autouse=True)
    def disabled(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            if self._protection is not None:
                self._protection.disable(patch)
            yield

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            one_case = report.nodeid in NAMED
            test = report.nodeid if one_case else report.nodeid.partition("[")[0]  # else any case, behind either face
            self.failed.append(test if report.when == "call" else f"{test}: broken")


def failing(protection: Protection | None) -> list[str]:
    """Returns the tests that fail, of the protection's own and all that are quick; of all tests where none is disabled."""
    tests = {one for one in NAMED if protection is None or one == protection.test or one.startswith(PURE)}
    plugin = Without(protection)
    code = pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", *sorted(tests)], plugins=[plugin])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(code)
    return list(dict.fromkeys(plugin.failed))


if __name__ == "__main__":
    disabled = {"": None, **PROTECTIONS}
    Path(sys.argv[1]).write_text(json.dumps({name: failing(one) for name, one in disabled.items()}))
