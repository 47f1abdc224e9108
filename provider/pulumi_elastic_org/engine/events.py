"""The Pulumi engine's event stream, as the port's values."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from typing import Any

from pulumi.automation import EngineEvent
from pulumi.automation.events import DiagnosticEvent, StepEventMetadata
from pulumi.runtime import rpc

from pulumi_embedded.port import (
    SECRET,
    UNKNOWN,
    Diagnostic,
    Event,
    OnEvent,
    Op,
    Result,
    Severity,
    Step,
)

_STACK_TYPE = "pulumi:pulumi:Stack"

_OPS: dict[str, Op] = {
    "create": "create",
    "same": "same",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "read": "read",
    "read-replacement": "read",
    "discard": "discard",
    "discard-replaced": "discard",
    "refresh": "refresh",
    "remove-pending-replace": "delete",
    "import": "create",
    "import-replacement": "replace",
}

# Parts of a replacement: `replace` itself tells that the new resource is there.
_PARTS = ("create-replacement", "delete-replaced", "discard-replaced")

# What stands for an unknown string, number, boolean and so on (`sdk/go/common/resource/plugin/rpc.go`).
_UNKNOWNS = frozenset(
    (
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    )
)

_TRACEBACK = "Traceback (most recent call last):"
_CHAINED = "During handling of the above exception, another exception occurred:"
# Said of every failure, beside what failed.
_GENERAL = re.compile("(update|preview|refresh|destroy) (failed|canceled)")
# How the CLI lists what a provider says when it did a part (https://github.com/hashicorp/go-multierror, `format.go`).
_LIST_OF_ERRORS = re.compile(r"\d+ errors? occurred:\n(?=\t\* )")
_EXIT = "an unhandled error occurred: program exited with non-zero exit code"


class EventLog:
    """Collects the events of one operation.

    Args:
        on_event: Receives each, translated.
    """

    def __init__(self, on_event: OnEvent | None) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._steps: dict[str, Step] = {}
        self._diagnostics: list[Diagnostic] = []
        self._general_errors: list[Diagnostic] = []
        self._traceback: list[str] = []
        self._outputs: Mapping[str, Any] = {}
        self.has_begun = False

    def receive(self, event: EngineEvent) -> None:
        """Takes one event of the engine."""
        with self._lock:
            self.has_begun = True
            if event.diagnostic_event:
                self._diagnose(event.diagnostic_event)
            elif event.resource_pre_event:
                self._started(event.resource_pre_event.metadata)
            elif event.res_outputs_event:
                self._finished(event.res_outputs_event.metadata, failed=False)
            elif event.res_op_failed_event:
                self._finished(event.res_op_failed_event.metadata, failed=True)
            elif event.cancel_event:
                self._ended.set()

    def wait_for_end(self) -> None:
        """Waits for the last event, which may come after the CLI has ended."""
        if self.has_begun:
            self._ended.wait(5)

    @property
    def has_errors(self) -> bool:
        """Whether there was a message that says what failed."""
        exited = any(diagnostic.message.startswith(_EXIT) for diagnostic in self._general_errors)
        return exited or self._has_particular_errors

    @property
    def _has_particular_errors(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self._diagnostics)

    def say_error(self, message: str) -> None:
        """Adds an error of our own."""
        with self._lock:
            self._say(Diagnostic("error", message))

    def result(self, *, succeeded: bool) -> Result:
        """What was collected."""
        with self._lock:
            if not self._has_particular_errors:
                for diagnostic in self._general_errors:
                    self._say(diagnostic)
            return Result(succeeded, tuple(self._steps.values()), tuple(self._diagnostics), self._outputs)

    def _diagnose(self, event: DiagnosticEvent) -> None:
        message = event.message.strip("\n")
        if event.severity == "error" and (listed := _LIST_OF_ERRORS.match(message)):
            message = message[listed.end() - 1 :].replace("\n\t* ", "\n").strip("\n")
        if event.severity == "debug" or not message:
            return
        if event.severity == "info#err" and self._is_end_of_program(message):
            return
        severity: Severity = "info" if event.severity.startswith("info") else _severity(event.severity)
        diagnostic = Diagnostic(severity, message, event.urn or "")
        if severity == "error" and (_GENERAL.fullmatch(message) or message.startswith(_EXIT)):
            self._general_errors.append(diagnostic)
        else:
            self._say(diagnostic)

    def _is_end_of_program(self, line: str) -> bool:
        """Whether the line is of the traceback that the program leaves when the engine ends it after a failure."""
        if line == _TRACEBACK or (self._traceback and line.startswith(" ")):
            self._traceback.append(line)
            return True
        held, self._traceback = self._traceback, []
        if line in ("KeyboardInterrupt", _CHAINED):
            return True
        for message in held:
            self._say(Diagnostic("info", message))
        return False

    def _started(self, metadata: StepEventMetadata) -> None:
        step = _step(metadata, failed=False)
        if step and step.urn not in self._steps:
            self._steps[step.urn] = step
            self._emit(step)

    def _finished(self, metadata: StepEventMetadata, *, failed: bool) -> None:
        if metadata.type == _STACK_TYPE:
            self._outputs = _plain(metadata.new.outputs or {}) if metadata.new else {}
        step = _step(metadata, failed=failed)
        if step and (failed or metadata.op.value not in _PARTS):
            self._steps[step.urn] = step
            self._emit(step)

    def _say(self, diagnostic: Diagnostic) -> None:
        self._diagnostics.append(diagnostic)
        self._emit(diagnostic)

    def _emit(self, event: Event) -> None:
        if self._on_event:
            self._on_event(event)


def _severity(name: str) -> Severity:
    return "error" if name == "error" else "warning"


def _step(metadata: StepEventMetadata, *, failed: bool) -> Step | None:
    """The step, unless it is about a default provider, which nobody declared."""
    old, new = metadata.old, metadata.new
    parent = next((state.parent for state in (new, old) if state), "")
    if metadata.type.startswith("pulumi:providers:") and not parent:
        return None
    old_inputs = _plain(old.inputs or {}) if old else None
    new_inputs = _plain(new.inputs or {}) if new else None
    provider = metadata.provider.rpartition("::")[0]
    return Step(_OPS[metadata.op.value], metadata.urn, metadata.type, old_inputs, new_inputs, failed, provider)


def _plain(value: Any) -> Any:
    """The value with secrets and unknowns in the port's form."""
    if isinstance(value, Mapping):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return SECRET
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def in_clear(value: Any) -> Any:
    """Returns a value of an exported state that was asked for with secrets, without what marks them."""
    if isinstance(value, Mapping):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return json.loads(value["plaintext"])
        return {key: in_clear(item) for key, item in value.items()}
    return [in_clear(item) for item in value] if isinstance(value, list) else value
