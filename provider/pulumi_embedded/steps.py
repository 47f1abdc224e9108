"""The operations on single resources: each asks the provider, records the result, and reports.

Mirrors what the Pulumi engine's steps do with a dynamic provider (https://github.com/pulumi/pulumi,
`pkg/resource/deploy/step.go`): a failing create or update leaves the state as it was, unless the provider says what it
did before it failed, which is kept; and a preview calls neither create, update nor delete.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from .checkpoint import Checkpoint
from .clock import now
from .port import EngineError, Op
from .providers import PartlyDone, Provider, ProviderEnded, ProviderError, Providers
from .reporter import Reporter
from .state import Resource
from .values import UNKNOWN, Properties, Secret


class Stopped(Exception):
    """The operation does not go on: something failed, or it was interrupted. What went wrong is reported already."""


class Steps:
    """Carries operations out.

    Args:
        checkpoint: The stack's resources.
        providers: The providers.
        reporter: Where to report.
        preview: Whether nothing may be changed.
    """

    def __init__(self, checkpoint: Checkpoint, providers: Providers, reporter: Reporter, *, preview: bool) -> None:
        self.checkpoint = checkpoint
        self.providers = providers
        self.reporter = reporter
        self.preview = preview
        self._running = 0
        self._idle = threading.Condition()
        self._stopped = False
        self.on_stop: Callable[[], None] = lambda: None

    def provider(self, resource: Resource) -> Provider:
        """The provider of a resource."""
        return self.providers.of(resource, self.checkpoint.resources)

    @property
    def stopped(self) -> bool:
        """Whether no further operation begins."""
        return self._stopped

    def stop(self) -> None:
        """Lets no further operation begin; those that run go on."""
        self._stopped = True
        self.on_stop()

    def wait_until_idle(self) -> None:
        """Waits for the operations that run."""
        with self._idle:
            self._idle.wait_for(lambda: self._running == 0)

    def fail(self, message: str, urn: str = "") -> Stopped:
        """Reports an error and stops; to be raised."""
        self.reporter.say("error", message, urn)
        self.stop()
        return Stopped()

    @contextmanager
    def asking(self, urn: str) -> Iterator[None]:
        """Reports that a provider failed which is only asked; an operation that stops waits for no answer and ends it."""
        try:
            yield
        except ProviderEnded as error:
            raise (Stopped() if self._stopped else self.fail(str(error), urn)) from None
        except ProviderError as error:
            raise self.fail(str(error), urn) from None

    def failed(self, op: Op, old: Resource | None, new: Resource | None) -> None:
        """Reports that an operation failed. A preview, which does nothing, has errors but no failed operations."""
        if not self.preview:
            self.reporter.finished(op, old, new, failed=True)

    @contextmanager
    def operation(self, op: Op, old: Resource | None, new: Resource | None) -> Iterator[None]:
        """Reports the begin of an operation, and its end when it fails; counts it as running."""
        with self._idle:
            if self._stopped:
                raise Stopped
            self._running += 1
        try:
            self.reporter.started(op, old, new)
            yield
        except (ProviderError, EngineError) as error:  # the provider failed, or the state cannot be written
            subject = new or old
            self.failed(op, old, new)
            raise self.fail(str(error), subject.urn if subject else "") from None
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def same(self, old: Resource, new: Resource) -> Resource:
        """Keeps a resource, with the options that the program gives it now."""
        with self.operation("same", old, new):
            kept = replace(new, id=old.id, outputs=old.outputs, created=old.created, modified=old.modified)
            self.checkpoint.settle(kept, old)
            self.reporter.finished("same", old, kept)
        return kept

    def create(self, new: Resource) -> Resource:
        """Creates a resource."""
        with self.operation("create", None, new):
            created, failure = self._created(new)
            self.checkpoint.settle(created, None)
            if failure:
                raise failure
            self.reporter.finished("create", None, created)
        return created

    def update(self, old: Resource, new: Resource) -> Resource:
        """Updates a resource in place."""
        with self.operation("update", old, new):
            updated = replace(new, id=old.id, created=old.created, modified=old.modified)
            if new.is_provider or self.preview:
                updated = replace(updated, outputs=new.inputs, modified=now())
            elif new.custom:
                try:
                    outputs = _with_secrets(self.provider(new).update(old, new), new)
                except PartlyDone as failure:
                    # The inputs stay those of before: the resource is not yet what the new ones say.
                    outputs = _with_secrets(failure.outputs, new)
                    partly = replace(updated, inputs=old.inputs, outputs=outputs, init_errors=failure.reasons)
                    self.checkpoint.settle(replace(partly, modified=now()), old)
                    raise
                updated = replace(updated, outputs=outputs, modified=now())
            self.checkpoint.settle(updated, old)
            self.reporter.finished("update", old, updated)
        return updated

    def replace(self, old: Resource, new: Resource, *, delete_first: bool) -> Resource:
        """Replaces a resource. Unless `delete_first`, the old one waits to be deleted until the program has run."""
        with self.operation("replace", old, new):
            if delete_first:
                self._delete(old)
                deleted = replace(old, pending_replacement=True)
                self.checkpoint.swap(old, deleted)
                created, failure = self._created(new)
                self.checkpoint.settle(created, deleted)
            else:
                created, failure = self._created(new)
                self.checkpoint.swap(old, replace(old, delete=True))
                self.checkpoint.settle(created, None)
            if failure:
                raise failure
            self.reporter.finished("replace", old, created)
        return created

    def delete(self, old: Resource) -> None:
        """Deletes a resource, or forgets it when it was only read."""
        op: Op = "replace" if old.delete else "discard" if old.external else "delete"
        with self.operation(op, old, None):
            self._delete(old)
            self.checkpoint.drop(old)
            if op != "replace":  # reported when its successor was created
                self.reporter.finished(op, old, None)

    def read(self, old: Resource | None, new: Resource) -> Resource:
        """Reads a resource that the stack does not manage."""
        with self.operation("read", old, new):
            found = replace(new, created=old.created if old else "", modified=old.modified if old else "")
            if new.id != UNKNOWN:
                live = self.provider(new).read(replace(new, outputs=new.inputs))
                found = replace(found, id=live.id or new.id, outputs=_with_secrets(live.outputs, new))
            self.checkpoint.settle(found, old)
            self.reporter.finished("read", old, found)
        return found

    def refresh(self, old: Resource) -> None:
        """Takes a resource as it is into the state."""
        with self.operation("refresh", old, old):
            if not old.custom or old.is_provider or old.delete or old.pending_replacement:
                self.checkpoint.settle(old, old)
                self.reporter.finished("same", old, old)
                return
            provider = self.provider(old)
            live = provider.read(old)
            if not live.id:
                self.checkpoint.drop(old)
                self.reporter.finished("delete", old, None)
                return
            inputs = old.inputs if live.inputs is None else live.inputs
            found = replace(old, id=live.id, inputs=inputs, outputs=_with_secrets(live.outputs, old), init_errors=())
            if (found.inputs, found.outputs) != (old.inputs, old.outputs):
                found = replace(found, modified=now())
            if old.external:
                changes = found.outputs != old.outputs
            else:
                # Seen from the program, which wants the old inputs back.
                difference = provider.diff(found, old.inputs)
                changes = found.inputs != old.inputs if difference.changes is None else difference.changes
            self.checkpoint.settle(found, old)
            self.reporter.finished("update" if changes else "same", old, found)

    def _created(self, new: Resource) -> tuple[Resource, PartlyDone | None]:
        """The created resource, and what failed after a part of it was done."""
        moment = now()
        if new.custom and self.preview:
            return replace(new, outputs=new.inputs), None
        created = replace(new, created=moment, modified=moment)
        if not new.custom:
            return created, None
        if new.is_provider:
            return replace(created, id=str(uuid.uuid4()), outputs=new.inputs), None
        try:
            id_, outputs = self.provider(new).create(new)
        except PartlyDone as failure:
            outputs = _with_secrets(failure.outputs, new)
            return replace(created, id=failure.id, outputs=outputs, init_errors=failure.reasons), failure
        return replace(created, id=id_, outputs=_with_secrets(outputs, new)), None

    def _delete(self, old: Resource) -> None:
        real = old.custom and not (old.is_provider or old.external or old.retain_on_delete or old.pending_replacement)
        if real and not self.preview:
            self.provider(old).delete(old)


def _with_secrets(outputs: Properties, resource: Resource) -> Properties:
    """The outputs with those marked that the program wants secret."""
    extra = {
        key: Secret(outputs[key])
        for key in resource.additional_secret_outputs
        if key in outputs and not isinstance(outputs[key], Secret)
    }
    return outputs | extra
