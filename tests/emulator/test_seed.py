"""What is there at first, from YAML and from Python."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from elastic_cloud_emulator import ACME as ACME_SEED
from elastic_cloud_emulator import Emulator, SeedError
from pulumi_elastic_org.cli.demo.emulation import other_keys
from tests.support.client import Client


def test_the_example_has_sixty_people_and_everything_that_a_roster_meets() -> None:
    with Emulator(ACME_SEED) as emulator:
        admin = Client(emulator, "demo-admin-key")
        [organization] = admin.get("/organizations")["organizations"]
        members = admin.members(organization["id"]).values()
        deployments = admin.post("/deployments/_search", {"size": 100})["deployments"]
        types = ("elasticsearch", "observability", "security")
        projects = [item for type in types for item in admin.get(f"/serverless/projects/{type}")["items"]]
        expired = {email for email, one in admin.invitations(organization["id"]).items() if one["expired"]}
        assert Client(emulator, "globex-admin-key").get("/organizations")["organizations"][0]["name"] == "globex"
    assert organization["name"] == "acme"
    assert len(members) == 60
    assert len(deployments) + len(projects) == 12
    assert "security-tier-zero-analyst" in str(members)
    assert "'application_roles': []" in str(members)
    assert expired == {"tilda.ekman@acme.example"}
    emails = {member["email"] for member in members}
    owners = {tag["value"] for one in deployments for tag in one["metadata"]["tags"] if tag["key"] == "owner"}
    assert owners
    assert owners <= emails


def test_a_yaml_file_and_its_content_make_the_same(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "organizations": [
            {
                "name": "acme",
                "members": [{"email": "ada@acme.example", "since": "30d", "keys": ["k"]}],
                "invitations": [{"email": "cy@acme.example", "sent": "80h"}],
            }
        ]
    }
    path = tmp_path / "seed.yaml"
    path.write_text(
        """
        organizations:
          - name: acme
            members:
              - {email: ada@acme.example, since: 30d, keys: [k]}
            invitations:
              - {email: cy@acme.example, sent: 80h}
        """
    )
    for seed in (document, path, str(path)):
        cloud = Emulator(seed).cloud
        now = cloud.clock.now()
        assert now - cloud.member("acme", "ada@acme.example").since >= timedelta(days=30)
        invitation = cloud.invitation("acme", "cy@acme.example")
        assert invitation is not None
        assert invitation.expired(now)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"organisations": []}, r"seed\.organisations: "),
        (
            {"organizations": [{"name": "acme", "members": [{"name": "Ada"}]}]},
            r"organizations\[0\]\.members\[0\]\.email: ",
        ),
        (
            {"organizations": [{"name": "acme", "invitations": [{"email": "a@b.example", "sent": "soon"}]}]},
            "not a duration",
        ),
        (
            {"organizations": [{"name": "acme", "members": [{"email": "ada"}]}]},
            "organization acme, member ada: .*address",
        ),
        (
            {"organizations": [{"name": "acme", "deployments": [{"name": "logs", "owner": "cy@acme.example"}]}]},
            "organization acme, deployment logs: User cy@acme.example was not found",
        ),
        (
            {"organizations": [{"name": "acme", "members": [{"email": "a@b.example", "roles": {"deployment": [{}]}}]}]},
            r"member a@b\.example: deployment\[0\]\.role_id",
        ),
        ({"users": [{"email": "a@b.example"}, {"email": "A@b.example"}]}, r"user A@b\.example: .*already"),
    ],
)
def test_a_seed_with_a_mistake_says_where_and_what(document: dict[str, Any], message: str) -> None:
    with pytest.raises(SeedError, match=message):
        Emulator(document)


def test_one_person_may_be_a_member_of_several_organizations() -> None:
    both = [{"name": name, "members": [{"email": "ada@b.example", "id": "1"}]} for name in ("acme", "globex")]
    cloud = Emulator({"organizations": both}).cloud
    assert [one.name for one in cloud.memberships("1")] == ["acme", "globex"]
    both[1]["members"] = [{"email": "ada@b.example", "id": "2"}]
    with pytest.raises(SeedError, match=r"organization globex, member ada@b\.example: .*the id 1 already"):
        Emulator({"organizations": both})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("organizations: [")
    for path in (tmp_path / "missing.yaml", broken):
        with pytest.raises(SeedError, match=path.name):
            Emulator(path)


def test_the_seed_that_is_documented_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")
    [written] = re.findall(r"^```yaml\n(users:.*?)^```$", page, re.MULTILINE | re.DOTALL)
    with Emulator(YAML(typ="safe", pure=True).load(written)) as emulator:
        acme = emulator.cloud.organization("acme")
        assert len(acme.members) == 1
        assert len(acme.invitations) == 1
        assert {one.name for one in acme.deployments.values()} == {"logs", "old"}


def test_every_key_is_told_with_its_user() -> None:
    with Emulator(ACME_SEED) as emulator:
        told = "\n".join(other_keys(emulator.cloud))
        keys = {key.secret: emulator.cloud.users[key.user_id].email for key in emulator.cloud.keys.values()}
        assert len(keys) > 3
        for secret, email in keys.items():
            assert (f"  {secret}  {email}, " in told) is (secret != "demo-admin-key")
        assert "rosa.delacroix@acme.example, who belongs nowhere yet" in told


def test_a_key_is_told_with_the_organization_that_it_belongs_to() -> None:
    ada = {"email": "ada@b.example", "roles": {"organization": [{"role_id": "organization-admin"}]}}
    seed = {
        "organizations": [
            {"name": name, "members": [{**ada, "keys": [f"key-of-{name}"]}]} for name in ("acme", "globex")
        ]
    }
    assert other_keys(Emulator(seed).cloud)[-1] == "  key-of-globex  ada@b.example, of globex"
