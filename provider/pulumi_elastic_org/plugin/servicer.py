"""The provider protocol over the lifecycle: nothing is decided here.

============================== ========================================================================================
the engine calls               and this does
============================== ========================================================================================
Configure                      notes where credentials are
Check, Diff, Create, Update,   puts what the program wrote into the lifecycle's form, calls it, and says its answer in the
Read, Delete                   protocol's form: one failure a mistake, one line a person, what was done before a failure
Create and Update in previews  answers with what is known already; writes nothing
Invoke                         calls a function of `functions`
============================== ========================================================================================
"""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from pulumi_elastic_org.lifecycle.interface import Failed, Refused, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.served import Served
from pulumi_elastic_org.plugin.claims import Claims, people_of
from pulumi_elastic_org.plugin.configuration import settings_finder
from pulumi_elastic_org.plugin.detail import detailed_diff
from pulumi_elastic_org.plugin.engine_log import EngineLog
from pulumi_elastic_org.plugin.face import DYNAMIC, Face, face_of
from pulumi_elastic_org.plugin.names import camel
from pulumi_elastic_org.plugin.wire import read, write
from pulumi_elastic_org.roster_sources import RosterFilesError, refuse_to_apply

T = TypeVar("T")

_DETAILS = "grpc-status-details-bin"
"""Under this key gRPC sends a status with details (https://grpc.io/docs/guides/error, "richer error model")."""


def _answer(method: Callable[[Servicer, Any], T]) -> Callable[..., T]:
    """Ends a call that fails with a text that a person can act on, and never with a traceback."""

    @functools.wraps(method)
    def answered(self: Servicer, request: Any, context: grpc.ServicerContext) -> T:
        try:
            with self._log.about(getattr(request, "urn", "")):
                return method(self, request)
        except Unfinished as unfinished:
            reason = str(unfinished)
            self._keep(request, unfinished, context)
        except (Failed, Refused, RosterFilesError) as error:
            reason = str(error)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]  # its text may hold anything, also what is secret
            reason = f"this is a fault in pulumi-elastic-org: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        return context.abort(grpc.StatusCode.UNKNOWN, reason)  # type: ignore[no-any-return] # it raises

    return answered


