"""A sample of `make trust`: a fault while single sign-on is set up or taken down locks nobody out, and the next run finishes it."""

from __future__ import annotations

import pytest

from tests.trust import sign_on
from tests.trust.faults import FAULTS, kinds_at
from tests.trust.sign_on import SET_UP, TAKE_DOWN
from tests.trust.trials import Trial


@pytest.mark.parametrize("level", [SET_UP, TAKE_DOWN])
def test_a_fault_at_any_call_locks_nobody_out_and_the_next_run_finishes(level: str) -> None:
    sites = sign_on.call_sites(level)
    kinds = [kind for kind in FAULTS if FAULTS[kind].kind != "unanswered"]  # each costs seconds
    tried = [(site, kind) for site in sites for kind in kinds_at(site) if kind in kinds]
    wrong = []
    for number, (site, kind) in enumerate(tried[:: 5 if level == SET_UP else 3]):
        judgement = sign_on.attempt(Trial(kind, site, number % 2 == 0, level))
        wrong += [f"{judgement}: {one}" for one in judgement.wrong]
    assert wrong == []
