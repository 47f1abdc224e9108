"""Every format shows the same review, and nothing that comes from elsewhere can do anything in it."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from pulumi_elastic_org.model.printable import printable_lines as printable
from pulumi_elastic_org.review.model import Kind, Message, OrganizationReview, Review, ReviewedResource, review_plan
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.html import render_html
from pulumi_elastic_org.review.render.json import review_schema
from pulumi_elastic_org.review.render.markdown import LONGEST, marker, render_markdown
from pulumi_elastic_org.review.render.text import headlines
from tests.support.reviews import FORMATS, drift, finding, findings_in, review, shown

SCHEMA = Path(__file__).parents[2] / "docs" / "review.schema.json"
HOSTILE = "<script>alert(1)</script> [x](http://evil.example) `**@team** #1 \x1b[2J\n\n# heading"
PLAN = {
    "changes": [
        {"change": "remove member", "person": "bob@acme.io", "roles_before": "billing-admin"},
        {"change": "invite", "person": "new@acme.io", "roles": "no roles"},
    ],
    "reports": [
        {"person": "pia@acme.io", "topic": "invitation pending", "text": "has until tomorrow"},
        {"person": "tom@acme.io", "topic": "e-mail changed", "text": "has another address"},
    ],
    "violations": [{"guard": "self", "person": "bob@acme.io", "reason": "holds the key", "remedy": "Use another."}],
    "waivers": [
        {"guard": "self", "person": "cy@acme.io", "reason": "is it", "remedy": "", "override_reason": "agreed in HR-1"}
    ],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("person", ["ada@acme.io", None], ids=["person", "organization"])
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_every_kind_of_finding_is_shown_in_every_format(form: str, kind: Kind, person: str | None) -> None:
    text = shown(drift(finding(kind, person)))[form]

    assert findings_in(form, text) == {(person or "the whole organization", kind.value)}


@pytest.mark.parametrize("form", FORMATS)
def test_a_clean_organization_has_no_finding_in_any_format(form: str) -> None:
    text = shown(drift())[form]

    assert findings_in(form, text) == set()
    assert form == "json" or "No findings: whoever the code names has the access that it says." in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_finding_says_before_after_since_who_and_what_settles_it(form: str) -> None:
    since = datetime(2026, 2, 28, 9, 30, tzinfo=timezone.utc)
    text = shown(drift(finding(Kind.ROLES_CHANGED, since=since.isoformat())))[form].replace("&#34;", '"')

    assert "billing-admin" in text
    assert "organization-admin" in text
    assert ("2026-02-28 09:30 UTC" if form != "json" else "2026-02-28T09:30:00Z") in text
    assert " ".join(text.split()).count("does not say who made a change") == 1  # once for all findings
    assert '["organization-admin"]' in text.replace('\\"', '"')
    assert "elastic-org up" in text


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_next_apply_would_do_and_what_is_pending_is_shown(form: str) -> None:
    text = shown(drift(**PLAN))[form]

    for shown_text in ("bob@acme.io", "remove member", "new@acme.io", "pia@acme.io", "tom@acme.io", "agreed in HR"):
        assert shown_text in text


def test_of_many_pending_invitations_a_few_are_shown_and_the_others_counted_but_for_programs() -> None:
    pending = [{"person": f"p{n:02}@acme.io", "topic": "invitation pending", "text": "has a day"} for n in range(100)]
    texts = shown(drift(reports=pending))

    for form in ("terminal", "markdown"):
        assert len(re.findall(r"p\d\d@acme\.io", texts[form])) == 10, form
        assert "and 90 more" in texts[form]
    assert "Pending invitations (100)" in texts["markdown"]
    assert len(json.loads(texts["json"])["organizations"][0]["pending"]) == 100
    assert "more" not in shown(drift(reports=pending[:10]))["terminal"]


def test_the_line_to_accept_tells_what_its_ids_are_called_and_stays_a_line_to_paste() -> None:
    line = '"ada@acme.io": ["deployment-viewer on 4711, 42"]'
    one = drift(
        finding(Kind.ADDED, line=line), target_names={"42": "logs, all", "4711": "search # 1", "471": "another"}
    )
    texts = shown(one)

    told = f"{line}  # search # 1, logs, all"
    assert told in texts["terminal"]
    assert f"accept: Add the line: `{told}`" in texts["markdown"]
    assert told in texts["html"].replace("&#34;", '"')
    assert json.loads(texts["json"])["organizations"][0]["findings"][0]["line"] == line
    assert YAML(typ="safe", pure=True).load(told) == literal_eval(f"{{{told}\n}}")


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_the_note_of_a_change_has_names_in_the_place_of_ids(form: str) -> None:
    key = {
        "id": "k1",
        "description": "ci",
        "user_id": "u1",
        "roles": "deployment-viewer on 4711",
        "created_at": "2026-01-01T00:00:00+00:00",
        "expires_at": None,
    }
    change = {"change": "revoke API keys", "person": "ada@acme.io", "user_id": "u1", "keys": [key]}
    text = shown(drift(changes=[change], target_names={"4711": "search"}))[form].replace("\\", "")

    assert "deployment-viewer on search" in text
    assert "4711" not in text


@pytest.mark.parametrize("command", ["drift", "preview"])
def test_a_review_goes_to_json_and_back(command: str) -> None:
    one = drift(finding(Kind.ROLES_CHANGED), **PLAN).model_copy(update={"command": command})

    assert Review.from_json(json.loads(shown(one)["json"])) == one


def test_the_summary_says_first_what_matters_most() -> None:
    lines = tuple(headlines(drift(finding(Kind.ADDED), **PLAN)))

    assert lines == (
        "1 finding: added by hand 1.",
        "1 person had their access changed outside the code; who did it is unknown: "
        "Elastic Cloud's API does not say who made a change.",
        "1 person would lose all access: bob@acme.io.",
        "The next apply would: remove member 1, invite 1.",
        "The guards would refuse it for 1 reason, and nothing would be changed.",
    )


def test_a_preview_shows_its_consequences_and_no_findings() -> None:
    record = JudgedPlan.from_json({"organization_id": "42", **PLAN})
    made = review(
        review_plan(record),
        command="preview",
        resources=[ReviewedResource(operation="create", name="backups", type="x:y:Z")],
        messages=[Message(severity="warning", text="the key expires soon")],
    )
    for form in ("markdown", "html"):
        text = shown(made)[form]
        assert findings_in(form, text) == set()
        for expected in ("Preview of stack dev", "Refused by the guards", "holds the key", "backups", "expires soon"):
            assert expected in text


def test_several_mistakes_in_one_message_are_a_line_each_in_markdown() -> None:
    made = review(
        command="preview", messages=[Message(severity="error", text="a.yaml:1: one\na.yaml:2: two")], succeeded=False
    )
    assert re.search(r"- error: a\\?\.yaml:1: one<br>a\\?\.yaml:2: two\n", shown(made)["markdown"])


def test_findings_that_are_all_acknowledged_are_not_said_to_be_none() -> None:
    acknowledged = {"finding": finding(Kind.ADDED, "ada@acme.io"), "reason": "HR-12", "until": "2027-01-31"}
    one = OrganizationReview.model_validate({"organization_id": "42", "acknowledged": [acknowledged]})
    said = list(headlines(review(one)))
    assert "No findings but those acknowledged." in said
    assert "1 finding acknowledged." in said


def test_a_review_that_could_not_be_finished_says_so_first() -> None:
    assert "could not be finished" in next(headlines(review(succeeded=False, complete=False)))


def test_a_preview_that_the_guards_refuse_is_headed_by_that_and_not_by_a_failure() -> None:
    refused = {"guard": "self", "person": "ada@acme.io", "reason": "no", "remedy": "do not"}
    one = review_plan(JudgedPlan.from_json({"organization_id": "42", "violations": [refused]}))
    for form, text in shown(review(one, command="preview", succeeded=False)).items():
        assert "could not be finished" not in text
        refused_for = "refused for 1 reason" if form == "terminal" else "The guards would refuse it for 1 reason"
        assert form == "json" or refused_for in text


# JSON


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == review_schema()


def test_json_follows_the_published_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(json.loads(shown(drift(finding(Kind.ADDED, before=None), **PLAN))["json"]), schema)


# Markdown


def test_markdown_begins_with_a_marker_that_stays_the_same() -> None:
    one, other = drift(finding(Kind.ADDED)), drift()

    assert render_markdown(one).startswith(f"{marker(one)}\n## Drift review of stack dev\n")
    assert marker(one) == marker(other) == "<!-- elastic-org:drift:dev -->"
    assert marker(other) != marker(review(command="preview"))


def test_a_stack_cannot_end_the_marker() -> None:
    assert marker(review(stack="a --> <b>")) == "<!-- elastic-org:drift:a_____b_ -->"


@pytest.mark.parametrize("longest", [LONGEST, 5_000, 2_000])
def test_markdown_is_bounded_and_counts_what_it_leaves_out(longest: int) -> None:
    people = [f"person{number}@acme.io" for number in range(2_000)]
    made = drift(
        *(finding(Kind.ADDED, person) for person in people),
        changes=[{"change": "remove member", "person": person, "roles_before": "no roles"} for person in people],
    )

    text = render_markdown(made, longest)

    assert len(text) <= longest
    findings, changes = text.split("What the next apply would do")
    for part, entry in ((findings, "- **added by hand**"), (changes, "**remove member**")):
        [more] = re.findall(r"^- \.\.\. and ([0-9]+) more", part, re.MULTILINE)
        assert part.count(entry) + int(more) == 2_000
    assert text.count("<details>") == text.count("</details>")


def test_one_entry_that_is_too_long_does_not_hide_the_others() -> None:
    long = finding(Kind.ADDED, "ada@acme.io", detail="x" * LONGEST)

    text = render_markdown(drift(long, finding(Kind.REMOVED, "bob@acme.io")))

    assert findings_in("markdown", text) == {("bob@acme.io", "removed by hand")}
    assert "and 1 more" in text


def test_more_organizations_than_there_is_room_for_are_counted() -> None:
    one = drift(finding(Kind.ADDED)).organizations[0]

    text = render_markdown(review(*[one] * 3_000))

    assert len(text) <= LONGEST
    assert re.search(r"\.\.\. and [0-9]+ more sections", text)


def test_nothing_from_elsewhere_is_markdown() -> None:
    text = render_markdown(drift(finding(Kind.ADDED, HOSTILE, detail=HOSTILE, accept=HOSTILE, line=HOSTILE)))

    outside_code = re.sub(r"(`+).*?\1", "", text.replace("\\`", ""))
    assert "<script" not in outside_code
    assert not re.search(r"(?<!\\)\]\(", outside_code)
    assert "http://" not in outside_code
    assert "@team" not in outside_code
    assert "\x1b" not in text
    assert not re.search(r"^# heading", text, re.MULTILINE)


# HTML


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page_of(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def test_the_page_loads_nothing_from_elsewhere() -> None:
    text = render_html(drift(finding(Kind.ADDED), **PLAN))
    page = page_of(text)

    addresses = [
        value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href", "action")
    ]
    assert addresses == ["data:,", "#content"]
    assert [tag for tag, _ in page.tags if tag in ("script", "style")] == ["style", "script"]
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_all_text_of_the_page_is_escaped() -> None:
    hostile = '"><img src=x onerror=alert(1)>' + HOSTILE
    page = page_of(
        render_html(
            drift(
                finding(
                    Kind.ADDED, hostile, detail=hostile, before=hostile, after=hostile, accept=hostile, line=hostile
                ),
                changes=[{"change": "invite", "person": hostile, "roles": f"organization:{json.dumps(hostile)}"}],
                reports=[{"person": hostile, "topic": hostile, "text": hostile}],
            )
        )
    )

    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in [tag for tag, _ in page.tags]
    assert any(printable(hostile) in text for text in page.text)


def test_the_page_can_be_used_by_everybody() -> None:
    page = page_of(render_html(drift(finding(Kind.ADDED), **PLAN)))
    tags = [tag for tag, _ in page.tags]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]

    assert [tags.count(landmark) for landmark in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert dict(page.tags)["label"] == {"for": "search"}
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        assert attributes.get("aria-labelledby", ids[0]) in ids
