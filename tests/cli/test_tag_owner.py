"""`elastic-org tag-owner` as a shell sees it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cli import main
from tests.support.typed import answered

KEY = "key-of-the-administrator"
SEARCH, LOGS, TWIN, SOC = "1a" * 16, "2b" * 16, "3c" * 16, "4d" * 16
ADA, BOB, CY = "ada@acme.example", "bob@acme.example", "cy@acme.example"
SEED = {
    "organizations": [
        {
            "name": "acme",
            "id": "4242",
            "members": [
                {
                    "email": "root@acme.example",
                    "id": "301",
                    "keys": [KEY],
                    "roles": {"organization": [{"role_id": "organization-admin"}]},
                },
                {"email": ADA, "id": "302"},
                {"email": BOB, "id": "303", "keys": ["key-of-bob"]},
            ],
            "invitations": [{"email": CY, "sent": "1h"}],
            "deployments": [
                {"name": "search", "id": SEARCH, "tags": {"Owner": f"{ADA}, gone@acme.example", "team": "find"}},
                {"name": "logs", "id": LOGS, "tags": {"lead": ADA}},
                {"name": "logs", "id": TWIN},
            ],
            "projects": [
                {"name": "soc", "id": SOC, "type": "security", "owner": ADA, "tags": {"team": "blue"}},
            ],
        }
    ]
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as emulator:
        yield emulator


def variables(emulator: Emulator) -> dict[str, str]:
    return {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY, "EC_ORGANIZATION_ID": "4242"}


def run(emulator: Emulator, *words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, words, env={**variables(emulator), **environment})


def call(emulator: Emulator, *words: str, **environment: str) -> Result:
    return run(emulator, "tag-owner", *words, **environment)


def tags(emulator: Emulator, id: str) -> dict[str, str]:
    return dict(emulator.cloud.resource(id).tags)


def writes(emulator: Emulator) -> list[str]:
    return [one.method for one in emulator.calls.all() if one.method in ("PUT", "PATCH")]


@pytest.mark.parametrize("resource", ["search", SEARCH])
@pytest.mark.parametrize("person", [BOB, BOB.upper(), "303"])
def test_a_deployment_s_tag_names_the_new_owner_and_nobody_else(emulator: Emulator, resource: str, person: str) -> None:
    result = call(emulator, resource, person, "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"The tag 'owner' of deployment 'search' ({SEARCH}) now names {BOB}.\n"
    assert tags(emulator, SEARCH) == {"owner": BOB, "team": "find"}


def test_a_project_s_tag_holds_the_user_id_since_it_can_hold_no_address(emulator: Emulator) -> None:
    result = call(emulator, "soc", BOB, "-y")
    assert result.exit_code == 0, result.output
    assert tags(emulator, SOC) == {"owner": "303", "team": "blue"}
    owners = json.loads(run(emulator, "owners", "--json").stdout)["resources"]
    assert [one["owner"]["email"] for one in owners if one["id"] == SOC] == [BOB]


def test_an_address_of_two_accounts_is_not_written_since_it_names_both(emulator: Emulator) -> None:
    emulator.faults.add(
        Fault(kind="amended", path="/members", amendment={"members": {"email": BOB}}, takes_effect=True, times=None)
    )
    unclear = call(emulator, "search", BOB, "-y")
    assert unclear.exit_code == 1
    assert "may be any of several accounts (301, 302, 303): name the person by the user id" in unclear.stderr
    assert call(emulator, "search", "303", "-y").exit_code == 0
    assert tags(emulator, SEARCH)["owner"] == "303"


def test_twice_is_as_good_as_once(emulator: Emulator) -> None:
    call(emulator, "search", BOB, "-y")
    again = call(emulator, "search", BOB)
    assert again.exit_code == 0, again.output
    assert again.stdout == f"The tag 'owner' of deployment 'search' ({SEARCH}) already names {BOB}; nothing to do.\n"
    assert writes(emulator) == ["PUT"]


def test_a_program_gets_a_document(emulator: Emulator) -> None:
    assert json.loads(call(emulator, "soc", ADA, "-y", "--json").stdout) == {
        "organization_id": "4242",
        "owner_tag": "owner",
        "resource": {"kind": "security", "id": SOC, "name": "soc"},
        "owner": {"email": ADA, "user_id": "302"},
        "changed": True,
    }
    assert json.loads(call(emulator, "soc", ADA, "--json").stdout)["changed"] is False


def test_the_tag_is_that_of_the_option_or_of_the_roster_file_which_also_gives_names(
    emulator: Emulator, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.yaml"
    roster.write_text(
        f"mode: additive\nguards: {{owner_tag: lead}}\ntargets: {{production: {LOGS}}}\n"
        f"members: {{{ADA}: [deployment-viewer on production]}}\n"
    )
    by_file = call(emulator, "production", BOB, "-y", "--roster", str(roster))
    assert by_file.exit_code == 0, by_file.output
    assert tags(emulator, LOGS) == {"lead": BOB}
    assert call(emulator, "search", BOB, "-y", "--owner-tag", "lead").exit_code == 0
    assert tags(emulator, SEARCH)["lead"] == BOB
    assert tags(emulator, SEARCH)["Owner"].startswith(ADA)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["search", "gone@acme.example"],
            "gone@acme.example is not a member of organization 4242: nothing was changed; ",
        ),
        (["search", "adda@acme.example"], f"did you mean '{ADA}'?"),
        (["search", CY], "the invitation is not accepted yet; run this again once it is"),
        (
            ["serch", BOB],
            "no deployment or project has the id or name 'serch': nothing was changed; did you mean 'search'?",
        ),
        (
            ["logs", BOB],
            f"'logs' may be any of deployment 'logs' ({LOGS}), deployment 'logs' ({TWIN}): nothing was changed; ",
        ),
    ],
)
def test_who_or_what_is_unclear_is_refused_with_what_to_write(emulator: Emulator, words: list[str], said: str) -> None:
    result = call(emulator, *words, "-y")
    assert result.exit_code == 1
    assert said in result.stderr
    assert writes(emulator) == []


def test_where_there_is_nothing_to_own_that_is_said(emulator: Emulator) -> None:
    for one in (SEARCH, LOGS, TWIN, SOC):
        emulator.cloud.delete_resource(one)
    assert "nothing was changed; there are none" in call(emulator, "search", BOB, "-y").stderr


def test_one_name_of_several_is_told_apart_by_the_id(emulator: Emulator) -> None:
    said = call(emulator, "logs", BOB, "-y").stderr
    assert "write the id in place of the name" in said
    for id in re.findall(r"\((\w{32})\)", said):
        assert call(emulator, id, BOB, "-y").exit_code == 0
    assert tags(emulator, LOGS)["owner"] == tags(emulator, TWIN)["owner"] == BOB


def test_it_asks_and_writes_nothing_where_nobody_can_be_asked_or_somebody_says_no(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unasked = call(emulator, "search", BOB)
    assert unasked.exit_code == 2
    assert "--yes must be given" in unasked.output
    for name, value in variables(emulator).items():
        monkeypatch.setenv(name, value)
    question = (
        f"Make {BOB} the owner of deployment 'search' ({SEARCH}), by its tag 'owner'; "
        f"it names {ADA} and gone@acme.example now?"
    )
    assert "declined: nothing was changed" in answered(["tag-owner", "search", BOB], {question: "n"}, tmp_path)
    assert writes(emulator) == []
    assert f"now names {BOB}" in answered(["tag-owner", "search", BOB], {question: "y"}, tmp_path)
    assert tags(emulator, SEARCH)["owner"] == BOB


@pytest.mark.parametrize("key", ["", " "])
def test_a_tag_without_a_key_is_refused(emulator: Emulator, key: str) -> None:
    refused = call(emulator, "search", BOB, "-y", "--owner-tag", key)
    assert refused.exit_code == 2
    assert "owner_tag must be the key of a tag" in refused.stderr


def test_a_call_that_fails_is_made_again(emulator: Emulator) -> None:
    emulator.faults.add(Fault(kind="connection_dropped", takes_effect=True, method="PUT"))
    assert call(emulator, "search", BOB, "-y").exit_code == 0
    assert tags(emulator, SEARCH) == {"owner": BOB, "team": "find"}


def test_what_was_done_and_what_was_refused_is_recorded(emulator: Emulator, tmp_path: Path) -> None:
    trail = tmp_path / "audit.jsonl"
    emulator.faults.add(Fault(kind="forbidden", method="PATCH"))
    refused = call(emulator, "soc", BOB, "-y", ELASTIC_ORG_AUDIT_LOG=str(trail))
    assert refused.exit_code == 1
    assert f"cannot make {BOB} the owner of security project 'soc' ({SOC})" in refused.stderr
    assert call(emulator, "search", BOB, "-y", ELASTIC_ORG_AUDIT_LOG=str(trail)).exit_code == 0
    lines = [json.loads(line) for line in trail.read_text().splitlines()]
    assert [(one["result"], one["change"], one["subject"], one["request"]) for one in lines] == [
        (
            "refused",
            f"make {BOB} the owner",
            f"security project 'soc' ({SOC})",
            f"PATCH /serverless/projects/security/{SOC}",
        ),
        ("done", f"make {BOB} the owner", f"deployment 'search' ({SEARCH})", f"PUT /deployments/{SEARCH}"),
    ]


def test_a_tag_whose_answer_is_lost_is_not_recorded_as_refused(emulator: Emulator, tmp_path: Path) -> None:
    trail = tmp_path / "audit.jsonl"
    emulator.faults.add(Fault(kind="server_error", method="PUT", takes_effect=True, times=None))
    assert call(emulator, "search", BOB, "-y", ELASTIC_ORG_AUDIT_LOG=str(trail)).exit_code == 1
    line = json.loads(trail.read_text())
    assert (line["result"], line["subject"]) == ("stopped", f"deployment 'search' ({SEARCH})")


@pytest.mark.parametrize("owner_tag", ["owner", "lead"])
def test_the_advice_of_a_refusal_is_followed_to_the_letter(emulator: Emulator, owner_tag: str) -> None:
    option = ["--owner-tag", owner_tag] if owner_tag != "owner" else []
    blocked = run(emulator, "offboard", ADA, *option)
    assert blocked.exit_code == 1
    found = json.loads(run(emulator, "offboard", ADA, "--json", *option).stdout)
    [refusal] = [one for one in found["violations"] if one["guard"] == "owns-resources"]
    [command] = re.findall("`elastic-org (.*?)`", refusal["remedy"])
    for id in re.findall(r"\((\w{32})\)", refusal["reason"]):
        words = shlex.split(command.replace("RESOURCE", id).replace("PERSON", BOB))
        assert run(emulator, *words, "--yes").exit_code == 0
    assert run(emulator, "offboard", ADA, *option).exit_code == 0


def test_the_advice_about_unknown_owners_is_followed_to_the_letter(emulator: Emulator, tmp_path: Path) -> None:
    roster = tmp_path / "roster.yaml"
    roster.write_text("mode: additive\nguards: {refuse_unknown_owners: true, owner_tag: the lead}\n")
    emulator.cloud.delete_resource(SOC)
    found = json.loads(run(emulator, "offboard", ADA, "--json", "--roster", str(roster)).stdout)
    [refusal] = [one for one in found["violations"] if one["guard"] == "owns-resources"]
    [command] = re.findall("`elastic-org (.*?)`", refusal["remedy"])
    for id in re.findall(r"\((\w{32})", refusal["reason"]):
        assert run(emulator, *shlex.split(command.replace("RESOURCE", id).replace("PERSON", BOB)), "-y").exit_code == 0
    assert run(emulator, "offboard", ADA, "--roster", str(roster)).exit_code == 0


def test_a_key_that_is_unknown_is_one_clear_error(emulator: Emulator) -> None:
    result = call(emulator, "search", BOB, "-y", EC_API_KEY="nonsense")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
