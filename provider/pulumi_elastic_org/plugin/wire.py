"""Between the protocol's messages and plain values.

Pulumi sends properties as `google.protobuf.Struct` in which objects with a signature stand for what JSON has not: secrets, outputs,
resources (https://pulumi-developer-docs.readthedocs.io, "property values"). Here they become values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
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
    values: Properties = {}
    secrets: set[str] = set()
    for name, value in json_format.MessageToDict(message).items():
        values[name], secret = _plain(value)
        if secret:
            secrets.add(name)
    return values, frozenset(secrets)


def _plain(value: Any) -> tuple[Any, bool]:
    """A plain value, and whether it is secret or holds a secret."""
    if isinstance(value, list):
        each = [_plain(one) for one in value]
        return [one for one, _ in each], any(secret for _, secret in each)
    if isinstance(value, dict):
        return _signed(value) if _SIGNATURE in value else _object(value)
    if isinstance(value, float) and value.is_integer():  # every number is one with a fraction on the wire
        value = int(value)
    return (UNKNOWN if value == rpc.UNKNOWN else value), False


def _object(value: Properties) -> tuple[Any, bool]:
    found = {key: _plain(one) for key, one in value.items()}
    return {key: one for key, (one, _) in found.items()}, any(secret for _, secret in found.values())


def _signed(value: Properties) -> tuple[Any, bool]:
    signature = value[_SIGNATURE]
    if signature == rpc._special_secret_sig:
        return _plain(value.get("value"))[0], True
    if signature == rpc._special_output_value_sig:
        inner, secret = _plain(value.get("value", rpc.UNKNOWN))
        return inner, secret or bool(value.get("secret"))
    return _plain(value.get("id")) if signature == rpc._special_resource_sig else _object(value)


def write(values: Mapping[str, Any], secrets: Collection[str] = ()) -> struct_pb2.Struct:
    """Returns plain values as the engine takes them. What is ``None`` is left out.

    Args:
        values: By name.
        secrets: The names of those to be kept as secrets.
    """
    message = struct_pb2.Struct()
    message.update(
        {
            name: {_SIGNATURE: rpc._special_secret_sig, "value": _sent(value)} if name in secrets else _sent(value)
            for name, value in values.items()
            if value is not None
        }
    )
    return message


def _sent(value: Any) -> Any:
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _sent(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [_sent(one) for one in value]
    return value
