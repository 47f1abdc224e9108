"""Property values in the three forms in which an engine meets them.

In memory they are plain JSON values, a `Secret` around what must not be shown, and the string `UNKNOWN` for what only an
update will tell. On the wire (gRPC) they are protobuf structs, in the state file JSON. Both mark secrets as an object
with a signature key. Signatures and the unknown's value are those of Pulumi's own wire format
(https://github.com/pulumi/pulumi, `sdk/go/common/resource/sig` and `plugin/rpc.go`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as WireValue

from . import port
from .unsupported import Unsupported

Properties: TypeAlias = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a secret
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted in the state and masked everywhere else."""

    value: Any

    def __repr__(self) -> str:
        return port.SECRET


def from_struct(struct: Struct) -> Properties:
    """The properties of a protobuf struct."""
    return {key: from_wire(value) for key, value in struct.fields.items()}


def from_wire(value: WireValue) -> Any:
    """One value of a protobuf struct."""
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [from_wire(item) for item in value.list_value.values]
        case "struct_value":
            return _marked(from_struct(value.struct_value))
    return None


def _marked(value: Properties) -> Any:
    signature = value.get(SIGNATURE)
    if signature is None:
        return value
    if signature == SECRET_SIGNATURE:
        return Secret(reveal(value["value"]))
    raise Unsupported("assets, archives and resource references as properties")


def to_struct(properties: Mapping[str, Any], *, keep_secrets: bool = False) -> Struct:
    """A protobuf struct of the properties; secrets lose their mark unless `keep_secrets`."""

    def leaf(item: Any) -> Any:
        return {SIGNATURE: SECRET_SIGNATURE, "value": item.value} if isinstance(item, Secret) else item

    struct = Struct()
    struct.update(_map(properties, leaf) if keep_secrets else reveal(properties))
    return struct


def _map(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """The value with every scalar and every secret replaced by what `leaf` makes of it."""
    if isinstance(value, Mapping):
        return {key: _map(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [_map(item, leaf) for item in value]
    return leaf(value)


def reveal(value: Any) -> Any:
    """The value with secrets in clear."""
    return _map(value, lambda leaf: reveal(leaf.value) if isinstance(leaf, Secret) else leaf)


def mask(value: Any) -> Any:
    """The value as people may see it: secrets masked, unknowns named."""

    def show(leaf: Any) -> Any:
        if isinstance(leaf, Secret):
            return port.SECRET
        return port.UNKNOWN if leaf == UNKNOWN else leaf

    return _map(value, show)


def encode(value: Any, encrypt: Callable[[str], str]) -> Any:
    """The value as the state file keeps it."""

    def leaf(item: Any) -> Any:
        if isinstance(item, Secret):
            text = json.dumps(item.value, separators=(",", ":"), ensure_ascii=False)
            return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": encrypt(text)}
        return item

    return _map(value, leaf)


def decode(value: Any, decrypt: Callable[[str], str]) -> Any:
    """The value from the form of the state file, with secrets as ciphertext or, from an export in clear, plaintext."""
    if isinstance(value, list):
        return [decode(item, decrypt) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET_SIGNATURE:
        text = value["plaintext"] if "plaintext" in value else decrypt(value["ciphertext"])
        return Secret(reveal(decode(json.loads(text), decrypt)))
    return {key: decode(item, decrypt) for key, item in value.items()}


def _leaves(value: Any) -> Iterator[Any]:
    """Every scalar and every secret of the value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def has_unknowns(value: Any) -> bool:
    """Whether any part of the value is unknown."""
    return any(has_unknowns(leaf.value) if isinstance(leaf, Secret) else leaf == UNKNOWN for leaf in _leaves(value))


def has_secrets(value: Any) -> bool:
    """Whether any part of the value is secret."""
    return any(isinstance(leaf, Secret) for leaf in _leaves(value))


def mark_secrets(properties: Properties, like: Mapping[str, Any]) -> Properties:
    """The properties with those marked secret that hold a secret in `like`.

    A dynamic provider gets and returns values in clear; Pulumi marks again what has the key of a secret it passed in.
    """
    marked = dict(properties)
    for key, model in like.items():
        if key not in marked:
            continue
        value = marked[key]
        if isinstance(value, dict) and isinstance(model, Mapping):
            marked[key] = mark_secrets(value, model)
        elif not isinstance(value, Secret) and has_secrets(model):
            marked[key] = Secret(value)
    return marked
