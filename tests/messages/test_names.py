"""Names stand for ids: the roster file's where it has one, else the console's, with the id where two share it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from elastic_cloud_emulator import Fault
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from tests.messages.project import BILLING, LOGS, ORGANIZATION, OTHER_LOGS, SEARCH, Project, applied, project

__all__ = ["applied", "project"]  # fixtures

BOB, EVE = "bob@acme.example", "eve@acme.example"
CHANGE = ("[deployment-editor on shop]", f"[deployment-viewer on shop, deployment-editor on {LOGS}]")
BY_HAND = {"deployment": [{"role_id": "deployment-editor", "deployment_ids": [SEARCH, OTHER_LOGS]}]}


def test_a_preview(project: Project) -> None:
    project.edit(CHANGE)
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles  bob@acme.example  - deployment-editor on shop
                                    + deployment-viewer on shop
                                    + deployment-editor on "logs (bbbb0000000000000000000000000001)"

Plan: change roles 1.
"""
    )


def test_a_preview_in_narrow_terminals(project: Project) -> None:
    project.edit(CHANGE)
    assert (
        project.prints("preview", columns=80)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles  bob@acme.example  - deployment-editor on shop
                                    + deployment-viewer on shop
                                    + deployment-editor on "logs
                                    (bbbb0000000000000000000000000001)"

Plan: change roles 1.
"""
    )
    assert (
        project.prints("preview", columns=40)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles  bob@acme.example
    - deployment-editor on shop
    + deployment-viewer on shop
    + deployment-editor on "logs
    (bbbb0000000000000000000000000001)"

Plan: change roles 1.
"""
    )


def test_a_preview_as_a_comment_and_as_a_page(project: Project) -> None:
    project.edit(CHANGE)
    assert (
        project.prints("preview", "--format", "markdown")
        == """\
<!-- elastic-org:preview:dev -->
## Preview of stack dev

- The next apply would: change roles 1.

### What the next apply would do (1)

- \\~ **change roles** `bob@acme.example`
  - `- deployment-editor on shop`
  - `+ deployment-viewer on shop`
  - `+ deployment-editor on "logs (bbbb0000000000000000000000000001)"`

<sub>Made at DATE TIME with the engine embedded.</sub>
"""
    )
    assert (
        text_of(project.prints("preview", "--format", "html"))
        == """\
Preview of stack dev
Skip to the content
Preview of stack dev
The next apply would: change roles 1.
Find a person
Unfold all
Fold all
Dark theme
Print
Organization
1111
What the next apply would do
1
~ change roles
bob@acme.example
- deployment-editor on shop
+ deployment-viewer on shop
+ deployment-editor on "logs (bbbb0000000000000000000000000001)"
Made at
DATE TIME
with the engine embedded.
"""
    )


