"""Where the states of a project's stacks are: below the project, or in the directory that `PULUMI_BACKEND_URL` names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .port import EngineError
from .stack_name import StackName
from .unsupported import Unsupported

_FILE = "file://"
_VARIABLE = "PULUMI_BACKEND_URL"


def backend_directory(environment: Mapping[str, str]) -> Path | None:
    """The directory that the environment names; `None` where it names none.

    Read as the CLI reads it (https://github.com/pulumi/pulumi, `pkg/backend/diy/backend.go`): `~` is the user's home, and a path
    that is not absolute begins at the working directory.

    Raises:
        Unsupported: It names another kind of backend: the stacks' states are there, and not in files of this engine.
        EngineError: The directory is not there.
    """
    url = environment.get(_VARIABLE, "")
    if not url:
        return None
    if not url.startswith(_FILE):
        raise Unsupported(f"remote backends ({_VARIABLE} is of the kind {url.partition(':')[0]!r})")
    directory = Path(url.removeprefix(_FILE).partition("?")[0]).expanduser().absolute()
    if not directory.is_dir():
        raise EngineError(
            f"{_VARIABLE} names {directory}, which is not a directory: mount it, make it, or correct the variable."
        )
    return directory


def state_directory(project: Path, name: str, below: Path, environment: Mapping[str, str]) -> Path:
    """The directory with the states of a project.

    Args:
        project: The project's directory.
        name: The project's name.
        below: The part of the path that is this engine's own.
        environment: Where the variable is looked up.

    Raises:
        EngineError: As for `backend_directory`.
    """
    backend = backend_directory(environment)
    return project / below if backend is None else backend / below / name


def state_file(directory: Path, stack: StackName) -> Path:
    """The file of a stack's state.

    Args:
        directory: That with the states of the stack's project.
        stack: Which stack.
    """
    return directory / stack.organization / f"{stack.stack}.json"


def refuse_state_elsewhere(state: Path, project: Path, below: Path, name: str, environment: Mapping[str, str]) -> None:
    """Refuses to begin a state anew where the same stack has one that this engine would not look at.

    Args:
        state: The state's file.
        project: The project's directory.
        below: The part of the path that is this engine's own.
        name: The project's name.
        environment: Where the variable is looked up.

    Raises:
        EngineError: There is one, below the project or of the CLI; the message says what to do.
    """
    backend = backend_directory(environment)
    if backend is None or state.exists():
        return
    earlier = project / below / state.name
    if earlier.exists():
        raise EngineError(
            f"{_VARIABLE} names {backend}, and the stack's state is still in {earlier}, where earlier releases kept it. Move it to "
            f"{state}, or unset {_VARIABLE}. Nothing was changed."
        )
    kept = backend / ".pulumi" / "stacks" / name
    for other in (kept / state.name, kept / f"{state.name}.gz"):
        if other.exists():
            raise EngineError(
                f"The stack has a state of the Pulumi CLI, {other}. Install the CLI, or take it over: `pulumi stack export --file "
                f"{state}`, with the CLI, and from then on use this engine alone. Nothing was changed."
            )
