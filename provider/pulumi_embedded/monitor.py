"""The gRPC services that the Pulumi SDK talks to: requests of the program in, registrations out.

The SDK expects a `ResourceMonitor` and an `Engine` (https://github.com/pulumi/pulumi, `proto/pulumi/resource.proto` and
`engine.proto`). Here requests become `Goal` values, and what the embedded engine does not do is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from .bounds import name_of_call, refuse_beyond
from .deployment import Deployment, Goal
from .port import EngineError, Severity
from .project import Project
from .state import PROVIDER_TYPE, STACK_TYPE, Resource
from .steps import Steps, Stopped
from .unsupported import Unsupported
from .values import from_struct, to_struct

_Answer = TypeVar("_Answer")

# The features that are announced to the SDK: their ids of old, and the names of their enumeration values, which the stubs
# of an older SDK may lack. The SDK keeps back requests for what is not announced, with a message of its own that helps
# nobody here: what is refused is announced too.
_FEATURES = {
    "secrets": "RESOURCE_MONITOR_FEATURE_SECRETS",
    "resourceReferences": "RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES",
    "aliasSpecs": "RESOURCE_MONITOR_FEATURE_ALIAS_SPECS",
    "deletedWith": "RESOURCE_MONITOR_FEATURE_DELETED_WITH",
    "replaceWith": "RESOURCE_MONITOR_FEATURE_REPLACE_WITH",
    "transforms": "RESOURCE_MONITOR_FEATURE_TRANSFORMS",
    "invokeTransforms": "RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS",
    "parameterization": "RESOURCE_MONITOR_FEATURE_PARAMETERIZATION",
    "resourceHooks": "RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS",
    "errorHooks": "RESOURCE_MONITOR_FEATURE_ERROR_HOOKS",
    "stateMigrations": "RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS",
}

_SEVERITIES: dict[int, Severity] = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Serves one run of a program.

    Args:
        project: The project and stack.
        steps: Where failures are reported.
        deployment: What the registrations are handed to.
    """

    def __init__(self, project: Project, steps: Steps, deployment: Deployment) -> None:
        self._project = project
        self.steps = steps
        self._deployment = deployment

    def GetDeploymentInfo(self, request: Empty, context: grpc.ServicerContext) -> Any:  # noqa: N802, ARG002
        features = [getattr(resource_pb2, name) for name in _FEATURES.values() if hasattr(resource_pb2, name)]
        return resource_pb2.DeploymentInfo(
            project=self._project.name, stack=self._project.stack, supportedFeatures=features
        )

    def SupportsFeature(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802, ARG002
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        resource = self._answer(context, request, lambda: self._deployment.register(self._goal(request)))
        outputs = to_struct(resource.outputs, keep_secrets=True)
        return resource_pb2.RegisterResourceResponse(urn=resource.urn, id=resource.id, object=outputs)

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        resource = self._answer(context, request, lambda: self._deployment.read(self._read_goal(request)))
        outputs = to_struct(resource.outputs, keep_secrets=True)
        return resource_pb2.ReadResourceResponse(urn=resource.urn, properties=outputs)

    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        outputs = from_struct(request.outputs)
        self._answer(context, request, lambda: self._deployment.register_outputs(request.urn, outputs))
        return Empty()

    def SignalAndWaitForShutdown(self, request: Empty, context: grpc.ServicerContext) -> Empty:  # noqa: N802, ARG002
        return Empty()

    def _answer(self, context: grpc.ServicerContext, request: Any, operate: Callable[[], _Answer]) -> _Answer:
        """What `operate` returns. When it stops, the program learns that there is no engine any more, and ends."""
        try:
            return operate()
        except Stopped:
            pass
        except EngineError as error:
            self.steps.fail(str(error), self._urn(request))
        return _end(context)

    def _goal(self, request: Any) -> Goal:
        resource = self._resource(
            request,
            request.object,
            custom=request.custom,
            property_dependencies={key: sorted(value.urns) for key, value in request.propertyDependencies.items()},
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
        )
        return Goal(resource, request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None)

    def _read_goal(self, request: Any) -> Resource:
        return self._resource(request, request.properties, custom=True, external=True, id=request.id)

    def _resource(self, request: Any, inputs: Struct, *, custom: bool, **more: Any) -> Resource:
        refuse_beyond(request)
        if custom and request.type != PROVIDER_TYPE and request.type.partition(":")[0] != "pulumi-python":
            raise Unsupported(f"resources of other packages than pulumi-python ({request.type})")
        return Resource(
            urn=self._urn(request),
            type=request.type,
            custom=custom,
            inputs=from_struct(inputs),
            parent=request.parent,
            provider=request.provider if custom else "",
            dependencies=tuple(sorted(request.dependencies)),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            **more,
        )

    def _urn(self, request: Any) -> str:
        if isinstance(request, resource_pb2.RegisterResourceOutputsRequest):
            return request.urn
        parent_type = request.parent.split("::")[2] if request.parent else STACK_TYPE
        prefix = "" if parent_type == STACK_TYPE else f"{parent_type}$"
        return f"urn:pulumi:{self._project.stack}::{self._project.name}::{prefix}{request.type}::{request.name}"


class EngineService(engine_pb2_grpc.EngineServicer):
    """Takes the messages that the program logs.

    Args:
        steps: Where to report them.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps

    def Log(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802, ARG002
        severity = _SEVERITIES.get(request.severity)  # debug messages have none
        # After a failure, which is reported already, the SDK complains that the engine is gone.
        if severity and not (self.steps.stopped and severity == "error"):
            self.steps.reporter.say(severity, request.message, request.urn)
        return Empty()


def _refuse_other_calls(servicer: type[Monitor] | type[EngineService], service: ServiceDescriptor) -> None:
    """Makes the servicer refuse, by name, every call of the service that it does not answer."""

    def refusal(what: str) -> Callable[[Any, Any, grpc.ServicerContext], NoReturn]:
        def refuse(self: Any, request: Any, context: grpc.ServicerContext) -> NoReturn:  # noqa: ARG001
            self.steps.fail(str(Unsupported(what)))
            _end(context)

        return refuse

    for method in service.methods:
        if method.name not in vars(servicer):
            setattr(servicer, method.name, refusal(name_of_call(method.name)))


def _end(context: grpc.ServicerContext) -> NoReturn:
    """Tells the program that the engine is gone, upon which it ends."""
    context.abort(grpc.StatusCode.UNAVAILABLE, "the deployment has ended")
    raise AssertionError("abort raises")


_refuse_other_calls(Monitor, resource_pb2.DESCRIPTOR.services_by_name["ResourceMonitor"])
_refuse_other_calls(EngineService, engine_pb2.DESCRIPTOR.services_by_name["Engine"])
