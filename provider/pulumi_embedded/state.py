"""The state of a stack: resources in memory, and the file that keeps them.

The file has the form of `pulumi stack export`, version 3
(https://github.com/pulumi/pulumi, `sdk/go/common/apitype/core.go`), so that either engine carries on with the other's.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from .clock import now
from .files import make_private, read_file, replace_file
from .integrity import VERSION, Damaged, check_state
from .lock import held
from .passphrase import Passphrase
from .port import EngineError
from .unsupported import Unsupported
from .values import Properties, decode, encode, has_secrets

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource of the state; compared by identity, replaced rather than changed.

    The attributes but for the last are what the state file keeps of it, under the same names in camel case and in the same order.

    Args:
        urn: Its URN.
        type: Its type token.
        custom: Whether a provider manages it; otherwise it is a component.
        delete: Whether it was replaced and still has to be deleted.
        pending_replacement: Whether it was deleted and still has to be replaced.
        id: The id its provider gave it; empty for components.
        inputs: Its checked inputs.
        outputs: What its provider, or a component itself, returned.
        parent: The URN of its parent; empty for the stack.
        protect: Whether it must not be deleted.
        external: Whether it was only read.
        init_errors: Why its last create or update was done in part only.
        dependencies: The URNs it depends on.
        provider: The reference `URN::ID` of its provider; empty for components and providers.
        property_dependencies: The same as `dependencies` by property.
        additional_secret_outputs: The outputs that are secret whatever the provider says.
        created: When it was created.
        modified: When it last changed.
        retain_on_delete: Whether deleting it leaves the real thing alone.
        others: Fields of the state that this engine does not use, kept as they are.
    """

    urn: str
    type: str
    custom: bool = False
    delete: bool = False
    pending_replacement: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict, repr=False)
    outputs: Properties = field(default_factory=dict, repr=False)
    parent: str = ""
    protect: bool = False
    external: bool = False
    init_errors: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    provider: str = ""
    property_dependencies: Mapping[str, list[str]] = field(default_factory=dict)
    additional_secret_outputs: tuple[str, ...] = ()
    created: str = ""
    modified: str = ""
    retain_on_delete: bool = False
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
        """Itself, or a copy without the dependencies that are not among `urns` and the properties that have none."""
        dependencies = tuple(urn for urn in self.dependencies if urn in urns)
        by_property = {key: [urn for urn in of if urn in urns] for key, of in self.property_dependencies.items()}
        by_property = {key: of for key, of in by_property.items() if of}
        if (dependencies, by_property) == (self.dependencies, self.property_dependencies):
            return self
        return replace(self, dependencies=dependencies, property_dependencies=by_property)


def stack_outputs(resources: Iterable[Resource]) -> Properties:
    """The outputs of the stack that the resources are of."""
    return next((resource.outputs for resource in resources if resource.type == STACK_TYPE), {})


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


_FIELDS = {_camel_case(one.name): one.name for one in fields(Resource) if one.name != "others"}
_ALWAYS = ("urn", "type", "custom")


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
            try:
                value = decode(value, passphrase.decrypt)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise Damaged(f"{content['urn']}: a secret in its `{key}` has another form than secrets have") from None
        values[attribute] = tuple(value) if isinstance(value, list) else value
    others = {key: value for key, value in content.items() if key not in _FIELDS}
    return Resource(**values, others=others)


class StateFile:
    """The file that keeps a stack's state, beside it the state before the last operation and, during one, a lock.

    Args:
        path: Where it is, or will be.
        own: How the URNs of the stack's resources begin: `urn:pulumi:STACK::PROJECT::`.
        environment: Where the passphrase is looked up.
        salt: The salt of the stack's configuration, for a state that has none of its own.
    """

    def __init__(self, path: Path, own: str, environment: Mapping[str, str], salt: str | None) -> None:
        self._path = path
        self._own = own
        self._environment = environment
        self._passphrase = Passphrase(environment, salt)
        self._texts: dict[Resource, str] = {}
        self._backed_up = False

    def load(self) -> list[Resource]:
        """The resources, those that others need first; empty when there is no file.

        Raises:
            EngineError: The file cannot be read, is damaged or of another stack, or its secrets cannot be decrypted.
            Unsupported: It holds something that only the CLI handles.
        """
        document = self._document()
        if document is None:
            return []
        try:
            return self._resources(document)
        except Damaged as damage:
            raise self._refusal(damage) from None
        except Unsupported as error:
            raise EngineError(f"{self._path}: {error}") from None
        except EngineError as error:
            raise EngineError(f"{error} It was read from {self._path}, which is left as it is.") from None

    def read(self, exported: Mapping[str, Any]) -> list[Resource]:
        """The resources of an exported state; later saves keep its salt.

        Raises:
            EngineError: It is damaged or of another stack, or its secrets cannot be decrypted.
            Unsupported: It holds something that only the CLI handles.
        """
        try:
            return self._resources(exported)
        except Damaged as damage:
            raise EngineError(f"The state cannot be taken over: {damage}. Export it again.") from None

    def _document(self) -> object:
        """What the file holds; `None` when there is none."""
        try:
            return json.loads(read_file(self._path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EngineError(f"The state {self._path} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError):
            raise self._refusal(Damaged("it is not JSON, or breaks off")) from None

    def _resources(self, document: object) -> list[Resource]:
        deployment = check_state(document, self._own)
        if salt := ((deployment.get("secrets_providers") or {}).get("state") or {}).get("salt"):
            self._passphrase = Passphrase(self._environment, salt)
        contents = deployment.get("resources") or []
        return [_from_json(content, self._passphrase) for content in contents]

    def _refusal(self, damage: Damaged) -> EngineError:
        if self._backup.exists():
            way = (
                f"{self._backup} is the state before the last operation: copy it to {self._path.name} beside it, or take a backup "
                "of your own, and run `refresh`"
            )
        else:
            way = "Put a backup of your own in its place, and run `refresh`"
        return EngineError(f"The state {self._path} is damaged: {damage}. It is left as it is. {way}.")

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
        deployment = f'{{"manifest":{manifest},"secrets_providers":{secrets}{listed},"metadata":{{}}}}'
        text = f'{{"version":{VERSION},"deployment":{deployment}}}'
        try:
            make_private(self._path.parent)
            if not self._backed_up and self._path.exists():
                replace_file(self._backup, self._path.read_bytes())
            self._backed_up = True
            replace_file(self._path, text.encode())
        except OSError as error:
            raise EngineError(
                f"The state {self._path} cannot be written: {error.strerror}. It is left as it was before this step. Make it "
                "writable, or make room, and run the same command again: what was done meanwhile is found and adopted by "
                "resources that can, and is created again by others."
            ) from None

    def export(self) -> dict[str, Any]:
        """The content of the file; that of an empty stack when there is none."""
        if not self._path.exists():
            return {"version": VERSION, "deployment": {"manifest": {"time": now(), "magic": "", "version": ""}}}
        self.load()
        exported: dict[str, Any] = json.loads(read_file(self._path))
        return exported

    def check_storable(self, resource: Resource) -> None:
        """Makes sure that the resource can be saved.

        Raises:
            EngineError: It holds a secret, or will once it is made, and there is no passphrase, or a wrong one.
        """
        if resource.additional_secret_outputs or has_secrets(resource.inputs) or has_secrets(resource.outputs):
            self._passphrase.check()

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
