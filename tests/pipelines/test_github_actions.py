"""The workflows for GitHub Actions, their commands run in order against an emulated organization."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Emulator
from tests.pipelines.github import GitHub
from tests.pipelines.organization import ADA, ADMIN, BOB, EVE, EXAMPLES, PROGRAM, Repository, invited, people, roster
from tests.pipelines.shell import VARIANTS, Machine

PROTECTED = ("elastic-cloud-preview", "elastic-cloud-code", "elastic-cloud-merged", "elastic-cloud")
REVIEWED = ("elastic-cloud-code", "elastic-cloud")
ADA_JOINS = {"roster.yaml": roster(ada="billing-admin")}


@pytest.fixture
def github(
    machine: Machine, repository: Repository, commands: str, settings: dict[str, str], secrets: dict[str, str]
) -> GitHub:
    workflows = EXAMPLES / "github-actions" / commands
    return GitHub(machine, repository.origin, workflows, settings, dict.fromkeys(PROTECTED, secrets), REVIEWED)


def test_from_pull_request_to_merge_to_a_review_that_is_clean(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words

    head = repository.commit("ada-joins", {"roster.yaml": roster(ada="organization-admin")})
    assert github.propose(7, head), machine.said
    [comment] = github.comments
    assert ADA in comment["body"]
    assert "organization-admin" in comment["body"]

    head = repository.commit("ada-joins", ADA_JOINS)
    assert github.propose(7, head), machine.said
    [comment] = github.comments
    assert "billing-admin" in comment["body"]
    assert invited(emulator) == {}

    assert github.merge(7, head), machine.said
    assert invited(emulator) == {ADA: {"organization": [{"role_id": "billing-admin", "organization_id": "4242"}]}}

    emulator.cloud.accept("4242", ADA)
    assert github.review_drift(), machine.said
    assert github.issues == []


def test_drift_is_one_issue_that_is_closed_when_it_is_settled(
    github: GitHub, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words
    emulator.cloud.add_member("4242", EVE)
    assert github.review_drift(), machine.last_words
    [issue] = github.issues
    assert EVE in issue["body"]
    emulator.cloud.set_roles("4242", BOB, {"organization": [{"role_id": "billing-admin"}]})
    assert github.review_drift(), machine.last_words
    [issue] = github.issues
    assert BOB in issue["body"]
    emulator.cloud.leave("4242", EVE)
    emulator.cloud.set_roles("4242", BOB, {})
    assert github.review_drift(), machine.last_words
    [issue] = github.issues
    assert issue["state"] == "closed"


def test_an_organization_that_moved_is_left_alone_until_somebody_has_seen_a_new_preview(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words
    head = repository.commit("ada-joins", ADA_JOINS)
    assert github.propose(7, head), machine.last_words
    emulator.cloud.leave("4242", BOB)
    assert not github.merge(7, head)
    assert invited(emulator) == {}

    github.approve = lambda environment: environment != "elastic-cloud"
    github.apply_by_hand()
    assert invited(emulator) == {}
    github.approve = lambda _: True
    assert github.apply_by_hand(), machine.last_words
    assert set(invited(emulator)) == {ADA, BOB}


def test_what_was_never_previewed_is_not_applied(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words
    github.approve = lambda environment: environment != "elastic-cloud-code"
    head = repository.commit("code", {"__main__.py": PROGRAM + "print(1)\n", **ADA_JOINS})
    github.propose(7, head)
    assert not github.merge(7, head)
    assert "No plan was reviewed for this commit" in machine.last_words
    assert invited(emulator) == {}


def test_code_of_a_pull_request_runs_only_once_it_was_read(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words
    proof = machine.directory / "ran"
    files = {"__main__.py": f"open({str(proof)!r}, 'w').close()\n{PROGRAM}"}
    github.approve = lambda environment: environment != "elastic-cloud-code"
    github.propose(7, repository.commit("code", files))
    assert not proof.exists()
    assert github.comments == []
    github.approve = lambda _: True
    assert github.propose(7, repository.commit("code", ADA_JOINS)), machine.last_words
    assert proof.exists()
    assert ADA in github.comments[0]["body"]
    assert people(emulator) == {ADMIN, BOB}


def test_a_preview_that_the_guards_refuse_says_why_in_the_comment(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert github.apply_by_hand(), machine.last_words
    emulator.cloud.add_deployment("4242", "logs", tags={"owner": BOB})
    without_bob = "".join(line for line in roster().splitlines(keepends=True) if BOB not in line)
    assert not github.propose(7, repository.commit("bob-leaves", {"roster.yaml": without_bob}))
    [comment] = github.comments
    assert "owns" in comment["body"]
    assert "logs" in comment["body"]


def test_code_that_nobody_is_required_to_read_is_not_run(
    github: GitHub, repository: Repository, machine: Machine
) -> None:
    proof = machine.directory / "ran"
    github.excuse_reviewers("elastic-cloud-code")
    head = repository.commit("code", {"__main__.py": f"open({str(proof)!r}, 'w').close()\n{PROGRAM}"})
    assert not github.propose(7, head)
    assert "the environment elastic-cloud-code has no required reviewers" in machine.last_words
    assert not proof.exists()


def test_whether_somebody_must_read_code_has_to_be_known(
    machine: Machine, repository: Repository, commands: str, settings: dict[str, str], secrets: dict[str, str]
) -> None:
    workflows = EXAMPLES / "github-actions" / commands
    github = GitHub(machine, repository.origin, workflows, settings, {"elastic-cloud-preview": secrets}, REVIEWED)
    assert not github.propose(7, repository.commit("code", {"__main__.py": f"{PROGRAM}print(1)\n"}))
    assert "Not Found" in machine.last_words


def test_nothing_is_applied_by_hand_where_nobody_would_see_the_preview(
    github: GitHub, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    repository.commit("main", ADA_JOINS)
    github.excuse_reviewers("elastic-cloud")
    assert not github.apply_by_hand()
    assert "would be applied unseen" in machine.last_words
    assert invited(emulator) == {}


def test_a_key_that_every_branch_can_read_stops_a_preview(
    machine: Machine, repository: Repository, commands: str, settings: dict[str, str], secrets: dict[str, str]
) -> None:
    workflows = EXAMPLES / "github-actions" / commands
    github = GitHub(machine, repository.origin, workflows, settings, {"": secrets}, ())
    assert not github.propose(7, repository.commit("ada-joins", ADA_JOINS))
    assert "Every branch can read EC_API_KEY" in machine.last_words
    assert github.comments == []


def test_a_project_with_a_virtual_environment_of_its_own_runs(
    github: GitHub, repository: Repository, machine: Machine
) -> None:
    project = "name: people\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    repository.commit("main", {"Pulumi.yaml": project})
    assert github.apply_by_hand(), machine.last_words


@pytest.mark.parametrize("variant", [VARIANTS["elastic-org on the embedded engine"]], ids=[""], indirect=True)
def test_a_state_that_would_be_lost_with_the_job_is_refused(
    machine: Machine, repository: Repository, settings: dict[str, str], secrets: dict[str, str], emulator: Emulator
) -> None:
    settings = {**settings, "PULUMI_BACKEND_URL": ""}
    workflows = EXAMPLES / "github-actions" / "elastic-org"
    github = GitHub(machine, repository.origin, workflows, settings, dict.fromkeys(PROTECTED, secrets), REVIEWED)
    repository.commit("main", ADA_JOINS)
    assert not github.apply_by_hand()
    assert "PULUMI_BACKEND_URL: is not set: the state would be lost with this job" in machine.last_words
    assert not github.propose(7, repository.commit("eve-joins", {"roster.yaml": roster(eve="billing-admin")}))
    assert not github.review_drift()
    assert invited(emulator) == {}
