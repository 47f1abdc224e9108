"""The pipelines for GitLab CI, their commands run in order against an emulated organization."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator
from tests.pipelines.gitlab import TOKEN, Api, GitLab
from tests.pipelines.organization import ADA, BOB, EVE, EXAMPLES, PROGRAM, Repository, invited, roster
from tests.pipelines.shell import VARIANTS, Machine

REPORT = {"elastic-cloud-report": {"GITLAB_TOKEN": TOKEN}}
ADA_JOINS = {"roster.yaml": roster(ada="billing-admin")}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with Api(tmp_path / "artifacts") as api:
        yield api


@pytest.fixture
def gitlab(
    machine: Machine,
    repository: Repository,
    commands: str,
    api: Api,
    settings: dict[str, str],
    secrets: dict[str, str],
) -> GitLab:
    file = EXAMPLES / "gitlab-ci" / f"{commands}.gitlab-ci.yml"
    scoped = {**dict.fromkeys(("elastic-cloud-preview", "elastic-cloud"), secrets), **REPORT}
    return GitLab(machine, repository.origin, file, api, settings, scoped)


def test_from_merge_request_to_merge_to_a_review_that_is_clean(
    gitlab: GitLab, api: Api, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert gitlab.apply_by_hand(), machine.said

    head = repository.commit("ada-joins", {"roster.yaml": roster(ada="organization-admin")})
    assert gitlab.propose(7, head), machine.said
    [note] = api.notes
    assert ADA in note["body"]
    assert "organization-admin" in note["body"]

    head = repository.commit("ada-joins", ADA_JOINS)
    assert gitlab.propose(7, head), machine.said
    [note] = api.notes
    assert "billing-admin" in note["body"]
    assert invited(emulator) == {}

    assert gitlab.merge(7, head), machine.said
    assert invited(emulator) == {ADA: {"organization": [{"role_id": "billing-admin", "organization_id": "4242"}]}}

    emulator.cloud.accept("4242", ADA)
    assert gitlab.review_drift(), machine.said
    assert api.issues == []


def test_drift_is_one_issue_that_is_closed_when_it_is_settled(
    gitlab: GitLab, api: Api, machine: Machine, emulator: Emulator
) -> None:
    assert gitlab.apply_by_hand(), machine.said
    emulator.cloud.add_member("4242", EVE)
    assert gitlab.review_drift(), machine.said
    [issue] = api.issues
    assert EVE in issue["description"]
    emulator.cloud.set_roles("4242", BOB, {"organization": [{"role_id": "billing-admin"}]})
    assert gitlab.review_drift(), machine.said
    [issue] = api.issues
    assert BOB in issue["description"]
    emulator.cloud.leave("4242", EVE)
    emulator.cloud.set_roles("4242", BOB, {})
    assert gitlab.review_drift(), machine.said
    [issue] = api.issues
    assert issue["state"] == "closed"


def test_an_organization_that_moved_is_left_alone_until_there_is_a_new_preview(
    gitlab: GitLab, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert gitlab.apply_by_hand(), machine.said
    head = repository.commit("ada-joins", ADA_JOINS)
    assert gitlab.propose(7, head), machine.said
    emulator.cloud.leave("4242", BOB)
    assert not gitlab.merge(7, head)
    assert invited(emulator) == {}
    assert gitlab.apply_by_hand(), machine.said
    assert set(invited(emulator)) == {ADA, BOB}


def test_code_of_a_merge_request_never_runs_and_is_not_applied_unseen(
    gitlab: GitLab, repository: Repository, machine: Machine, emulator: Emulator
) -> None:
    assert gitlab.apply_by_hand(), machine.said
    proof = machine.directory / "ran"
    files = {"__main__.py": f"open({str(proof)!r}, 'w').close()\n{PROGRAM}", **ADA_JOINS}
    head = repository.commit("code", files)
    assert not gitlab.propose(7, head)
    assert not gitlab.merge(7, head)
    assert "No plan was reviewed for this commit" in machine.last_words
    assert not proof.exists()
    assert invited(emulator) == {}


def test_a_merge_request_behind_its_target_is_to_be_rebased(
    gitlab: GitLab, repository: Repository, machine: Machine
) -> None:
    head = repository.commit("ada-joins", ADA_JOINS)
    repository.commit("main", {"README.md": "People\n"})
    assert not gitlab.propose(7, head)
    assert any("Rebase onto main first" in words for words in machine.said)


def test_nothing_that_only_a_merge_request_names_is_installed(
    gitlab: GitLab, repository: Repository, machine: Machine
) -> None:
    assert not gitlab.propose(7, repository.commit("more", {"requirements.txt": "something-else\n", **ADA_JOINS}))
    assert "pulumi-elastic-org" in machine.said[0]
    assert not any("something-else" in words for words in machine.said)


def test_nothing_is_installed_where_the_key_shows(
    machine: Machine, repository: Repository, commands: str, api: Api, settings: dict[str, str], secrets: dict[str, str]
) -> None:
    file = EXAMPLES / "gitlab-ci" / f"{commands}.gitlab-ci.yml"
    gitlab = GitLab(machine, repository.origin, file, api, settings, {"": secrets, **REPORT})
    assert not gitlab.propose(7, repository.commit("ada-joins", ADA_JOINS))
    assert "have no environment scope" in machine.said[0]
    assert not any("pulumi-elastic-org" in words for words in machine.said)


@pytest.mark.parametrize("variant", [VARIANTS["elastic-org on the embedded engine"]], ids=[""], indirect=True)
def test_a_state_that_would_be_lost_with_the_job_is_refused(
    machine: Machine, repository: Repository, api: Api, settings: dict[str, str], secrets: dict[str, str]
) -> None:
    file = EXAMPLES / "gitlab-ci" / "elastic-org.gitlab-ci.yml"
    scoped = {**dict.fromkeys(("elastic-cloud-preview", "elastic-cloud"), secrets), **REPORT}
    gitlab = GitLab(machine, repository.origin, file, api, {**settings, "PULUMI_BACKEND_URL": ""}, scoped)
    for run in (
        gitlab.apply_by_hand,
        gitlab.review_drift,
        lambda: gitlab.propose(7, repository.commit("ada-joins", ADA_JOINS)),
    ):
        assert not run()
        assert any("the state would be lost with this job" in words for words in machine.said)
        machine.said.clear()