def test_a_drift_review(project: Project) -> None:
    project.cloud.set_roles(ORGANIZATION, EVE, BY_HAND)
    assert (
        project.prints("drift", code=7)
        == """\
Drift review: stack dev, engine embedded

Organization 1111
  roles changed by hand: eve@acme.example
             roles are not those that were applied
    before   deployment-viewer on "logs (bbbb0000000000000000000000000001)"
    now      deployment-editor on shop, "logs (bbbb0000000000000000000000000002)"
             + deployment-editor on shop
             + deployment-editor on "logs (bbbb0000000000000000000000000002)"
             - deployment-viewer on "logs (bbbb0000000000000000000000000001)"
    accept   Take them out of every group that gives other roles, and let their line read: "eve@acme.example":
             ["deployment-editor on aaaa0000000000000000000000000001, bbbb0000000000000000000000000002"]  # shop, logs
             (bbbb0000000000000000000000000002)
    enforce  Run elastic-org up: it makes what the code declares so.

The next apply would
  ~ change roles  eve@acme.example  + deployment-viewer on "logs (bbbb0000000000000000000000000001)"
                                    - deployment-editor on shop
                                    - deployment-editor on "logs (bbbb0000000000000000000000000002)"

1 finding: roles changed by hand 1.
1 person had their access changed outside the code; who did it is unknown: Elastic Cloud's API does not say who made a
change.
1 person would lose roles: eve@acme.example.
The next apply would: change roles 1.

To have the roster file say what is live: elastic-org drift --accept PERSON --engine embedded
To have the code undo it:                 elastic-org up --engine embedded
"""
    )
    assert (
        project.prints("drift", code=7, columns=40)
        == """\
Drift review: stack dev, engine embedded

Organization 1111
  roles changed by hand:
    eve@acme.example
  roles are not those that were
    applied
    before   deployment-viewer on
    "logs
    (bbbb0000000000000000000000000001)"
    now      deployment-editor on
    shop, "logs
    (bbbb0000000000000000000000000002)"
  + deployment-editor on shop
  + deployment-editor on "logs
    (bbbb0000000000000000000000000002)"
  - deployment-viewer on "logs
    (bbbb0000000000000000000000000001)"
    accept   Take them out of every
    group that gives other roles, and
    let their line read:
    "eve@acme.example":
    ["deployment-editor on
    aaaa0000000000000000000000000001,
    bbbb0000000000000000000000000002"]
    # shop, logs
    (bbbb0000000000000000000000000002)
    enforce  Run elastic-org up: it
    makes what the code declares so.

The next apply would
  ~ change roles  eve@acme.example
    + deployment-viewer on "logs
    (bbbb0000000000000000000000000001)"
    - deployment-editor on shop
    - deployment-editor on "logs
    (bbbb0000000000000000000000000002)"

1 finding: roles changed by hand 1.
1 person had their access changed
outside the code; who did it is unknown:
Elastic Cloud's API does not say who
made a change.
1 person would lose roles:
eve@acme.example.
The next apply would: change roles 1.

To have the roster file say what is live: elastic-org drift --accept PERSON --engine embedded
To have the code undo it:                 elastic-org up --engine embedded
"""
    )


def test_what_is_accepted(project: Project) -> None:
    project.cloud.set_roles(ORGANIZATION, EVE, BY_HAND)
    assert (
        project.prints("drift", "--accept", EVE)
        == """\
--- roster.yaml
+++ roster.yaml
@@ -9,2 +9,2 @@
   cy@acme.example: [billing-admin]
-  eve@acme.example: [deployment-viewer on bbbb0000000000000000000000000001]
+  eve@acme.example: ["deployment-editor on bbbb0000000000000000000000000002, shop"]
edited roster.yaml. See it with `elastic-org preview --engine embedded`, and have it applied like every change.
"""
    )


def test_a_saved_plan_that_is_not_what_would_be_done_any_more(project: Project) -> None:
    project.edit(CHANGE)
    saved = project.prints("preview", "--save-plan", "plan.json")
    assert " saved to plan.json. To apply it: elastic-org up --plan plan.json --engine embedded\n" in saved
    project.cloud.set_roles(ORGANIZATION, BOB, BY_HAND)
    assert (
        project.prints("up", "--plan", "plan.json", "--yes", code=1)
        == """\
Preview of update: stack dev, engine embedded

Organization 1111
  ~ change roles  bob@acme.example  - deployment-editor on shop
                                    + deployment-viewer on shop
                                    + deployment-editor on "logs (bbbb0000000000000000000000000001)"
                                    - deployment-editor on "logs (bbbb0000000000000000000000000002)"

Diagnostics
error: nothing was changed: what would be done is not what was reviewed
  - not reviewed: bob@acme.example: remove roles (deployment-editor on shop, "logs (bbbb0000000000000000000000000002)")
  - reviewed, and no longer to be done: bob@acme.example: remove roles (deployment-editor on shop)
Preview again, and have that reviewed.

The preview failed.
"""
    )


def test_the_audit_trail(project: Project) -> None:
    project.edit(CHANGE)
    project.prints("up", "--yes")
    assert (
        project.prints("log")
        == """\
  DATE TIME  bob@acme.example  add roles: deployment-editor on "logs (bbbb0000000000000000000000000001)";
                                         deployment-viewer on shop
                                         dev
  DATE TIME  bob@acme.example  remove roles: deployment-editor on shop
                                         dev
"""
    )
    assert (
        project.prints("log", columns=40)
        == """\
  DATE TIME
    bob@acme.example  add roles:
    deployment-editor on "logs
    (bbbb0000000000000000000000000001)";
    deployment-viewer on shop
    dev
  DATE TIME
    bob@acme.example  remove roles:
    deployment-editor on shop
    dev
"""
    )


