"""Reviews for tests, and the findings that each format shows."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone
from html.parser import HTMLParser
from io import StringIO
from typing import Any

from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.review.model import Kind, Review, review_findings
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.html import render_html
from pulumi_elastic_org.review.render.json import render_json
from pulumi_elastic_org.review.render.markdown import render_markdown
from pulumi_elastic_org.review.render.text import WHOLE_ORGANIZATION

MADE_AT = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
Found = set[tuple[str, str]]


def finding(kind: Kind, person: str | None = "ada@acme.io", **more: Any) -> dict[str, Any]:
    """A finding as it is logged."""
    return {
        "person": person,
        "kind": kind.value,
        "detail": "is not as it was",
        "before": "billing-admin",
        "after": "organization-admin",
        "accept": "Add the line:",
        "line": '"ada@acme.io": ["organization-admin"]',
        "enforce": "Run elastic-org up.",
        "by_hand": True,
        **more,
    }


def drift(*findings: dict[str, Any], **plan: Any) -> Review:
    """A drift review of one organization that logged these findings."""
    judged = JudgedPlan.from_json({"organization_id": "42", "findings": findings, **plan})
    return review(review_findings(judged, (), date(2026, 3, 2)))


def review(*organizations: Any, **more: Any) -> Review:
    return Review(
        **{
            "command": "drift",
            "stack": "dev",
            "engine": "embedded",
            "made_at": MADE_AT,
            "succeeded": True,
            "complete": True,
            "organizations": organizations,
            **more,
        }
    )


def shown(one: Review) -> dict[str, str]:
    """A review in every format."""
    page = StringIO()
    TerminalReporter(page).finished(one)
    return {
        "terminal": page.getvalue(),
        "markdown": render_markdown(one),
        "json": render_json(one),
        "html": render_html(one),
    }


def findings_in(form: str, text: str) -> Found:
    """Who and what a text in a format says to have been found."""
    return _READERS[form](text)


def _in_terminal(text: str) -> Found:
    kinds = "|".join(map(re.escape, (kind.value for kind in Kind)))
    return {(who, kind) for kind, who in re.findall(rf"^  ({kinds}): (.+)$", text, re.MULTILINE)}


def _in_markdown(text: str) -> Found:
    who = rf"`(?P<who>[^`]+)`|(?P<all>{WHOLE_ORGANIZATION})"
    found = re.finditer(rf"^- \*\*(?P<kind>.+?)\*\*: (?:{who}), ", text, re.MULTILINE)
    return {(one["who"] or one["all"], one["kind"]) for one in found}


def _in_json(text: str) -> Found:
    organizations = json.loads(text)["organizations"]
    return {
        (one["person"] or WHOLE_ORGANIZATION, one["kind"])
        for organization in organizations
        for one in organization["findings"]
    }


class _Cards(HTMLParser):
    """The kind and the person of each card that can be folded."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Found = set()
        self._kind = ""
        self._in = ""
        self._card = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("class") or ""
        if tag == "details":
            self._card = "card" in name.split()
        self._in = name if self._card and tag == "span" else ""

    def handle_data(self, data: str) -> None:
        if self._in == "kind":
            self._kind = data
        elif self._in == "person":
            self.found.add((data, self._kind))
        self._in = ""


def _in_html(text: str) -> Found:
    cards = _Cards()
    cards.feed(text)
    return cards.found


_READERS = {"terminal": _in_terminal, "markdown": _in_markdown, "json": _in_json, "html": _in_html}
FORMATS = tuple(_READERS)
