"""Text from the API reaches terminals, comments, pages and logs, and can do nothing there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import datetime, timezone
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cli.organization import find_person
from pulumi_elastic_org.cli.reporters.terminal import console, tell_lines
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.people import NOTHING_APPLIED, Applied, Desired
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import refusal
from pulumi_elastic_org.review.model import Review, review_plan
from pulumi_elastic_org.review.offboarding import Offboarding, departure
from pulumi_elastic_org.review.owners import owned_resources, render_owners
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.review.render.html import render_html
from pulumi_elastic_org.review.render.json import render_json
from pulumi_elastic_org.review.render.markdown import render_markdown
from pulumi_elastic_org.review.render.terminal import sections, shown, summary
from pulumi_elastic_org.review.render.text import organization_lines
from tests.inputs.altering import altering_proxy
from tests.inputs.organization import LEAVER, ROOT, found

HOSTILE = (
    "<img src=x onerror=alert(1)> **[x](http://evil.example)** `x` @team #1 "
    "\x1b[2J\x9b2J\u202e\u200b\r\n::error::gone\n# x| ##[add-mask]x ##vso[task.complete] ::group::y \ud800"
)
NOW = datetime.now(timezone.utc)
HARMLESS = "harmless"


class Shown:
    """Everything that is shown of one plan, in every format.

    Args:
        name: What the API gives as names, addresses and tags.
    """

    def __init__(self, name: str) -> None:
        with Emulator() as emulator, altering_proxy(emulator) as proxy:
            acme = found(emulator)
            acme.emulator.cloud.add_deployment(acme.id, "logs", owner=LEAVER)
            members, search = "GET /api/v1/organizations/*/members", "POST /api/v1/deployments/_search"
            proxy.alterations = {members: (None, _with(_members(name))), search: (None, _with(_deployments(name)))}
            live = Phase(lambda: Settings(acme.key, proxy.endpoint, acme.id)).organization
            actual = live.read()
            planned = plan(Desired({ROOT: frozenset()}, authoritative=True), actual, NOW, Applied({LEAVER: "no roles"}))
            settings = Guards(overrides={ROOT: Override(("last-admin", "self"), name.rstrip("\ud800"))})
            self.verdict = live.judge(planned, actual, settings, NOTHING_APPLIED)
            leaving = departure(find_person(LEAVER, actual), actual, NOW)
            situation = live.situation(leaving, actual, settings)
            self.offboarding = Offboarding(situation, self.verdict)
            self.owners = owned_resources(live.ownership("owner"), actual.members)
        judged = JudgedPlan.from_json(json.loads(json.dumps(JudgedPlan(planned, self.verdict).to_json())))
        self.review = Review(
            command="preview",
            stack="dev",
            engine="embedded",
            made_at=datetime(2026, 3, 2, tzinfo=timezone.utc),
            succeeded=True,
            complete=True,
            organizations=(review_plan(judged),),
            resources=(),
            messages=(),
        )

    def lines(self) -> str:
        """What the stock commands print."""
        return "\n".join([*organization_lines(self.review.organizations[0]), refusal(self.verdict)])

    def terminal(self, width: int = 120) -> str:
        """What our own commands print."""
        out = StringIO()
        for content in (*shown(sections(self.review), set()), summary(self.review), render_owners(self.owners)):
            console(out).print(content, width=width)
        with redirect_stdout(out):
            tell_lines(self.offboarding.lines())
        return out.getvalue()


def _members(name: str) -> Callable[[Any], None]:
    def change(answer: Any) -> None:
        answer["members"].append({"user_id": "4711", "email": f"{name}@x.example", "name": name, name: name})
        answer["members"][1]["role_assignments"] = {name: [name], "organization": [{"role_id": name}]}

    return change


def _deployments(name: str) -> Callable[[Any], None]:
    def change(answer: Any) -> None:
        for deployment in answer["deployments"]:
            deployment["name"] = name
            deployment["metadata"]["tags"] = [{"key": "owner", "value": name}]

    return change


def _with(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def alter(body: bytes) -> bytes:
        content = json.loads(body)
        change(content)
        return json.dumps(content).encode()

    return alter


class Tags(HTMLParser):
    """The elements of a page with their attributes' names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))


@pytest.fixture(scope="module")
def hostile() -> Shown:
    return Shown(HOSTILE)


@pytest.fixture(scope="module")
def harmless() -> Shown:
    return Shown(HARMLESS)


def commands(text: str) -> Iterator[str]:
    """The characters of a text that are neither shown nor an end of a line."""
    return (one for one in text if not one.isprintable() and one != "\n")


def test_the_hostile_text_is_shown_and_escaped(hostile: Shown) -> None:
    for text in (hostile.lines(), hostile.terminal()):
        assert "<img src=x" in text
        assert r"\x1b[2J\x9b2J\u202e\u200b" in text


def test_no_text_commands_a_terminal_or_begins_a_line(hostile: Shown) -> None:
    for text in (hostile.lines(), hostile.terminal()):
        assert list(commands(text)) == []
        assert not [line for line in text.splitlines() if line.lstrip().startswith(("::", "# x"))]


@pytest.mark.parametrize("width", [20, 33, 47, 80, 120])
def test_no_text_commands_a_ci_runner_wherever_lines_are_broken(hostile: Shown, width: int) -> None:
    for text in (
        hostile.lines(),
        hostile.terminal(width),
        render_markdown(hostile.review),
        render_json(hostile.review),
    ):
        assert not [line for line in text.splitlines() if line.strip().startswith("::")]
        assert not re.search(r"##\w*\[", text)


def test_lines_are_as_many_as_with_harmless_names(hostile: Shown, harmless: Shown) -> None:
    assert len(hostile.lines().splitlines()) == len(harmless.lines().splitlines())


def test_markdown_holds_no_markup_from_elsewhere(hostile: Shown) -> None:
    text = render_markdown(hostile.review)
    assert set(commands(text)) <= {"\u200b"}  # put there so that nobody is mentioned
    outside_blocks = re.sub(r"^```yaml\n(?: *[^\s`].*\n)*?```$", "", text, flags=re.MULTILINE)
    assert "```" not in outside_blocks.replace("````", "")
    outside_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside_blocks)
    assert set(re.findall(r"</?([a-z]+)", outside_code)) <= {"details", "summary", "sub"}
    assert not re.search(r"(?<!\\)\[x\]|(?<![\\\w])@team|(?<!\\)\*\*\\?\[x|^::|^# ", outside_code, re.MULTILINE)


def test_a_page_has_the_elements_that_it_has_with_harmless_names(hostile: Shown, harmless: Shown) -> None:
    page = render_html(hostile.review)
    assert list(commands(page)) == []
    assert Tags(page).found == Tags(render_html(harmless.review)).found


def test_json_is_one_document_without_raw_controls(hostile: Shown) -> None:
    text = render_json(hostile.review)
    assert json.loads(text)["organizations"]
    assert list(commands(text)) == []
