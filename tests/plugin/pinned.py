"""The schema as it is kept in the package: what languages see changes only on purpose."""

from __future__ import annotations

import json

from pulumi_elastic_org.plugin.main import SCHEMA as PINNED
from pulumi_elastic_org.plugin.schema import schema

__all__ = ["PINNED", "pinned_text"]


def pinned_text() -> str:
    """Returns the schema that is made now, as it would be kept."""
    return json.dumps(schema(), indent=2) + "\n"
