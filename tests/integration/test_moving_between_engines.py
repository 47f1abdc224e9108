"""A stack with a roster moves between the embedded engine and the Pulumi CLI, both ways, and previews clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_elastic_org.engine import select
from tests.support.acme import Acme, make_stack, text


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.parametrize(("first", "second"), [("embedded", "pulumi"), ("pulumi", "embedded")])
def test_a_roster_previews_clean_on_the_other_engine(tmp_path: Path, acme: Acme, first: str, second: str) -> None:
    stack = make_stack(tmp_path, first, acme)
    stack.roster({"ada@acme.example": ["billing-admin"], "bob@acme.example": []})
    stack.apply()
    acme.cloud.accept(acme.id, "ada@acme.example")
    exported = stack.engine.export(stack.workspace)
    stack.engine = select(second)
    stack.engine.import_(stack.workspace, exported)
    result = stack.preview()
    assert result.succeeded, text(result)
    assert not result.has_changes, text(result)
    stack.roster({"ada@acme.example": ["billing-admin"]})
    stack.apply()
    assert acme.invited() == set()
