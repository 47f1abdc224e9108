"""A review as JSON, and the schema that it follows."""

from __future__ import annotations

import json
from typing import Any

from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.review.model import Review


def render_json(review: Review) -> str:
    """Returns a review as JSON in ASCII; what a terminal or a CI runner would obey is escaped in it.

    Args:
        review: Any review.
    """
    return json_text(review.to_json()) + "\n"


def review_schema() -> str:
    """Returns the JSON Schema of a review as JSON."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Review.model_json_schema(mode="serialization"),
        "title": "What elastic-org drift, preview, up, refresh or destroy found or did",
    }
    for definition in schema["$defs"].values():  # arguments are described where they are used in Python
        definition["description"] = definition.get("description", "").partition("\n\n")[0]
    return json.dumps(schema, indent=2) + "\n"
