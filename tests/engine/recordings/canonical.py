"""What was observed, without what differs from one run to the next.

Moments become the number of the run in which they were first seen, ids that the engine makes up their own names,
directories words, and secrets their text in clear: what was encrypted counts, not how.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import Diagnostic, Step

from .differences import NOT_KEPT

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_PICKLE = "__provider"
_PROVIDER_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Canonical:
    """Brings the observations of one stack to their canonical form.

    Args:
        directory: The project's directory.
        environment: Where the passphrase is looked up.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._directory = str(directory)
        self._environment = environment
        self._moments: dict[str, int] = {}
        self._ids: dict[str, str] = {}

    def step(self, step: Step) -> dict[str, Any]:
        """A step: what is done to which resource, and the inputs that differ."""
        changes = [
            [change.kind, ".".join(map(str, change.path)), self.text(change.old), self.text(change.new)]
            for change in step.diff
            if change.path != (_PICKLE,)
        ]
        return {"op": step.op, "urn": step.urn, "changes": changes} | ({"failed": True} if step.failed else {})

    def diagnostic(self, diagnostic: Diagnostic) -> list[str]:
        """A message."""
        return [diagnostic.severity, self.text(diagnostic.message), diagnostic.urn]

    def text(self, value: Any) -> Any:
        """A value, with directories and ids in its texts replaced."""
        if isinstance(value, Mapping):
            return {key: self.text(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.text(item) for item in value]
        if not isinstance(value, str):
            return value
        return _PROVIDER_ID.sub(self._named_id, value.replace(self._directory, "PROJECT"))

    def state(self, exported: Mapping[str, Any], run: int) -> list[dict[str, Any]]:
        """The resources of an exported state.

        Args:
            exported: The state.
            run: The number of the run that left it.
        """
        deployment = exported["deployment"]
        salt = ((deployment.get("secrets_providers") or {}).get("state") or {}).get("salt")
        passphrase = Passphrase(self._environment, salt)
        resources = deployment.get("resources") or []
        return [self._resource(resource, passphrase, run) for resource in resources]

    def _resource(self, resource: Mapping[str, Any], passphrase: Passphrase, run: int) -> dict[str, Any]:
        content = {key: self.text(_in_clear(value, passphrase)) for key, value in resource.items()}
        for key in ("created", "modified"):
            if key in content:
                content[key] = self._moments.setdefault(content[key], run)
        for key in ("inputs", "outputs"):
            if _PICKLE in content.get(key, {}):
                content[key] = {**content[key], _PICKLE: "PICKLE"}
        return content

    def _named_id(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"ID-{len(self._ids) + 1}")


def storable(exported: dict[str, Any]) -> dict[str, Any]:
    """An exported state without what is not kept: it can still be imported."""
    resources = exported["deployment"].get("resources") or []
    kept = [{key: value for key, value in resource.items() if key not in NOT_KEPT} for resource in resources]
    return {**exported, "deployment": {**exported["deployment"], "resources": kept}}


def _in_clear(value: Any, passphrase: Passphrase) -> Any:
    if isinstance(value, list):
        return [_in_clear(item, passphrase) for item in value]
    if not isinstance(value, dict):
        return value
    if _SIGNATURE in value and "ciphertext" in value:
        return {"secret": _in_clear(json.loads(passphrase.decrypt(value["ciphertext"])), passphrase)}
    return {key: _in_clear(item, passphrase) for key, item in value.items()}
