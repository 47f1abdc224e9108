"""Every input of every kind, of a wrong type, as a wrong text, and not known yet: it is refused in words, or a preview goes on.

The tables of properties say what there is, so that a new property is tried without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.dynamic.face import DynamicFace
from pulumi_elastic_org.kinds import KINDS
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Property, Type
from pulumi_elastic_org.model.single_sign_on import record_name
from pulumi_elastic_org.plugin.face import face_of
from pulumi_elastic_org.plugin.names import camel, token
from pulumi_elastic_org.plugin.wire import write
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.plugin import new_urn
from tests.support.provided import Cloud, Provided
from tests.support.sign_on import DOMAIN, PROVIDER

NO_CLUSTER = {"url": "http://127.0.0.1:1", "api_key": "ZWxhc3RpYzpvcmc="}
FINE: Mapping[str, Mapping[str, Any]] = {
    "ApiKey": {"description": "pipeline", "roles": "billing-admin"},
    "DomainClaim": {"domain": DOMAIN},
    "IdentityProvider": PROVIDER,
    "Invitation": {"email": SECOND_ADMIN, "roles": "organization-admin"},
    "InvitationAcceptance": {"organization_id": "2000000001"},
    "Member": {"email": SECOND_ADMIN, "roles": "organization-admin"},
    "OrganizationSettings": {"name": "Acme"},
    "Restore": {**NO_CLUSTER, "repository": "backups", "snapshot": "first"},
    "RoleMappings": {"mode": "additive", "mappings": {"owners": "group platform => organization-admin"}},
    "Roster": {"mode": "additive", "members": {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}},
    "Snapshot": {**NO_CLUSTER, "repository": "backups", "name": "first"},
    "SnapshotRepository": {**NO_CLUSTER, "name": "backups", "type": "fs"},
}
"""Of each kind, what is fine but for a cluster that is not there."""

WRONG_TYPES: Mapping[Type, tuple[Any, ...]] = {
    Type.TEXT: (5, True, ["x"], {"x": "y"}),
    Type.COUNT: ("often", -1, 1.5, float("inf"), float("nan"), True, [1]),
    Type.COUNT_OR_TEXT: (-1, 1.5, float("inf"), True, [1]),
    Type.FLAG: ("yes", 1, [True]),
    Type.LIST: (5, "x", [5], {"x": "y"}),
    Type.MAP: (5, "x", ["x"], {"x": 5}, {"x": ["y"]}),
    Type.OBJECT: (5, "x", ["x"]),
}
LISTS_OR_TEXTS = ("roles", "single_sign_on", "managed_elsewhere")
"""Texts in the flat form that programs write as lists."""
WORDS = ("", " ", "three days", "\x00", "a\nb", "x" * 5_000)


NEEDS = {"IdentityProvider": "DomainClaim", "RoleMappings": "IdentityProvider"}
DORA = "dora@acme.example"
THERE = (
    *(
        "ApiKey",
        "DomainClaim",
        "IdentityProvider",
        "Invitation",
        "InvitationAcceptance",
        "Member",
        "OrganizationSettings",
    ),
    *("RoleMappings", "Roster"),
)
"""The kinds of which one can be there before, with nothing but the organization."""

ONLY_PLUGIN = ("files", "content", "bindings")
"""What a roster has only there; in Python, its class has them."""
ONLY_DYNAMIC = ("resource",)
"""What the plugin takes from the engine, whatever a program says."""
AN_INPUT_IS_NOT_KNOWN = "is only known after another resource exists"

Path = tuple[Property, ...]


def inputs_of(table: tuple[Property, ...]) -> Iterator[Path]:
    """The inputs of a table, and those of its objects."""
    for one in table:
        if one.is_input:
            yield (one,)
            yield from ((one, *rest) for rest in inputs_of(one.fields))


def given(kind: str, path: Path, value: Any) -> dict[str, Any]:
    """What is fine, but for one input."""
    for one in path[:0:-1]:
        value = {one.name: value}
    fine = dict(FINE[kind])
    if path[0].name in ONLY_PLUGIN:
        fine = {"content": "mode: additive\nmembers: {}\n"} if path[0].name == "bindings" else {}
    return {**fine, path[0].name: value}


class Previewed:
    """One resource in previews, behind the face of an organization.

    Args:
        cloud: The organization.
        kind: The resource's kind.
    """

    def __init__(self, cloud: Cloud, kind: str) -> None:
        self._cloud, self._kind = cloud, kind
        self._names: dict[str, Any] = {"urn": new_urn(kind), "type": token(kind)}
        self._inputs: Any = None
        self._outputs: Any = None
        self._id = ""

    def create(self) -> None:
        """Makes it, and what it needs."""
        if needed := NEEDS.get(self._kind):
            Previewed(self._cloud, needed).create()
        with self._cloud.phase() as phase:
            if isinstance(phase, Phase):
                face = DynamicFace(self._kind, phase)
                self._inputs = face.check({}, dict(FINE[self._kind])).inputs
                made: Any = face.create(self._inputs)
                self._outputs = made.outs
            else:
                request = provider_pb2.CheckRequest(**self._names, news=_sent(FINE[self._kind]))
                self._inputs = phase.stub.Check(request).inputs
                made = phase.stub.Create(provider_pb2.CreateRequest(**self._names, properties=self._inputs))
                self._outputs = made.properties
            self._id = made.id

    def preview(self, inputs: dict[str, Any]) -> Iterator[str]:
        """What a person reads where the preview that is open fails, and where the next call does once the check has passed."""
        phase = self._cloud.open
        try:
            if isinstance(phase, Phase):
                face = DynamicFace(self._kind, phase)
                checked: Any = face.check(self._inputs or {}, inputs)
                yield _told(checked)
                if self._id and not checked.failures:
                    face.diff(self._id, self._outputs, checked.inputs)
            elif phase is not None:
                yield from self._preview(phase.stub, inputs)
        except (Failed, Refused) as error:
            yield str(error)
        except grpc.RpcError as error:
            yield error.details()

    def _preview(self, stub: Any, inputs: dict[str, Any]) -> Iterator[str]:
        request = provider_pb2.CheckRequest(**self._names, news=_sent(inputs), olds=self._inputs)
        checked = stub.Check(request)
        yield _told(checked)
        if checked.failures:
            return
        if not self._id:
            stub.Create(provider_pb2.CreateRequest(**self._names, properties=checked.inputs, preview=True))
            return
        both = {"id": self._id, "olds": self._outputs, "news": checked.inputs}
        stub.Diff(provider_pb2.DiffRequest(**self._names, **both, old_inputs=self._inputs))
        stub.Update(provider_pb2.UpdateRequest(**self._names, **both, preview=True))


def _told(checked: Any) -> str:
    return "\n".join(one.reason for one in checked.failures)


def _sent(inputs: Mapping[str, Any]) -> Any:
    return write({camel(name): _spelled(one) for name, one in inputs.items()})


def _spelled(value: Any) -> Any:
    """An object with the names of its properties as programs write them; maps stay as they are."""
    is_map = not isinstance(value, dict) or any("@" in name or "=" in str(one) for name, one in value.items())
    return value if is_map else {camel(name): one for name, one in value.items()}


def tried(
    cloud: Cloud, kind: str, values: Callable[[Path], Iterable[Any]], *, exists: bool = False
) -> Iterator[tuple[Path, Any, str]]:
    """Each input with each of some values: the input, the value, and what a person reads.

    Args:
        cloud: The organization.
        kind: The kind.
        values: Of an input.
        exists: Whether the resource was created before.
    """
    one = Previewed(cloud, kind)
    if exists:
        cloud.cloud.publish_txt_record(record_name(DOMAIN), cloud.cloud.domain_code(cloud.id, DOMAIN))
        one.create()
    for path in inputs_of(face_of(token(kind)).table):
        if path[0].name in (ONLY_DYNAMIC if cloud.face == "plugin" else ONLY_PLUGIN):
            continue
        with cloud.phase():
            for value in values(path):
                yield path, value, "\n".join(one.preview(given(kind, path, value)))


def name_of(cloud: Cloud, path: Path) -> str:
    names = [one.name for one in path]
    return ".".join(names if cloud.face == "dynamic" else map(camel, names))


def in_words(text: str) -> bool:
    return not any(sign in text for sign in ("a fault in", " at 0x", "Traceback"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_of_a_wrong_type_is_told_by_its_name(cloud: Cloud, kind: str) -> None:
    def values(path: Path) -> Iterator[Any]:
        takes_lists = path[-1].name in LISTS_OR_TEXTS and cloud.face == "plugin"
        yield from (one for one in WRONG_TYPES[path[-1].type] if not (takes_lists and isinstance(one, list)))

    for path, value, text in tried(cloud, kind, values):
        assert name_of(cloud, path) in text, f"{name_of(cloud, path)} may be {value!r}: {text}"
        assert in_words(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_makes_no_sense_is_told_in_words_or_passes(cloud: Cloud, kind: str) -> None:
    def values(path: Path) -> Iterator[Any]:
        for word in WORDS:
            if path[-1].type in (Type.TEXT, Type.COUNT_OR_TEXT):
                yield word
            elif path[-1].type is Type.LIST:
                yield from ([word], [])
            elif path[-1].type is Type.MAP:
                yield from ({word: word}, {ADMIN: word}, {})

    for path, value, text in tried(cloud, kind, values):
        assert in_words(text), f"{name_of(cloud, path)}: {value!r}: {text}"


@pytest.mark.parametrize(("kind", "exists"), [(kind, exists) for kind in KINDS for exists in {False, kind in THERE}])
def test_what_is_not_known_yet_is_told_by_its_name_or_left_for_later(cloud: Cloud, kind: str, exists: bool) -> None:
    def values(path: Path) -> Iterator[Any]:
        yield UNKNOWN
        if path[-1].type is Type.LIST:
            yield [UNKNOWN]
        elif path[-1].type is Type.MAP:
            yield from ({ADMIN: UNKNOWN}, {"x": UNKNOWN})

    for path, value, text in tried(cloud, kind, values, exists=exists):
        assert in_words(text), f"{name_of(cloud, path)}: {value!r}: {text}"
        if path[-1].early:
            assert f"{name_of(cloud, path)}: {AN_INPUT_IS_NOT_KNOWN}" in text


@pytest.mark.parametrize("kind", ["Roster", "Member", "Invitation"])
def test_a_lifetime_that_makes_no_sense_costs_nobody_an_open_invitation(cloud: Cloud, kind: str) -> None:
    def inputs(roles: str) -> dict[str, Any]:
        if kind == "Roster":
            return {"mode": "additive", "members": {DORA: roles}}
        return {"email": DORA, "roles": roles}

    resource = Provided(kind, cloud, {})
    resource.up(**inputs("billing-admin"))
    with pytest.raises(Refused, match=r"(expires_in|expiresIn): must be a number and s, m, h or d.*not 'three days'"):
        resource.up(**inputs("organization-admin"), expires_in="three days")
    assert cloud.invited() == {DORA}
