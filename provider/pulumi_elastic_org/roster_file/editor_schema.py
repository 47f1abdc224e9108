"""The JSON Schema of a roster file: editors complete and check a file with it as it is typed.

It describes the form of a file. What the words in it mean (whether a name is declared, whether roles contradict each other) is
judged by `file`.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from pulumi_elastic_org.roster_file.sections import RosterSections

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MAY_BE_EMPTY = ("guards", "overrides", "targets", "bundles", "groups", "members", "role_mappings")


def roster_schema() -> dict[str, Any]:
    """Returns the schema of a roster file, as JSON Schema draft 2020-12."""
    schema = RosterSections.model_json_schema(mode="validation", schema_generator=_WithoutTitles)
    for section in _MAY_BE_EMPTY:  # a section without content is null in YAML
        declared = schema["properties"][section]
        described = {key: declared.pop(key) for key in ("description", "default") if key in declared}
        schema["properties"][section] = {**described, "anyOf": [declared, {"type": "null"}]}
    return {"$schema": DIALECT, **schema, "title": "Roster"}


def roster_schema_text() -> str:
    """Returns the schema as the text of a file."""
    return json.dumps(roster_schema(), indent=2, ensure_ascii=False) + "\n"


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles that pydantic makes of the names of fields: they say nothing new."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False
