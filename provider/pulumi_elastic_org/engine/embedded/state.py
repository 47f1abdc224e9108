"""The state of a stack: resources in memory, and the file that keeps them.

The file has the form of `pulumi stack export`, version 3
(https://github.com/pulumi/pulumi, `sdk/go/common/apitype/core.go`), so that either engine carries on with the other's.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Container, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..port import EngineError
from .clock import now
from .lock import held
from .passphrase import Passphrase
from .unsupported import Unsupported
from .values import Properties, decode, encode

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource of the state; compared by identity, replaced rather than changed.

    Args:
        urn: Its URN.
        type: Its type token.
        custom: Whether a provider manages it; otherwise it is a component.
        id: The id its provider gave it; empty for components.
        inputs: Its checked inputs.
        outputs: What its provider, or a component itself, returned.
        parent: The URN of its parent; empty for the stack.
        provider: The reference `URN::ID` of its provider; empty for components and providers.
        dependencies: The URNs it depends on.
        property_dependencies: The same by property.
        protect: Whether it must not be deleted.
        retain_on_delete: Whether deleting it leaves the real thing alone.
        external: Whether it was only read.
        delete: Whether it was replaced and still has to be deleted.
        secret_outputs: The outputs that are secret whatever the provider says.
        created: When it was created.
        modified: When it last changed.
        others: Fields of the state that this engine does not use, kept as they are.
    """

    urn: str
    type: str
    custom: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict, repr=False)
    outputs: Properties = field(default_factory=dict, repr=False)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, list[str]] = field(default_factory=dict)
    protect: bool = False
    retain_on_delete: bool = False
    external: bool = False
    delete: bool = False
    secret_outputs: tuple[str, ...] = ()
    created: str = ""
    modified: str = ""
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The last part of its URN."""
        return self.urn.split("::", 3)[-1]

    @property
    def is_provider(self) -> bool:
        """Whether it stands for a provider."""
        return self.type == PROVIDER_TYPE

    @property
    def is_default_provider(self) -> bool:
        """Whether it is the provider of resources that name none; people are not shown it."""
        return self.is_provider and not self.parent

    @property
    def needs(self) -> frozenset[str]:
        """The URNs that must exist while it does."""
        provider = self.provider.rpartition("::")[0]
        by_property = (urn for urns in self.property_dependencies.values() for urn in urns)
        return frozenset((self.parent, provider, *self.dependencies, *by_property)) - {"", self.urn}

    def needing_only(self, urns: Container[str]) -> Resource:
        """Itself, or a copy without the dependencies that are not among `urns`."""
        if all(urn in urns for urn in self.needs):
            return self
        by_property = {key: [urn for urn in of if urn in urns] for key, of in self.property_dependencies.items()}
        dependencies = tuple(urn for urn in self.dependencies if urn in urns)
        return replace(self, dependencies=dependencies, property_dependencies=by_property)


_FIELDS = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "provider": "provider",
    "propertyDependencies": "property_dependencies",
    "additionalSecretOutputs": "secret_outputs",
    "created": "created",
    "modified": "modified",
    "retainOnDelete": "retain_on_delete",
}
_ALWAYS = ("urn", "custom", "type")
_TUPLES = ("dependencies", "additionalSecretOutputs")


def _to_json(resource: Resource, passphrase: Passphrase) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for key, attribute in _FIELDS.items():
        value = getattr(resource, attribute)
        if value or key in _ALWAYS:
            written[key] = encode(value, passphrase.encrypt) if key in ("inputs", "outputs") else value
    return {**written, **resource.others}


def _from_json(content: Mapping[str, Any], passphrase: Passphrase) -> Resource:
    values: dict[str, Any] = {}
    for key, attribute in _FIELDS.items():
        if content.get(key) is None:
            continue
        value = content[key]
        if key in ("inputs", "outputs"):
            value = decode(value, passphrase.decrypt)
        values[attribute] = tuple(value) if key in _TUPLES else value
    others = {key: value for key, value in content.items() if key not in _FIELDS}
    resource = Resource(**values, others=others)
    package = resource.type.partition(":")[0]
    if resource.custom and not resource.is_provider and package != "pulumi-python":
        raise Unsupported(f"resources of other packages than pulumi-python ({resource.urn} in the state)")
    return resource


class StateFile:
    """The file that keeps a stack's state.

    Args:
        path: Where it is, or will be.
        environment: Where the passphrase is looked up.
        salt: The salt of the stack's configuration, for a state that has none of its own.
    """

    def __init__(self, path: Path, environment: Mapping[str, str], salt: str | None) -> None:
        self._path = path
        self._environment = environment
        self._passphrase = Passphrase(environment, salt)
        self._texts: dict[Resource, str] = {}
        self._backed_up = False

    def load(self) -> list[Resource]:
        """The resources, those that others need first; empty when there is no file.

        Raises:
            EngineError: The file is damaged, or its secrets cannot be decrypted.
            Unsupported: It holds something that only the CLI handles.
        """
        if not self._path.exists():
            return []
        try:
            return self.read(json.loads(self._path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(
                f"The state {self._path} is damaged ({type(error).__name__}). Restore it from {self._backup.name} beside "
                "it, or from your own backup."
            ) from None

    def read(self, exported: Mapping[str, Any]) -> list[Resource]:
        """The resources of an exported state; later saves keep its salt.

        Raises:
            EngineError: Its secrets cannot be decrypted.
            Unsupported: It holds something that only the CLI handles.
        """
        if exported["version"] != 3:
            raise Unsupported(f"states of version {exported['version']}")
        deployment = exported["deployment"]
        secrets = deployment.get("secrets_providers") or {}
        if secrets.get("type", "passphrase") not in ("passphrase", ""):
            raise Unsupported(f"states whose secrets are kept by {secrets['type']!r}")
        if salt := (secrets.get("state") or {}).get("salt"):
            self._passphrase = Passphrase(self._environment, salt)
        if deployment.get("pending_operations"):
            raise Unsupported("states with interrupted operations; run `pulumi refresh` first")
        # Those pending replacement are deleted already: the state only remembers that they will be created again.
        contents = [item for item in deployment.get("resources") or [] if not item.get("pendingReplacement")]
        return [_from_json(content, self._passphrase) for content in contents]

    def save(self, resources: Iterable[Resource]) -> None:
        """Replaces the file, at once or not at all. The first save keeps what was there as a backup.

        Raises:
            EngineError: There are secrets and no passphrase, or the file cannot be written.
        """
        texts = [self._text(resource) for resource in resources]
        listed = f',"resources":[{",".join(texts)}]' if texts else ""
        manifest = json.dumps({"time": now(), "magic": "", "version": ""})
        salt = self._passphrase.salt
        secrets = json.dumps({"type": "passphrase", "state": {"salt": salt}}) if salt else "null"
        text = f'{{"version":3,"deployment":{{"manifest":{manifest},"secrets_providers":{secrets}{listed},"metadata":{{}}}}}}'
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._backed_up and self._path.exists():
                _write(self._backup, self._path.read_text(encoding="utf-8"))
            self._backed_up = True
            _write(self._path, text)
        except OSError as error:
            raise EngineError(f"The state {self._path} cannot be written: {error.strerror}.") from None

    def export(self) -> dict[str, Any]:
        """The content of the file; that of an empty stack when there is none."""
        if not self._path.exists():
            return {"version": 3, "deployment": {"manifest": {"time": now(), "magic": "", "version": ""}}}
        self.load()
        exported: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return exported

    def check_storable(self, resource: Resource) -> None:
        """Makes sure that the resource can be saved.

        Raises:
            EngineError: It holds a secret, and there is no passphrase.
        """
        _to_json(resource, self._passphrase)

    @property
    def _backup(self) -> Path:
        return self._path.with_name(self._path.name + ".bak")

    def _text(self, resource: Resource) -> str:
        """Its JSON, made once: a save costs what changed, and unchanged secrets keep their ciphertext."""
        if resource not in self._texts:
            content = _to_json(resource, self._passphrase)
            self._texts[resource] = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        return self._texts[resource]

    def locked(self, operation: str) -> AbstractContextManager[None]:
        """Holds the stack for one operation; see `lock.held`."""
        return held(self._path.with_name(self._path.name + ".lock"), operation)


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
