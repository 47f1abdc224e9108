"""Whatever a request of the SDK may carry is honoured, harmless, or refused: nothing is silently left out."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from pulumi_embedded.bounds import HARMLESS, HONOURED, refuse_beyond
from pulumi_embedded.monitor import EngineService, Monitor
from pulumi_embedded.unsupported import Unsupported

REQUESTS = {kind: getattr(resource_pb2, kind) for kind in HONOURED}
FIELDS = [(kind, field.name) for kind, request in REQUESTS.items() for field in request.DESCRIPTOR.fields]


def with_field(request: Message, name: str) -> Message:
    """The request, with one of its fields set to something."""
    field = request.DESCRIPTOR.fields_by_name[name]
    value = getattr(request, name)
    if field.message_type and field.message_type.GetOptions().map_entry:
        inner = field.message_type.fields_by_name["value"]
        if inner.message_type:
            value["key"].SetInParent()
        else:
            value["key"] = _scalar(inner)
    elif field.is_repeated:
        value.add() if field.message_type else value.append(_scalar(field))
    elif field.message_type:
        _fill(value)
    else:
        setattr(request, name, _scalar(field))
    return request


def _fill(message: Any) -> None:
    first = message.DESCRIPTOR.fields[0]
    if first.is_repeated:
        with_field(message, first.name)
    else:
        setattr(message, first.name, _scalar(first))


def _scalar(field: Any) -> Any:
    kinds = {FieldDescriptor.CPPTYPE_STRING: "x", FieldDescriptor.CPPTYPE_BOOL: True, FieldDescriptor.CPPTYPE_ENUM: 0}
    return b"x" if field.type == FieldDescriptor.TYPE_BYTES else kinds.get(field.cpp_type, 1)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_field_is_honoured_or_harmless_or_refused(kind: str, field: str) -> None:
    request = with_field(REQUESTS[kind](), field)
    assert [found.name for found, _ in request.ListFields()] == [field]
    if field in HONOURED[kind] or field in HARMLESS:
        refuse_beyond(request)
    else:
        with pytest.raises(Unsupported, match="Install the Pulumi CLI"):
            refuse_beyond(request)


def test_only_fields_that_there_are_are_listed() -> None:
    listed = {(kind, field) for kind, fields in HONOURED.items() for field in fields}
    assert listed <= set(FIELDS)
    assert HARMLESS.keys() <= {field for _, field in FIELDS}
    assert not HARMLESS.keys() & {field for _, field in listed}


@pytest.mark.parametrize("kind", HONOURED)
def test_a_field_that_a_later_sdk_adds_is_refused_by_its_name(kind: str) -> None:
    file = descriptor_pb2.FileDescriptorProto(name="later.proto", package="later", syntax="proto3")
    file.message_type.add(name=kind).field.add(name="optionOfTomorrow", number=900, type=9, label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    later = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"later.{kind}"))
    request = later(optionOfTomorrow="x")
    with pytest.raises(Unsupported, match=f"optionOfTomorrow in a {kind}"):
        refuse_beyond(request)
    as_received = REQUESTS[kind].FromString(request.SerializeToString())
    with pytest.raises(Unsupported, match=f"field 900 of a {kind}"):
        refuse_beyond(as_received)


@pytest.mark.parametrize(
    ("served", "base", "service"),
    [
        (
            Monitor,
            resource_pb2_grpc.ResourceMonitorServicer,
            resource_pb2.DESCRIPTOR.services_by_name["ResourceMonitor"],
        ),
        (EngineService, engine_pb2_grpc.EngineServicer, engine_pb2.DESCRIPTOR.services_by_name["Engine"]),
    ],
)
def test_every_call_of_the_services_is_answered_or_refused(served: Any, base: Any, service: Any) -> None:
    methods = [method.name for method in service.methods]
    assert methods
    assert [name for name in methods if getattr(served, name) is getattr(base, name)] == []
