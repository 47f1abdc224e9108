"""What matters first: administrators, then whoever loses access, then the rest; what is the same for many is said once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.messages.project import BILLING, LOGS, ORGANIZATION, ROSTER, Project, applied, project
from tests.support.acme import OWNER

__all__ = ["applied", "project"]  # fixtures

ADA, BOB, CY, EVE = "ada@acme.example", "bob@acme.example", "cy@acme.example", "eve@acme.example"
EVE_GOES = (f"  {EVE}: [deployment-viewer on {LOGS}]\n", "")
SOMETHING_OF_EACH_KIND = (
    (f"{ADA}: [organization-admin]", f"{ADA}: [billing-admin]"),
    (f"{CY}: [billing-admin]", f"{CY}: [organization-admin]\n  new@acme.example: [deployment-viewer on shop]"),
    (f"{BOB}: [deployment-editor on shop]", f"{BOB}: [deployment-editor on shop, billing-admin]"),
    EVE_GOES,
)


def test_administrators_then_whoever_loses_access_then_the_rest(project: Project) -> None:
    project.cloud.set_tags("aaaa0000000000000000000000000001", {"owner": "root@acme.example"})
    project.edit(*SOMETHING_OF_EACH_KIND)
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles   ada@acme.example  + billing-admin
                                     - organization-admin
  ~ change roles   cy@acme.example   + organization-admin
                                     - billing-admin
  - remove member  eve@acme.example  deployment-viewer on "logs (bbbb0000000000000000000000000001)"
  + invite         new@acme.example  deployment-viewer on shop
  ~ change roles   bob@acme.example  + billing-admin

Becomes organization-admin: cy@acme.example.
Stops being organization-admin: ada@acme.example.
Plan: invite 1, change roles 3, remove member 1.
"""
    )
    assert (
        project.prints("preview", columns=40)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles  ada@acme.example
    + billing-admin
    - organization-admin
  ~ change roles  cy@acme.example
    + organization-admin
    - billing-admin
  - remove member  eve@acme.example
    deployment-viewer on "logs
    (bbbb0000000000000000000000000001)"
  + invite  new@acme.example
    deployment-viewer on shop
  ~ change roles  bob@acme.example
    + billing-admin

Becomes organization-admin:
cy@acme.example.
Stops being organization-admin:
ada@acme.example.
Plan: invite 1, change roles 3, remove
member 1.
"""
    )
    assert (
        project.prints("preview", "--format", "markdown")
        == """\
<!-- elastic-org:preview:dev -->
## Preview of stack dev

- Becomes organization-admin: cy@acme.example.
- Stops being organization-admin: ada@acme.example.
- 1 person would lose all access: eve@acme.example.
- 2 people would lose roles: ada@acme.example, cy@acme.example.
- The next apply would: change roles 3, remove member 1, invite 1.

### What the next apply would do (5)

- \\~ **change roles** `ada@acme.example`
  - `+ billing-admin`
  - `- organization-admin`
- \\~ **change roles** `cy@acme.example`
  - `+ organization-admin`
  - `- billing-admin`
- \\- **remove member** `eve@acme.example`
  - `deployment-viewer on "logs (bbbb0000000000000000000000000001)"`
- \\+ **invite** `new@acme.example`
  - `deployment-viewer on shop`
- \\~ **change roles** `bob@acme.example`
  - `+ billing-admin`

<sub>Made at DATE TIME with the engine embedded.</sub>
"""
    )
    assert (
        project.prints("up", "--yes")
        == """\
Preview of update: stack dev, engine embedded

Organization 1111
  ~ change roles   ada@acme.example  + billing-admin
                                     - organization-admin
  ~ change roles   cy@acme.example   + organization-admin
                                     - billing-admin
  - remove member  eve@acme.example  deployment-viewer on "logs (bbbb0000000000000000000000000001)"
  + invite         new@acme.example  deployment-viewer on shop
  ~ change roles   bob@acme.example  + billing-admin

Becomes organization-admin: cy@acme.example.
Stops being organization-admin: ada@acme.example.
Plan: invite 1, change roles 3, remove member 1.

Update: stack dev, engine embedded

Done: invite 1, change roles 3, remove member 1.
"""
    )


def test_a_refusal_gives_the_override_to_paste(project: Project) -> None:
    project.edit(EVE_GOES)
    assert (
        project.prints("preview", code=1)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  - remove member  eve@acme.example  deployment-viewer on "logs (bbbb0000000000000000000000000001)"

Refused
  x eve@acme.example: still owns deployment 'search-production' (aaaa0000000000000000000000000001) by its owner tag
    [owns-resources]
    Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for
    eve@acme.example with a reason.

  To let somebody past, say why; in a roster file:
    overrides:
      eve@acme.example: {guards: [owns-resources], reason: ...}

The preview failed, refused for 1 reason.
"""
    )
    assert (
        project.prints("preview", code=1, columns=40)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  - remove member  eve@acme.example
    deployment-viewer on "logs
    (bbbb0000000000000000000000000001)"

Refused
  x eve@acme.example: still owns
    deployment 'search-production'
    (aaaa0000000000000000000000000001)
    by its owner tag [owns-resources]
    Hand over (`elastic-org tag-owner
    RESOURCE PERSON` sets the tag
    'owner') or delete, or override
    owns-resources for eve@acme.example
    with a reason.

  To let somebody past, say why; in a
    roster file:
    overrides:
      eve@acme.example: {guards: [owns-resources], reason: ...}

The preview failed, refused for 1
reason.
"""
    )


def test_the_override_that_was_shown_is_pasted_from_a_narrow_terminal_and_told(project: Project) -> None:
    project.edit(EVE_GOES)
    _, _, shown = project.prints("preview", code=1, columns=40).partition("    overrides:\n")
    project.edit(
        ("targets:", "overrides:\n" + shown.splitlines()[0].replace("...", "handed over in HR-12") + "\ntargets:")
    )
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded

Organization 1111
  - remove member  eve@acme.example  deployment-viewer on "logs (bbbb0000000000000000000000000001)"
  ! eve@acme.example: still owns deployment 'search-production' (aaaa0000000000000000000000000001) by its owner tag
    [owns-resources], overridden: handed over in HR-12

Resources
  ~ update  people  pulumi-python:dynamic/elastic-org:Roster  overrides

Plan: remove member 1; resources: update 1.
"""
    )


