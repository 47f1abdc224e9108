"""Holds requests and answers against the published descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from jsonschema_rs import Draft4Validator

from tests.contract.operations import Operation, can_be_judged, find, refusal

UNDESCRIBED_REFUSALS = frozenset((400, 401, 403, 404, 405, 429, 500, 503))
"""Statuses that any call may be answered with; the descriptions name some of them for some operations only."""

GENERAL_CODES = frozenset(("root.invalid_data", "root.unauthorized"))
"""Codes of a request without a form or a caller, which never reaches its operation; described for some operations only."""


def request_mismatches(method: str, path: str, query: str, body: bytes) -> Iterator[str]:
    """Yields in which ways a request is not one that is described; nothing where the description is not at hand.

    Args:
        method: The HTTP method.
        path: The path below the base path, as it was sent.
        query: What stands behind the question mark.
        body: The body; empty for none.
    """
    if not can_be_judged(path):
        return
    operation = find(method, path)
    if operation is None:
        yield "no such operation is described"
        return
    given = dict(parse_qsl(query, keep_blank_values=True))
    for name in given.keys() - operation.query.keys():
        yield f"no parameter {name} is described"
    for name in operation.required_query - given.keys():
        yield f"the parameter {name} is missing"
    for name, value in given.items():
        if name in operation.query and (problem := _parameter_mismatch(operation.query[name], value)):
            yield f"the parameter {name} {problem}"
    if operation.body is None:
        if body:
            yield "no body is described"
        return
    yield from _body_mismatches(operation.body, body)


def answer_mismatches(operation: Operation | None, status: int, codes: str, body: bytes) -> Iterator[str]:
    """Yields in which ways an answer is not one that is described.

    Args:
        operation: What it answers; `None` where nothing described was asked for.
        status: The HTTP status.
        codes: The header `x-cloud-error-codes`; empty for none.
        body: The body.
    """
    if operation is None or status not in operation.statuses:
        if status not in UNDESCRIBED_REFUSALS:
            yield "the status is not described"
        else:
            yield from _body_mismatches(refusal(), body)
        return
    validator = operation.answer(status)
    if validator is not None:
        yield from _body_mismatches(validator, body)
    allowed = operation.codes(status)
    if allowed is not None and (surplus := set(filter(None, codes.split(","))) - allowed - GENERAL_CODES):
        yield f"the codes {', '.join(sorted(surplus))} are not described"


def _body_mismatches(validator: Draft4Validator, body: bytes) -> Iterator[str]:
    try:
        document = json.loads(body)
    except ValueError:
        yield "the body is not JSON"
        return
    for error in validator.iter_errors(document):
        where = "".join(f"[{part!r}]" for part in error.instance_path)
        yield f"body{where}: {error.message}"[:300]


def _parameter_mismatch(schema: dict[str, object], value: str) -> str | None:
    kind = schema.get("type")
    if kind == "boolean" and value not in ("true", "false"):
        return "is no boolean"
    if kind in ("integer", "number"):
        try:
            float(value)
        except ValueError:
            return "is no number"
    text: dict[str, Any] = {name: schema[name] for name in ("enum", "format") if name in schema}
    if kind == "string" and not Draft4Validator(text, validate_formats=True).is_valid(value):
        return f"is not as described: {text}"
    return None
