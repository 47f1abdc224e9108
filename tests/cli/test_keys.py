"""`elastic-org keys` as a shell sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.model.changes import RemoveMember
from tests.support.acme import OWNER

KEY = "key-of-the-administrator"
BILLING = RoleSet(parse_role_assignments({"organization": [{"role_id": "billing-admin", "organization_id": "4242"}]}))


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The key of an administrator, one that expires next week, one whose creator left, and one for a year."""
    with Emulator() as running:
        cloud = running.cloud
        cloud.add_organization("acme", id="4242")
        cloud.add_member("4242", "root@acme.example", OWNER, key=KEY)
        cloud.add_member("4242", "ada@acme.example")
        for description, days in (("next *week*", 7), ("gone", 100), ("a year", 365)):
            ends = running.clock.now() + timedelta(days=days)
            creator = cloud.add_user("eve@acme.example").id if description == "gone" else "ada@acme.example"
            cloud.add_key(creator, organization="4242", description=description, expires_at=ends, roles=BILLING)
        cloud.keys[KEY].description = "root's"
        yield running


def call(emulator: Emulator, *arguments: str) -> Result:
    environment = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY, "EC_ORGANIZATION_ID": "4242"}
    return CliRunner().invoke(main, ["keys", *arguments], env=environment)


def listed(emulator: Emulator, *arguments: str) -> list[str]:
    found = json.loads(call(emulator, "--json", *arguments).stdout)
    return [key["description"] for key in found["keys"]]


def test_who_left_is_shown_by_the_address_that_the_audit_trail_knows(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = tmp_path / "audit.jsonl"
    eve = next(one.id for one in emulator.cloud.users.values() if one.email == "eve@acme.example")
    left = RemoveMember("eve@acme.example", eve, frozenset(), managed=True)
    AuditTrail("4242", {"ELASTIC_ORG_AUDIT_LOG": str(trail)}).record(left, None)
    monkeypatch.setenv("ELASTIC_ORG_AUDIT_LOG", str(trail))

    assert f"created by eve@acme.example (user {eve})" in call(emulator, "--orphaned").stdout
    assert f"created by `eve@acme.example (user {eve})`" in call(emulator, "--orphaned", "--format", "markdown").stdout
    [key] = json.loads(call(emulator, "--orphaned", "--json").stdout)["keys"]
    assert key["creator"] == {"email": None, "user_id": eve}


@pytest.mark.parametrize("content", [None, "no trail\n"], ids=["there is none", "damaged"])
def test_an_audit_trail_that_cannot_be_read_leaves_the_list_as_it_is(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    trail = tmp_path / "audit.jsonl"
    if content is not None:
        trail.write_text(content, encoding="utf-8")
    without = call(emulator, "--orphaned").stdout
    monkeypatch.setenv("ELASTIC_ORG_AUDIT_LOG", str(trail))

    assert call(emulator, "--orphaned").stdout == without


def test_every_key_is_listed_with_its_creator_roles_and_end_the_first_to_end_at_the_top(emulator: Emulator) -> None:
    result = call(emulator)

    assert result.exit_code == 0, result.output
    *lines, total = result.stdout.splitlines()
    assert [line.strip(" !").partition("  ")[0] for line in lines[::2]] == ["next *week*", "gone", "a year", "root's"]
    assert lines[1].startswith("      billing-admin; expires ")
    assert lines[1].endswith("; created by ada@acme.example; expires within 30 days")
    assert lines[3].endswith("; its creator is no longer a member")
    assert lines[7] == "      whatever its creator may do; never expires; created by root@acme.example"
    assert total == (
        "4 API keys, 1 whose creator is not a member, 1 without an end, 1 with organization-admin, 1 expiring within 30 days"
    )


def test_what_is_said_of_a_key_stays_below_its_name_where_the_terminal_is_narrow(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    *lines, _total = call(emulator).stdout.splitlines()

    names = [line for line in lines if not line.startswith("      ")]
    assert [line.strip(" !").partition("  ")[0] for line in names] == ["next *week*", "gone", "a year", "root's"]
    assert len(lines) > 2 * len(names)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), ["next *week*", "gone", "a year", "root's"]),
        (("--orphaned",), ["gone"]),
        (("--expiring",), ["next *week*"]),
        (("--orphaned", "--expiring"), ["next *week*", "gone"]),
    ],
)
def test_only_what_was_asked_for_is_listed(emulator: Emulator, options: tuple[str, ...], found: list[str]) -> None:
    assert listed(emulator, *options) == found


def test_as_json_each_key_says_what_there_is_to_know(emulator: Emulator) -> None:
    found = json.loads(call(emulator, "--format", "json", "--orphaned").stdout)

    assert found["organization_id"] == "4242"
    (key,) = found["keys"]
    assert key.keys() == {"id", "description", "roles", "created_at", "expires_at", "creator", "concerns"}
    assert (key["concerns"], key["creator"]["email"]) == (["orphaned"], None)


def test_as_markdown_no_description_becomes_markup(emulator: Emulator) -> None:
    result = call(emulator, "--format", "markdown", "--expiring")

    assert result.stdout.startswith("## API keys of organization 4242\n\n- `next *week*` (`")
    assert result.stdout.endswith("**expires within 30 days.**\n")
    emulator.cloud.remove_key(next(key for key in emulator.cloud.keys.values() if key.description == "gone"))
    assert call(emulator, "--format", "markdown", "--orphaned").stdout.endswith("\n\nNone.\n")


def test_a_scheduled_job_fails_where_there_is_something_to_do(emulator: Emulator) -> None:
    assert call(emulator, "--orphaned", "--expect-none").exit_code == 7
    emulator.cloud.remove_key(next(key for key in emulator.cloud.keys.values() if key.description == "gone"))
    assert call(emulator, "--orphaned", "--expect-none").exit_code == 0


def test_no_secret_is_shown(emulator: Emulator) -> None:
    shown = "".join(call(emulator, "--format", form).output for form in ("terminal", "markdown", "json"))
    assert [key.secret for key in emulator.cloud.keys.values() if key.secret in shown] == []


def test_two_formats_are_wrong_usage(emulator: Emulator) -> None:
    assert call(emulator, "--json", "--format", "markdown").exit_code == 2


def test_without_a_key_it_says_which_variable_to_set() -> None:
    result = CliRunner().invoke(main, ["keys"], env={"EC_API_KEY": ""})

    assert result.exit_code == 1
    assert "set EC_API_KEY" in result.stderr
