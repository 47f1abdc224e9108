"""What every test needs: no settings of the machine's own, and every engine that there is."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from typing import Any

import hypothesis
import pytest

# Set before anything imports Pulumi's SDK or starts a process: the tests use no account and no stack of the machine's owner.
for name in [name for name in os.environ if name.startswith(("EC_", "ELASTIC_ORG_", "PULUMI_"))]:
    del os.environ[name]
os.environ.pop("COLUMNS", None)  # outputs are as wide as in a log, wherever the tests are run
os.environ["PULUMI_CONFIG_PASSPHRASE"] = "correct horse battery staple"
os.environ["PULUMI_SKIP_UPDATE_CHECK"] = "true"
# Pulumi would look for a plugin of every package called pulumi-* that is installed, five times over, and wait in between.
os.environ["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
# Tests rewrite a program within a second, which Python's cache of compiled modules does not notice.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

from tests.contract.fixtures import contract_observer, every_exchange_is_as_published  # noqa: E402
from tests.support.interrupts import let_children_heed_interrupts  # noqa: E402

let_children_heed_interrupts()

# How long an example takes says nothing but how busy the machine is.
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")

__all__ = ["contract_observer", "every_exchange_is_as_published"]


@pytest.fixture
def pulumi_cli() -> str:
    """The path of the real CLI; tests that need it skip where there is none."""
    path = shutil.which("pulumi")
    if path is None:
        pytest.skip("the Pulumi CLI is not on PATH")
    return path


@pytest.fixture(params=["embedded", "pulumi"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every engine that there is on the machine."""
    if request.param == "pulumi":
        request.getfixturevalue("pulumi_cli")
    return str(request.param)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says what was skipped and why, once a reason instead of once a test."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    if reasons:
        terminalreporter.section("skipped")
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'}: {reason.removeprefix('Skipped: ')}")
