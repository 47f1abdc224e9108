"""Between the protocol's messages and plain values.

Pulumi sends properties as `google.protobuf.Struct` in which objects with a signature stand for what JSON has not: secrets, outputs,
resources (https://pulumi-developer-docs.readthedocs.io, "property values"). Here they become values, one field after the other: a
roster crosses a dozen times in a preview, and protobuf's own way, by JSON and back, costs three times as much.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import rpc

from pulumi_elastic_org.lifecycle.properties import UNKNOWN

_SIGNATURE = rpc._special_sig_key

Properties = dict[str, Any]


def read(message: struct_pb2.Struct) -> tuple[Properties, frozenset[str]]:
    """Returns properties as plain values, and the names of those that are secret or hold a secret.

    Args:
        message: As the engine sent it.
    """
    found = {name: _plain(value) for name, value in message.fields.items()}
    values = {name: value for name, (value, _) in found.items()}
    return values, frozenset(name for name, (_, secret) in found.items() if secret)


def _plain(value: struct_pb2.Value) -> tuple[Any, bool]:
    """A plain value, and whether it is secret or holds a secret."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return _known(value.string_value), False
    if kind == "struct_value":
        fields = value.struct_value.fields
        return _signed(fields) if _SIGNATURE in fields else _object(fields)
    if kind == "list_value":
        each = [_plain(one) for one in value.list_value.values]
        return [one for one, _ in each], any(secret for _, secret in each)
    if kind == "number_value":  # every number is one with a fraction on the wire
        number = value.number_value
        return (int(number) if number.is_integer() else number), False
    return (value.bool_value if kind == "bool_value" else None), False


def _known(text: str) -> Any:
    return UNKNOWN if text == rpc.UNKNOWN else text


def _object(fields: Mapping[str, struct_pb2.Value]) -> tuple[Any, bool]:
    found: Properties = {}
    secret = False
    for key, value in fields.items():
        if value.HasField("string_value"):
            found[key] = _known(value.string_value)
        else:
            found[key], within = _plain(value)
            secret = secret or within
    return found, secret


def _signed(fields: Mapping[str, struct_pb2.Value]) -> tuple[Any, bool]:
    signature = fields[_SIGNATURE].string_value
    if signature == rpc._special_secret_sig:
        return _part(fields, "value", None)[0], True
    if signature == rpc._special_output_value_sig:
        inner, secret = _part(fields, "value", UNKNOWN)
        return inner, secret or bool(_part(fields, "secret", False)[0])
    return _part(fields, "id", None) if signature == rpc._special_resource_sig else _object(fields)


def _part(fields: Mapping[str, struct_pb2.Value], name: str, otherwise: Any) -> tuple[Any, bool]:
    return _plain(fields[name]) if name in fields else (otherwise, False)


def write(values: Mapping[str, Any], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """Returns plain values as the engine takes them. What is ``None`` is left out.

    Args:
        values: By name.
        secrets: The names of those to be kept as secrets.
    """
    message = struct_pb2.Struct()
    _put(
        message.fields,
        {
            name: {_SIGNATURE: rpc._special_secret_sig, "value": value} if name in secrets else value
            for name, value in values.items()
            if value is not None
        },
    )
    return message


def _put(fields: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, str):
            fields[key].string_value = value
        elif value is not None:
            _set(fields[key], value)


def _set(message: struct_pb2.Value, value: Any) -> None:
    if value is None:
        message.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, str | Unknown):
        message.string_value = value if isinstance(value, str) else rpc.UNKNOWN
    elif isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, int | float):
        message.number_value = value
    elif isinstance(value, Mapping):
        message.struct_value.SetInParent()
        _put(message.struct_value.fields, value)
    else:
        message.list_value.SetInParent()
        for one in value:
            _set(message.list_value.values.add(), one)