def test_somebody_who_leaves(project: Project) -> None:
    assert (
        project.prints("offboard", EVE, code=1)
        == """\
eve@acme.example: member of organization 1111, user id 3005
  holds: deployment-viewer on "logs (bbbb0000000000000000000000000001)"
  owns: deployment 'search-production' (aaaa0000000000000000000000000001), known by its owner tag

What blocks the removal:
  x still owns deployment 'search-production' (aaaa0000000000000000000000000001) by its owner tag [owns-resources]
    Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for eve@acme.example with a reason.

What to see to by hand:
  ! users, API keys and sessions inside deployments and projects are not Elastic Cloud's: look there as well
  ! who signs in by single sign-on joins again at the next login: take them out at the identity provider first
"""
    )


def test_what_somebody_can_do(project: Project) -> None:
    assert (
        project.prints("whois", EVE)
        == """\
eve@acme.example, user 3005: a member
  deployment-viewer on "logs (bbbb0000000000000000000000000001)"
"""
    )
    project.edit(CHANGE)
    assert (
        project.prints("whois", BOB, "--roster", "roster.yaml")
        == """\
bob@acme.example, user 3003: a member
  deployment-editor on shop  by nothing in the roster: by hand, or from before the roster changed
  not held: deployment-editor on "logs (bbbb0000000000000000000000000001)", which the roster gives
  not held: deployment-viewer on shop, which the roster gives
"""
    )


def test_what_single_sign_on_may_have_given_somebody(project: Project) -> None:
    mappings = project.cloud.organization(ORGANIZATION).role_mappings
    for name, rule in {"staff": {"email": "*@acme.example"}, "finance": {"group": "finance-*"}}.items():
        mappings[name] = RoleMapping(name, True, "any", [rule], RoleSet(parse_role_assignments(BILLING, ORGANIZATION)))
    project.cloud.set_roles(ORGANIZATION, EVE, BILLING)
    assert (
        project.prints("whois", EVE, "--roster", "roster.yaml")
        == """\
eve@acme.example, user 3005: a member
  billing-admin  by nothing in the roster, or by role mapping staff (matches: email *@acme.example), or by role mapping finance (if it matches: group finance-*)
  not held: deployment-viewer on "logs (bbbb0000000000000000000000000001)", which the roster gives
Which role mapping gave a role at the last sign-on, Elastic Cloud does not say; those named above can.
"""
    )
    assert (
        project.prints("whois", EVE, columns=40)
        == """\
eve@acme.example, user 3005: a member
  billing-admin  by role mapping staff
    (matches: email *@acme.example), or
    by role mapping finance (if it
    matches: group finance-*)
Which role mapping gave a role at the
  last sign-on, Elastic Cloud does not
  say; those named above can.
"""
    )


def test_a_failure_half_way(project: Project) -> None:
    code = "role_assignments.unauthorized_role_assignments"
    project.emulator.faults.add(Fault(kind="refused", path="role_assignments", status=403, code=code, times=None))
    project.edit(CHANGE)
    assert (
        project.prints("up", "--yes", "--skip-preview", code=1)
        == """\
Update: stack dev, engine embedded

Organization 1111
  ~ change roles  bob@acme.example  - deployment-editor on shop
                                    + deployment-viewer on shop
                                    + deployment-editor on "logs (bbbb0000000000000000000000000001)"

Resources
  x update failed  people  pulumi-python:dynamic/elastic-org:Roster

Diagnostics
error: 1 of 2 changes could not be made, the others were; see to these and run again:
  - bob@acme.example: add roles deployment-editor on "logs (bbbb0000000000000000000000000001)"; deployment-viewer on
shop: The call is refused on demand. (role_assignments.unauthorized_role_assignments). Use the key of an organization
owner (role organization-admin). An owner is refused too where a deployment is shut down, be it named or meant by 'all'
in an invitation: restore it; or delete it and take it out of the code; or name those that run in place of 'all'; else
override refused-roles for the person with a reason.

The update failed.
"""
    )