class Servicer:
    """Serves one engine, with one configuration, for one preview, update, refresh or destroy.

    Args:
        greeting: The engine's `Handshake`.
        open_phase: Opens the phase.
    """

    def __init__(self, greeting: Any, open_phase: Callable[..., Phase] = Phase) -> None:
        self._open_phase = open_phase
        self._refreshes: bool = greeting.supports_refresh_before_update
        self._log = EngineLog(greeting.engine_address)
        self._claims = Claims()
        self._phase: Phase | None = None

    @_answer
    def configure(self, request: Any) -> Any:
        self._phase = None
        values, secrets = read(request.args)
        self._phase = self._open_phase(
            settings_finder(request.name, values, secrets, os.environ),
            self._log.say,
            at_once=None,
            reads_first=self._refreshes,
        )
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)

    # Resources

    @_answer
    def check(self, request: Any) -> Any:
        face, lifecycle = self._kind(request.type)
        news, secrets = read(request.news)
        mistakes: list[tuple[str, str]] = []
        name = request.urn.rpartition("::")[2]
        inputs = face.inputs(news, name, mistakes) | face.named(request.urn)
        mistakes += self._claims.claim(request.urn, people_of(inputs))
        if mistakes:
            return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(mistakes))
        checked = lifecycle.check(face.kept(read(request.olds)[0]), inputs)
        return provider_pb2.CheckResponse(
            inputs=write(face.written(checked.inputs), face.hidden(secrets)),
            failures=_failures(("", failure) for failure in checked.failures),
        )

    @_answer
    def diff(self, request: Any) -> Any:
        face, lifecycle = self._kind(request.type)
        olds, _ = read(request.olds)
        (news, secrets), (old_inputs, before) = read(request.news), read(request.old_inputs)
        difference = lifecycle.diff(request.id, face.kept(olds), face.kept(news))
        if not difference.changes and DYNAMIC not in olds:  # what comes from the dynamic face is written anew
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
        replaces = list(map(camel, difference.replaces))
        detail = detailed_diff(
            face.written(face.kept(old_inputs)), face.written(face.kept(news)), replaces, secrets | before
        )
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            replaces=replaces,
            deleteBeforeReplace=difference.delete_before_replace,
            diffs=sorted({path.partition("[")[0].partition(".")[0] for path in detail}),
            detailedDiff=detail,
            hasDetailedDiff=bool(detail),
        )

    @_answer
    def create(self, request: Any) -> Any:
        face, lifecycle = self._kind(request.type)
        news, secrets = read(request.properties)
        inputs = face.kept(news)
        if request.preview:
            foreseen = lifecycle.foresee(inputs, {})
            return provider_pb2.CreateResponse(properties=write(face.written(foreseen), face.hidden(secrets)))
        refuse_to_apply()
        state = lifecycle.create(inputs)
        return provider_pb2.CreateResponse(
            id=state.id,
            properties=write(face.written(state.outputs), face.hidden(secrets)),
            refresh_before_update=self._refreshes,
        )

    @_answer
    def update(self, request: Any) -> Any:
        face, lifecycle = self._kind(request.type)
        news, secrets = read(request.news)
        olds, inputs = face.kept(read(request.olds)[0]), face.kept(news)
        if request.preview:
            outputs = lifecycle.foresee(inputs, olds)
        else:
            refuse_to_apply()
            outputs = lifecycle.update(request.id, olds, inputs).outputs
        return provider_pb2.UpdateResponse(
            properties=write(face.written(outputs), face.hidden(secrets)), refresh_before_update=self._refreshes
        )

    @_answer
    def read(self, request: Any) -> Any:
        face, lifecycle = self._kind(request.type)
        (inputs, secrets), (outputs, more) = read(request.inputs), read(request.properties)
        state = lifecycle.read(request.id, face.kept(outputs))
        if state is None:
            return provider_pb2.ReadResponse()
        hidden = face.hidden(secrets | more)
        found = None if state.inputs is None else face.written(state.inputs)
        return provider_pb2.ReadResponse(
            id=state.id,
            inputs=None if found in (None, inputs) else write(found, hidden),  # the engine keeps those that it has
            properties=write(face.written(state.outputs), hidden),
            refresh_before_update=self._refreshes,
        )

    @_answer
    def delete(self, request: Any) -> Any:
        refuse_to_apply()
        face, lifecycle = self._kind(request.type)
        lifecycle.delete(request.id, face.kept(read(request.properties)[0]))
        return empty_pb2.Empty()

    # Functions

    @_answer
    def invoke(self, request: Any) -> Any:
        from pulumi_elastic_org.plugin.functions import call  # noqa: PLC0415 - most programs ask for nothing

        mistakes: list[tuple[str, str]] = []
        found = call(request.tok, self._configured, read(request.args)[0], mistakes)
        return provider_pb2.InvokeResponse(**{"return": write(found)}, failures=_failures(mistakes))

    @property
    def _configured(self) -> Phase:
        if self._phase is None:
            raise RuntimeError("the provider was used before it was configured")
        return self._phase

    def _kind(self, token: str) -> tuple[Face, Served]:
        face = face_of(token)
        return face, Served(face.kind(self._configured), face.told)

    def _keep(self, request: Any, unfinished: Unfinished, context: grpc.ServicerContext) -> None:
        """Has the engine keep what was done, once the call that it made has ended with an error."""
        face = face_of(request.type)
        is_create = isinstance(request, provider_pb2.CreateRequest)
        sources = (request.properties,) if is_create else (request.news, request.olds)  # what was not done is as it was
        secrets = frozenset().union(*(read(one)[1] for one in sources))
        details = provider_pb2.ErrorResourceInitFailed(
            id=unfinished.id,
            properties=write(face.written(unfinished.outputs), face.hidden(secrets)),
            reasons=[str(unfinished)],
            refresh_before_update=self._refreshes,
        )
        # An exception ends the call with this code; gRPC for Go drops details that go with another one.
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(unfinished))
        status.details.add().Pack(details)
        context.set_trailing_metadata([(_DETAILS, status.SerializeToString())])


def _failures(mistakes: Iterable[tuple[str, str]]) -> list[Any]:
    """Where a failure names a property, the engine prints its whole value, secrets in clear: so the path stands in the reason."""
    return [provider_pb2.CheckFailure(reason=f"{path}: {what}" if path else what) for path, what in mistakes]
