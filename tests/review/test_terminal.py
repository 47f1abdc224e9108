from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from pulumi_elastic_org.review.model import review_plan
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.terminal import Aligned, counted_actions, sections
from tests.support.reviews import review

PLAN = JudgedPlan.from_json(
    {
        "organization_id": "42",
        "changes": [
            {"change": "invite", "person": "ada@acme.example", "roles": "billing-admin"},
            {"change": "add roles", "person": "bob@acme.example", "roles": "deployment-editor on a1"},
            {"change": "remove roles", "person": "bob@acme.example", "roles": "deployment-viewer on a1, b2"},
            {"change": "remove member", "person": "cy@acme.example", "roles_before": "no roles", "managed": False},
        ],
        "reports": [
            {
                "change": "report",
                "person": "dee@acme.example",
                "topic": "invitation pending",
                "text": "has until 12:00",
            },
            {"change": "report", "person": "eve@acme.example", "topic": "unknown role", "text": "x-role: not known"},
        ],
        "waivers": [
            {
                "guard": "protected",
                "person": "bob@acme.example",
                "reason": "is protected",
                "remedy": "Keep.",
                "override_reason": "asked to",
            }
        ],
    }
)


def shown(content: RenderableType, width: int = 100, *, colour: bool = False) -> str:
    out = StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None).print(content)
    return out.getvalue()


def render_plan(judged: JudgedPlan) -> RenderableType:
    [section] = sections(review(review_plan(judged), command="preview"))
    return section.content


def refused(*violations: tuple[str | None, str, str]) -> JudgedPlan:
    return JudgedPlan.from_json(
        {
            "organization_id": "42",
            "violations": [
                {"guard": "self", "person": person, "reason": reason, "remedy": remedy}
                for person, reason, remedy in violations
            ],
        }
    )


def test_a_plan_is_shown_person_by_person() -> None:
    assert shown(render_plan(PLAN)) == (
        "Organization 42\n"
        "  ~ change roles   bob@acme.example  - deployment-viewer on a1\n"
        "                                     + deployment-editor on a1\n"
        "                                     - deployment-viewer on b2\n"
        "  - remove member  cy@acme.example   no roles (not managed so far)\n"
        "  + invite         ada@acme.example  billing-admin\n"
        "  ! eve@acme.example: x-role: not known\n"
        "  1 invitation pending\n"
        "  ! bob@acme.example: is protected [protected], overridden: asked to\n"
    )


def test_a_narrow_terminal_keeps_the_columns() -> None:
    lines = shown(render_plan(PLAN), width=60).splitlines()

    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("  ~ change roles   bob@acme.example  - deployment-viewer on")
    assert lines[2].strip() == "a1"


def test_nothing_to_do_is_said_beside_the_organization() -> None:
    assert shown(render_plan(JudgedPlan.from_json({"organization_id": "42"}))) == "Organization 42: nothing to do\n"


def test_a_refusal_gives_each_reason_with_its_remedy() -> None:
    plan = refused(
        ("ada@acme.example", "holds the key", "Use another key."), (None, "too many leave", "Raise the limit.")
    )

    assert shown(render_plan(plan)) == (
        "Organization 42: nothing to do\n"
        "\n"
        "Refused\n"
        "  x ada@acme.example: holds the key [self]\n"
        "    Use another key.\n"
        "  x too many leave [self]\n"
        "    Raise the limit.\n"
    )


def test_people_who_are_refused_for_the_same_reason_share_it() -> None:
    people = ("ada@acme.example", "bob@acme.example")
    plan = refused(*((person, "is protected", f"Override it for {person}.") for person in people))

    assert "x ada@acme.example, bob@acme.example: is protected [self]\n    Override it for each of them.\n" in shown(
        render_plan(plan)
    )


def test_signs_are_coloured_on_a_terminal() -> None:
    text = shown(render_plan(PLAN), colour=True)

    assert "\x1b[32m+ invite" in text
    assert "\x1b[33m~ change roles" in text
    assert "\x1b[31m- remove member" in text


def test_text_from_elsewhere_cannot_command_the_terminal_and_is_no_markup() -> None:
    plan = JudgedPlan.from_json(
        {
            "organization_id": "42",
            "reports": [{"person": "[red]a@b.example\x1b[2J", "topic": "no e-mail", "text": "[/] \x07bell"}],
        }
    )

    assert shown(render_plan(plan)).splitlines()[1] == r"  ! [red]a@b.example\x1b[2J: [/] \x07bell"


def test_a_summary_counts_people_by_action_in_the_order_of_actions() -> None:
    changes = review_plan(PLAN).changes
    assert counted_actions(changes) == "invite 1, change roles 1, remove member 1"
    assert counted_actions([*reversed(changes), *changes]) == "invite 2, change roles 2, remove member 2"


@pytest.mark.parametrize("gap", [1, 2])
def test_no_width_of_a_terminal_splits_a_word_or_costs_a_letter(gap: int) -> None:
    roles = "deployment-editor on logs\nsecurity-viewer on all"
    rows = [
        [Text("+ invite"), Text("cy.two@contoso.example"), Text(roles)],
        [
            Text("~ change roles"),
            Text("some words, then a@b.example"),
            Text("+ billing-admin\n- organization-admin"),
            Text("dev"),
        ],
    ]
    words = sorted(word for row in rows for cell in row for word in cell.plain.split())
    for width in range(12, 130):
        out = StringIO()
        Console(file=out, width=width).print(Aligned(rows, gap), crop=False)
        assert sorted(out.getvalue().split()) == words, width
        assert width < 30 or all(len(line) <= width for line in out.getvalue().splitlines()), width