def test_keys_and_invitations_of_people_show_names(project: Project) -> None:
    roles = RoleSet(
        parse_role_assignments(
            {"deployment": [{"role_id": "deployment-viewer", "deployment_ids": [OTHER_LOGS]}]}, ORGANIZATION
        )
    )
    for id, description in (("k1", "night job"), ("k2", "")):
        key = project.cloud.add_key(EVE, organization=ORGANIZATION, description=description, roles=roles)
        project.cloud.keys[key.secret].id = id
    project.cloud.leave(ORGANIZATION, EVE)
    assert (
        project.prints("keys", "--orphaned")
        == """\
  ! (no description)  k2
      deployment-viewer on "logs (bbbb0000000000000000000000000002)"; never expires; created by user 3005; its creator
      is no longer a member
  ! night job  k1
      deployment-viewer on "logs (bbbb0000000000000000000000000002)"; never expires; created by user 3005; its creator
      is no longer a member
2 API keys, 2 whose creator is not a member, 2 without an end
"""
    )
    project.cloud.invite(ORGANIZATION, "new@acme.example", BY_HAND)
    assert (
        project.prints("offboard", "new@acme.example").splitlines()[1]
        == '  would hold: deployment-editor on search-production, "logs (bbbb0000000000000000000000000002)"'
    )


def test_the_keys_of_somebody_who_leaves_are_told_by_description_and_id(project: Project) -> None:
    for id, description in (("k1", "night job"), ("k2", "")):
        key = project.cloud.add_key("bob@acme.example", organization=ORGANIZATION, description=description)
        project.cloud.keys[key.secret].id = id
    told = project.prints("offboard", BOB)
    assert "they created the API key 'night job' (k1: whatever its creator may do; never expires), which" in told
    assert "they created the API key k2 (whatever its creator may do; never expires), which" in told
    assert sorted(project.prints("whois", BOB).splitlines()[2:]) == [
        "  API key k2, without an end: whatever its creator may do",
        "  API key night job (k1), without an end: whatever its creator may do",
    ]


def test_whois_names_the_nearest_person(project: Project) -> None:
    assert (
        project.prints("whois", "bbo@acme.example", code=1)
        == "Error: bbo@acme.example is neither a member of organization 1111 nor invited; did you mean 'bob@acme.example'?\n"
    )


def test_the_name_of_a_group_stays_whole_in_a_narrow_terminal(project: Project) -> None:
    group = "-and-".join(["deployment-editor-on-shop"] * 3)
    project.edit(
        ("members:", f"groups:\n  {group}: {{roles: [deployment-editor on shop], members: [{BOB}]}}\nmembers:")
    )
    told = project.prints("whois", BOB, "--roster", "roster.yaml", columns=50)
    assert f"\n    {group},\n" in told


def test_who_owns_what(project: Project) -> None:
    assert (
        project.prints("owners")
        == """\
  deployment  logs               bbbb0000000000000000000000000001  root@acme.example  owner tag
  deployment  logs               bbbb0000000000000000000000000002  root@acme.example  owner tag
  deployment  search-production  aaaa0000000000000000000000000001  eve@acme.example   owner tag
  security    soc                cccc0000000000000000000000000001  root@acme.example  creator
4 deployments and projects, 0 without a known owner
"""
    )
    assert (
        project.prints("owners", columns=80)
        == """\
  deployment  logs  bbbb0000000000000000000000000001  root@acme.example  owner
    tag
  deployment  logs  bbbb0000000000000000000000000002  root@acme.example  owner
    tag
  deployment  search-production  aaaa0000000000000000000000000001
    eve@acme.example  owner tag
  security  soc  cccc0000000000000000000000000001  root@acme.example  creator
4 deployments and projects, 0 without a known owner
"""
    )


def test_a_program_gets_ids_with_their_names_beside_them(project: Project) -> None:
    project.edit(CHANGE)
    [organization] = json.loads(project.prints("preview", "--json"))["organizations"]
    [change] = organization["changes"]
    assert {SEARCH, LOGS} <= set(re.findall(r"[0-9a-f]{32}", json.dumps(change)))
    assert organization["target_names"] == {SEARCH: "shop", LOGS: f"logs ({LOGS})"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent = tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))


def text_of(page: str) -> str:
    """What a page says, a line an element."""
    words = _Words()
    words.feed(page)
    return "".join(f"{line}\n" for line in words.words)
