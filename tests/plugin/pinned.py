"""The schema as it is pinned: without the version, which every release changes."""

from __future__ import annotations

import json
from pathlib import Path

from pulumi_elastic_org.plugin.schema import schema

PINNED = Path(__file__).parents[2] / "docs" / "languages" / "schema.json"


def pinned_text() -> str:
    """Returns the schema that is made now, as it would be pinned."""
    made = schema()
    made.pop("version")
    return json.dumps(made, indent=2) + "\n"
