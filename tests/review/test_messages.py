"""What a person reads of a plan, whole: whoever changes a word sees here what it looks like."""

from __future__ import annotations

from datetime import datetime, timezone
from io import StringIO

from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.model.comparison import compare
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Organization
from pulumi_elastic_org.model.plan import plan_of
from pulumi_elastic_org.model.verdicts import Situation, refusal
from pulumi_elastic_org.review.findings import find
from pulumi_elastic_org.review.model import Review, review_findings, review_plan
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.markdown import render_markdown
from pulumi_elastic_org.review.render.text import organization_lines
from tests.support.builders import ADMIN, BILLING, NOW, desired, member, organization, user_id

SEARCH, LOGS = "0" * 32, "1" * 32
MADE_AT = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


def judged(
    wanted: Desired, actual: Organization, applied: Applied, guards: Guards, ownership: Ownership | None = None
) -> JudgedPlan:
    compared = compare(wanted, actual, NOW, applied)
    planned = plan_of(compared)
    verdict = judge(Situation(planned, actual, guards, user_id("root@acme.io"), ownership or Ownership({}, ())))
    return JudgedPlan(planned, verdict, find(compared, planned, verdict, guards.owner_tag))


def review(one: JudgedPlan, *, drift: bool = False) -> Review:
    shown = review_findings(one, (), NOW.date()) if drift else review_plan(one)
    return Review(
        command="drift" if drift else "preview",
        stack="prod",
        engine="embedded",
        made_at=MADE_AT,
        succeeded=drift or not one.verdict.violations,
        complete=True,
        organizations=(shown,),
    )


def terminal(one: Review) -> str:
    page = StringIO()
    TerminalReporter(page).finished(one)
    return page.getvalue()


def a_pull_request() -> JudgedPlan:
    """Somebody joins, somebody becomes an administrator, one person moves, one leaves and still owns something."""
    people = {
        "root@acme.io": ADMIN,
        "ada@acme.io": ADMIN,
        "bob@acme.io": f"deployment-editor on {SEARCH}",
        "eve@acme.io": BILLING,
    }
    actual = organization(*(member(email, held) for email, held in people.items()))
    wanted = desired(
        {
            "root@acme.io": ADMIN,
            "ada@acme.io": BILLING,
            "bob@acme.io": f"deployment-viewer on {SEARCH}; deployment-editor on {LOGS}",
            "new@acme.io": ADMIN,
        }
    )
    owned = CloudResource("deployment", LOGS, "logs", (Owner("eve@acme.io", Evidence.TAG),))
    applied = Applied(people, {email: user_id(email) for email in people})
    return judged(wanted, actual, applied, Guards(max_removals=5), Ownership({user_id("eve@acme.io"): (owned,)}, ()))


def a_first_run() -> JudgedPlan:
    """An authoritative roster of one person meets an organization of sixty."""
    others = [member(f"person{number:02}@acme.io", BILLING) for number in range(59)]
    return judged(
        desired({"root@acme.io": ADMIN}), organization(member("root@acme.io", ADMIN), *others), Applied(), Guards()
    )


def stock(one: JudgedPlan) -> str:
    """What the stock commands print, refusal included."""
    return "\n".join([*organization_lines(review_plan(one)), refusal(one.verdict), ""])


