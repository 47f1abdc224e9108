"""A program in which everything got another name changes nothing, through whole engines: what is there goes to its new resource."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.cli.runs.operations import Operation, perform
from tests.integration.test_sign_on_resources import CLAIM, EVERYTHING, PROVIDER, SignInWatch, watch, writes
from tests.support.acme import ADMIN, Acme, Stack, text

__all__ = ["watch"]  # a fixture

ROSTER_FILE = """
mode: additive
members: {}
role_mappings:
  soc: {any: [{group: soc}], roles: [billing-admin]}
  owners: {any: [{group: platform}], roles: [organization-admin]}
"""


def renamed(program: str) -> str:
    return program.replace("('acme'", "('renamed'")


def becomes(stack: Stack, acme: Acme, program: str) -> None:
    """Sees that the program changes nothing live, by any command, and is settled then."""
    stack.program(program)
    acme.emulator.calls.reset()
    ahead = perform(stack.engine, Operation.PREVIEW, stack.workspace, preview=True, on_event=lambda _: None)
    assert ahead.result.succeeded, text(ahead.result)
    assert "stays as declared by another resource" in text(stack.apply())
    assert writes(acme) == []
    assert not stack.preview().has_changes


def test_single_sign_on_stays_when_all_of_it_gets_another_name(stack: Stack, acme: Acme, watch: SignInWatch) -> None:
    stack.program(EVERYTHING)
    stack.apply()
    live = acme.cloud.organization(acme.id)
    becomes(stack, acme, renamed(EVERYTHING))
    assert live.identity_provider is not None
    assert (sorted(live.role_mappings), list(live.domains)) == (["owners", "soc"], ["acme.example"])
    assert live.settings["enforce_authentication_method"] == "sso"
    assert watch.lockouts == []
    assert stack.destroy().succeeded
    assert live.identity_provider is None
    assert [*live.role_mappings, *live.domains] == []


def test_the_role_mappings_of_a_roster_file_stay_when_its_roster_gets_another_name(
    stack: Stack, acme: Acme, watch: SignInWatch
) -> None:
    (stack.directory / "roster.yaml").write_text(ROSTER_FILE)
    program = CLAIM + PROVIDER + "elastic.Roster.from_file({!r}, 'roster.yaml')\n"
    stack.program(program.format("people"))
    stack.apply()
    becomes(stack, acme, program.format("everybody"))
    assert sorted(acme.cloud.organization(acme.id).role_mappings) == ["owners", "soc"]
    assert watch.lockouts == []


def test_an_adopted_key_stays_when_its_resource_gets_another_name(stack: Stack, acme: Acme) -> None:
    ends = datetime.now(timezone.utc) + timedelta(days=60)
    roles = RoleSet(
        parse_role_assignments({"organization": [{"role_id": "billing-admin", "organization_id": acme.id}]})
    )
    acme.cloud.add_key(ADMIN, "of-the-run", organization=acme.id, expires_at=ends + timedelta(days=9))
    stack.environment["EC_API_KEY"] = "of-the-run"  # which is known to be no other, since it ends on another day
    key = acme.cloud.add_key(ADMIN, organization=acme.id, description="ci", expires_at=ends, roles=roles)
    program = f"elastic.ApiKey({{!r}}, ['billing-admin'], 'ci', adopt={key.id!r})\n"
    stack.program(program.format("ci"))
    stack.apply()
    becomes(stack, acme, program.format("pipeline"))
    assert key.secret in acme.cloud.keys
    assert stack.destroy().succeeded
    assert key.secret not in acme.cloud.keys
