"""A stack with a roster moves between the embedded engine and the Pulumi CLI, both ways, and previews clean."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pulumi_elastic_org.engine import select
from pulumi_embedded.port import EngineError
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
    if second == "embedded":  # which refuses to begin beside a state of the CLI, and says where to put it
        with pytest.raises(EngineError, match="The stack has a state of the Pulumi CLI") as refused:
            stack.preview()
        [state] = re.findall(r"stack export --file ([^`]+)`", str(refused.value))
        Path(state).parent.mkdir(parents=True)
        Path(state).write_text(json.dumps(exported))
    else:
        stack.engine.import_(stack.workspace, exported)
    result = stack.preview()
    assert result.succeeded, text(result)
    assert not result.has_changes, text(result)
    stack.roster({"ada@acme.example": ["billing-admin"]})
    stack.apply()
    assert acme.invited() == set()
