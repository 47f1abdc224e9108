"""The plugin with the Pulumi CLI, from programs in YAML and in TypeScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from tests.support.acme import ADMIN, ADMIN_KEY, SECOND_ADMIN, Acme, make_stack
from tests.support.cli_project import Project, Resource, TypeScriptProject
from tests.support.provided import Cloud

PAGES = Path(__file__).parents[2] / "docs" / "languages"
BEA, CY, EVE = "bea@acme.example", "cy@acme.example", "eve@acme.example"
ADMINS: dict[str, Any] = {ADMIN: ["organization-admin"], SECOND_ADMIN: "organization-admin"}


def roster(members: dict[str, Any], **properties: Any) -> Resource:
    """A roster with both administrators."""
    return Resource("Roster", {"mode": "authoritative", "members": {**ADMINS, **members}, **properties})


def changes(acme: Acme) -> list[str]:
    """What was asked of Elastic Cloud that changes anything."""
    asked = (f"{call.method} {call.route}" for call in acme.emulator.calls.all() if call.method != "GET")
    return [call for call in asked if call != "POST /deployments/_search"]


def test_a_roster_from_the_first_preview_to_its_end(project: Project, cloud: Cloud) -> None:
    bea = cloud.join(BEA, deployment=[{"role_id": "deployment-viewer", "all": True}])
    project.program(
        {"acme": roster({BEA: ["deployment-editor on all", "billing-admin"], CY: []})}, {"everybody": "getMembers"}
    )

    preview = project.preview()
    assert preview.code == 0, preview.text
    assert (
        f'{BEA}   : "billing-admin; deployment-editor on all"' in preview.text.replace("\t", " ") or BEA in preview.text
    )
    assert f'organizationId: "{cloud.id}"' in preview.text
    assert re.search(rf'userIds +: \{{\s+{BEA} +: "{bea}"', preview.text)
    assert changes(cloud) == []
    made = project.apply()
    assert '"deployment-viewer on all"' in made.text  # the function's answer, as of before
    assert cloud.invited() == {CY}

    cloud.emulator.calls.reset()
    assert "2 unchanged" in project.preview("--expect-no-changes").text
    # The function, the roster and what is read before it share one look.
    assert sum("members" in call.route or "invitations" in call.route for call in cloud.emulator.calls.all()) <= 4

    cloud.accept(CY)
    cloud.join(EVE, deployment=[{"role_id": "deployment-viewer", "all": True}])
    assert project.pulumi("refresh", "--preview-only", "--expect-no-changes").code != 0
    project.program(
        {"acme": roster({BEA: ["deployment-editor on all"], CY: []}, overrides={EVE: "unmanaged-people: a test"})}
    )
    drifted = project.preview()
    assert drifted.code == 0, drifted.text
    assert f'- {EVE}: "deployment-viewer on all"' in drifted.text
    assert f"~ {BEA}" in drifted.text
    assert '"billing-admin; deployment-editor on all" => "deployment-editor on all"' in drifted.text
    project.apply()
    assert EVE not in cloud.people()

    destroyed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.code == 0, destroyed.text
    assert cloud.people().keys() == {*ADMINS, BEA, CY}


def test_a_guard_refuses_in_the_preview(project: Project, cloud: Cloud) -> None:
    cloud.join(EVE)
    project.program({"acme": roster({EVE: []})})
    project.apply()
    cloud.cloud.add_deployment(cloud.id, "logs", owner=EVE)
    project.program({"acme": roster({})})
    said = project.preview()
    assert said.code != 0
    assert f"{EVE}: still owns deployment 'logs'" in said.text


def test_mistakes_are_told_with_their_places(project: Project, cloud: Cloud) -> None:
    written: dict[str, Any] = {"bob@x.io": ["billing-admin", "bling-admin"]}
    project.program({"acme": roster(written)})
    said = project.preview()
    assert said.code != 0
    assert "members[\"bob@x.io\"][1]: cannot read 'bling-admin'" in said.text
    assert "did you mean 'billing-admin'?" in said.text
    assert changes(cloud) == []


WRONG: dict[str, Any] = {
    "members": {"bob@x.io": [3], "eve@x.io": {"role": "billing-admin"}},
    "guards": {"minAdmin": 2},
    "maxResends": "often",
}
TOLD = {
    # The language's own types refuse this, with its places.
    "yaml": (
        "eve@x.io: Cannot assign '{role: string}'",
        "guards: Cannot assign '{minAdmin: number}'",
        "maxResends: Cannot assign type 'string' to type 'integer'",
    ),
    # So does the compiler of TypeScript; what no compiler looks at is for the plugin to refuse.
    "typescript": (
        'members["bob@x.io"][0]: is text such as "billing-admin", not 3',
        'members["eve@x.io"]: is text such as "billing-admin", not of type dict',
        "guards.minAdmin: there is no such property; did you mean minAdmins?",
    ),
}


def test_wrong_types_and_properties_that_there_are_not_are_told_together(project: Project, cloud: Cloud) -> None:
    project.untyped({"acme": Resource("Roster", {"mode": "additive", **WRONG})})
    said = project.preview()
    assert said.code != 0
    assert [told for told in TOLD[project.language] if told not in said.text] == [], said.text
    assert changes(cloud) == []


@pytest.mark.parametrize("project", ["typescript"], indirect=True)
def test_what_the_compiler_lets_pass_is_refused_by_the_plugin(project: Project, cloud: Cloud) -> None:
    project.program({"acme": roster({}, expires=1)})
    said = project.preview()
    assert said.code != 0
    assert "does not exist in type 'RosterArgs'" in said.text
    project.program({"acme": roster({}, maxResends=-1)})
    said = project.preview()
    assert said.code != 0
    assert "maxResends: must be a whole number, 0 or more, not -1" in said.text
    assert changes(cloud) == []


def test_a_missing_key_and_another_organization_are_refused(project: Project, cloud: Cloud) -> None:
    project.program({"acme": roster({}, organizationId="77")})
    said = project.preview()
    assert said.code != 0
    assert (
        f"this roster belongs to organization 77, but the API key leads to {cloud.id}: nothing was changed" in said.text
    )
    del project.environment["EC_API_KEY"]
    for command in (project.preview, project.up):
        said = command()
        assert said.code != 0
        assert "no API key for Elastic Cloud: set EC_API_KEY in the environment" in said.text
    assert changes(cloud) == []


def test_a_roster_is_imported_and_the_printed_program_changes_nothing(project: Project, cloud: Cloud) -> None:
    cloud.join(BEA, deployment=[{"role_id": "deployment-viewer", "all": True}])
    project.program({})
    out = project.directory / "printed"
    said = project.pulumi(
        "import", "elastic-org:index:Roster", "acme", cloud.id, "--yes", "--skip-preview", "--out", str(out)
    )
    assert said.code == 0, said.text
    project.code(out.read_text("utf-8"))
    assert "unchanged" in project.preview("--expect-no-changes").text
    project.apply("--expect-no-changes")
    assert changes(cloud) == []


def test_members_are_imported_by_a_file(project: Project, cloud: Cloud) -> None:
    people = [f"person{number}" for number in range(30)]
    for name in people:
        cloud.join(f"{name}@acme.example", organization=[{"role_id": "billing-admin"}])
    project.program({})
    listed = [
        {"type": "elastic-org:index:Member", "name": name, "id": f"{cloud.id}/{name}@acme.example"} for name in people
    ]
    (project.directory / "members.json").write_text(json.dumps({"resources": listed}), "utf-8")
    out = project.directory / "printed"
    cloud.emulator.calls.reset()
    said = project.pulumi("import", "--file", "members.json", "--yes", "--skip-preview", "--out", str(out))
    assert said.code == 0, said.text
    assert len(cloud.emulator.calls.all()) <= 6
    project.code(out.read_text("utf-8"))
    said = project.preview("--expect-no-changes")
    assert said.code == 0, said.text
    assert changes(cloud) == []


def test_what_was_done_before_a_failure_is_kept(project: Project, cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations$", skip=1))
    project.program({"acme": roster({BEA: ["billing-admin"], CY: ["deployment-viewer on all"]})})
    failed = project.up()
    assert failed.code != 0
    [invited] = cloud.invited()
    state = project.state()["acme"]
    assert invited in state["outputs"]["applied"]
    assert state["initErrors"]
    project.apply()
    assert cloud.invited() == {BEA, CY}
    assert "initErrors" not in project.state()["acme"]


def test_two_hundred_members_of_one_update_travel_together(project: Project, cloud: Cloud) -> None:
    people = {f"person{number}": f"person{number}@acme.example" for number in range(200)}
    project.program(
        {
            name: Resource("Member", {"email": email, "roles": ["deployment-viewer on all"]})
            for name, email in people.items()
        }
    )
    cloud.emulator.calls.reset()
    project.apply("--parallel", "200")
    assert cloud.invited() == set(people.values())
    assert len(cloud.emulator.calls.all()) <= 12


def test_a_stack_of_the_dynamic_face_is_handed_over(project: Project, cloud: Cloud, pulumi_cli: str) -> None:  # noqa: ARG001
    cloud.join(BEA)
    directory = project.directory / "dynamic"
    directory.mkdir()
    stack = make_stack(directory, "pulumi", cloud)
    stack.environment["PULUMI_BACKEND_URL"] = project.environment["PULUMI_BACKEND_URL"]
    everybody = {**ADMINS, CY: ["billing-admin"]}
    stack.program(
        f"elastic.Roster('acme', members={everybody!r}, mode='authoritative')\n"
        f"elastic.Member('bea', {BEA!r}, ['deployment-viewer on all'])\n"
    )
    stack.apply()
    before = project.state()
    cloud.accept(CY)
    cloud.emulator.calls.reset()

    project.program(
        {
            "acme": roster({CY: ["billing-admin"]}, managedElsewhere=[BEA]),
            "bea": Resource("Member", {"email": BEA, "roles": ["deployment-viewer on all"]}),
        }
    )
    said = project.preview()
    assert said.code == 0, said.text
    assert "2 to update" in said.text
    assert "delete" not in said.text
    project.apply()
    after = project.state()
    assert {one["type"] for one in after.values()} == {"elastic-org:index:Roster", "elastic-org:index:Member"}
    assert after["acme"]["outputs"]["applied"] == before["acme"]["outputs"]["applied"]
    assert after["bea"]["outputs"]["userId"] == before["bea"]["outputs"]["user_id"]
    assert "__provider" not in after["acme"]["outputs"]
    assert changes(cloud) == []
    project.apply("--expect-no-changes")


def test_an_api_key_of_the_dynamic_face_is_handed_over(project: Project, cloud: Cloud, pulumi_cli: str) -> None:  # noqa: ARG001
    directory = project.directory / "dynamic"
    directory.mkdir()
    stack = make_stack(directory, "pulumi", cloud)
    stack.environment["PULUMI_BACKEND_URL"] = project.environment["PULUMI_BACKEND_URL"]
    stack.program("elastic.ApiKey('ci', roles='billing-admin')\n")
    stack.apply()
    before = project.state()["ci"]["outputs"]
    cloud.emulator.calls.reset()

    project.program({"ci": Resource("ApiKey", {"description": before["description"], "roles": ["billing-admin"]})})
    said = project.preview()
    assert said.code == 0, said.text
    assert "1 to update" in said.text
    project.apply()
    after = project.state()["ci"]
    assert after["type"] == "elastic-org:index:ApiKey"
    assert after["outputs"]["keyId"] == before["key_id"]
    assert changes(cloud) == []
    project.apply("--expect-no-changes")


@pytest.mark.parametrize("project", ["typescript"], indirect=True)
def test_a_hook_of_the_program_has_a_delete_refused_in_the_preview(project: TypeScriptProject, cloud: Cloud) -> None:
    """With the program of the page of TypeScript as it is."""
    cloud.join(BEA)
    cloud.cloud.add_deployment(cloud.id, "logs", owner=BEA)
    shown = (PAGES / "typescript.md").read_text("utf-8").partition("## Deletes refused in the preview")[2]
    program = shown.partition("```typescript\n")[2].partition("```")[0]
    before, member, of_bea = program.partition("new elastic.Member(")
    assert BEA in of_bea
    assert project.pulumi("config", "set", "--secret", "elastic-org:apiKey", ADMIN_KEY).code == 0
    project.text(before + member + of_bea)
    project.apply()
    project.text(before)
    said = project.preview()
    assert said.code != 0
    assert f"{BEA}: still owns deployment 'logs'" in said.text
    assert BEA in cloud.people()
