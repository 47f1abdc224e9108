"""Rosters from files on every engine: names are looked up, last days pass, teams have their own files, data is reviewed alone."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ADA = "ada@acme.example"
ADMINS = f"{ADMIN}: [organization-admin]\n  {SECOND_ADMIN}: [organization-admin]\n  "
FROM_FILE = "elastic.Roster.from_file('acme', 'roster.yaml')\n"


def write(stack: Stack, members: str, more: str = "", mode: str = "authoritative", name: str = "roster.yaml") -> Path:
    path = stack.directory / name
    path.write_text(f"mode: {mode}\n{more}members:\n  {ADMINS}{members}\n", encoding="utf-8")
    return path


def roles_of(acme: Acme, email: str) -> list[str]:
    """The deployments on which somebody holds roles."""
    return [target for role in acme.people()[email].get("deployment", ()) for target in role["deployment_ids"]]


def preview(stack: Stack, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = ["preview", "-C", str(stack.directory), "--engine", stack.engine.name, *options]
    environment = {**os.environ, **stack.environment}
    return subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)


def unwrapped(process: subprocess.CompletedProcess[str]) -> str:
    """What was said, without the line ends that the width of the report puts in."""
    return " ".join(process.stdout.split())


class TestNames:
    def test_a_deployment_is_found_by_its_name_and_state_holds_its_id(self, stack: Stack, acme: Acme) -> None:
        search = acme.cloud.add_deployment(acme.id, "Search production").id
        acme.join(ADA)
        write(stack, f"{ADA}: [deployment-editor on search]", "targets: {search: {name: Search production}}\n")
        stack.program(FROM_FILE)

        assert f"~ {ADA}: change roles: + deployment-editor on search" in text(stack.preview())
        stack.apply()
        assert roles_of(acme, ADA) == [search]
        assert not stack.preview().has_changes
        assert not stack.refresh(preview_only=True).has_changes

    def test_a_deployment_that_took_over_the_name_takes_over_the_roles(self, stack: Stack, acme: Acme) -> None:
        old = acme.cloud.add_deployment(acme.id, "search").id
        acme.join(ADA)
        write(stack, f"{ADA}: [deployment-editor on search]", "targets: {search: {name: search}}\n")
        stack.program(FROM_FILE)
        stack.apply()
        acme.cloud.delete_resource(old)
        new = acme.cloud.add_deployment(acme.id, "search").id

        assert f"change roles: + deployment-editor on search; - deployment-editor on {old}" in text(stack.preview())
        stack.apply()
        assert roles_of(acme, ADA) == [new]

    def test_reviews_name_what_the_file_names_else_what_the_console_does(self, stack: Stack, acme: Acme) -> None:
        named, unnamed, bound = (acme.cloud.add_deployment(acme.id, name).id for name in ("one", "Two", "three"))
        twins = sorted(acme.cloud.add_deployment(acme.id, "twin").id for _ in range(2))
        acme.join(ADA, deployment=[{"role_id": "deployment-viewer", "deployment_ids": [unnamed, *twins]}])
        write(
            stack,
            f'{ADA}: ["deployment-editor on search, bound"]',
            f"targets: {{search: {named}, bound: {{name: three}}}}\n",
        )
        stack.program(FROM_FILE)
        trail = stack.directory.parent / "audit.jsonl"
        stack.environment["ELASTIC_ORG_AUDIT_LOG"] = str(trail)
        expected = [
            *("+ deployment-editor on bound", "+ deployment-editor on search", "- deployment-viewer on Two"),
            *(f'- deployment-viewer on "twin ({twin})"' for twin in twins),
        ]

        said = text(stack.preview())
        assert set(said.partition(f"~ {ADA}: change roles: ")[2].partition("\n")[0].split("; ")) == set(expected), said
        for form in ("terminal", "markdown", "html"):
            shown = html.unescape(preview(stack, "--format", form).stdout)
            assert all(line in shown for line in expected), shown
        [organization] = json.loads(preview(stack, "--json").stdout)["organizations"]
        assert {named, unnamed, bound, *twins} == set(organization["target_names"])
        assert f"deployment-editor on {', '.join(sorted((named, bound)))}" in json.dumps(organization["changes"])
        stack.apply()
        assert not stack.preview().has_changes
        assert not stack.refresh(preview_only=True).has_changes
        for resource in stack.engine.export(stack.workspace)["deployment"]["resources"]:
            assert "target_labels" not in {*resource.get("inputs", {}), *resource.get("outputs", {})}
        log = subprocess.run([COMMAND, "log", str(trail)], capture_output=True, text=True, check=True).stdout
        assert "add roles: deployment-editor on bound, search" in log.replace("search, bound", "bound, search")

    def test_names_that_are_nobody_s_or_of_several_are_refused_together(self, stack: Stack, acme: Acme) -> None:
        twins = sorted(acme.cloud.add_deployment(acme.id, "twins").id for _ in range(2))
        targets = "targets: {t: {name: twins}, s: {name: twin}}\n"
        write(stack, f'{ADA}: ["deployment-editor on t, s"]', targets)
        stack.program(FROM_FILE)

        refused = stack.preview()

        assert not refused.succeeded
        assert f"2 deployments are named 'twins' ({twins[0]}, {twins[1]}); write the id" in text(refused)
        assert "no deployment is named 'twin'; did you mean 'twins'?" in text(refused)
        assert acme.emulator.outbox.messages == []


class TestLastDays:
    def test_after_the_last_day_the_person_is_removed_and_the_roster_settles(self, stack: Stack, acme: Acme) -> None:
        today = datetime.now(timezone.utc).date()
        user_id = acme.join(ADA)
        stack.program(FROM_FILE)
        write(stack, f"{ADA}: {{until: {today + timedelta(days=2)}}}")
        assert f"! {ADA}: has access until" in text(stack.preview())
        stack.apply()
        assert ADA in acme.people()

        write(stack, f"{ADA}: {{until: {today - timedelta(days=1)}}}")
        before = stack.preview()
        assert f"- {ADA}: remove member" in text(before)
        assert any(change.path == ("members", ADA) for step in before.steps for change in step.diff)
        stack.apply()
        assert user_id not in acme.cloud.organization(acme.id).members

        assert not stack.preview().has_changes
        assert not stack.refresh(preview_only=True).has_changes

    def test_single_sign_on_of_the_others_goes_on_when_a_last_day_has_passed(self, stack: Stack, acme: Acme) -> None:
        acme.join(ADA)
        write(stack, f"cy@acme.example: {{until: {date(2020, 1, 31)}}}", f"single_sign_on: [cy@acme.example, {ADA}]\n")
        roster = stack.directory / "roster.yaml"
        roster.write_text(roster.read_text() + f"  {ADA}: [billing-admin]\n")
        stack.program(FROM_FILE)

        result = stack.apply()

        assert f"! {ADA}: holds no roles by single sign-on where billing-admin is declared" in text(result)
        assert not stack.preview().has_changes

    def test_guards_hold_back_the_removal_of_somebody_who_still_owns_something(self, stack: Stack, acme: Acme) -> None:
        acme.join(ADA)
        stack.program(FROM_FILE)
        write(stack, f"{ADA}: []")
        stack.apply()
        acme.cloud.add_deployment(acme.id, "search", tags={"owner": ADA})
        write(stack, f"{ADA}: {{until: {date(2020, 1, 31)}}}")

        refused = stack.preview()

        assert not refused.succeeded
        assert f"{ADA}: still owns deployment 'search'" in text(refused)


class TestSeveralFiles:
    def test_each_team_has_a_file_of_its_own(self, stack: Stack, acme: Acme) -> None:
        acme.join(ADA)
        write(stack, "", "bundles: {support: [deployment-viewer on all]}\n", name="base.yaml")
        (stack.directory / "soc.yaml").write_text(f"groups: {{soc: {{roles: [support], members: [{ADA}]}}}}\n")
        stack.program("elastic.Roster.from_file('acme', ['base.yaml', 'soc.yaml'])\n")

        assert f"~ {ADA}: change roles: + deployment-viewer on all" in text(stack.preview())

    def test_contradictions_name_both_files(self, stack: Stack) -> None:
        write(stack, f"{ADA}: []", name="base.yaml")
        (stack.directory / "soc.yaml").write_text(f"members: {{{ADA}: [billing-admin]}}\n")
        stack.program("elastic.Roster.from_file('acme', ['base.yaml', 'soc.yaml'])\n")

        refused = stack.preview()

        assert not refused.succeeded
        assert f"soc.yaml:1:11: '{ADA}' is already on line 5 of base.yaml; keep one of the two" in text(refused)


class TestPlanningAnotherFile:
    def test_the_program_plans_the_files_of_a_pull_request(self, stack: Stack, acme: Acme) -> None:
        write(stack, "")
        stack.program(FROM_FILE)
        stack.apply()
        proposed = write(stack, f"{ADA}: [billing-admin]", name="proposed.yaml")

        process = preview(stack, "--roster", str(proposed), "--json")

        document = json.loads(process.stdout)
        assert process.returncode == 0, process.stdout
        changes = document["organizations"][0]["changes"]
        assert [(one["action"], one["person"]) for one in changes] == [("invite", ADA)]
        assert any("is planned from" in one["text"] for one in document["messages"])
        assert acme.emulator.outbox.messages == []

    def test_mistakes_in_them_are_told_with_file_and_line(self, stack: Stack) -> None:
        write(stack, "")
        stack.program(FROM_FILE)
        proposed = write(stack, f"{ADA}: [biling-admin]", name="proposed.yaml")

        process = preview(stack, "--roster", str(proposed))

        assert process.returncode == 1
        assert f"{proposed}:5:" in process.stdout.replace("\n", "")
        assert "did you mean 'billing-admin'?" in unwrapped(process)

    def test_a_program_that_reads_no_file_fails_rather_than_passing_unread(self, stack: Stack) -> None:
        proposed = write(stack, "", name="proposed.yaml")
        stack.roster({})

        process = preview(stack, "--roster", str(proposed))

        assert process.returncode == 1
        assert "reads no roster from files" in unwrapped(process)

    def test_of_several_rosters_the_one_that_is_meant_is_named(self, stack: Stack, acme: Acme) -> None:
        other = acme.cloud.add_organization("other").id
        acme.cloud.add_member(
            other, "boss@other.example", {"organization": [{"role_id": "organization-admin"}]}, key="k2"
        )
        stack.environment["SECOND_KEY"] = "k2"
        write(stack, "")
        (stack.directory / "other.yaml").write_text("mode: additive\n")
        stack.program(
            "import os\n"
            "elastic.Roster.from_file('acme', 'roster.yaml')\n"
            "old = elastic.Provider('old', api_key=os.environ['SECOND_KEY'], endpoint=os.environ['EC_ENDPOINT'])\n"
            "elastic.Roster.from_file('other', 'other.yaml', opts=pulumi.ResourceOptions(provider=old))\n"
        )
        proposed = write(stack, f"{ADA}: []", name="proposed.yaml")

        unclear = preview(stack, "--roster", str(proposed))
        assert unclear.returncode == 1
        assert "--roster NAME=FILE" in unwrapped(unclear)
        named = preview(stack, "--roster", f"acme={proposed}")
        assert named.returncode == 0, named.stdout
        assert f"+ invite  {ADA}" in named.stdout

    def test_nothing_is_ever_applied_from_them(self, stack: Stack, acme: Acme) -> None:
        write(stack, "")
        stack.program(FROM_FILE)
        proposed = write(stack, f"{ADA}: []", name="proposed.yaml")
        request = stack.directory / "request.json"
        request.write_text(json.dumps({"": [str(proposed)]}))
        stack.environment["ELASTIC_ORG_ROSTER_FILES"] = str(request)

        refused = stack.up()

        assert not refused.succeeded
        assert "which is for previews" in text(refused)
        assert acme.emulator.outbox.messages == []
