"""Two accounts of one person are made one, in a run that may be killed at any call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.audit import read_trail
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.cloud.models import read_assignments, write_assignments
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.procedures.consolidation import Consolidation
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import DEFAULTS
from tests.support.acme import OWNER

ROOT, KEEP, DROP = "root@acme.example", "bob@acme.example", "bob@old.example"
KEY, ORGANIZATION = "key-of-the-administrator", "4242"
BILLING = {"organization": [{"role_id": "billing-admin"}]}


def roles(text: str) -> Mapping[str, object]:
    return write_assignments(parse_grants(text), ORGANIZATION)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        cloud = running.cloud
        cloud.add_organization("acme", id=ORGANIZATION)
        cloud.add_member(ORGANIZATION, ROOT, OWNER, key=KEY)
        cloud.add_member(ORGANIZATION, DROP, BILLING)
        cloud.add_deployment(ORGANIZATION, "search", owner=DROP, tags={"Owner": f"{ROOT}, Bob <{DROP}>", "team": "s"})
        cloud.add_project(ORGANIZATION, "soc", "security", owner=DROP)
        yield running


def call(emulator: Emulator, directory: Path, *options: str, drop: str = DROP, **variables: str) -> Result:
    environment = {
        **variables,
        "EC_ENDPOINT": emulator.endpoint,
        "EC_API_KEY": KEY,
        "EC_API_KEY_USER": ROOT,
        "EC_ORGANIZATION_ID": ORGANIZATION,
    }
    journal = str(directory / "journal.jsonl")
    return CliRunner().invoke(main, ["consolidate", KEEP, drop, "--journal", journal, *options], env=environment)


def members(emulator: Emulator) -> set[str]:
    return {emulator.cloud.user(one).email for one in emulator.cloud.organization(ORGANIZATION).members}


def done(emulator: Emulator) -> bool:
    """Whether only the address to keep is left, with the roles and everything that was owned."""
    organization = emulator.cloud.organization(ORGANIZATION)
    kept = emulator.cloud.user(KEEP).id
    held = organization.members[kept].roles.to_json(ORGANIZATION)
    (search,), (soc,) = organization.deployments.values(), organization.projects.values()
    return (
        members(emulator) == {ROOT, KEEP}
        and "billing-admin" in str(held)
        and search.tags == {"Owner": f"{ROOT}, Bob <{KEEP}>", "team": "s"}
        and soc.tags == {"owner": kept}
    )


def test_the_address_to_keep_is_invited_waited_for_and_takes_everything_over(
    emulator: Emulator, tmp_path: Path
) -> None:
    first = call(emulator, tmp_path, "--yes")
    assert first.exit_code == 1
    assert f"invite {KEEP} with the roles of {DROP}: billing-admin" in first.stdout
    assert f"{KEEP} is invited with the roles of {DROP}" in first.output
    assert "link" in first.stderr
    assert DROP in members(emulator)
    emulator.cloud.accept(ORGANIZATION, KEEP)
    second = call(emulator, tmp_path, "--yes")
    assert second.exit_code == 0, second.output
    assert done(emulator)
    third = call(emulator, tmp_path, "--yes")
    assert third.exit_code == 0
    assert "nothing to do" in third.stdout


def test_a_member_gets_the_roles_that_only_the_other_account_has_and_keeps_their_own(
    emulator: Emulator, tmp_path: Path
) -> None:
    emulator.cloud.add_member(ORGANIZATION, KEEP, OWNER)
    assert call(emulator, tmp_path, "--yes").exit_code == 0
    assert done(emulator)
    held = emulator.cloud.member(ORGANIZATION, KEEP).roles.to_json(ORGANIZATION)
    assert {one["role_id"] for one in held["organization"]} == {"organization-admin", "billing-admin"}


@pytest.mark.parametrize(
    ("keeps", "drops", "both"),
    [
        ("deployment-viewer on all", "deployment-viewer on d-a", "deployment-viewer on all"),
        ("deployment-viewer on d-a", "deployment-viewer on all", "deployment-viewer on all"),
        ("deployment-viewer on d-a", "deployment-viewer on d-b", "deployment-viewer on d-a, d-b"),
    ],
)
def test_a_role_on_all_takes_the_place_of_the_same_role_on_named_deployments(
    emulator: Emulator, tmp_path: Path, keeps: str, drops: str, both: str
) -> None:
    for deployment in ("d-a", "d-b"):
        emulator.cloud.add_deployment(ORGANIZATION, deployment, id=deployment)
    emulator.cloud.add_member(ORGANIZATION, KEEP, roles(keeps))
    emulator.cloud.set_roles(ORGANIZATION, DROP, roles(drops))
    result = call(emulator, tmp_path, "--yes")
    assert result.exit_code == 0, result.output
    assert members(emulator) == {ROOT, KEEP}
    held = emulator.cloud.member(ORGANIZATION, KEEP).roles.to_json(ORGANIZATION)
    assert read_assignments(held, ORGANIZATION)[0] == parse_grants(both)


def test_roles_that_one_member_cannot_hold_together_are_refused_before_anything_is_changed(
    emulator: Emulator, tmp_path: Path
) -> None:
    emulator.cloud.add_member(ORGANIZATION, KEEP, roles("elasticsearch-viewer on all as reader"))
    emulator.cloud.set_roles(ORGANIZATION, DROP, roles("elasticsearch-viewer on all"))
    refused = call(emulator, tmp_path, "--yes")
    assert refused.exit_code == 1
    assert (
        f"{KEEP} holds 'elasticsearch-viewer on all as reader' and {DROP} 'elasticsearch-viewer on all'"
        in refused.stderr
    )
    assert "change the roles of one of the two first" in refused.stderr
    assert members(emulator) == {ROOT, KEEP, DROP}
    emulator.cloud.set_roles(ORGANIZATION, KEEP, {})
    assert call(emulator, tmp_path, "--yes").exit_code == 0
    assert members(emulator) == {ROOT, KEEP}


def test_the_account_that_goes_is_the_one_with_which_it_began_whatever_its_address_is_now(
    emulator: Emulator, tmp_path: Path
) -> None:
    assert call(emulator, tmp_path, "--yes").exit_code == 1
    emulator.cloud.change_email(DROP, "married@old.example")
    emulator.cloud.add_member(ORGANIZATION, DROP, BILLING)
    emulator.cloud.accept(ORGANIZATION, KEEP)
    result = call(emulator, tmp_path, "--yes")
    assert result.exit_code == 0, result.output
    assert members(emulator) == {ROOT, KEEP, DROP}


def test_the_account_that_was_checked_goes_and_not_whoever_has_its_address_by_then(
    emulator: Emulator, tmp_path: Path
) -> None:
    account, session = emulator.cloud.user(DROP).id, Session(emulator.endpoint, KEY)
    procedure = Consolidation(session, ORGANIZATION, KEEP, DROP, ROOT, DEFAULTS, None)
    with Journal(tmp_path / "journal.jsonl", "consolidate", procedure.subject) as journal:
        procedure.check(journal)
        emulator.cloud.change_email(DROP, "married@old.example")
        emulator.cloud.add_member(ORGANIZATION, DROP, BILLING)
        dropped = procedure.look(journal).dropped

    assert dropped is not None
    assert dropped.user_id == account


@pytest.mark.parametrize("takes_effect", [True, False])
@pytest.mark.parametrize("skip", range(6))
def test_a_run_that_fails_at_any_write_is_gone_on_with(
    emulator: Emulator, tmp_path: Path, skip: int, takes_effect: bool
) -> None:
    emulator.cloud.add_member(ORGANIZATION, KEEP)
    write = "role_assignments|/deployments/|/projects/|/members/"
    emulator.faults.add(Fault(kind="forbidden", path=write, skip=skip, takes_effect=takes_effect))
    call(emulator, tmp_path, "--yes")
    assert KEEP in members(emulator)
    emulator.faults.clear()
    assert call(emulator, tmp_path, "--yes").exit_code == 0
    assert done(emulator)


def test_a_dry_run_changes_nothing_and_names_keys_and_the_lines_to_change(emulator: Emulator, tmp_path: Path) -> None:
    emulator.cloud.add_key(DROP, organization=ORGANIZATION, description="robot")
    roster = tmp_path / "roster.yaml"
    roster.write_text(f"mode: additive\ngroups:\n  g:\n    members: [{DROP}]\nmembers:\n  {DROP}: [billing-admin]\n")
    result = call(emulator, tmp_path, "--dry-run", "--roster", str(roster))
    assert result.exit_code == 0, result.output
    assert f"{roster}:6:3: change {DROP} to {KEEP}, before the next update of the roster" in result.stdout
    assert f"{roster}:4:15: change {DROP}" in result.stdout
    assert "created the API key 'robot'" in result.stdout
    assert members(emulator) == {ROOT, DROP}
    assert emulator.cloud.organization(ORGANIZATION).invitations == {}


def test_the_last_administrator_is_not_removed(emulator: Emulator, tmp_path: Path) -> None:
    emulator.cloud.add_member(ORGANIZATION, KEEP)
    emulator.cloud.delete_resource(next(iter(emulator.cloud.organization(ORGANIZATION).deployments)))
    refused = call(emulator, tmp_path, "--yes", drop=KEEP)
    assert "the same account" in refused.stderr
    assert members(emulator) == {ROOT, DROP, KEEP}


def test_who_is_no_member_is_told(emulator: Emulator, tmp_path: Path) -> None:
    refused = call(emulator, tmp_path, "--yes", drop="nobody@acme.example")
    assert refused.exit_code == 1
    assert "neither bob@acme.example nor nobody@acme.example is a member" in refused.stderr
    assert call(emulator, tmp_path, "--yes", drop="nobody").exit_code == 1


@pytest.mark.parametrize("stays", [True, False])
def test_the_account_that_was_checked_takes_over_and_not_whoever_has_its_address_by_then(
    emulator: Emulator, tmp_path: Path, stays: bool
) -> None:
    kept = emulator.cloud.add_member(ORGANIZATION, KEEP).user_id
    emulator.faults.add(Fault(kind="forbidden", method="PUT", times=None))
    assert call(emulator, tmp_path, "--yes").exit_code == 1
    emulator.faults.clear()
    emulator.cloud.change_email(KEEP, "robert@acme.example")
    emulator.cloud.add_member(ORGANIZATION, KEEP)
    if not stays:
        emulator.cloud.leave(ORGANIZATION, kept)

    result = call(emulator, tmp_path, "--yes")

    assert (result.exit_code == 0) is stays
    [search] = emulator.cloud.organization(ORGANIZATION).deployments.values()
    owner = "robert@acme.example" if stays else DROP
    assert search.tags == {"Owner": f"{ROOT}, Bob <{owner}>", "team": "s"}
    assert (DROP in members(emulator)) is not stays
    if not stays:
        assert f"the account of {KEEP} with which this began is not a member any more" in result.output


def test_owner_tags_that_are_written_and_refused_are_in_the_audit_trail(emulator: Emulator, tmp_path: Path) -> None:
    emulator.cloud.add_member(ORGANIZATION, KEEP)
    trail = tmp_path / "trail.jsonl"
    emulator.faults.add(Fault(kind="forbidden", method="PATCH", path="/projects/"))
    assert call(emulator, tmp_path, "--yes", ELASTIC_ORG_AUDIT_LOG=str(trail)).exit_code == 1
    assert call(emulator, tmp_path, "--yes", ELASTIC_ORG_AUDIT_LOG=str(trail)).exit_code == 0

    written = [one for one in read_trail(trail) if one.subject is not None]
    assert {one.change for one in written} == {f"make {KEEP} the owner"}
    [search] = emulator.cloud.organization(ORGANIZATION).deployments
    assert [(one.result, one.request) for one in written if "deployment" in str(one.subject)] == [
        ("done", f"PUT /deployments/{search}")
    ]
    assert [one.result for one in written if "project" in str(one.subject)] == ["refused", "done"]
