"""`elastic-org drift`: what is done by hand in the emulator is found, on every engine, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.review.model import Kind, Review
from tests.support.acme import ADMIN_KEY, OWNER, Acme, Stack, emulator, make_stack
from tests.support.reviews import FORMATS, findings_in, shown

__all__ = ["emulator"]  # fixtures

ADA, EVE, PIA = "ada@acme.example", "eve@acme.example", "pia@acme.example"
BILLING = {"organization": [{"role_id": "billing-admin"}]}
DECLARED = {ADA: ["billing-admin"], PIA: []}


@dataclass
class Reviewed:
    """A stack that is applied and clean: Ada is a member, Pia is invited.

    Args:
        acme: Its organization.
        stack: Its program.
    """

    acme: Acme
    stack: Stack

    def drift(self, *options: str) -> Result:
        command = ["drift", "-C", str(self.stack.directory), "--engine", self.stack.engine.name, *options]
        return CliRunner().invoke(main, command, env=self.stack.environment, catch_exceptions=False)

    def findings(self, *options: str) -> set[tuple[str, str]]:
        result = self.drift("--format", "json", *options)
        found = findings_in("json", result.stdout)
        assert result.exit_code == (7 if found else 0), result.output
        return found


@pytest.fixture
def clean(emulator: Emulator, tmp_path: Path) -> Reviewed:
    return applied("embedded", emulator, tmp_path)


@pytest.fixture
def on_each_engine(engine_name: str, emulator: Emulator, tmp_path: Path) -> Reviewed:
    return applied(engine_name, emulator, tmp_path)


def applied(engine: str, emulator: Emulator, directory: Path) -> Reviewed:
    acme = Acme(emulator)
    stack = make_stack(directory, engine, acme)
    acme.join(ADA, **BILLING)
    stack.roster(DECLARED)
    stack.apply()
    return Reviewed(acme, stack)


def added(one: Reviewed) -> None:
    one.acme.join(EVE, **OWNER)


def invited(one: Reviewed) -> None:
    one.acme.cloud.invite(one.acme.id, EVE, OWNER)


def removed(one: Reviewed) -> None:
    one.acme.cloud.leave(one.acme.id, ADA)


def roles_changed(one: Reviewed) -> None:
    one.acme.cloud.set_roles(one.acme.id, ADA, OWNER)


def cancelled(one: Reviewed) -> None:
    invitation = one.acme.cloud.invitation(one.acme.id, PIA)
    assert invitation is not None
    one.acme.cloud.cancel_invitations(one.acme.id, invitation.token)


def expired(one: Reviewed) -> None:
    one.acme.emulator.clock.advance(timedelta(hours=73))


def expired_for_good(one: Reviewed) -> None:
    one.stack.roster(DECLARED, extra="max_resends=0")
    expired(one)


def owner_unknown(one: Reviewed) -> None:
    one.acme.cloud.add_deployment(one.acme.id, "search")
    one.stack.roster({PIA: []})


def guarded(one: Reviewed) -> None:
    one.stack.roster({PIA: []}, extra=f"guards=elastic.Guards(protected=('{ADA}',))")


def too_many(one: Reviewed) -> None:
    one.stack.roster({PIA: []}, extra="guards=elastic.Guards(max_removals=0)")


def untouchable(one: Reviewed) -> None:
    newer = {"connected_cluster": [{"role_id": "connected-cluster-viewer", "all": True}]}
    one.acme.cloud.set_roles(one.acme.id, ADA, {**BILLING, **newer})


def another_account(one: Reviewed) -> None:
    one.acme.cloud.leave(one.acme.id, ADA)
    one.acme.cloud.change_email(ADA, "left@acme.example")
    one.acme.join(ADA, **BILLING)


def changed_in_code(one: Reviewed) -> None:
    one.stack.roster({**DECLARED, ADA: ["organization-admin"]})


def nothing(one: Reviewed) -> None:
    one.acme.cloud.accept(one.acme.id, PIA)


LEAVES = (ADA, Kind.PENDING_CHANGE)
EXPECTED: dict[Callable[[Reviewed], None], set[tuple[str, Kind]]] = {
    added: {(EVE, Kind.ADDED)},
    invited: {(EVE, Kind.ADDED)},
    removed: {(ADA, Kind.REMOVED)},
    roles_changed: {(ADA, Kind.ROLES_CHANGED)},
    cancelled: {(PIA, Kind.INVITATION_LOST)},
    expired: {(PIA, Kind.INVITATION_LOST)},
    expired_for_good: {(PIA, Kind.RESEND_LIMIT)},
    owner_unknown: {LEAVES, (ADA, Kind.OWNER_UNKNOWN)},
    guarded: {LEAVES, (ADA, Kind.GUARD_REFUSES)},
    too_many: {LEAVES, ("the whole organization", Kind.GUARD_REFUSES)},
    untouchable: {(ADA, Kind.LEFT_ALONE)},
    another_account: {(ADA, Kind.ACCOUNT_CHANGED)},
    changed_in_code: {(ADA, Kind.PENDING_CHANGE)},
    nothing: set(),
}


def test_every_kind_is_made() -> None:
    assert {kind for found in EXPECTED.values() for _, kind in found} == set(Kind) - {
        Kind.SETTING_DIFFERS,
        Kind.API_KEY,
    }  # have tests of their own


@pytest.mark.parametrize("happen", EXPECTED, ids=lambda happen: happen.__name__)
def test_exactly_what_happened_is_found_in_every_format(clean: Reviewed, happen: Callable[[Reviewed], None]) -> None:
    happen(clean)
    expected = {(person, kind.value) for person, kind in EXPECTED[happen]}

    result = clean.drift("--format", "json")

    assert result.exit_code == (7 if expected else 0), result.output
    for form, text in shown(Review.model_validate_json(result.stdout)).items():
        assert findings_in(form, text) == expected, text


def test_a_review_finds_everything_at_once_on_every_engine(on_each_engine: Reviewed) -> None:
    assert on_each_engine.findings() == set()
    on_each_engine.stack.roster({PIA: []}, extra=f"guards=elastic.Guards(protected=('{ADA}',), max_removals=2)")
    added(on_each_engine)
    expired(on_each_engine)

    assert on_each_engine.findings() == {
        (ADA, "a guard would refuse"),
        (ADA, "pending change from the code"),
        (EVE, "added by hand"),
        (PIA, "invitation cancelled or expired"),
    }


def test_what_is_applied_settles_it(clean: Reviewed) -> None:
    roles_changed(clean)
    removed_person = clean.findings()
    clean.stack.apply()

    assert removed_person == {(ADA, "roles changed by hand")}
    assert clean.findings() == set()


def test_the_line_of_a_finding_settles_it_the_other_way(clean: Reviewed) -> None:
    roles_changed(clean)
    [organization] = json.loads(clean.drift("--json").stdout)["organizations"]
    [finding] = organization["findings"]
    line = json.loads(f"{{{finding['line']}}}")
    clean.stack.roster({**DECLARED, **line})
    clean.stack.apply()

    assert clean.acme.people()[ADA]["organization"][0]["role_id"] == "organization-admin"
    assert clean.findings() == set()


def test_people_with_resources_of_their_own_are_reviewed_too(on_each_engine: Reviewed) -> None:
    one = on_each_engine
    roles = "['billing-admin']"
    one.stack.program(
        f"elastic.Member('ada', email='{ADA}', roles={roles})\nelastic.Member('pia', email='{PIA}', roles=[])\n"
    )
    one.stack.apply()
    assert one.findings() == set()
    added(one)
    roles_changed(one)
    cancelled(one)

    assert one.findings() == {(ADA, "roles changed by hand"), (PIA, "invitation cancelled or expired")}


def test_whom_a_review_does_not_look_at_is_counted_and_the_administrators_are_named(on_each_engine: Reviewed) -> None:
    one = on_each_engine
    one.stack.roster(DECLARED, mode="additive")
    with (one.stack.directory / "__main__.py").open("a") as program:
        program.write("elastic.Invitation('bob', 'bob@acme.example', [])\n")
    one.stack.apply()
    added(one)
    one.acme.join("di@acme.example", **BILLING)

    result = one.drift()

    told = "2 of 7 people are not looked at, since the program leaves others alone; organization-admin among them: "
    assert result.exit_code == 0, result.output
    assert f"{told}{EVE}." in " ".join(result.stdout.split())
    assert one.findings() == set()


def contents(directory: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(directory)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_a_review_writes_nothing(on_each_engine: Reviewed) -> None:
    one = on_each_engine
    added(one)
    roles_changed(one)
    before = contents(one.stack.directory)
    one.acme.emulator.calls.reset()

    assert one.drift().exit_code == 7

    assert contents(one.stack.directory) == before
    calls = {(call.method, call.route) for call in one.acme.emulator.calls.all()}
    assert {call for call in calls if call[0] != "GET"} <= {("POST", "/deployments/_search")}


def test_a_review_without_removals_is_two_calls(clean: Reviewed) -> None:
    roles_changed(clean)
    clean.acme.emulator.calls.reset()

    clean.findings()

    people = [call for call in clean.acme.emulator.calls.all() if "/organizations/" in call.route]
    assert sorted(call.route for call in people) == [
        "/organizations/{organization_id}/invitations",
        "/organizations/{organization_id}/members",
    ]


ACKNOWLEDGED = """\
- {{person: {person}, kind: added by hand, roles: {roles}, reason: the auditor, until: {until}}}
- {{person: gone@acme.example, kind: added by hand, reason: long ago, until: 2999-01-01}}
"""


def test_an_acknowledged_finding_is_reported_and_no_finding(clean: Reviewed, tmp_path: Path) -> None:
    added(clean)
    acknowledged = tmp_path / "acknowledged.yaml"
    acknowledged.write_text(ACKNOWLEDGED.format(person=EVE.upper(), roles="organization-admin", until="2999-12-31"))

    result = clean.drift("-a", str(acknowledged))

    assert result.exit_code == 0, result.output
    assert "added by hand, until 2999-12-31: the auditor" in result.stdout
    assert "gone@acme.example: added by hand, until 2999-01-01: long ago" in result.stdout


@pytest.mark.parametrize(("roles", "until"), [("organization-admin", "2020-01-01"), ("billing-admin", "2999-01-01")])
def test_an_acknowledgement_that_lapsed_or_was_of_other_roles_hides_nothing(
    clean: Reviewed, tmp_path: Path, roles: str, until: str
) -> None:
    added(clean)
    acknowledged = tmp_path / "acknowledged.yaml"
    acknowledged.write_text(ACKNOWLEDGED.format(person=EVE, roles=roles, until=until))

    assert clean.findings("-a", str(acknowledged)) == {(EVE, "added by hand")}


def test_mistakes_in_the_list_are_all_named_before_anything_is_looked_at(clean: Reviewed, tmp_path: Path) -> None:
    acknowledged = tmp_path / "acknowledged.yaml"
    acknowledged.write_text("- {kind: added, reason: x, until: soon}\n")
    clean.acme.emulator.calls.reset()

    result = clean.drift("-a", str(acknowledged))

    assert result.exit_code == 1
    assert "acknowledged.yaml:1:4: 'added' is not a kind of finding" in result.stderr
    assert "acknowledged.yaml:1:28: 'until' must be a day" in result.stderr
    assert clean.acme.emulator.calls.all() == []


def test_a_review_that_cannot_be_made_is_an_error_and_not_clean(on_each_engine: Reviewed) -> None:
    on_each_engine.stack.program("raise ValueError('no such thing')\n")

    result = on_each_engine.drift("--format", "json")

    assert result.exit_code == 1, result.output
    review = json.loads(result.stdout)
    assert review["succeeded"] is False
    assert "no such thing" in json.dumps(review["messages"])
    assert "No findings" not in on_each_engine.drift().stdout


@pytest.mark.parametrize("form", FORMATS)
def test_a_review_is_written_to_a_file(clean: Reviewed, tmp_path: Path, form: str) -> None:
    added(clean)
    target = tmp_path / "review"

    result = clean.drift("--format", form, "--output", str(target))

    assert result.exit_code == 7
    assert result.stdout == ""
    text = target.read_text(encoding="utf-8")
    assert findings_in(form, text) == {(EVE, "added by hand")}
    assert ADMIN_KEY not in text


def test_a_preview_shows_its_consequences_in_every_format(clean: Reviewed) -> None:
    clean.stack.roster({**DECLARED, EVE: ["billing-admin"]})
    command = ["preview", "-C", str(clean.stack.directory), "--engine", "embedded"]
    for form in FORMATS:
        result = CliRunner().invoke(main, [*command, "--format", form], env=clean.stack.environment)
        assert result.exit_code == 0, result.output
        assert findings_in(form, result.stdout) == set()
        assert EVE in result.stdout


def test_a_variable_that_is_left_over_turns_no_refused_preview_green(clean: Reviewed) -> None:
    guarded(clean)
    clean.stack.environment["ELASTIC_ORG_DRIFT_REVIEW"] = "1"
    command = ["preview", "-C", str(clean.stack.directory), "--engine", "embedded"]
    result = CliRunner().invoke(main, command, env=clean.stack.environment)
    assert result.exit_code == 1, result.output
    assert "Refused" in result.output


def test_the_guards_hold_although_a_review_goes_past_them(clean: Reviewed) -> None:
    guarded(clean)
    clean.stack.environment |= {
        "ELASTIC_ORG_DRIFT_REVIEW": str(clean.stack.directory / "log"),
        "ELASTIC_ORG_PLAN_LOG": str(clean.stack.directory / "log"),
    }

    assert not clean.stack.up().succeeded
    assert ADA in clean.acme.people()
