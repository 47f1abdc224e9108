"""The advice of a drift review is followed to the letter, for every kind of finding: then the code agrees with what is live."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pulumi_elastic_org.cli import main
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.review.findings import DECLARE, SETTLED_WITH_OTHERS, TAKE_OUT
from pulumi_elastic_org.review.model import Kind
from tests.support.acme import ADMIN, OWNER, SECOND_ADMIN, Acme, Stack, acme, emulator, make_stack

__all__ = ["acme", "emulator"]  # fixtures

ADA, BOB, EVE, PIA = "ada@acme.example", "bob@acme.example", "eve@acme.example", "pia@acme.example"
BILLING = {"organization": [{"role_id": "billing-admin"}]}
VIEWER = {"deployment": [{"role_id": "deployment-viewer", "all": True}]}
Code = dict[str, Any]
PROGRAM = "elastic.Roster.from_file('acme', 'roster.yaml')\n"


class Team:
    """People in groups and on lines of their own, applied: Ada and Bob are members, Pia is invited."""

    def __init__(self, acme: Acme, stack: Stack) -> None:
        self.acme, self.stack = acme, stack
        acme.join(ADA, **BILLING)
        acme.join(BOB, **BILLING, **VIEWER)
        self.code: Code = {
            "mode": "authoritative",
            "groups": {
                "billing": {"roles": ["billing-admin"], "members": [ADA, BOB, PIA]},
                "viewers": {"roles": ["deployment-viewer on all"], "members": [BOB]},
            },
            "members": {ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"]},
        }
        stack.program(PROGRAM)
        self.write()
        stack.apply()

    def write(self) -> None:
        (self.stack.directory / "roster.yaml").write_text(json.dumps(self.code), encoding="utf-8")

    def drift(self, *options: str) -> Result:
        command = ["drift", "-C", str(self.stack.directory), "--engine", self.stack.engine.name, *options]
        return CliRunner().invoke(main, command, env=self.stack.environment, catch_exceptions=False)

    def findings(self, *options: str) -> list[dict[str, Any]]:
        [organization] = json.loads(self.drift("--json", *options).stdout)["organizations"]
        found: list[dict[str, Any]] = organization["findings"]
        return found

    def live(self) -> tuple[dict[str, Any], set[str]]:
        return self.acme.people(), self.acme.invited()

    def out_of_the_code(self, person: str) -> None:
        for group in self.code["groups"].values():
            group["members"] = [one for one in group["members"] if one != person]
        self.code["members"].pop(person, None)

    def follow(self, finding: dict[str, Any], acknowledged: Path) -> None:
        """Does what the finding says under "accept", and nothing that it does not say."""
        accept = finding["accept"]
        if finding["line"]:
            [(person, entry)] = json.loads(f"{{{finding['line']}}}").items()
            if accept == DECLARE:
                roles = parse_grants("; ".join(entry["roles"] if isinstance(entry, dict) else entry))
                for group in self.code["groups"].values():
                    if not parse_grants("; ".join(group["roles"])) <= roles and person in group["members"]:
                        group["members"].remove(person)
            self.code["members"][person] = entry
        elif accept == TAKE_OUT:
            self.out_of_the_code(finding["person"])
        elif accept.startswith("Acknowledge it"):
            entry = {"person": finding["person"], "kind": finding["kind"], "reason": "meant", "until": "2999-12-31"}
            acknowledged.write_text(json.dumps([entry]), encoding="utf-8")
        elif overridden := re.search(r"override (\S+) for (\S+) with a reason", accept):
            guard, person = overridden.groups()
            self.code["overrides"] = {person: {"guards": [guard], "reason": "meant"}}
        else:
            assert accept == SETTLED_WITH_OTHERS


@pytest.fixture
def team(tmp_path: Path, acme: Acme) -> Team:
    return Team(acme, make_stack(tmp_path, "embedded", acme))


def added(team: Team) -> None:
    team.acme.join(EVE, **OWNER)


def removed(team: Team) -> None:
    team.acme.cloud.leave(team.acme.id, ADA)


def more_roles(team: Team) -> None:
    team.acme.cloud.set_roles(team.acme.id, ADA, OWNER)


def fewer_roles(team: Team) -> None:
    team.acme.cloud.set_roles(team.acme.id, BOB, VIEWER)


def cancelled(team: Team) -> None:
    invitation = team.acme.cloud.invitation(team.acme.id, PIA)
    assert invitation is not None
    team.acme.cloud.cancel_invitations(team.acme.id, invitation.token)


def expired_for_good(team: Team) -> None:
    team.code["max_resends"] = 0
    team.acme.emulator.clock.advance(timedelta(hours=73))


def changed_in_code(team: Team) -> None:
    team.code["groups"]["billing"]["members"].remove(BOB)


def taken_out_of_the_code(team: Team) -> None:
    team.out_of_the_code(BOB)


def guarded(team: Team) -> None:
    team.out_of_the_code(BOB)
    team.code["guards"] = {"max_removals": 0}


def owner_unknown(team: Team) -> None:
    team.acme.cloud.add_deployment(team.acme.id, "search")
    team.out_of_the_code(BOB)


def invited_in_code(team: Team) -> None:
    team.code["groups"]["viewers"]["members"].append(EVE)


def last_day_over(team: Team) -> None:
    team.code["members"][BOB] = {"roles": [], "until": "2020-01-31"}


def untouchable(team: Team) -> None:
    newer = {"connected_cluster": [{"role_id": "connected-cluster-viewer", "all": True}]}
    team.acme.cloud.set_roles(team.acme.id, ADA, {**BILLING, **newer})


def another_account(team: Team) -> None:
    team.acme.cloud.leave(team.acme.id, ADA)
    team.acme.cloud.change_email(ADA, "left@acme.example")
    team.acme.join(ADA, **BILLING)


HAPPENINGS: dict[Callable[[Team], None], set[Kind]] = {
    added: {Kind.ADDED},
    removed: {Kind.REMOVED},
    more_roles: {Kind.ROLES_CHANGED},
    fewer_roles: {Kind.ROLES_CHANGED},
    cancelled: {Kind.INVITATION_LOST},
    expired_for_good: {Kind.RESEND_LIMIT},
    changed_in_code: {Kind.PENDING_CHANGE},
    taken_out_of_the_code: {Kind.PENDING_CHANGE},
    guarded: {Kind.PENDING_CHANGE, Kind.GUARD_REFUSES},
    owner_unknown: {Kind.PENDING_CHANGE, Kind.OWNER_UNKNOWN},
    invited_in_code: {Kind.PENDING_CHANGE},
    last_day_over: {Kind.PENDING_CHANGE},
    untouchable: {Kind.LEFT_ALONE},
    another_account: {Kind.ACCOUNT_CHANGED},
}


def test_every_kind_of_finding_is_followed() -> None:
    assert set().union(*HAPPENINGS.values()) == set(Kind) - {Kind.SETTING_DIFFERS, Kind.API_KEY}  # of no person


@pytest.mark.parametrize("happen", HAPPENINGS, ids=lambda happen: happen.__name__)
def test_what_is_accepted_is_what_is_live_and_no_finding_any_more(
    team: Team, tmp_path: Path, happen: Callable[[Team], None]
) -> None:
    happen(team)
    team.write()
    acknowledged = tmp_path / "acknowledged.yaml"
    acknowledged.write_text("[]", encoding="utf-8")
    found = team.findings()
    assert {finding["kind"] for finding in found} == {kind.value for kind in HAPPENINGS[happen]}
    members, _ = team.live()

    for finding in found:
        team.follow(finding, acknowledged)
    team.write()
    team.stack.apply()

    assert team.acme.people() == members
    assert team.findings("-a", str(acknowledged)) == []


@pytest.mark.parametrize("happen", HAPPENINGS, ids=lambda happen: happen.__name__)
def test_accepting_by_command_edits_the_file_so_that_nothing_about_the_person_is_found(
    team: Team, happen: Callable[[Team], None]
) -> None:
    happen(team)
    team.write()
    found = team.findings()
    members, _ = team.live()
    [person] = {finding["person"] for finding in found} - {None}
    accepted = team.drift("--accept", person.upper() if "@" in person else person)
    if happen in (untouchable, another_account):
        assert accepted.exit_code == 1
        assert found[0]["accept"] in accepted.stderr
        return
    assert accepted.exit_code == 0, accepted.output
    assert "+++ roster.yaml" in accepted.stdout
    team.stack.apply()
    assert team.acme.people() == members
    assert team.findings() == []


def test_only_what_was_found_is_accepted(team: Team) -> None:
    refused = team.drift("--accept", ADA)
    assert refused.exit_code == 1
    assert f"the review finds nothing about {ADA}" in refused.stderr


def test_where_no_roster_is_read_from_files_the_line_is_told(team: Team) -> None:
    owner, billing = ["organization-admin"], ["billing-admin"]
    people = {
        ADMIN: owner,
        SECOND_ADMIN: owner,
        ADA: billing,
        PIA: billing,
        BOB: ["deployment-viewer on all", *billing],
    }
    team.stack.program(f"elastic.Roster('acme', {people}, mode='authoritative')\n")
    team.acme.cloud.set_roles(team.acme.id, ADA, OWNER)
    refused = team.drift("--accept", ADA)
    assert refused.exit_code == 1
    assert "the program reads no roster of organization" in refused.stderr
    assert f'"{ADA}": ["organization-admin"]' in refused.stderr


def test_the_line_of_a_person_with_a_last_day_keeps_it(team: Team) -> None:
    team.out_of_the_code(ADA)
    team.code["members"][ADA] = {"roles": ["billing-admin"], "until": "2999-12-31"}
    team.write()
    team.stack.apply()
    team.acme.cloud.set_roles(team.acme.id, ADA, OWNER)
    [finding] = team.findings()
    assert json.loads(f"{{{finding['line']}}}") == {ADA: {"roles": ["organization-admin"], "until": "2999-12-31"}}
