"""A recording as one JSON document, and the schema that it follows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where the facts of an exchange are published.

    Args:
        repository: The repository, as ``owner/name``; or the name of a site.
        path: The file in it; or the page.
    """

    repository: str
    path: str


class Exchange(_Part):
    """One call, and what was answered.

    Args:
        probe: What the call is called; the same name is the same call in every recording.
        operation: Method and path, with names in braces in place of ids.
        request: The body that was sent; null for none.
        status: The HTTP status.
        codes: The codes of the error answer, in order.
        headers: The names of headers that the product reads, in lower case; null where the source does not tell.
        body: The answer with made-up values; null for none, and where the source does not tell.
        complete: Whether the answer is about nothing but what the recording made itself, so that a field that is not in it is none.
        source: Where the facts are published; null for a recording of a test organization.
    """

    probe: str
    operation: str
    request: Any = None
    status: int
    codes: tuple[str, ...] = ()
    headers: tuple[str, ...] | None = None
    body: Any = None
    complete: bool = False
    source: Source | None = None


class Recording(_Part):
    """What was answered to the probes, in the order in which they were made.

    Args:
        format: What kind of document this is.
        version: Of the format; another one is refused by whoever reads it.
        recorded: The day (UTC) of the recording.
        recorder: What wrote it.
        service: Who answered: ``Elastic Cloud``, ``another endpoint``, or ``published sources``.
        exchanges: The calls.
    """

    format: Literal["elastic-org-recording"] = "elastic-org-recording"
    version: Literal[1] = 1
    recorded: date
    recorder: str
    service: Literal["Elastic Cloud", "another endpoint", "published sources"]
    exchanges: tuple[Exchange, ...]


def recording_schema() -> str:
    """Returns the JSON Schema of a recording as JSON."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Recording.model_json_schema(mode="serialization"),
        "title": "What elastic-org record has heard from Elastic Cloud",
    }
    for definition in (schema, *schema["$defs"].values()):  # arguments are described where they are used in Python
        definition["description"] = definition["description"].partition("\n\n")[0]
    return json.dumps(schema, indent=2) + "\n"
