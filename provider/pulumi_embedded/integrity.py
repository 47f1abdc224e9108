"""Whether a document is a state that this engine can carry on: of this stack, whole, and of a form that it knows.

The form is that of `pulumi stack export`, version 3 (https://github.com/pulumi/pulumi,
`sdk/go/common/apitype/core.go`: `UntypedDeployment`, `DeploymentV3`, `ResourceV3`). Everything that is read later is
looked at here, before anything is done: a state is taken whole or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from .port import EngineError
from .unsupported import Unsupported

VERSION = 3

_PROVIDER = "pulumi:providers:"
_CHECKPOINT = (
    "is a checkpoint of the Pulumi CLI's own backend, not an exported state. Write one with `pulumi stack export --file "
    "STATE`, in the project that it belongs to"
)


class Damaged(ValueError):
    """The document is not what an engine writes. The message says where, and what is wrong there."""


def check_state(document: object, own: str) -> Mapping[str, Any]:
    """Makes sure that a document is a state of a stack.

    Args:
        document: What JSON made of it.
        own: How the URNs of the stack's resources begin: `urn:pulumi:STACK::PROJECT::`.

    Returns:
        Its deployment.

    Raises:
        Damaged: It is none, or a part of it is missing or of another kind.
        EngineError: It is the state of another stack, or a checkpoint.
        Unsupported: It holds something that only the CLI handles.
    """
    if not _is_mapping(document):
        raise Damaged("it is not a JSON object")
    if "checkpoint" in document and "deployment" not in document:
        raise EngineError(f"The state {_CHECKPOINT}.")
    _check_version(document.get("version"))
    deployment = document.get("deployment")
    if not _is_mapping(deployment):
        raise Damaged("`deployment` is missing, or is not an object")
    _check_secrets(deployment.get("secrets_providers"))
    if deployment.get("pending_operations"):
        raise Unsupported("states with interrupted operations; run `pulumi refresh` first")
    resources = deployment.get("resources")
    if not (resources is None or isinstance(resources, list)):
        raise Damaged("`deployment.resources` is not a list")
    for index, resource in enumerate(resources or []):
        _check_resource(f"resource {index + 1}", resource, own)
    _check_together(resources or [])
    return deployment


def _check_version(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool):
        raise Damaged("`version` is missing, or is not a number")
    if version != VERSION:
        raise Unsupported(
            f"states of version {version} ({'newer' if version > VERSION else 'older'} than its own, {VERSION})"
        )


def _check_secrets(secrets: object) -> None:
    if secrets is None:
        return
    if not _is_mapping(secrets) or not isinstance(secrets.get("type"), str):
        raise Damaged("`deployment.secrets_providers` is not an object with a `type`")
    if secrets["type"] not in ("passphrase", ""):
        raise Unsupported(
            f"states whose secrets are kept by {secrets['type']!r} (with the CLI, `pulumi stack change-secrets-provider "
            "passphrase` makes one that it does)"
        )
    kept = secrets.get("state")
    if kept is not None and not (_is_mapping(kept) and isinstance(kept.get("salt", ""), str)):
        raise Damaged("`deployment.secrets_providers.state` is not an object with a `salt`")


def _check_resource(where: str, resource: object, own: str) -> None:
    if not _is_mapping(resource):
        raise Damaged(f"{where} is not an object")
    urn, type_ = resource.get("urn"), resource.get("type")
    if not isinstance(urn, str) or not isinstance(type_, str):
        raise Damaged(f"{where} has no `urn` or no `type`")
    where = f"{where} ({urn})"
    parts = urn.split("::", 3)
    if not urn.startswith("urn:pulumi:") or len(parts) < 4 or parts[2].rpartition("$")[2] != type_:
        raise Damaged(f"{where}: `urn` is not a URN of type {type_}")
    if not urn.startswith(own):
        raise EngineError(
            f"The state is of another stack: {urn} does not belong to {own}... Use it in its own project and stack; "
            "where a project or stack was renamed, `pulumi stack rename` of the CLI renames its state."
        )
    for key, (fits, kind) in _FIELDS.items():
        if resource.get(key) is not None and not fits(resource[key]):
            raise Damaged(f"{where}: `{key}` is not {kind}")
    if resource.get("custom") and not resource.get("id"):
        raise Damaged(f"{where}: `id` is missing")
    if not resource.get("custom") and resource.get("provider"):
        raise Damaged(f"{where}: a component has no `provider`")
    package = type_.partition(":")[0]
    if resource.get("custom") and not type_.startswith(_PROVIDER) and package != "pulumi-python":
        raise Unsupported(f"resources of other packages than pulumi-python ({urn} in the state)")


def _check_together(resources: list[Mapping[str, Any]]) -> None:
    urns: set[str] = set()
    providers = {f"{one['urn']}::{one.get('id')}" for one in resources if one["type"].startswith(_PROVIDER)}
    for one in resources:
        if one["urn"] in urns and not one.get("delete"):
            raise Damaged(f"{one['urn']} is there twice")
        if not one.get("delete"):
            urns.add(one["urn"])
        managed = one.get("custom") and not one["type"].startswith(_PROVIDER)
        if managed and one.get("provider") not in providers:
            raise Damaged(f"{one['urn']}: its `provider` is not in the state")


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, dict)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_texts_by_key(value: object) -> bool:
    return isinstance(value, dict) and all(item is None or _are_texts(item) for item in value.values())


_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(
        ("id", "parent", "provider", "created", "modified"), (lambda value: isinstance(value, str), "text")
    ),
    **dict.fromkeys(
        ("custom", "delete", "external", "pendingReplacement", "protect", "retainOnDelete"),
        (lambda value: isinstance(value, bool), "true or false"),
    ),
    **dict.fromkeys(("inputs", "outputs"), (_is_mapping, "an object")),
    **dict.fromkeys(("dependencies", "additionalSecretOutputs", "initErrors"), (_are_texts, "a list of strings")),
    "propertyDependencies": (_are_texts_by_key, "an object of lists of strings"),
}
