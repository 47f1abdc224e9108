"""`validate`, `owners` and `offboard` as a shell sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.roster_file.editor_schema import roster_schema_text

KEY = "key-of-the-administrator"
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
                {"email": "ada@acme.example", "id": "302", "roles": {"organization": [{"role_id": "billing-admin"}]}},
                {"email": "bob@acme.example", "id": "303"},
            ],
            "invitations": [{"email": "cy@acme.example", "sent": "1h"}],
            "deployments": [
                {"name": "search", "id": "1a" * 16, "tags": {"owner": "ada@acme.example"}},
                {"name": "logs", "id": "2b" * 16, "tags": {"lead": "bob@acme.example"}},
                {"name": "metrics", "id": "3c" * 16, "tags": {"owner": "gone@acme.example"}},
            ],
            "projects": [{"name": "soc", "id": "4d" * 16, "type": "security", "owner": "bob@acme.example"}],
        }
    ]
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as emulator:
        yield emulator


@pytest.fixture
def environment(emulator: Emulator) -> dict[str, str]:
    return {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY, "EC_ORGANIZATION_ID": "4242"}


def call(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


class TestValidate:
    def test_a_valid_file_is_summed_up(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text("mode: authoritative\nmembers: {ada@acme.io: []}\n")

        result = call("validate", str(path))

        assert (result.exit_code, result.stdout) == (0, "valid: 1 person, authoritative\n")

    def test_every_mistake_is_told_with_line_column_and_the_nearest_name(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text("mode: additive\nmembers:\n  ada@acme.io: [biling-admin]\n  bob: []\n")

        result = call("validate", str(path))

        assert result.exit_code == 1
        assert result.stdout.splitlines() == [
            f"{path}:3:17: 'biling-admin' is not a known role; did you mean 'billing-admin'?",
            f"{path}:4:3: 'bob' is not an e-mail address: it needs one '@'; write it as name@example.com",
        ]
        assert result.stderr == "2 mistakes\n"

    def test_mistakes_are_json_for_a_program(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text("mode: strict\n")

        result = call("validate", "--json", str(path))

        assert result.exit_code == 1
        assert json.loads(result.stdout) == {
            "valid": False,
            "files": [str(path)],
            "people": None,
            "mistakes": [
                {
                    "file": str(path),
                    "line": 1,
                    "column": 1,
                    "message": "'mode' must be 'authoritative' or 'additive'",
                }
            ],
            "warnings": [],
        }

    def test_an_address_that_may_only_name_who_is_there_already_is_a_warning(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text("mode: additive\nmembers:\n  first..last@acme.io: []\n  ada@acme.io: []\n")

        result = call("validate", str(path))

        assert result.exit_code == 0
        assert result.stdout == "valid: 2 people, additive\n"
        assert result.stderr == (
            f"warning: {path}:3:3: 'first..last@acme.io' is not an e-mail address: 'first..last' begins or ends with a dot, or "
            "holds two in a row; write it as name@example.com, unless it names a member whom Elastic Cloud shows so\n"
        )
        [warning] = json.loads(call("validate", "--json", str(path)).stdout)["warnings"]
        assert (warning["line"], warning["column"]) == (3, 3)

    def test_several_files_are_one_roster_and_bindings_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "base.yaml").write_text("mode: additive\nbundles: {b: [deployment-viewer on blue]}\n")
        (tmp_path / "team.yaml").write_text("members: {ada@acme.io: [b]}\n")
        files = (str(tmp_path / "base.yaml"), str(tmp_path / "team.yaml"))

        assert call("validate", *files).exit_code == 1
        assert call("validate", *files, "--binding", "blue").exit_code == 0
        assert json.loads(call("validate", "--json", *files, "-b", "blue").stdout)["people"] == 1

    def test_the_schema_is_for_editors(self) -> None:
        assert call("validate", "--schema").stdout == roster_schema_text()

    def test_nothing_to_validate_is_wrong_usage(self) -> None:
        assert call("validate").exit_code == 2


class TestOwners:
    def test_each_owner_is_listed_with_how_it_is_known(self, environment: dict[str, str]) -> None:
        result = call("owners", environment=environment)

        assert result.exit_code == 0
        assert [line.split() for line in result.stdout.splitlines()] == [
            ["deployment", "logs", "2b" * 16, "unknown", "names", "nobody"],
            [
                *("deployment", "metrics", "3c" * 16, "unknown"),
                *("gone@acme.example", "(owner", "tag)", "is", "not", "a", "member"),
            ],
            ["deployment", "search", "1a" * 16, "ada@acme.example", "owner", "tag"],
            ["security", "soc", "4d" * 16, "bob@acme.example", "creator"],
            ["4", "deployments", "and", "projects,", "2", "without", "a", "known", "owner"],
        ]

    def test_the_tag_that_names_owners_may_be_another(self, environment: dict[str, str]) -> None:
        found = json.loads(call("owners", "--owner-tag", "lead", "--json", environment=environment).stdout)

        assert found["organization_id"] == "4242"
        assert {one["name"]: (one["owner"] or {}).get("email") for one in found["resources"]} == {
            "search": None,
            "logs": "bob@acme.example",
            "metrics": None,
            "soc": "bob@acme.example",
        }

    def test_json_tells_the_evidence_and_whom_it_names_in_vain(self, environment: dict[str, str]) -> None:
        found = {
            one["name"]: one for one in json.loads(call("owners", "-j", environment=environment).stdout)["resources"]
        }

        assert found["search"] == {
            "kind": "deployment",
            "id": "1a" * 16,
            "name": "search",
            "owner": {"email": "ada@acme.example", "user_id": "302"},
            "evidence": "owner tag",
            "names_no_member": [],
        }
        assert found["metrics"]["owner"] is None
        assert found["metrics"]["names_no_member"] == [{"name": "gone@acme.example", "evidence": "owner tag"}]


class TestOffboard:
    @pytest.mark.parametrize("person", ["ada@acme.example", "ADA@acme.example", "302"])
    def test_what_blocks_is_told_with_what_to_do_and_changes_nothing(
        self, person: str, environment: dict[str, str], emulator: Emulator
    ) -> None:
        result = call("offboard", person, environment=environment)

        assert result.exit_code == 1
        assert "ada@acme.example: member of organization 4242, user id 302\n  holds: billing-admin\n" in result.stdout
        assert f"x still owns deployment 'search' ({'1a' * 16}) by its owner tag [owns-resources]\n" in result.stdout
        assert "Hand over" in result.stdout
        assert f"nobody is known to own deployment 'logs' ({'2b' * 16})" in result.stdout
        assert "users, API keys and sessions inside deployments" in result.stdout
        assert len(emulator.cloud.organization("acme").members) == 3

    def test_the_owner_of_the_key_who_is_the_last_administrator_is_told_everything_at_once(
        self, environment: dict[str, str]
    ) -> None:
        found = json.loads(call("offboard", "root@acme.example", "--json", environment=environment).stdout)

        assert found["blocked"] is True
        assert {one["guard"] for one in found["violations"]} == {"last-admin", "self"}
        assert found["unlisted"]

    def test_the_keys_that_somebody_created_are_listed(self, environment: dict[str, str], emulator: Emulator) -> None:
        roles = RoleSet(
            parse_role_assignments({"organization": [{"role_id": "billing-admin", "organization_id": "4242"}]})
        )
        made = emulator.cloud.add_key("303", organization="4242", description="bills", roles=roles)

        result = call("offboard", "bob@acme.example", environment=environment)
        found = json.loads(call("offboard", "bob@acme.example", "--json", environment=environment).stdout)

        assert f"! they created the API key 'bills' ({made.id}: billing-admin; never expires)" in result.stdout
        assert [key["id"] for key in found["keys"]] == [made.id]
        assert made.secret not in result.stdout

    def test_nobody_s_owner_may_go(self, environment: dict[str, str], emulator: Emulator) -> None:
        emulator.cloud.delete_resource("4d" * 16)

        result = call("offboard", "bob@acme.example", environment=environment)

        assert result.exit_code == 0
        assert "Nothing blocks the removal" in result.stdout

    def test_a_pending_invitation_is_cancelled_without_more(self, environment: dict[str, str]) -> None:
        result = call("offboard", "cy@acme.example", environment=environment)

        assert result.exit_code == 0
        assert result.stdout.startswith("cy@acme.example: invited to organization 4242, pending until ")
        assert "API keys" not in result.stdout

    def test_the_guards_of_a_roster_file_decide(self, environment: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text(
            "mode: additive\nguards: {owner_tag: lead, protected: [bob@acme.example]}\n"
            "overrides: {bob@acme.example: {guards: [protected-people], reason: agreed in HR-7}}\n"
        )

        result = call("offboard", "bob@acme.example", "--roster", str(path), environment=environment)

        assert f"still owns deployment 'logs' ({'2b' * 16}) by its owner tag" in result.stdout
        assert "is protected and would be removed [protected-people], overridden: agreed in HR-7" in result.stdout

    def test_somebody_unknown_is_told_the_nearest_name(self, environment: dict[str, str]) -> None:
        result = call("offboard", "adda@acme.example", environment=environment)

        assert result.exit_code == 1
        assert result.stderr == (
            "Error: adda@acme.example is neither a member of organization 4242 nor invited; "
            "did you mean 'ada@acme.example'?\n"
        )
