"""API keys in programs, on every engine: the key is a secret output, and other resources use it."""

from __future__ import annotations

import json

from elastic_cloud_emulator import Fault
from tests.support.acme import ADMIN_KEY, Acme, Stack, text

PROGRAM = """
ci = elastic.ApiKey("ci", description="pipeline", roles=[{role!r}], expiration="90d", rotate_before="14d")
again = elastic.Provider("again", api_key=ci.key)
elastic.Roster("acme", members={{"ada@acme.example": []}}, mode="additive", opts=pulumi.ResourceOptions(provider=again))
pulumi.export("key", ci.key)
pulumi.export("id", ci.key_id)
"""
OWNER = PROGRAM.format(role="organization-admin")


def made(acme: Acme) -> dict[str, str]:
    """The secrets of the keys that resources created, by id."""
    return {key.id: key.secret for key in acme.cloud.keys.values() if "[elastic-org " in key.description}


def test_the_key_is_a_secret_output_that_another_provider_uses_and_is_nowhere_in_clear(
    stack: Stack, acme: Acme
) -> None:
    stack.program(OWNER)
    shown = []
    for operation in ("preview", "up", "preview", "refresh"):
        result = getattr(stack, operation)()
        assert result.succeeded, text(result)
        shown.append(repr(result) + json.dumps(result.outputs, default=str))
        shown.extend(json.dumps([step.old_inputs, step.new_inputs], default=str) for step in result.steps)

    (secret,) = made(acme).values()
    assert acme.invited() == {"ada@acme.example"}
    assert stack.engine.outputs(stack.workspace, show_secrets=True)["key"] == secret
    files = "".join(path.read_text(errors="replace") for path in stack.directory.rglob("*") if path.is_file())
    assert secret not in "".join(shown) + files + json.dumps(stack.engine.export(stack.workspace))
    assert not stack.preview().has_changes
    (key,) = (key for key in acme.cloud.keys.values() if key.secret == secret)
    assert key.description.startswith("pipeline [elastic-org people/dev/ci ")


def test_other_roles_are_another_key_which_everything_that_uses_it_gets_in_the_same_update(
    stack: Stack, acme: Acme
) -> None:
    stack.program(OWNER)
    stack.apply()
    (old,) = made(acme)
    stack.program(PROGRAM.format(role="organization-admin; deployment-viewer on all"))
    result = stack.apply()
    assert "roles from 'organization-admin' to 'deployment-viewer on all; organization-admin'" in text(result)
    assert "API key 'pipeline'" in text(result)
    new = stack.engine.outputs(stack.workspace, show_secrets=True)
    assert made(acme).keys() == {old, new["id"]}
    assert new["key"] == made(acme)[new["id"]]
    assert not stack.preview().has_changes


def test_a_failed_rotation_leaves_the_old_key_in_state_and_working(stack: Stack, acme: Acme) -> None:
    stack.program(OWNER)
    stack.apply()
    (before,) = made(acme).values()
    stack.program(PROGRAM.format(role="organization-admin; billing-admin"))
    acme.emulator.faults.add(Fault(kind="connection_dropped", method="POST", path="/auth/keys", takes_effect=True))
    failed = stack.up()
    assert not failed.succeeded
    assert "It is not known whether it was done" in text(failed)
    assert stack.engine.outputs(stack.workspace, show_secrets=True)["key"] == before
    stack.apply()
    after = stack.engine.outputs(stack.workspace, show_secrets=True)["key"]
    assert after in acme.cloud.keys
    assert after != before


def test_a_destroyed_stack_leaves_no_key_behind(stack: Stack, acme: Acme) -> None:
    stack.program(OWNER)
    stack.apply()
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert made(acme) == {}


def test_a_key_in_the_stacks_configuration_is_not_deleted(stack: Stack, acme: Acme) -> None:
    stack.program("""ci = elastic.ApiKey("ci", roles="billing-admin")\npulumi.export("key", ci.key)\n""")
    stack.apply()
    other = "elastic.ApiKey('other', roles='billing-admin')\n"
    stack.config["people:another"] = stack.engine.outputs(stack.workspace, show_secrets=True)["key"]
    stack.program(other)
    refused = stack.up()
    assert not refused.succeeded
    assert "is the key in the Pulumi configuration people:another [stack-needs-key]" in text(refused)
    assert stack.config["people:another"] in acme.cloud.keys
    assert ADMIN_KEY not in text(refused)


def test_mistakes_are_one_clear_text(stack: Stack, acme: Acme) -> None:
    stack.program("elastic.ApiKey('ci', roles=['organisation-admin', 'x'])\n")
    result = stack.preview()
    assert not result.succeeded
    assert "ApiKey 'ci' has mistakes:" in text(result)
    assert "Traceback" not in text(result)
    stack.program("elastic.ApiKey('ci', roles='billing-admin', expiration='never', rotate_before='soon')\n")
    result = stack.preview()
    assert "expiration: must be a number of hours or days such as '12h' or '90d', not 'never'" in text(result)
    assert "rotate_before: must be a number" in text(result)
    assert made(acme) == {}
