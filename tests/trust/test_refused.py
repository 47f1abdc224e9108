"""A sample of `make trust`: one entry of each batch is refused; everybody else's changes are done."""

from __future__ import annotations

import pytest

from tests.trust.refused import KINDS, REFUSALS, entries, refuse


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_that_is_refused_holds_up_nobody_else(kind: str, status: str) -> None:
    people = [person for one, person in entries() if one == kind]
    person = people[int(status) % len(people)]
    assert refuse(kind, person, status).wrong == ()
