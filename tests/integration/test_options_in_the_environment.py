"""What the CLI would take for options of its own narrows no preview and no update of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.acme import Acme, make_stack, text

ADA = "ada@acme.example"


@pytest.mark.parametrize("option", ["TARGET", "EXCLUDE"])
def test_an_option_that_is_left_over_in_the_environment_hides_no_change(
    tmp_path: Path, engine_name: str, acme: Acme, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = make_stack(tmp_path, engine_name, acme)
    stack.roster({ADA: ["billing-admin"]})
    stack.apply()
    stack.roster({})
    stranger = "urn:pulumi:dev::people::pulumi-python:dynamic/elastic-org:Roster::"
    monkeypatch.setenv(f"PULUMI_OPTION_{option}", f"{stranger}{'another' if option == 'TARGET' else '*'}")
    result = stack.preview()
    assert result.succeeded, text(result)
    assert result.has_changes, text(result)
    stack.apply()
    assert acme.invited() == set()
