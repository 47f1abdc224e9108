"""Makes a test fail whose emulators answered, or whose client asked, what no published description has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.contract.observer import Observer
from tests.contract.page import used_by_the_client

MOST_LINES = 20


@pytest.fixture(scope="session", autouse=True)
def contract_observer() -> Iterator[Observer]:
    """Observes every emulator that this process starts."""
    observer = Observer()
    start = Emulator.start

    def observed(emulator: Emulator) -> None:
        if observer not in emulator.watchers:
            emulator.watchers.append(observer)
        start(emulator)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Emulator, "start", observed)
        yield observer


@pytest.fixture(autouse=True)
def every_exchange_is_as_published(contract_observer: Observer) -> Iterator[None]:
    """Fails the test in which something else was said."""
    contract_observer.mismatches.clear()
    yield
    if contract_observer.mismatches:
        lines = "\n".join([*dict.fromkeys(contract_observer.mismatches)][:MOST_LINES])
        pytest.fail(f"not as published:\n{lines}", pytrace=False)
    unlisted = {name for name, one in contract_observer.seen.items() if one.requests} - used_by_the_client()
    if unlisted:
        contract_observer.seen.clear()
        names = ", ".join(sorted(unlisted))
        pytest.fail(
            f"not in docs/contract.md: {names}: add it to tests/contract/scenario.py, then make contract", pytrace=False
        )
