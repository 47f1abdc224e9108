"""The engine that needs no CLI, as whoever runs programs sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .port import KnownProviders, NoStack, OnEvent, Result, StoredResource, Workspace
from .project import Project
from .session import Operation, Session
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

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.preview`."""
        return self._operate("up", workspace, on_event, preview=True)

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.up`."""
        if (unready := self._unready(workspace)) is not None:
            if on_event is not None:
                for diagnostic in unready.diagnostics:
                    on_event(diagnostic)
            return unready
        return self._operate("up", workspace, on_event, preview=False)

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.refresh`."""
        return self._operate("refresh", workspace, on_event, preview=preview_only)

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.destroy`."""
        return self._operate("destroy", workspace, on_event, preview=preview_only)

    def stacks(self, workspace: Workspace) -> tuple[str, ...]:
        """See `Engine.stacks`."""
        return Project.load(workspace).stacks(self._state_directory)

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        """See `Engine.outputs`."""
        from .state import stack_outputs  # noqa: PLC0415
        from .values import mask, reveal  # noqa: PLC0415

        outputs = stack_outputs(self._existing(Project.load(workspace)).load())
        shown: dict[str, Any] = reveal(outputs) if show_secrets else mask(outputs)
        return shown

    def set_config(self, workspace: Workspace, key: str, value: str, *, secret: bool = False) -> None:
        """See `Engine.set_config`."""
        project = Project.load(workspace)
        kept = {"secure": project.passphrase.encrypt(value)} if secret else value
        write_stack(project.stack_file, project.full_key(key), kept, project.passphrase.salt)

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        """See `Engine.stored`."""
        from .values import reveal  # noqa: PLC0415

        project = Project.load(workspace)
        resources = self._existing(project).load()
        explicit = {one.urn: one.inputs for one in resources if one.is_provider and not one.is_default_provider}
        config = project.config()
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
        if Project.load(workspace).passphrase.is_set:
            return None
        preview = self.preview(workspace)
        return None if preview.succeeded else preview

    def _operate(
        self, operation: Operation, workspace: Workspace, on_event: OnEvent | None, *, preview: bool
    ) -> Result:
        project, with_program = Project.load(workspace), operation == "up"
        with closing(Session(project, on_event, with_program=with_program)) as session:
            # This loads the SDK and encryption: while the session's processes start, not before.
            from .operations import operate  # noqa: PLC0415
            from .trust import Trust  # noqa: PLC0415

            trust = Trust(self._known_providers, whole_state=workspace.trust_state)
            file = self._state(project) if with_program and workspace.new_stack else self._existing(project)
            return operate(session, file, trust, operation, preview=preview)

    def _existing(self, project: Project) -> StateFile:
        if not project.state_path(self._state_directory).exists():
            raise NoStack(project.workspace.stack)
        return self._state(project)

    def _state(self, project: Project) -> StateFile:
        from .state import StateFile  # noqa: PLC0415

        path = project.state_path(self._state_directory)
        return StateFile(path, f"urn:pulumi:{project.stack}::{project.name}::", project.environment, project.salt)
