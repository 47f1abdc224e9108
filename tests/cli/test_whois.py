"""`elastic-org whois`: each role, what gives it, and the keys that outlive a membership."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cli import main

TOMASZ, SOFIA = "tomasz.wieczorek@acme.example", "sofia.marchetti@acme.example"
QUICKSTART = str(Path(__file__).parents[2] / "examples" / "quickstart" / "roster.yaml")


def call(emulator: Emulator, *arguments: str) -> Result:
    given = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": "demo-admin-key"}
    return CliRunner().invoke(main, ["whois", *arguments], env=given)


def test_each_role_is_told_with_what_gives_it(emulator: Emulator) -> None:
    result = call(emulator, SOFIA, "--roster", QUICKSTART)
    assert result.exit_code == 0, result.output
    assert f"{SOFIA}, user 3100000043: a member" in result.stdout
    roles = [line for line in result.stdout.splitlines() if line.startswith("  deployment-")]
    assert len(roles) == 3
    assert all(line.endswith("  by group shop") for line in roles)
    assert roles[0].startswith("  deployment-editor on shop-staging  ")  # as the file calls it


def test_what_was_given_by_hand_and_what_is_missing_is_told(emulator: Emulator) -> None:
    emulator.cloud.set_roles("acme", SOFIA, {"organization": [{"role_id": "billing-admin"}]})
    said = call(emulator, SOFIA, "--roster", QUICKSTART).stdout
    assert "  billing-admin  by nothing in the roster: by hand" in said
    assert "  not held: deployment-editor on" in said


def test_the_keys_that_somebody_created_are_told(emulator: Emulator) -> None:
    said = call(emulator, TOMASZ).stdout
    assert "  billing-admin\n" in said
    assert "  API key " in said


def test_a_program_gets_the_same_and_the_invited_are_found(emulator: Emulator) -> None:
    document = json.loads(call(emulator, "bjarne.holt@acme.example", "--json").stdout)
    assert document["member"] is False
    assert document["user_id"] is None
    assert document["roles"]


def test_a_stranger_is_no_answer(emulator: Emulator) -> None:
    refused = call(emulator, "nobody@acme.example")
    assert refused.exit_code == 1
    assert "nobody@acme.example is neither a member of organization 2871506934 nor invited" in refused.stderr
