"""The engine that needs no CLI, as whoever runs programs sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .port import KnownProviders, NoStack, OnEvent, Result, StoredResource, Workspace
from .project import Project
from .session import Session
from .settings import write_stack

if TYPE_CHECKING:
    from .state import StateFile


class EmbeddedEngine:
    """An `Engine` that needs no CLI.

    Args:
        state_directory: Where the state files are, one a stack; relative to the project's directory, or to that of the backend.
        known_providers: The providers that a state may name without being trusted as a whole.
    """

    name = "embedded"

    def __init__(self, state_directory: Path, known_providers: KnownProviders) -> None:
        self._state_directory = state_directory
        self._known_providers = known_providers

    # `operations` and `state` load the SDK and encryption: while the session's processes start, not before.

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.preview`."""
        with self._session(workspace, on_event, with_program=True) as session:
            from .operations import run_program  # noqa: PLC0415

            return run_program(session, self._startable(session.project), preview=True)

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.up`."""
        if (unready := self._unready(workspace)) is not None:
            if on_event is not None:
                for diagnostic in unready.diagnostics:
                    on_event(diagnostic)
            return unready
        with self._session(workspace, on_event, with_program=True) as session:
            from .operations import run_program  # noqa: PLC0415

            return run_program(session, self._startable(session.project), preview=False)

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.refresh`."""
        with self._session(workspace, on_event, with_program=False) as session:
            from .operations import refresh  # noqa: PLC0415

            return refresh(session, self._existing(session.project), preview=preview_only)

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.destroy`."""
        with self._session(workspace, on_event, with_program=False) as session:
            from .operations import destroy  # noqa: PLC0415

            return destroy(session, self._existing(session.project), preview=preview_only)

    def stacks(self, workspace: Workspace) -> tuple[str, ...]:
        """See `Engine.stacks`."""
        return Project.load(workspace).stacks(self._state_directory)

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        """See `Engine.outputs`."""
        from .checkpoint import Checkpoint  # noqa: PLC0415
        from .values import mask, reveal  # noqa: PLC0415

        outputs = Checkpoint(self._existing(Project.load(workspace)).load(), None).outputs
        shown: dict[str, Any] = reveal(outputs) if show_secrets else mask(outputs)
        return shown

    def set_config(self, workspace: Workspace, key: str, value: str, *, secret: bool = False) -> None:
        """See `Engine.set_config`."""
        from .passphrase import Passphrase  # noqa: PLC0415

        project = Project.load(workspace)
        passphrase = Passphrase(project.environment, project.salt)
        kept = {"secure": passphrase.encrypt(value)} if secret else value
        write_stack(project.stack_file, project.full_key(key), kept, passphrase.salt)

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        """See `Engine.stored`."""
        from .passphrase import Passphrase  # noqa: PLC0415
        from .values import reveal  # noqa: PLC0415

        project = Project.load(workspace)
        resources = self._existing(project).load()
        explicit = {one.urn: one.inputs for one in resources if one.is_provider and not one.is_default_provider}
        config = project.config(Passphrase(project.environment, project.salt))
        return tuple(
            StoredResource(
                one.urn,
                one.type,
                reveal(one.outputs),
                reveal(explicit.get(provider, config)),
                one.retain_on_delete,
                provider.rpartition("::")[2] if provider in explicit else "",
            )
            for one in resources
            if one.urn in urns
            for provider in (one.provider.rpartition("::")[0],)
        )

    def export(self, workspace: Workspace) -> dict[str, Any]:
        """See `Engine.export`."""
        return self._state(Project.load(workspace)).export()

    def import_(self, workspace: Workspace, deployment: Mapping[str, Any]) -> None:
        """See `Engine.import_`."""
        project = Project.load(workspace)
        file = self._state(project)
        with file.locked("import"):
            file.save(file.read(deployment))

    def _unready(self, workspace: Workspace) -> Result | None:
        """Where there is no passphrase, why an update would fail half way: only a preview tells whether there will be secrets."""
        from .passphrase import Passphrase  # noqa: PLC0415

        if Passphrase(Project.load(workspace).environment, None).is_set:
            return None
        preview = self.preview(workspace)
        return None if preview.succeeded else preview

    def _session(self, workspace: Workspace, on_event: OnEvent | None, *, with_program: bool) -> Session:
        return Session(Project.load(workspace), self._known_providers, on_event, with_program=with_program)

    def _startable(self, project: Project) -> StateFile:
        return self._state(project) if project.workspace.new_stack else self._existing(project)

    def _existing(self, project: Project) -> StateFile:
        if not project.state_path(self._state_directory).exists():
            raise NoStack(project.workspace.stack)
        return self._state(project)

    def _state(self, project: Project) -> StateFile:
        from .state import StateFile  # noqa: PLC0415

        path = project.state_path(self._state_directory)
        return StateFile(path, f"urn:pulumi:{project.stack}::{project.name}::", project.environment, project.salt)
