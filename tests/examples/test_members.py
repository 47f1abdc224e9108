"""The examples of single people and of several organizations do what they say, on every engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from elastic_cloud_emulator import Cloud, Emulator
from pulumi_elastic_org.cloud.organization_settings import end_enforcement
from pulumi_elastic_org.cloud.session import Session
from pulumi_embedded.port import Workspace
from tests.support.acme import Stack, text

EXAMPLES = Path(__file__).parents[2] / "examples"

Example = Callable[[str], "tuple[Stack, Emulator]"]


@pytest.fixture
def example(engine_name: str, tmp_path: Path) -> Iterator[Example]:
    """Starts an example's emulator, and makes a project of its program and files."""
    with ExitStack() as running:

        def start(name: str) -> tuple[Stack, Emulator]:
            emulator = running.enter_context(Emulator(EXAMPLES / name / "emulator.yaml"))
            environment = {
                "EC_ENDPOINT": emulator.endpoint,
                "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
                "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"],
            }
            stack = Stack(tmp_path, engine_name, environment)
            leave_out = shutil.ignore_patterns("Pulumi.yaml", ".venv", "__pycache__")
            shutil.copytree(EXAMPLES / name, tmp_path, ignore=leave_out, dirs_exist_ok=True)
            return stack, emulator

        yield start


def members(cloud: Cloud, organization: str) -> set[str]:
    return {cloud.user(user_id).email for user_id in cloud.organization(organization).members}


def invited(cloud: Cloud, organization: str) -> set[str]:
    return {invitation.email for invitation in cloud.organization(organization).invitations.values()}


def test_single_people(example: Example) -> None:
    stack, emulator = example("members")
    stack.environment["EC_API_KEY"] = "key-of-acme"
    stack.config["search"] = "d" * 32
    result = stack.apply()
    assert result.outputs["status"] == {"bea": "member", "carl": "invited"}
    assert "dora@acme.example: joins at the first login" in text(result)
    assert invited(emulator.cloud, "acme") == {"carl@contractor.example", "emil@acme.example"}
    assert not stack.preview().has_changes
    emulator.cloud.accept("acme", "emil@acme.example")
    program = stack.directory / "__main__.py"
    declaration = program.read_text()
    program.write_text(declaration[: declaration.index("# Emil")] + 'pulumi.export("status", {})\n')
    assert "emil@acme.example: has accepted and stays a member" in text(stack.apply())
    people = {"root@acme.example", "bea@acme.example", "others@acme.example", "emil@acme.example"}
    assert members(emulator.cloud, "acme") == people


def test_two_organizations(example: Example) -> None:
    stack, emulator = example("two-organizations")
    stack.config |= {"acmeKey": "key-of-acme", "globexKey": "key-of-globex", "endpoint": emulator.endpoint}
    stack.apply()
    assert invited(emulator.cloud, "acme") == {"bob@acme.example"}
    assert invited(emulator.cloud, "globex") == {"bob@acme.example"}
    assert not stack.preview().has_changes


def test_one_stack_an_organization(example: Example) -> None:
    stack, emulator = example("stack-per-organization")
    for name, person in (("acme", "bob@acme.example"), ("globex", "gil@globex.example")):
        environment = {**stack.environment, "EC_API_KEY": f"key-of-{name}"}
        workspace: Workspace = replace(stack.workspace, stack=name, environment=environment)
        result = stack.engine.up(workspace)
        assert result.succeeded, text(result)
        assert invited(emulator.cloud, name) == {person}
    wrong = {**stack.environment, "EC_API_KEY": "key-of-globex"}
    result = stack.engine.preview(replace(stack.workspace, stack="acme", environment=wrong))
    assert not result.succeeded


def test_single_sign_on_is_set_up_in_one_update_with_a_way_back(example: Example) -> None:
    stack, emulator = example("single-sign-on")
    stack.environment |= {"EC_API_KEY": "key-of-acme", "EC_API_KEY_USER": "root@acme.example"}
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    assert "The break-glass key is made by this update" in text(preview)
    result = stack.apply()
    organization = emulator.cloud.organization("acme")
    assert organization.domains == ["acme.example"]
    assert organization.settings["enforce_authentication_method"] == "sso"
    assert result.outputs["ssoLoginUrl"].endswith("/login")
    [key] = [one for one in emulator.cloud.keys.values() if one.secret != "key-of-acme"]
    assert key.secret not in text(result)
    kept = [file for file in stack.directory.rglob("*.json*") if file.is_file()]
    assert kept
    assert [file for file in kept if key.secret.encode() in file.read_bytes()] == []
    assert not stack.preview().has_changes
    assert emulator.cloud.sign_on("acme", "new@acme.example", ["platform"]).roles.holds(
        ("organization", "organization-admin")
    )
    session = Session(emulator.endpoint, key.secret)
    end_enforcement(session, "1111")
    assert "enforce_authentication_method" not in organization.settings
    stack.apply()
    assert organization.settings["enforce_authentication_method"] == "sso"
    destroyed = stack.engine.destroy(
        replace(stack.workspace, trust_state=True)
    )  # the stand-in for a DNS provider is no package's
    assert destroyed.succeeded, text(destroyed)
    assert (organization.domains, organization.identity_provider, organization.role_mappings) == ([], None, {})
    assert organization.settings == {"operational_contacts": ["ops@acme.example"]}
