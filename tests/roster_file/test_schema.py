"""The published JSON Schema agrees with the reader about the form of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from pulumi_elastic_org.roster_file.editor_schema import DIALECT, roster_schema, roster_schema_text
from pulumi_elastic_org.roster_file.reading import parse_roster
from tests.roster_file.test_file import EVERYTHING
from tests.roster_file.test_file_mistakes import SHAPE

ROOT = Path(__file__).parents[2]
NOT_OF_THE_FORM = {  # what YAML itself forbids, or what no schema can see
    "a key twice",
    "a person twice",
    "a list as a key",
    "nothing as a key",
    "a tag",
    "a tag on a scalar",
    "a merge key",
    "yes for true",
    "too large a share",
}


def document(text: str) -> Any:
    """What an editor sees: to it, a date is text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def validate(text: str) -> None:
    jsonschema.Draft202012Validator(roster_schema()).validate(document(text))


def test_the_schema_is_a_schema_of_the_dialect_that_it_names() -> None:
    jsonschema.Draft202012Validator.check_schema(roster_schema())
    assert roster_schema()["$schema"] == DIALECT


def test_the_published_file_is_the_schema_of_today() -> None:
    published = ROOT / "docs" / "roster.schema.json"
    assert published.read_text(encoding="utf-8") == roster_schema_text(), (
        "run: elastic-org validate --schema > docs/roster.schema.json"
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/**/*.yaml")), ids=lambda path: path.name)
def test_every_example_of_a_roster_has_the_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not path.name.startswith("Pulumi") and "roster" in str(path.relative_to(ROOT)):
        validate(text if "mode:" in text else f"mode: additive\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        EVERYTHING,
        "mode: additive",
        "mode: additive\nguards:\noverrides:\ntargets: ~\nbundles: null\ngroups:\nmembers:\n",
        "mode: additive\nmembers: {a@b.io: {roles: [any text at all], until: 2027-01-31}, c@b.io: []}",
        "mode: additive\ntargets: {a: 01234567890123456789012345678901, b: {name: Search production}}",
    ],
)
def test_what_the_reader_takes_has_the_form(text: str) -> None:
    parse_roster(text.replace("any text at all", "billing-admin"))
    validate(text)


@pytest.mark.parametrize("case", sorted(SHAPE.keys() - NOT_OF_THE_FORM))
def test_what_the_reader_calls_misshapen_has_not_the_form(case: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(SHAPE[case][0])


def test_an_editor_is_told_what_each_key_means_and_which_roles_there_are() -> None:
    schema = json.loads(roster_schema_text())

    assert all("description" in declared for declared in schema["properties"].values() if "$ref" not in declared)
    assert "deployment-viewer on all" in json.dumps(schema["$defs"]["Role"])


def test_the_file_that_the_documentation_shows_is_a_roster() -> None:
    text = (ROOT / "docs" / "roster-file.md").read_text(encoding="utf-8")
    shown = text.split("```yaml\n")[1].partition("```")[0]

    assert set(parse_roster(shown).people) == {"ada@acme.io", "bob@acme.io", "cy@acme.io", "di@agency.example"}
    validate(shown)
