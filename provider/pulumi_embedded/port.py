"""The engine port: what runs a Pulumi program, as values.

Two adapters implement it: `pulumi` drives the Pulumi CLI through its Automation API, `embedded` needs no CLI. Both run
the same program with the same provider processes and answer with the same values, so that whoever reads a `Result`
never has to know which one produced it. Nothing here knows what programs declare.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from .diff import PropertyChange, diff_properties
from .stack_name import OWN_ORGANIZATION, StackName

__all__ = ["OWN_ORGANIZATION", "StackName"]

SECRET = "[secret]"  # noqa: S105 - what is shown in place of a secret
UNKNOWN = "[unknown]"
"""What stands for a value that is only known after an update."""
PROVIDER_KEY = "__provider"
"""Under which Pulumi keeps the pickled provider of a dynamic resource: nothing that somebody can review."""

Severity: TypeAlias = Literal["info", "warning", "error"]

Op: TypeAlias = Literal["create", "same", "update", "replace", "delete", "read", "discard", "refresh"]
"""An operation on one resource, in Pulumi's words; `discard` forgets a resource that was only read."""

_SETTLED: frozenset[Op] = frozenset(("same", "read", "refresh"))

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_GRPC_BYPASS = "no_grpc_proxy"


class EngineError(Exception):
    """The operation could not start, or could not be carried on. The message says what is wrong, where, what to do."""


class NoStack(EngineError):
    """The stack does not exist, and only `preview` and `up` do without.

    Args:
        stack: Its name.
        message: What to say of it, where there is more to say.
    """

    def __init__(self, stack: str, message: str = "") -> None:
        super().__init__(message or f"There is no stack '{stack}': check its name; the command `up` makes it.")


class UntrustedState(EngineError):
    """The state holds code that is neither this package's nor the program's, and nobody has said that it may be run.

    Args:
        urn: The resource whose provider it is.
        names: What the code calls itself.
    """

    def __init__(self, urn: str, names: str) -> None:
        super().__init__(
            f"The state holds code: the provider of {urn} ({names!r}) is neither of this package nor registered by the program. "
            "It would be run here, with all that this command may do; it was not. If you know who wrote this state, trust it "
            "(--trust-state); otherwise restore a backup of the state."
        )


KnownProviders: TypeAlias = Mapping[str, tuple[str, ...]]
"""Classes of dynamic providers as `MODULE:CLASS`, each with the attributes that hold an empty set when it is made."""


@dataclass(frozen=True)
class Workspace:
    """One stack of one Pulumi project.

    Args:
        directory: The directory that holds `Pulumi.yaml`.
        stack: The stack's name, such as `dev`, with its organization and project where they matter.
        config: Configuration for this run, over that of `Pulumi.STACK.yaml`, which is left as it is. A key without a
            namespace belongs to the project. Never a secret: pass those through the environment.
        environment: Environment variables for this run, over those of this process.
        trust_state: Whether providers may be run that only the state names. The Pulumi CLI always runs them.
        new_stack: Whether a preview or an update may be of a stack that does not exist yet.
    """

    directory: Path
    stack: str
    config: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    trust_state: bool = False
    new_stack: bool = True

    @property
    def stack_name(self) -> StackName:
        """The parts of the stack's name.

        Raises:
            EngineError: It is not the name of a stack.
        """
        try:
            return StackName.parse(self.stack)
        except ValueError as error:
            raise EngineError(f"{error}.") from None

    @property
    def process_environment(self) -> dict[str, str]:
        """The environment of every process that an engine starts for this stack.

        What these processes tell each other goes over loopback, and holds secrets. gRPC would send it to the proxy that
        `grpc_proxy`, `https_proxy` or `http_proxy` names, unless `no_grpc_proxy`, or else `no_proxy`, names the host
        (https://github.com/grpc/grpc/blob/master/doc/environment_variables.md). The first is gRPC's own: other libraries keep
        to their proxies.
        """
        environment = {**os.environ, **self.environment}
        bypassed = environment.get(_GRPC_BYPASS) or environment.get("no_proxy") or ""
        hosts = [host for host in bypassed.split(",") if host]
        environment[_GRPC_BYPASS] = ",".join(dict.fromkeys((*hosts, *_LOOPBACK)))
        return environment

    @property
    def project_file(self) -> Path:
        """The project's `Pulumi.yaml`.

        Raises:
            EngineError: There is none.
        """
        path = self.directory.resolve() / "Pulumi.yaml"
        if not path.is_file():
            raise EngineError(f"There is no Pulumi project in {path.parent}: Pulumi.yaml is missing.")
        return path