def test_overrides_that_have_ended_and_that_let_nothing_past(project: Project) -> None:
    project.edit(
        (
            "targets:",
            f"overrides:\n  {EVE}: {{guards: [owns-resources], reason: handed over, until: 2020-01-31}}\n"
            f"  {CY}: {{guards: [self], reason: tried out}}\ntargets:",
        )
    )
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded

Organization 1111: nothing to do
  ! cy@acme.example: the override of self lets nothing past: take it out, unless it is meant for a later change
  ! eve@acme.example: the override of owns-resources ended on 2020-01-31: take it out, or give it a later day

Resources
  ~ update  people  pulumi-python:dynamic/elastic-org:Roster  overrides

Plan: resources: update 1.
"""
    )


def test_where_the_refused_are_skipped(project: Project) -> None:
    project.edit(EVE_GOES, ("guards: {", "guards: {when_refused: skip, "), (f"{CY}: [billing-admin]", f"{CY}: []"))
    assert (
        project.prints("preview", code=10)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  ~ change roles  cy@acme.example  - billing-admin

Skipped: left as they are
  x eve@acme.example: still owns deployment 'search-production' (aaaa0000000000000000000000000001) by its owner tag
    [owns-resources]
    Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for
    eve@acme.example with a reason.

  To let somebody past, say why; in a roster file:
    overrides:
      eve@acme.example: {guards: [owns-resources], reason: ...}

Resources
  ~ update  people  pulumi-python:dynamic/elastic-org:Roster  guards.when_refused

Plan: change roles 1; resources: update 1. People are left as they are for 1 reason.
"""
    )
    assert (
        project.prints("up", "--yes", code=10)
        == """\
Preview of update: stack dev, engine embedded

Organization 1111
  ~ change roles  cy@acme.example  - billing-admin

Skipped: left as they are
  x eve@acme.example: still owns deployment 'search-production' (aaaa0000000000000000000000000001) by its owner tag
    [owns-resources]
    Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for
    eve@acme.example with a reason.

  To let somebody past, say why; in a roster file:
    overrides:
      eve@acme.example: {guards: [owns-resources], reason: ...}

Resources
  ~ update  people  pulumi-python:dynamic/elastic-org:Roster  guards.when_refused

Plan: change roles 1; resources: update 1. People are left as they are for 1 reason.

Update: stack dev, engine embedded

Done: change roles 1; resources: update 1. People are left as they are for 1 reason.
"""
    )


