"""The operations of the published descriptions: what a request may be, and what an answer must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import unquote

from jsonschema_rs import Draft4Validator

from tests.support import descriptions

BASE = "/api/v1"
ERROR_CODES = "x-cloud-error-codes"
METHODS = ("get", "post", "put", "patch", "delete")

Json = dict[str, Any]

TEXT_OR_OBJECT = ("KeystoreSecret", "value")
"""A definition and its property that is an object by its type and, by its description, "either a string or a JSON object"."""

LATER_KINDS = frozenset(("RoleAssignments", "ProjectRoleAssignments"))
"""Definitions that get new properties with each new kind of target, which the product keeps as they are."""

KNOWN_ADDITIONS: Mapping[str, Mapping[str, str]] = {
    "DeploymentMetadata": {"organization_id": "string", "owner_id": "string", "hidden": "boolean"}
}
"""Properties that answers may have beside the described ones, by definition, with their types: of Elastic's wider description."""


class Description:
    """One published description.

    Args:
        document: As it was read.
        prefix: What its paths have in front, beyond which all descriptions are alike.
    """

    def __init__(self, document: Json, prefix: str) -> None:
        self.document = document
        self._definitions = _strict({key: document[key] for key in ("definitions", "components") if key in document})
        definitions = self._definitions.get("definitions") or self._definitions["components"].get("schemas", {})
        for name in definitions.keys() & LATER_KINDS:
            del definitions[name]["additionalProperties"]
        if TEXT_OR_OBJECT[0] in definitions:
            definitions[TEXT_OR_OBJECT[0]]["properties"][TEXT_OR_OBJECT[1]]["type"] = ["string", "object"]
        for name in definitions.keys() & KNOWN_ADDITIONS.keys():
            definitions[name]["properties"].update({key: {"type": kind} for key, kind in KNOWN_ADDITIONS[name].items()})
        self.operations = tuple(self._operations(prefix))

    def resolve(self, value: Json) -> Json:
        """Returns what a value refers to, or the value."""
        while "$ref" in value:
            place: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                place = place[part]
            value = place
        return value

    def validator(self, schema: Json) -> Draft4Validator:
        """Returns what holds a document against a schema of this description."""
        return Draft4Validator({**_strict(schema), **self._definitions}, validate_formats=True)

    def _operations(self, prefix: str) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                    described = {**item[method], "parameters": parameters}
                    yield Operation(method.upper(), path.removeprefix(prefix), described, self)


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a description.

    Args:
        method: The HTTP method, such as `GET`.
        path: The path below `BASE`, with its parameters in braces.
        described: The operation as the description has it, with the path's own parameters.
        description: The whole description, for what is referred to.
    """

    method: str
    path: str
    described: Json
    description: Description

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses that are described, in order."""
        return tuple(sorted(int(status) for status in self.described["responses"]))

    @cached_property
    def query(self) -> Mapping[str, Json]:
        """The parameters after the path, with their schemas."""
        return {
            parameter["name"]: parameter.get("schema", parameter)
            for parameter in self._parameters
            if parameter["in"] == "query"
        }

    @cached_property
    def required_query(self) -> frozenset[str]:
        return frozenset(one["name"] for one in self._parameters if one["in"] == "query" and one.get("required"))

    @cached_property
    def body(self) -> Draft4Validator | None:
        """What a request's body must be; `None` where it has none."""
        found = next((parameter for parameter in self._parameters if parameter["in"] == "body"), None)
        if found is None and "requestBody" in self.described:
            found = self.description.resolve(self.described["requestBody"])["content"]["application/json"]
        return None if found is None else self.description.validator(found["schema"])

    @cache  # noqa: B019 - operations live as long as the process
    def answer(self, status: int) -> Draft4Validator | None:
        """What the body of an answer must be; `None` where the description gives it none.

        Raises:
            KeyError: The status is not described.
        """
        response = self._response(status)
        schema = response.get("schema") or response.get("content", {}).get("application/json", {}).get("schema")
        return None if schema is None else self.description.validator(schema)

    def codes(self, status: int) -> frozenset[str] | None:
        """The error codes that an answer may have; `None` where any may come."""
        response = self._response(status)
        published = response.get(ERROR_CODES) or response.get("headers", {}).get(ERROR_CODES, {}).get("enum")
        if published is None:
            return None
        seen = self.described.get("x-errors-of-the-service-not-listed-here", [])
        gone = {"root.resource_not_found"} if self.described.get("x-absent-from-newest") else set[str]()
        return frozenset(published) | gone | {one["code"] for one in seen if one["status"] == status}

    @cached_property
    def _parameters(self) -> list[Json]:
        return [self.description.resolve(parameter) for parameter in self.described.get("parameters", [])]

    def _response(self, status: int) -> Json:
        return self.description.resolve(self.described["responses"][str(status)])


@cache
def access_operations() -> tuple[Operation, ...]:
    """Every operation about access, in the order of its description."""
    return Description(descriptions.access(), "").operations


@cache
def resource_operations() -> tuple[Operation, ...]:
    """Every operation about deployments and projects, in the order of their descriptions; none where those are not at hand."""
    if not descriptions.AT_HAND:
        return ()
    described = (Description(descriptions.cloud(), ""), Description(descriptions.serverless(), BASE))
    return tuple(one for description in described for one in description.operations if _is_of_resource(one.path))


def can_be_judged(path: str) -> bool:
    """Says whether the description of what a path is about is at hand.

    Args:
        path: The path below `BASE`.
    """
    return descriptions.AT_HAND or not _is_of_resource(path)


def find(method: str, path: str) -> Operation | None:
    """Returns the operation that a request is for; `None` where none is described.

    Args:
        method: The HTTP method.
        path: The path below `BASE`, as it was sent.
    """
    segments = path.split("/")
    among = resource_operations() if _is_of_resource(path) else access_operations()
    matching = [one for one in among if one.method == method and _matches(one.path.split("/"), segments)]
    return min(matching, key=lambda one: one.path.count("{"), default=None)


@cache
def refusal() -> Draft4Validator:
    """The form of every refusal, for statuses that are described for no operation in particular."""
    return Description(descriptions.access(), "").validator({"$ref": "#/components/schemas/BasicFailedReply"})


def _is_of_resource(path: str) -> bool:
    return path.split("/")[1:2] in (["deployments"], ["serverless"])


def _matches(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        bool(given) if wanted.startswith("{") else wanted == unquote(given)
        for wanted, given in zip(template, segments, strict=True)
    )


def _strict(schema: Any) -> Any:
    """A schema by which an object has no property that is not described, and OpenAPI's `nullable` is understood."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    composed = any(key in strict for key in ("allOf", "anyOf", "oneOf"))
    if isinstance(strict.get("properties"), dict) and "type" in strict and not composed:
        strict.setdefault("additionalProperties", False)
    if strict.get("nullable") is True and isinstance(strict.get("type"), str):
        strict["type"] = [strict["type"], "null"]
    return strict