@dataclass(frozen=True)
class Diagnostic:
    """A message of the engine, the program or a provider.

    Args:
        severity: `info`, `warning` or `error`.
        message: The text, without a severity prefix and without a newline at its end.
        urn: The resource it is about; empty for the stack as a whole.
    """

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True)
class Step:
    """What was done, or in a preview would be done, to one resource.

    Args:
        op: The operation. A replacement is one step.
        urn: The resource's URN.
        type: Its type token, such as `pulumi-python:dynamic:Resource`.
        old_inputs: Its inputs before; `None` when it did not exist. Secrets are masked.
        new_inputs: Its inputs after; `None` when it is gone.
        failed: Whether the operation failed.
        provider: The URN of its provider; empty for components and providers.
    """

    op: Op
    urn: str
    type: str
    old_inputs: Mapping[str, Any] | None = field(default=None, repr=False)
    new_inputs: Mapping[str, Any] | None = field(default=None, repr=False)
    failed: bool = False
    provider: str = ""

    @property
    def name(self) -> str:
        """The resource's name: the last part of its URN."""
        return self.urn.split("::", 3)[-1]

    @property
    def diff(self) -> tuple[PropertyChange, ...]:
        """The input properties that differ, by path. Secrets are compared as masked, so a rotated secret is equal."""
        return diff_properties(self.old_inputs or {}, self.new_inputs or {})


Event: TypeAlias = Diagnostic | Step
"""A message, or an operation on a resource that began or ended."""

OnEvent: TypeAlias = Callable[[Event], None]
"""Receives events as they happen, one at a time, from any thread."""


@dataclass(frozen=True)
class Result:
    """How an operation on a stack went.

    Args:
        succeeded: Whether all of it was done.
        steps: One a resource, in the order in which they began.
        diagnostics: Every message, in order.
        outputs: The stack's outputs; secrets are masked, values only known after an update are `UNKNOWN`.
        interrupted: Whether it ended by Ctrl-C, or a signal that counts as one.
    """

    succeeded: bool
    steps: tuple[Step, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether any resource differs: what `--expect-no-changes` asks."""
        return any(step.op not in _SETTLED for step in self.steps)

    @property
    def errors(self) -> tuple[str, ...]:
        """The messages of the diagnostics that are errors."""
        return tuple(d.message for d in self.diagnostics if d.severity == "error")


@dataclass(frozen=True)
class StoredResource:
    """A resource as the last update left it.

    Args:
        urn: Its URN.
        type: Its type token.
        outputs: Its outputs, secrets in clear: never to be shown.
        configuration: What its provider is configured with, secrets in clear: for the default provider the stack's configuration
            of now, for another one its inputs at the last update.
        retained: Whether a delete only forgets it.
        provider: The name of its explicit provider; empty for a default one.
    """

    urn: str
    type: str
    outputs: Mapping[str, Any] = field(repr=False)
    configuration: Mapping[str, Any] = field(repr=False)
    retained: bool = False
    provider: str = ""


class Engine(Protocol):
    """Runs Pulumi programs.

    Every operation raises `EngineError` when it cannot start (no such project, a lock, a damaged state, a missing
    passphrase, or no such stack) and otherwise returns a `Result`, also when a program or a provider failed.
    """

    @property
    def name(self) -> str:
        """The engine's name, as `select` takes it."""

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """Runs the program and says what `up` would do; changes nothing, and makes no stack where there is none."""

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """Runs the program and makes what it declares so. Creates the stack if there is none."""

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """Reads every resource and takes what was found into the state; the program is not run.

        Args:
            workspace: The stack.
            preview_only: Leave the state as it is: a drift check, by `Result.has_changes`.
            on_event: Receives progress.
        """

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """Deletes every resource of the stack; the program is not run.

        Args:
            workspace: The stack.
            preview_only: Delete nothing, say what would be deleted.
            on_event: Receives progress.
        """

    def stacks(self, workspace: Workspace) -> tuple[str, ...]:
        """The names of the project's stacks, in order."""

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs as of the last update; secrets are masked unless `show_secrets`."""

    def set_config(self, workspace: Workspace, key: str, value: str, *, secret: bool = False) -> None:
        """Keeps a value in the stack's configuration file, encrypted when it is a secret.

        Raises:
            EngineError: It cannot be kept, or there is no passphrase to encrypt it with.
        """

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        """The resources of some URNs as of the last update, in the order of the state."""

    def export(self, workspace: Workspace) -> dict[str, Any]:
        """The stack's state in the form of `pulumi stack export`, secrets encrypted; an empty one where there is no such stack."""

    def import_(self, workspace: Workspace, deployment: Mapping[str, Any]) -> None:
        """Replaces the stack's state by one that any engine exported."""
