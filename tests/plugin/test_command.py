"""The command `elastic-org` in projects of every language: its previews look ahead at deletes, and plan other roster files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.acme import ADMIN, ADMIN_KEY, SECOND_ADMIN
from tests.support.cli_project import Project, Resource, TypeScriptProject
from tests.support.provided import Cloud

BEA, CY, EVE = "bea@acme.example", "cy@acme.example", "eve@acme.example"
ADMINS: dict[str, Any] = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}


def member(email: str, **properties: Any) -> Resource:
    return Resource("Member", {"email": email, "roles": [], **properties})


def written(directory: Path, name: str, *people: str) -> str:
    """Writes a roster file of both administrators and further people, and returns its name."""
    lines = [f"  {email}: [{role}]" for email, role in ADMINS.items()] + [f"  {email}: []" for email in people]
    (directory / name).write_text("\n".join(["mode: additive", "members:", *lines, ""]), "utf-8")
    return name


def test_a_delete_that_the_guards_refuse_fails_the_preview(project: Project, cloud: Cloud) -> None:
    for email in (BEA, EVE):
        cloud.join(email)
    project.program({"bea": member(BEA), "eve": member(EVE), "cy": Resource("Invitation", {"email": CY, "roles": []})})
    project.apply()
    logs = cloud.cloud.add_deployment(cloud.id, "logs", owner=EVE)
    project.program({"bea": member(BEA)})
    for command in (("preview",), ("up", "--yes"), ("destroy", "--preview-only")):
        said = project.elastic_org(*command)
        assert said.code == 1, said.text
        assert f"{EVE}: still owns deployment 'logs' ({logs.id}) by its owner id [owns-resources]" in said.text
    assert EVE in cloud.people()
    assert cloud.invited() == {CY}

    cloud.cloud.set_tags(logs.id, {"owner": ADMIN})
    said = project.elastic_org("preview")
    assert said.code == 0, said.text
    assert f"- remove member      {EVE}" in said.text
    assert f"- cancel invitation  {CY}" in said.text
    assert project.elastic_org("up", "--yes").code == 0
    assert cloud.people().keys() == {*ADMINS, BEA}
    assert cloud.invited() == set()


def test_whom_a_roster_takes_over_is_not_removed(project: Project, cloud: Cloud) -> None:
    cloud.join(EVE)
    cloud.cloud.add_deployment(cloud.id, "logs", owner=EVE)
    project.program({"eve": member(EVE)})
    project.apply()
    project.program({"acme": Resource("Roster", {"mode": "authoritative", "members": {**ADMINS, EVE: []}})})
    said = project.elastic_org("up", "--yes")
    assert said.code == 0, said.text
    assert "remove member" not in said.text
    assert EVE in cloud.people()


@pytest.mark.parametrize("project", ["typescript"], indirect=True)
def test_the_key_of_an_explicit_provider_is_used(project: TypeScriptProject, cloud: Cloud) -> None:
    cloud.join(EVE)
    cloud.cloud.add_deployment(cloud.id, "logs", owner=EVE)
    provider = """import * as elastic from "@pulumi/elastic-org";
const acme = new elastic.Provider("acme", { apiKey: process.env.ACME_KEY, apiKeyUser: "root@acme.example" });
""".replace("root@acme.example", ADMIN)
    project.environment |= {"ACME_KEY": ADMIN_KEY, "EC_API_KEY": "a key of another organization"}
    project.text(f'{provider}new elastic.Member("eve", {{ email: "{EVE}", roles: [] }}, {{ provider: acme }});')
    project.apply()
    project.text(provider)
    said = project.elastic_org("preview")
    assert said.code == 1, said.text
    assert f"{EVE}: still owns deployment 'logs'" in said.text


@pytest.mark.parametrize("given", ["files", "content"])
def test_another_roster_file_is_planned_in_place_of_the_one_that_the_program_names(
    project: Project, cloud: Cloud, given: str
) -> None:
    mine, theirs = written(project.directory, "roster.yaml"), written(project.directory, "theirs.yaml", CY)
    text = (project.directory / mine).read_text("utf-8")
    project.program({"acme": Resource("Roster", {"files": [mine]} if given == "files" else {"content": text})})
    assert CY not in project.elastic_org("preview").text
    for option in (theirs, f"acme={theirs}"):
        said = project.elastic_org("preview", "--roster", option)
        assert said.code == 0, said.text
        assert f"+ invite  {CY}" in said.text
    missing = project.elastic_org("preview", "--roster", f"globex={theirs}")
    assert missing.code == 1
    assert "the program has no roster 'globex' that is read from files" in missing.text
    assert project.elastic_org("up", "--yes").code == 0
    assert cloud.invited() == set()


def test_a_roster_file_needs_a_roster_that_a_file_describes(project: Project) -> None:
    theirs = written(project.directory, "theirs.yaml", CY)
    project.program({"acme": Resource("Roster", {"mode": "additive", "members": ADMINS})})
    said = project.elastic_org("preview", "--roster", theirs)
    assert said.code == 1
    assert "the program reads no roster from files: --roster is for a Roster that a file describes" in said.text


def test_of_several_rosters_the_one_that_is_meant_is_named(project: Project) -> None:
    mine, theirs = written(project.directory, "roster.yaml"), written(project.directory, "theirs.yaml", CY)
    (project.directory / "others.yaml").write_text(f"mode: additive\nmembers: {{{BEA}: []}}\n", "utf-8")
    rosters = {"acme": mine, "others": "others.yaml"}
    project.program({name: Resource("Roster", {"files": [file]}) for name, file in rosters.items()})
    said = project.elastic_org("preview", "--roster", theirs)
    assert said.code == 1
    assert "several rosters of the program are read from files, 'acme' and 'others'" in " ".join(said.text.split())
    said = project.elastic_org("preview", "--roster", f"acme={theirs}")
    assert said.code == 0, said.text
    assert f"+ invite  {CY}" in said.text


def test_a_drift_review_finds_what_was_changed_by_hand_and_has_the_file_say_it(project: Project, cloud: Cloud) -> None:
    cloud.join(BEA)
    mine = written(project.directory, "roster.yaml", BEA)
    project.program({"acme": Resource("Roster", {"files": [mine]})})
    assert project.elastic_org("up", "--yes").code == 0
    assert project.elastic_org("drift").code == 0
    cloud.cloud.set_roles(cloud.id, BEA, {"organization": [{"role_id": "billing-admin", "organization_id": cloud.id}]})
    found = project.elastic_org("drift")
    assert found.code == 7, found.text
    assert f"roles changed by hand: {BEA}" in found.text
    accepted = project.elastic_org("drift", "--accept", BEA)
    assert accepted.code == 0, accepted.text
    assert f"{BEA}: [billing-admin]" in (project.directory / mine).read_text("utf-8")
    assert "nothing to do" in project.elastic_org("preview").text
