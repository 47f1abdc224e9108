"""Checks every request of the tests in this folder against the published description of the API, where that is at hand."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import requests
from jsonschema import Draft4Validator

from tests import descriptions


def check(request: requests.PreparedRequest) -> None:
    """Fails when a request is not one that the description knows. Serverless projects are described elsewhere."""
    path = urlsplit(request.url or "").path
    assert path.startswith("/api/v1/"), path
    path = path.removeprefix("/api/v1")
    if path.startswith("/serverless/"):
        assert (request.method, request.body) == ("GET", None)
        return
    operation = _operation(path, (request.method or "").lower())
    parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
    for name in re.findall(r"[?&]([^=&]+)=", request.url or ""):
        assert parameters.get(name, {}).get("in") == "query", f"{path} has no parameter {name}"
    described = next((parameter for parameter in parameters.values() if parameter["in"] == "body"), None)
    assert (request.body is not None) == (described is not None), f"{path}: the body is not as described"
    if described is not None and request.body is not None:
        schema = {**described["schema"], "definitions": descriptions.cloud()["definitions"]}
        Draft4Validator(schema).validate(json.loads(request.body))


def _operation(path: str, method: str) -> dict[str, Any]:
    found = [
        operations[method]
        for template, operations in sorted(descriptions.cloud()["paths"].items(), key=lambda item: "{" in item[0])
        if method in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    assert found, f"{method} {path} is not in the description"
    operation: dict[str, Any] = found[0]
    return operation
