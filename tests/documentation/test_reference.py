"""The tables of docs/reference say what the code says: guards, their settings, environment variables, resources, roles."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import pulumi_elastic_org
from docs.site.tables import ENVIRONMENT, PLACE, tables
from pulumi_elastic_org.kinds import find
from pulumi_elastic_org.model.guard_settings import SETTINGS, Guards
from pulumi_elastic_org.model.guards import GUARD_NAMES
from pulumi_elastic_org.review.model import Kind

ROOT = Path(__file__).parents[2]
PROVIDER = Path(pulumi_elastic_org.__file__).parents[1]
OF_RUNS = {
    *("ELASTIC_ORG_DRIFT_REVIEW", "ELASTIC_ORG_PLAN_LOG", "ELASTIC_ORG_REVIEWED_PLAN", "ELASTIC_ORG_STACK"),
    *("ELASTIC_ORG_ROSTER_FILES", "ELASTIC_ORG_ROSTER_SOURCES", "PULUMI_AUTOMATION_API"),
    *("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS", "PULUMI_PROJECT"),
}
"""What processes of one run tell each other, and nobody sets."""
TOLD_WITH_OTHERS = {"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CI_JOB_URL"}
VARIABLE = re.compile(
    r"(?:CI|EC|ELASTICSEARCH|ELASTIC_ORG|GITHUB|GITLAB|PULUMI|UV)_[A-Z_]+|[A-Z]+_CA_BUNDLE|NO_COLOR|COLUMNS"
)


def variables_in_code() -> set[str]:
    return {
        node.value
        for path in PROVIDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }


@pytest.mark.parametrize("page", sorted({*tables(), *(path.name for path in PLACE.iterdir())}))
def test_a_table_is_what_the_code_says_now(page: str) -> None:
    assert (PLACE / page).read_text("utf-8") == tables()[page], "write it anew: python -m docs.site.tables"


def test_every_variable_that_is_read_is_in_the_reference() -> None:
    listed = {name for section in YAML(typ="safe").load(ENVIRONMENT).values() for name in section}
    written = variables_in_code()
    assert written - OF_RUNS - TOLD_WITH_OTHERS - listed == set()
    assert written >= OF_RUNS
    source = "\n".join(path.read_text("utf-8") for path in PROVIDER.rglob("*.py"))
    # migrate's variables are put together of parts, and its help names those of one end
    assert [name for name in listed if name.replace("_DESTINATION", "_SOURCE") not in source] == []


def test_every_guard_that_a_page_has_a_row_for_is_in_the_reference() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    rows = {
        page: re.findall(r"^\| guard \| refuses.*\n\|.*\n((?:\|.*\n)+)", page.read_text("utf-8"), re.M)
        for page in pages
    }
    named = {page.name: set(re.findall(r"^\| `([\w-]+)`", "".join(found), re.M)) for page, found in rows.items()}
    assert named["README.md"] == set(GUARD_NAMES)
    explained = set(re.findall(r"^(?:### |\| )`([\w-]+)`", tables()["guards.md"].partition("## About people")[2], re.M))
    assert set.union(*named.values()) <= explained


def test_every_setting_of_the_guards_is_in_the_reference_with_its_default() -> None:
    settings = tables()["guards.md"].partition("## Settings")[2].partition("## About people")[0]
    found = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|", settings, re.M))
    expected = {one.name: list(one.default) if isinstance(one.default, tuple) else one.default for one in SETTINGS}
    assert {name: YAML(typ="safe").load(text) for name, text in found.items()} == expected


def test_every_kind_of_finding_is_in_the_table_of_the_page_on_drift() -> None:
    page = (ROOT / "docs" / "drift.md").read_text("utf-8")
    table = page.partition("| finding | when |\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([^|]+?) \|", table.partition("\n")[2], re.MULTILINE)
    assert sorted(rows) == sorted(kind.value for kind in Kind)


def test_defaults_that_other_pages_name_are_those_of_the_code() -> None:
    assert f"({Guards().max_removals} by default" in (ROOT / "README.md").read_text("utf-8")
    page = (ROOT / "docs" / "api-keys.md").read_text("utf-8")
    named = dict(re.findall(r"^\| `(\w+)` \| .* \| `(\w+)` \|$", page, re.MULTILINE))
    assert named == {one.name: one.default for one in find("ApiKey").properties if one.name in named}
    assert named.keys() == {one.name for one in find("ApiKey").properties if one.default}
