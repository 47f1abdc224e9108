"""API keys, single sign-on and settings through the plugin: from a program in YAML, imported, and asked about by a hook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_elastic_org.cli.runs.operations import Operation, perform
from pulumi_elastic_org.engine import select
from pulumi_elastic_org.model.single_sign_on import record_name
from pulumi_embedded.port import Result, Workspace
from tests.support.cli_project import Resource, YamlProject, lacks
from tests.support.provided import Cloud, emulated
from tests.support.sign_on import DOMAIN, ORGANIZATION, OWNERS, PROVIDER, SignOnStack


def following(*names: str) -> dict[str, Any]:
    return {"dependsOn": [f"${{{name}}}" for name in names]}


PROGRAM = {
    "ci": Resource(
        "ApiKey",
        {"description": "pipeline", "roles": ["organization-admin"], "expiration": "90d", "rotateBefore": "14d"},
    ),
    "claim": Resource("DomainClaim", {"domain": DOMAIN}),
    "idp": Resource(
        "IdentityProvider",
        {
            "issuer": PROVIDER["issuer"],
            "ssoUrl": PROVIDER["sso_url"],
            "certificates": PROVIDER["certificates"],
            "loginIdentifierPrefix": "acme",
        },
        following("claim"),
    ),
    "mappings": Resource(
        "RoleMappings",
        {
            "mode": "authoritative",
            "mappings": {
                "owners": OWNERS,
                "soc": f"group soc-* and email *@{DOMAIN} => security-t1-analyst on all",
            },
        },
        following("idp"),
    ),
    "settings": Resource(
        "OrganizationSettings",
        {
            "billingContacts": [f"pay@{DOMAIN}"],
            "enforceAuthenticationMethod": "sso",
            "breakGlassKey": "${ci.key}",
        },
        following("mappings"),
    ),
}


def test_a_program_in_yaml_sets_everything_up_and_takes_it_down(tmp_path: Path, cloud: Cloud) -> None:
    if (missing := lacks("yaml")) is not None:
        pytest.skip(missing)
    cloud.cloud.publish_txt_record(record_name(DOMAIN), cloud.cloud.domain_code(cloud.id, DOMAIN))
    project = YamlProject(tmp_path / "project", cloud)
    project.program(PROGRAM)
    preview = project.preview()
    assert preview.code == 0, preview.text
    made = project.apply()
    organization = cloud.cloud.organization(cloud.id)
    assert organization.settings == {
        "billing_contacts": [f"pay@{DOMAIN}"],
        "enforce_authentication_method": "sso",
    }
    [key] = [one for one in cloud.cloud.keys.values() if one.description.startswith("pipeline ")]
    assert key.secret not in made.text
    assert key.secret not in json.dumps(project.state())
    cloud.emulator.calls.reset()
    project.apply("--expect-no-changes")
    assert {one.method for one in cloud.emulator.calls.all()} == {"GET"}
    project.program({"ci": PROGRAM["ci"]})
    assert looks_ahead(project).errors == ()
    left = {name: one for name, one in PROGRAM.items() if name != "mappings"}
    project.program({**left, "settings": replace(PROGRAM["settings"], options=following("idp"))})
    refused = looks_ahead(project)
    assert "RoleMappings 'mappings': the role mappings are not deleted: single sign-on is enforced" in refused.errors[0]
    project.program(PROGRAM)
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.code == 0, destroyed.text
    assert (organization.domains, organization.identity_provider, organization.role_mappings) == ([], None, {})
    assert key.secret not in cloud.cloud.keys


def looks_ahead(project: YamlProject) -> Result:
    """What `elastic-org preview` says."""
    workspace = Workspace(project.directory, "dev", environment=project.environment)
    engine = select("pulumi")
    return perform(engine, Operation.PREVIEW, workspace, preview=True, on_event=lambda _: None).result


@pytest.fixture
def stack() -> Iterator[SignOnStack]:
    """With everything set up, behind the plugin."""
    for stack in emulated(SignOnStack, "plugin"):
        assert stack.up() is None
        stack.emulator.calls.reset()
        yield stack


@pytest.mark.parametrize(
    ("kind", "id_", "imported"),
    [
        ("DomainClaim", f"{ORGANIZATION}/{DOMAIN}", {"domain": DOMAIN}),
        ("IdentityProvider", ORGANIZATION, {**PROVIDER, "enabled": True}),
        ("RoleMappings", ORGANIZATION, {"mode": "authoritative", "mappings": {"owners": OWNERS}}),
        (
            "OrganizationSettings",
            ORGANIZATION,
            {"billing_contacts": [f"pay@{DOMAIN}"], "enforce_authentication_method": "sso", "name": "acme"},
        ),
    ],
)
def test_what_is_set_up_is_imported_and_the_printed_program_changes_nothing(
    stack: SignOnStack, kind: str, id_: str, imported: dict[str, Any]
) -> None:
    with stack.phase():
        driver = stack.driver(kind)
        found = driver.read(id_, {})
        assert found.inputs == {"organization_id": ORGANIZATION, **imported}
        checked = driver.check(found.inputs or {}, found.inputs or {})
        assert not checked.failures
        assert not driver.diff(id_, found.outs or {}, checked.inputs).changes
    assert {one.method for one in stack.emulator.calls.all()} == {"GET"}
