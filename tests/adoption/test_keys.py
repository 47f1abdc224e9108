"""API keys, as import writes them."""

from __future__ import annotations

from datetime import timedelta

from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.adoption.access import access, python_lines, yaml_lines
from tests.adoption.test_end_to_end import run, writes
from tests.support.acme import ADMIN_KEY, Acme, Stack, acme, emulator, stack, text
from tests.support.builders import key

__all__ = ["acme", "emulator", "stack"]  # fixtures


def test_only_a_program_holds_keys() -> None:
    assert [*yaml_lines(access((), None, (key(),)), {})] == []


def test_keys_of_one_description_are_resources_of_their_own() -> None:
    lines = "\n".join(
        python_lines(access((), None, (key("a", description="ci"), key("b", description="ci"))), "additive", "x")
    )
    assert '"ci",\n' in lines
    assert '"ci-2",\n' in lines


def test_what_no_program_can_declare_is_told_with_the_reason() -> None:
    keys = (
        key("unlimited", None),
        key("newer", has_more=True),
        key("forever", days=None),
        key("blank", description=" "),
        key("managed", description="pipeline [elastic-org acme/prod/ci 01234567]"),
    )
    lines = [*python_lines(access((), None, keys), "additive", "x")]
    told = {line.partition("not written: ")[2] for line in lines if line}
    assert told == {
        "its roles (whatever its creator may do) cannot be declared.",
        "its roles (billing-admin and roles of a newer kind) cannot be declared.",
        "it never expires, and how the API asks for that is not published.",
        "it has no description.",
        "the resource acme/prod/ci has created it.",
    }


def test_an_imported_program_takes_keys_over_without_a_write(acme: Acme, stack: Stack) -> None:
    roles = {
        "organization": [{"role_id": "organization-admin"}],
        "deployment": [{"role_id": "deployment-viewer", "all": True}],
    }
    made = acme.cloud.add_key(
        "root@acme.example",
        organization=acme.id,
        description='the "pipeline"',
        expires_at=acme.emulator.clock.now() + timedelta(days=60),
        roles=RoleSet(parse_role_assignments(roles, acme.id)),
    )
    ends = acme.emulator.clock.now() + timedelta(days=90)
    acme.cloud.add_key("root@acme.example", "of-the-run", organization=acme.id, expires_at=ends)
    stack.environment["EC_API_KEY"] = "of-the-run"  # which is known to be no other, since it ends on another day
    imported = run(stack, "import", "--format", "python", "--output", "__main__.py")
    assert imported.returncode == 0, imported.stderr
    written = (stack.directory / "__main__.py").read_text()
    assert f'adopt="{made.id}"' in written
    assert made.secret not in written
    acme.emulator.calls.reset()
    stack.apply()
    assert not stack.preview().has_changes
    assert writes(acme) == 0
    stack.environment["EC_API_KEY"] = ADMIN_KEY
    assert "Elastic Cloud does not tell when that one expires" in text(stack.destroy())
    stack.environment["EC_API_KEY"] = "of-the-run"
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert made.secret not in acme.cloud.keys
