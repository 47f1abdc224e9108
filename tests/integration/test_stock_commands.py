"""The stock CLI's commands are the product's face: they behave, and they read well, with a roster in them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.model.single_sign_on import record_name
from tests.support.acme import Acme, Stack, make_stack

pytestmark = pytest.mark.usefixtures("pulumi_cli")
CHANGES_FOUND = 7

Pulumi = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stack(tmp_path: Path, acme: Acme) -> Stack:
    return make_stack(tmp_path, "pulumi", acme)


@pytest.fixture
def pulumi(stack: Stack) -> Pulumi:
    """Runs a stock command in the project, as a pipeline would."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", *arguments, "--non-interactive", "--color=never"]
        return subprocess.run(
            command,
            cwd=stack.directory,
            env={**os.environ, **stack.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("stack", "init", "dev").returncode == 0
    return run


def test_preview_shows_a_line_a_person(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    stack.roster({"ada@acme.example": ["billing-admin"], "bob@acme.example": []})
    shown = pulumi("preview", "--diff")
    assert shown.returncode == 0, shown.stdout
    assert '~ ada@acme.example   : "no roles" => "billing-admin"' in shown.stdout
    assert '+ bob@acme.example   : "no roles"' in shown.stdout
    assert "  ~ ada@acme.example: change roles: + billing-admin" in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stdout + shown.stderr


def test_a_refusal_is_an_error_that_says_what_to_do(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    acme.cloud.add_deployment(acme.id, "search", owner="ada@acme.example")
    stack.roster({})
    shown = pulumi("preview")
    assert shown.returncode != 0
    assert "error: Refused: nothing was changed: 1 reason to refuse" in shown.stdout
    assert "ada@acme.example: still owns deployment 'search'" in shown.stdout
    assert "Traceback" not in shown.stdout


def test_refresh_finds_drift_and_only_drift(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": [], "pending@acme.example": []})
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    drift_check = ("refresh", "--preview-only", "--expect-no-changes")
    assert pulumi(*drift_check).returncode == 0
    acme.cloud.accept(acme.id, "pending@acme.example")
    assert pulumi(*drift_check).returncode == 0
    acme.cloud.set_roles(acme.id, "ada@acme.example", {"organization": [{"role_id": "billing-admin"}]})
    found = pulumi(*drift_check, "--diff")
    assert found.returncode == CHANGES_FOUND
    assert '+ ada@acme.example: "no roles => billing-admin"' in found.stdout


def test_an_update_plan_lets_nothing_through_that_was_not_reviewed(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    stack.roster({"ada@acme.example": ["billing-admin"]})
    assert pulumi("preview", "--save-plan=plan.json").returncode == 0
    acme.cloud.set_roles(acme.id, "second@acme.example", {})
    moved = pulumi("up", "--yes", "--plan=plan.json")
    assert moved.returncode != 0
    assert "violates plan" in moved.stdout + moved.stderr
    assert not acme.people()["second@acme.example"]
    assert pulumi("preview", "--save-plan=plan.json").returncode == 0
    assert pulumi("up", "--yes", "--plan=plan.json").returncode == 0
    assert acme.people()["second@acme.example"]


def test_destroy_lets_go_and_says_so(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    stack.roster({})
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    shown = pulumi("destroy", "--yes")
    assert shown.returncode == 0
    assert "the roster is no longer managed here; its 2 people stay members" in shown.stdout
    assert len(acme.people()) == 2


def test_up_at_the_projects_root_applies_the_quickstart(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    with Emulator(ACME) as emulator:
        environment = {
            **os.environ,
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": "demo-admin-key",
            "PULUMI_BACKEND_URL": f"file://{tmp_path}",
            "PULUMI_CONFIG_PASSPHRASE": "quickstart",
        }
        for command in (
            ["stack", "init", "test-quickstart"],
            ["up", "--yes", "--skip-preview", "--stack=test-quickstart"],
        ):
            shown = subprocess.run(
                ["pulumi", *command, "--non-interactive"],
                cwd=root,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert shown.returncode == 0, shown.stdout + shown.stderr
        (root / "Pulumi.test-quickstart.yaml").unlink(missing_ok=True)
        assert len(emulator.cloud.organization("acme").invitations) == 7


def test_what_a_program_declares_goes_with_a_destroy_that_runs_it_and_stays_with_its_replacement(
    stack: Stack, acme: Acme, pulumi: Pulumi
) -> None:
    domain, live = "acme.example", acme.cloud.organization(acme.id).domains
    acme.cloud.publish_txt_record(record_name(domain), acme.cloud.domain_code(acme.id, domain))
    stack.program(f"elastic.DomainClaim('acme', domain='{domain}')\nelastic.Member('ada', 'ada@acme.example', [])\n")
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    urn = "urn:pulumi:dev::people::pulumi-python:dynamic/elastic-org:DomainClaim::acme"
    assert pulumi("up", "--yes", "--skip-preview", "--target-replace", urn).returncode == 0
    assert (list(live), acme.invited()) == ([domain], {"ada@acme.example"})
    assert pulumi("destroy", "--yes", "--skip-preview", "--run-program").returncode == 0
    assert (list(live), acme.invited()) == ([], set())


FAILS = """\
class Fails(pulumi.dynamic.ResourceProvider):
    def create(self, props):
        raise Exception('no such thing today')


class Thing(pulumi.dynamic.Resource):
    target: pulumi.Output[str]


thing = Thing(Fails(), 'thing', {'target': None})
elastic.Roster('people', {'ada@acme.example': [elastic.deployment('viewer', on=[thing.target])]}, mode='additive')
"""


def test_who_is_declared_by_what_failed_stays_when_an_update_goes_on(stack: Stack, acme: Acme, pulumi: Pulumi) -> None:
    acme.join("ada@acme.example")
    stack.program("elastic.Member('ada', 'ada@acme.example', [])\n")
    assert pulumi("up", "--yes", "--skip-preview").returncode == 0
    stack.program(FAILS)
    shown = pulumi("up", "--yes", "--skip-preview", "--continue-on-error")
    assert "ada@acme.example" in acme.people(), shown.stdout
    assert "members: ada@acme.example: what this is made of is not known, since another resource failed" in shown.stdout
