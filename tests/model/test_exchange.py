"""What of a change of roles can be done without the rest of it."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.model.outcome import Exchange, all_given, all_taken, exchanges
from tests.support.builders import BILLING, roles

ON_ALL, ON_ONE, ON_TWO = (roles(f"deployment-editor on {target}") for target in ("all", "d1", "d2"))
AUDITOR_ONE, AUDITOR_TWO = (roles(f"deployment-editor on {target} as auditor") for target in ("d1", "d2"))
NOTHING = roles("no roles")

CASES = {
    "grants that have nothing to do with each other": (
        ON_ONE | ON_TWO | roles(BILLING),
        NOTHING,
        [Exchange(ON_ONE, NOTHING), Exchange(ON_TWO, NOTHING), Exchange(roles(BILLING), NOTHING)],
    ),
    "from all to some": (ON_ONE | ON_TWO, ON_ALL, [Exchange(ON_ONE | ON_TWO, ON_ALL)]),
    "from some to all": (ON_ALL, ON_ONE | ON_TWO, [Exchange(ON_ALL, ON_ONE | ON_TWO)]),
    "between application roles, target by target": (
        AUDITOR_ONE | AUDITOR_TWO,
        ON_ONE | ON_TWO,
        [Exchange(AUDITOR_ONE, ON_ONE), Exchange(AUDITOR_TWO, ON_TWO)],
    ),
    "what is only taken": (NOTHING, ON_ONE | ON_TWO, [Exchange(NOTHING, ON_ONE), Exchange(NOTHING, ON_TWO)]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_taken_apart_into_what_can_be_done_by_itself(case: str) -> None:
    given, taken, parts = CASES[case]
    assert {*exchanges(given, taken)} == {*parts}
    assert all_given(parts) == given
    assert all_taken(parts) == taken
