"""A roster file works from every language: by its path or its content, with the mistakes, lines and columns of every file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.output import Unknown
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.lifecycle.properties import UNKNOWN
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from pulumi_elastic_org.roster_sources import write_request
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.plugin import Plugin, Told, new_urn
from tests.support.provided import Cloud

DEPLOYMENT = "0123456789abcdef0123456789abcdef"
FILE = f"""
mode: additive
guards: {{min_admins: 2}}
bundles: {{support: [deployment-viewer on search]}}
members:
  {ADMIN}: [organization-admin]
  {SECOND_ADMIN}: [organization-admin]
  bob@acme.example: [support]
"""


def checked(cloud: Cloud, name: str | None = None, **written: Any) -> tuple[dict[str, Any], list[str]]:
    """The inputs of a roster as they leave the check, and what was refused."""
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        request = provider_pb2.CheckRequest(urn=new_urn("Roster", name), type=token("Roster"), news=write(written))
        answer = plugin.stub.Check(request)
    inputs, _ = read(answer.inputs)
    return inputs, [one.reason for one in answer.failures]


@pytest.fixture(params=["files", "content"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Writes a roster file's text as a program gives it."""

    def give(text: str) -> dict[str, Any]:
        if request.param == "content":
            return {"content": text}
        path = tmp_path / "roster.yaml"
        path.write_text(text, "utf-8")
        return {"files": [str(path)]}

    return give


def test_a_file_says_who_belongs_and_in_which_mode(cloud: Cloud, written: Any) -> None:
    inputs, refused = checked(cloud, **written(FILE), bindings={"search": DEPLOYMENT})
    assert refused == []
    assert inputs["mode"] == "additive"
    assert inputs["guards"] == {"minAdmins": 2}
    assert inputs["members"]["bob@acme.example"] == f"deployment-viewer on {DEPLOYMENT}"


def test_an_id_that_is_not_known_yet_leaves_its_people_open_and_no_others(cloud: Cloud, written: Any) -> None:
    inputs, refused = checked(cloud, **written(FILE), bindings={"search": UNKNOWN})
    assert refused == []
    assert isinstance(inputs["members"]["bob@acme.example"], Unknown)
    assert inputs["members"][ADMIN] == "organization-admin"


def test_mistakes_of_a_file_have_line_and_column_and_come_all_at_once(cloud: Cloud, written: Any) -> None:
    _, refused = checked(cloud, **written("mode: additive\nmembers:\n  bob: []\n  eve@acme.example: [admin]\n"))
    assert [":3:3: 'bob'" in refused[0], ":4:22: " in refused[1], len(refused)] == [True, True, 2]


def test_role_mappings_of_a_file_are_refused_and_not_passed_over(cloud: Cloud, written: Any) -> None:
    mapped = FILE + "role_mappings: {owners: {any: [{group: platform}], roles: [organization-admin]}}\n"
    _, refused = checked(cloud, **written(mapped), bindings={"search": DEPLOYMENT})
    assert len(refused) == 1
    assert "declare a RoleMappings resource instead" in refused[0]


def test_people_are_said_in_one_place(cloud: Cloud, written: Any) -> None:
    _, refused = checked(cloud, **written(FILE), mode="additive", members={})
    assert refused == [f"{name}: is what the roster file says; say it in one place" for name in ("members", "mode")]


def test_a_file_that_is_not_there_is_named(cloud: Cloud, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.yaml")
    _, refused = checked(cloud, files=[missing])
    assert len(refused) == 1
    assert refused[0].startswith("files: cannot read ")
    assert missing in refused[0]


@pytest.fixture
def other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run was asked to read another file in place of the program's."""
    path = tmp_path / "other.yaml"
    path.write_text(f"mode: additive\nmembers: {{{ADMIN}: [organization-admin]}}\n", "utf-8")
    for name, value in write_request(tmp_path / "request.json", {"": [path]}).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("other_files")
def test_another_file_is_read_in_place_of_the_program_s_for_one_roster(cloud: Cloud, written: Any) -> None:
    inputs, refused = checked(cloud, "acme", **written(FILE), bindings={"search": DEPLOYMENT})
    assert refused == []
    assert inputs["members"] == {ADMIN: "organization-admin"}
    _, refused = checked(cloud, "globex", **written(FILE), bindings={"search": DEPLOYMENT})
    assert len(refused) == 1
    assert "'acme' and 'globex': choose one with --roster NAME=FILE" in refused[0]


@pytest.mark.usefixtures("other_files")
def test_nothing_is_applied_from_another_file(cloud: Cloud) -> None:
    cloud.emulator.calls.reset()
    with cloud.phase():
        roster = cloud.driver("Roster")
        inputs = roster.check({}, {"mode": "additive", "members": {"cy@acme.example": "no roles"}}).inputs
        for apply in (
            lambda: roster.create(inputs),
            lambda: roster.update(cloud.id, inputs, inputs),
            lambda: roster.delete(cloud.id, inputs),
        ):
            with pytest.raises(Told, match="nothing is applied from other files"):
                apply()
    assert {call.method for call in cloud.emulator.calls.all()} <= {"GET"}