def stripped(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_a_pull_request_in_the_terminal() -> None:
    assert (
        terminal(review(a_pull_request()))
        == """\

Organization acme
  + invite         new@acme.io  organization-admin
  ~ change roles   ada@acme.io  + billing-admin
                                - organization-admin
  - remove member  eve@acme.io  billing-admin
  ~ change roles   bob@acme.io  - deployment-editor on 00000000000000000000000000000000
                                + deployment-viewer on 00000000000000000000000000000000
                                + deployment-editor on 11111111111111111111111111111111

Refused
  x eve@acme.io: still owns deployment 'logs' (11111111111111111111111111111111) by its owner tag [owns-resources]
    Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for
    eve@acme.io with a reason.

  To let somebody past, say why; in a roster file:
    overrides:
      eve@acme.io: {guards: [owns-resources], reason: ...}

The preview failed, refused for 1 reason.
"""
    )


def test_a_pull_request_as_a_comment() -> None:
    assert (
        render_markdown(review(a_pull_request()))
        == """\
<!-- elastic-org:preview:prod -->
## Preview of stack prod

- The guards would refuse it for 1 reason, and nothing would be changed.
- Becomes organization-admin: new@acme.io.
- Stops being organization-admin: ada@acme.io.
- 1 person would lose all access: eve@acme.io.
- 1 person would lose roles: ada@acme.io.
- The next apply would: invite 1, change roles 2, remove member 1.

### Refused by the guards (1)

- `eve@acme.io`: still owns deployment 'logs' (11111111111111111111111111111111) by its owner tag \\[owns-resources\\]
  - Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for eve@acme.io with a reason.

To let somebody past, say why; in a roster file:

```yaml
overrides:
  eve@acme.io: {guards: [owns-resources], reason: ...}
```

### What the next apply would do (4)

- \\+ **invite** `new@acme.io`
  - `organization-admin`
- \\~ **change roles** `ada@acme.io`
  - `+ billing-admin`
  - `- organization-admin`
- \\- **remove member** `eve@acme.io`
  - `billing-admin`
- \\~ **change roles** `bob@acme.io`
  - `- deployment-editor on 00000000000000000000000000000000`
  - `+ deployment-viewer on 00000000000000000000000000000000`
  - `+ deployment-editor on 11111111111111111111111111111111`

<sub>Made at 2026-03-02 12:00 UTC with the engine embedded.</sub>
"""
    )


def test_a_pull_request_as_the_stock_commands_show_it() -> None:
    assert (
        stock(a_pull_request())
        == """\
Organization acme: invite 1, change roles 2, remove member 1
  + new@acme.io: invite: organization-admin
  ~ ada@acme.io: change roles: + billing-admin; - organization-admin
  - eve@acme.io: remove member: billing-admin
  ~ bob@acme.io: change roles: - deployment-editor on 00000000000000000000000000000000; + deployment-viewer on 00000000000000000000000000000000; + deployment-editor on 11111111111111111111111111111111
nothing was changed: 1 reason to refuse
  - eve@acme.io: still owns deployment 'logs' (11111111111111111111111111111111) by its owner tag [owns-resources]. Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, or override owns-resources for eve@acme.io with a reason.
To let somebody past, say why; in a roster file:
overrides:
  eve@acme.io: {guards: [owns-resources], reason: ...}
"""
    )


def test_a_first_run_in_the_terminal() -> None:
    assert (
        terminal(review(a_first_run()))
        == """\

Organization acme
  ! 59 of 60 people are not in this roster: start with `elastic-org import`

Refused
  x 59 of 60 people would be taken out and max_removals is 25% (15): person00@acme.io, person01@acme.io,
    person02@acme.io, person03@acme.io, person04@acme.io, person05@acme.io, person06@acme.io, person07@acme.io,
    person08@acme.io, person09@acme.io and 49 more [max-removals]
    Take fewer people out at a time, or raise max_removals to 59.
  x person00@acme.io, person01@acme.io, person02@acme.io, person03@acme.io, person04@acme.io, person05@acme.io,
    person06@acme.io, person07@acme.io, person08@acme.io, person09@acme.io and 49 more: is a member but was never part
    of this roster [unmanaged-people]
    Add them to the roster, or confirm the removal: override unmanaged-people for each of them with a reason.

The preview failed, refused for 60 reasons.
"""
    )


def test_a_first_run_as_the_stock_commands_show_it() -> None:
    assert (
        stock(a_first_run())
        == """\
Organization acme: remove member 59
  ! 59 of 60 people are not in this roster: start with `elastic-org import`
nothing was changed: 60 reasons to refuse
  - 59 of 60 people would be taken out and max_removals is 25% (15): person00@acme.io, person01@acme.io, person02@acme.io, person03@acme.io, person04@acme.io, person05@acme.io, person06@acme.io, person07@acme.io, person08@acme.io, person09@acme.io and 49 more [max-removals]. Take fewer people out at a time, or raise max_removals to 59.
  - person00@acme.io, person01@acme.io, person02@acme.io, person03@acme.io, person04@acme.io, person05@acme.io, person06@acme.io, person07@acme.io, person08@acme.io, person09@acme.io and 49 more: is a member but was never part of this roster [unmanaged-people]. Add them to the roster, or confirm the removal: override unmanaged-people for each of them with a reason.
"""
    )


def test_a_first_run_as_a_drift_review() -> None:
    assert (
        stripped(terminal(review(a_first_run(), drift=True)))
        == """\

Organization acme
  a guard would refuse: the whole organization
             59 of 60 people would be taken out and max_removals is 25% (15): person00@acme.io, person01@acme.io,
             person02@acme.io, person03@acme.io, person04@acme.io, person05@acme.io, person06@acme.io, person07@acme.io,
             person08@acme.io, person09@acme.io and 49 more [max-removals]
    accept   What is accepted at the pending changes settles this too.
    enforce  Take fewer people out at a time, or raise max_removals to 59. Until then an apply changes nothing.

59 of 60 people are not in this roster: start with `elastic-org import`.
60 findings: added by hand 59, a guard would refuse 1.
59 people would lose all access: person00@acme.io, person01@acme.io, person02@acme.io, person03@acme.io,
person04@acme.io, person05@acme.io, person06@acme.io, person07@acme.io, person08@acme.io, person09@acme.io and 49 more.
The next apply would: remove member 59.
The guards would refuse it for 60 reasons, and nothing would be changed.
"""
    )
