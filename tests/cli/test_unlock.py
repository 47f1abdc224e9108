"""`elastic-org unlock` as a shell sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cli import main
from tests.support.acme import OWNER

KEY = "break-glass-key"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An organization in which single sign-on is enforced, and nobody can sign in."""
    with Emulator() as running:
        running.cloud.add_organization("acme", id="4242")
        running.cloud.add_member("4242", "root@acme.example", OWNER, key=KEY)
        running.cloud.add_member("4242", "bob@acme.example", key="bobs-key")
        running.cloud.organization("4242").settings |= {
            "enforce_authentication_method": "sso",
            "billing_contacts": ["a@x.io"],
        }
        yield running


def call(emulator: Emulator, *arguments: str, **environment: str | None) -> Result:
    variables = {
        "EC_ENDPOINT": emulator.endpoint,
        "EC_BREAK_GLASS_KEY": KEY,
        "EC_ORGANIZATION_ID": "4242",
        **environment,
    }
    return CliRunner().invoke(main, ["unlock", *arguments], env=variables)


def test_one_call_with_that_key_alone_lets_an_owner_sign_in_again(emulator: Emulator) -> None:
    assert not emulator.cloud.owner_can_sign_in("4242")
    result = call(emulator, "--yes", EC_API_KEY=None)
    assert result.exit_code == 0, result.output
    assert "no longer enforced in organization 4242" in result.stdout
    assert [(one.method, one.route) for one in emulator.calls.all()] == [("PUT", "/organizations/{organization_id}")]
    assert emulator.cloud.owner_can_sign_in("4242")
    assert emulator.cloud.organization("4242").settings == {"billing_contacts": ["a@x.io"]}


def test_any_owner_s_key_will_do_and_the_organization_is_found(emulator: Emulator) -> None:
    result = call(emulator, "-y", EC_BREAK_GLASS_KEY=None, EC_API_KEY=KEY, EC_ORGANIZATION_ID=None)
    assert result.exit_code == 0, result.output
    assert emulator.cloud.owner_can_sign_in("4242")


def test_twice_is_as_good_as_once(emulator: Emulator) -> None:
    assert [call(emulator, "-y").exit_code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("fault", [Fault(kind="connection_dropped", takes_effect=True), Fault(kind="unavailable")])
def test_a_call_that_fails_is_made_again(emulator: Emulator, fault: Fault) -> None:
    emulator.faults.add(fault)
    assert call(emulator, "-y").exit_code == 0
    assert emulator.cloud.owner_can_sign_in("4242")


def test_nothing_is_done_where_nobody_can_be_asked_or_there_is_no_key(emulator: Emulator) -> None:
    assert call(emulator).exit_code == 2
    without = call(emulator, "-y", EC_BREAK_GLASS_KEY=None, EC_API_KEY=None)
    assert without.exit_code == 2
    assert "set EC_BREAK_GLASS_KEY or EC_API_KEY" in without.output
    assert emulator.calls.all() == []


def test_the_key_of_no_owner_is_refused_and_recorded_and_not_shown(emulator: Emulator, tmp_path: Path) -> None:
    trail = tmp_path / "audit.jsonl"
    refused = call(emulator, "-y", EC_BREAK_GLASS_KEY="bobs-key", ELASTIC_ORG_AUDIT_LOG=str(trail))
    assert refused.exit_code == 1
    assert "organization owner" in refused.output
    assert "bobs-key" not in refused.output
    assert call(emulator, "-y", ELASTIC_ORG_AUDIT_LOG=str(trail)).exit_code == 0
    entries = [json.loads(line) for line in trail.read_text().splitlines()]
    assert [(one["subject"], one["change"], one["result"]) for one in entries] == [
        ("single sign-on", "take enforcement off", "refused"),
        ("single sign-on", "take enforcement off", "done"),
    ]
    shown = CliRunner().invoke(main, ["log", str(trail)])
    assert "take enforcement off" in shown.stdout
