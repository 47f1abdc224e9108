"""The package's schema, made from the tables of kinds and functions: SDKs, editors and documentation are generated from it.

`make schema` writes it beside this module, where `main` has what it answers the engine with.

Its form is Pulumi's (https://www.pulumi.com/docs/iac/extending-pulumi/schema/).
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_elastic_org.kinds import KINDS
from pulumi_elastic_org.lifecycle.properties import Property, Type, Where
from pulumi_elastic_org.model.grants import KNOWN_ROLES
from pulumi_elastic_org.plugin.configuration import SETTINGS
from pulumi_elastic_org.plugin.examples import EXAMPLES
from pulumi_elastic_org.plugin.face import Face, face_of
from pulumi_elastic_org.plugin.forms import Addresses, People, Roles, form_of
from pulumi_elastic_org.plugin.functions import FUNCTIONS, Function, console_name
from pulumi_elastic_org.plugin.names import PACKAGE, camel, token

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_ROLE = token("Role")
_TYPES: Mapping[Type, Json] = {
    Type.TEXT: _TEXT,
    Type.COUNT: {"type": "integer"},
    Type.FLAG: {"type": "boolean"},
    Type.LIST: {"type": "array", "items": _TEXT},
    Type.MAP: {"type": "object", "additionalProperties": _TEXT},
    Type.OBJECT: {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}},
}
_KNOWN_ROLE: Json = {"oneOf": [_TEXT, {"type": "string", "$ref": f"#/types/{_ROLE}"}]}
"""Known roles are offered, and any other text is taken: new roles appear over time, and most name a target."""
_PERSONS_ROLES: Json = {"oneOf": [{"type": "array", "items": _KNOWN_ROLE}, _TEXT]}
_SPECIAL: Mapping[type, Json] = {
    Addresses: _TYPES[Type.LIST],
    People: {"type": "object", "additionalProperties": _PERSONS_ROLES},
    Roles: _PERSONS_ROLES,
}


def schema() -> Json:
    """Returns the schema without a version, which every release changes."""
    types: Json = {_ROLE: _roles()}
    faces = {name: face_of(token(name)) for name in sorted(KINDS)}
    resources = {token(name): _resource(face, types) for name, face in faces.items()}
    functions = {token(name): _function(name, one, types) for name, one in FUNCTIONS.items()}
    settings = _properties(SETTINGS, types, "")
    return {
        "name": PACKAGE,
        "displayName": "Elastic Cloud organization",
        "description": "Who may do what in an Elastic Cloud organization, as code.",
        "keywords": ["pulumi", "elastic", "elastic-cloud", "access-management", "category/cloud"],
        "license": "Apache-2.0",
        "attribution": "",
        "meta": {"moduleFormat": "(.*)"},
        "config": {"variables": settings},
        "provider": {
            "description": "A key for one organization. Resources of another one take another provider.",
            "inputProperties": settings,
        },
        "types": types,
        "resources": resources,
        "functions": functions,
        "language": {
            "csharp": {"respectSchemaVersion": True, "rootNamespace": "Pulumi", "namespaces": {PACKAGE: "ElasticOrg"}},
            "go": {"respectSchemaVersion": True, "generateResourceContainerTypes": False},
            "java": {"basePackage": "com.pulumi"},
            "nodejs": {"respectSchemaVersion": True},
            # The generated package would otherwise have the name of this one.
            "python": {
                "respectSchemaVersion": True,
                "packageName": "pulumi_elastic_org_sdk",
                "pyproject": {"enabled": True},
            },
        },
    }


def _roles() -> Json:
    return {
        "type": "string",
        "description": "The roles that Elastic Cloud has published, by the id that a program writes.",
        "enum": [
            {"name": role_id.title().replace("-", ""), "value": role_id, "description": console_name(scope, role_id)}
            for scope, role_ids in KNOWN_ROLES.items()
            for role_id in role_ids
        ],
    }


def _resource(face: Face, types: Json) -> Json:
    inputs = [one for one in face.table if one.is_input and not one.internal]
    outputs = [one for one in face.table if one.where is not Where.INPUT and not one.internal]
    name = face.kind.name
    return {
        "description": f"{_markdown(inspect.getdoc(face.kind) or '')}\n\n{EXAMPLES.get(name, '')}".strip(),
        "inputProperties": _properties(inputs, types, name),
        "requiredInputs": sorted(camel(one.name) for one in inputs if one.required),
        "properties": _properties(outputs, types, name),
        "required": sorted(camel(one.name) for one in outputs if one.required),
        # A stack of the dynamic face is handed over: the engine takes its resource for this one.
        "aliases": [{"type": f"pulumi-python:dynamic/{PACKAGE}:{name}"}],
    }


def _function(name: str, function: Function, types: Json) -> Json:
    outputs = _properties(function.outputs, types, name)
    for listed, table in function.items.items():
        item = token(f"{name[0].upper()}{name[1:]}{listed[0].upper()}{listed[1:]}".removesuffix("s"))
        types[item] = _object(table, types, name)
        outputs[listed] = {**outputs[listed], "items": {"$ref": f"#/types/{item}"}}
    return {
        "description": function.description,
        "inputs": _object(function.inputs, types, name),
        "outputs": {"type": "object", "properties": outputs, "required": sorted(outputs)},
    }


def _object(table: Iterable[Property], types: Json, owner: str) -> Json:
    table = list(table)
    required = sorted(camel(one.name) for one in table if one.required)
    return {
        "type": "object",
        "properties": _properties(table, types, owner),
        **({"required": required} if required else {}),
    }


def _properties(table: Iterable[Property], types: Json, owner: str) -> Json:
    return {camel(one.name): _property(one, types, owner) for one in table}


def _property(one: Property, types: Json, owner: str) -> Json:
    described: Json = {"description": _markdown(one.description)}
    if one.secret:
        described["secret"] = True
    if one.replaces:
        described["willReplaceOnChanges"] = True
    if one.default is not None and one.type is not Type.OBJECT:
        described["description"] += f" By default {json.dumps(one.default)}."
    if one.fields:
        name = token(one.name.title().replace("_", ""))
        found = _object(one.fields, types, owner)
        if types.get(name, found) != found:
            name = token(f"{owner}{one.name.title().replace('_', '')}")
        types[name] = found
        return {**described, "$ref": f"#/types/{name}"}
    return {**described, **_SPECIAL.get(type(form_of(one)), _TYPES.get(one.type, _TEXT))}


def _markdown(text: str) -> str:
    return text.replace("``", "`")