def test_a_drift_review_leads_with_the_most_severe(project: Project) -> None:
    project.cloud.leave(ORGANIZATION, BOB)
    project.cloud.set_roles(ORGANIZATION, CY, OWNER)
    project.cloud.add_member(ORGANIZATION, "stranger@elsewhere.example", BILLING)
    assert (
        project.prints("drift", code=7)
        == """\
Drift review: stack dev, engine embedded

Organization 1111
  roles changed by hand: cy@acme.example
             roles are not those that were applied
    before   billing-admin
    now      organization-admin
             + organization-admin
             - billing-admin
    accept   Take them out of every group that gives other roles, and let their line read: "cy@acme.example":
             ["organization-admin"]
    enforce  Run elastic-org up: it makes what the code declares so.
  added by hand: stranger@elsewhere.example
             is a member and was never part of the code
    before   no access
    now      billing-admin
             + billing-admin
    since    DATE TIME
    accept   Add the line: "stranger@elsewhere.example": ["billing-admin"]
    enforce  Override unmanaged-people for stranger@elsewhere.example with a reason, then run elastic-org up: it removes
             them.
  removed by hand: bob@acme.example
             is no longer a member
    before   deployment-editor on shop
    now      no access
             - deployment-editor on shop
    accept   Take them out of the code: their line, and every group that names them.
    enforce  Run elastic-org up: it invites them again.

The next apply would
  ~ change roles   cy@acme.example             + billing-admin
                                               - organization-admin
  - remove member  stranger@elsewhere.example  billing-admin (not managed so far)
  + invite         bob@acme.example            deployment-editor on shop

3 findings: roles changed by hand 1, added by hand 1, removed by hand 1.
3 people had their access changed outside the code; who did it is unknown: Elastic Cloud's API does not say who made a
change.
Would stop being organization-admin: cy@acme.example.
1 person would lose all access: stranger@elsewhere.example.
1 person would lose roles: cy@acme.example.
The next apply would: change roles 1, remove member 1, invite 1.
The guards would refuse it for 1 reason, and nothing would be changed.

To have the roster file say what is live: elastic-org drift --accept PERSON --engine embedded
To have the code undo it:                 elastic-org up --engine embedded
"""
    )


def test_one_stranger_among_many(project: Project) -> None:
    for number in range(56):
        project.cloud.add_member(ORGANIZATION, f"person{number:02}@acme.example", BILLING)
    known = "".join(f"  person{number:02}@acme.example: [billing-admin]\n" for number in range(55))
    project.write(ROSTER + known)
    assert (
        project.prints("preview", code=1)
        == """\
Preview: stack dev, engine embedded

Organization 1111
  - remove member  person55@acme.example  billing-admin (not managed so far)

Refused
  x person55@acme.example: is a member but was never part of this roster [unmanaged-people]
    Add them to the roster, or confirm the removal: override unmanaged-people for person55@acme.example with a reason.

  To let somebody past, say why; in a roster file:
    overrides:
      person55@acme.example: {guards: [unmanaged-people], reason: ...}

The preview failed, refused for 1 reason.
"""
    )


def test_a_first_run_of_an_organization_that_has_people_already(project: Project) -> None:
    for number in range(55):
        project.cloud.add_member(ORGANIZATION, f"person{number:02}@acme.example", BILLING)
    assert (
        project.prints("preview", "-s", "prod", code=1)
        == """\
Preview: stack prod, engine embedded
There is no stack 'prod' yet; the project has dev. This preview is of a new stack: check the name.

Organization 1111
  ! 55 of 60 people are not in this roster: start with `elastic-org import`

Refused
  x 55 of 60 people would be taken out and max_removals is 5: person00@acme.example, person01@acme.example,
    person02@acme.example, person03@acme.example, person04@acme.example, person05@acme.example, person06@acme.example,
    person07@acme.example, person08@acme.example, person09@acme.example and 45 more [max-removals]
    Take fewer people out at a time, or raise max_removals to 55.
  x person00@acme.example, person01@acme.example, person02@acme.example, person03@acme.example, person04@acme.example,
    person05@acme.example, person06@acme.example, person07@acme.example, person08@acme.example, person09@acme.example
    and 45 more: is a member but was never part of this roster [unmanaged-people]
    Add them to the roster, or confirm the removal: override unmanaged-people for each of them with a reason.

The preview failed, refused for 56 reasons.
"""
    )


def test_a_drift_review_that_only_has_something_to_know(project: Project) -> None:
    tomorrow = datetime.now(timezone.utc).date() + timedelta(days=1)
    project.edit(("  cy@acme.example: [billing-admin]", f"  {CY}: {{roles: [billing-admin], until: {tomorrow}}}"))
    told = project.prints("drift")
    assert "Organization 1111: no findings\n\nGood to know\n  !  cy@acme.example  has access until " in told


def test_what_is_to_be_said_of_many_people_is_said_once(project: Project) -> None:
    gone = "dddd0000000000000000000000000001"
    new = "".join(f"  new{number:02}@acme.example: [deployment-viewer on gone]\n" for number in range(12))
    project.write(ROSTER.replace("targets:", f"targets:\n  gone: {gone}") + new)
    told = project.prints("preview").partition("new11@acme.example  deployment-viewer on gone\n")[2]
    assert (
        told
        == """\
  ! new00@acme.example, new01@acme.example, new02@acme.example, new03@acme.example, new04@acme.example,
    new05@acme.example, new06@acme.example, new07@acme.example, new08@acme.example, new09@acme.example and 2 more: would
    get a role on deployment gone, which the organization does not have

Plan: invite 12.
"""
    )


def test_nothing_to_do(project: Project) -> None:
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded

Organization 1111: nothing to do

Nothing to do.
"""
    )
    assert (
        project.prints("drift")
        == """\
Drift review: stack dev, engine embedded

Organization 1111: no findings

No findings: whoever the code names has the access that it says.
The next apply would change nobody's access.
"""
    )
