"""What a Pulumi project says: `Pulumi.yaml` and the stack's configuration, read as the CLI reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .interpreter import find_interpreter
from .location import refuse_state_elsewhere, state_directory, state_file
from .port import OWN_ORGANIZATION, EngineError, Workspace
from .settings import read_project, read_stack
from .values import Secret

if TYPE_CHECKING:  # it loads what encrypts, which most runs do without
    from .passphrase import Passphrase

# The types that a project may declare for its configuration, apart from text, which everything is.
_KINDS: dict[str, type] = {"integer": int, "boolean": bool, "array": list}


@dataclass(frozen=True)
class Project:
    """A project and one of its stacks.

    Args:
        directory: The project's directory, absolute.
        workspace: The stack, as it was asked for.
        environment: The environment of the program and of the providers.
        settings: The content of `Pulumi.yaml`.
        stack_settings: The content of `Pulumi.STACK.yaml`; empty when there is none.
    """

    directory: Path
    workspace: Workspace
    environment: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    stack_settings: Mapping[str, Any] = field(repr=False)

    @classmethod
    def load(cls, workspace: Workspace) -> Project:
        """Reads the project of a workspace.

        Raises:
            EngineError: There is no project, or a file of it is malformed.
            Unsupported: It asks for something that only the CLI does.
        """
        path = workspace.project_file
        directory = path.parent
        name = workspace.stack_name
        settings = read_project(path)
        if name.project not in ("", settings["name"]):
            raise EngineError(
                f"The stack {workspace.stack} is of another project than {path}, which is {settings['name']!r}."
            )
        stack_settings = read_stack(_stack_file(directory, settings, name.stack))
        return cls(directory, workspace, workspace.process_environment, settings, stack_settings)

    @property
    def stack_file(self) -> Path:
        """The file of the stack's configuration, which need not be there."""
        return _stack_file(self.directory, self.settings, self.stack)

    @property
    def stack(self) -> str:
        """The stack's name, without organization and project."""
        return self.workspace.stack_name.stack

    @property
    def organization(self) -> str:
        """The stack's organization, as the program sees it."""
        return self.workspace.stack_name.organization or OWN_ORGANIZATION

    def state_path(self, below: Path) -> Path:
        """The file of the stack's state.

        Args:
            below: The part of its path that is this engine's own.

        Raises:
            EngineError: It would be in a directory that is not there, or the stack has a state elsewhere.
        """
        directory = state_directory(self.directory, self.name, below, self.environment)
        path = state_file(directory, self.workspace.stack_name)
        refuse_state_elsewhere(path, self.directory, below, self.name, self.environment)
        return path

    def stacks(self, below: Path) -> tuple[str, ...]:
        """The names of the stacks that have a state; `below` as for `state_path`."""
        directory = state_directory(self.directory, self.name, below, self.environment)
        found = (path.relative_to(directory) for path in directory.glob("**/*.json"))
        return tuple(sorted(path.with_suffix("").as_posix() for path in found))

    @property
    def name(self) -> str:
        """The project's name."""
        return str(self.settings["name"])

    @cached_property
    def _main(self) -> Path:
        main = (self.directory / str(self.settings.get("main") or ".")).resolve()
        if not main.exists():
            raise EngineError(f"`main` of {self.directory / 'Pulumi.yaml'} names {main}, which does not exist.")
        return main

    @property
    def program_directory(self) -> Path:
        """Where the program and its providers run."""
        return self._main if self._main.is_dir() else self._main.parent

    def check_program(self) -> None:
        """Makes sure that there is a program.

        Raises:
            EngineError: There is none.
        """
        if self._main.is_dir() and not (self._main / "__main__.py").is_file():
            raise EngineError(
                f"There is no program in {self._main}: __main__.py is missing. Write it, or name the program's file or directory "
                f"by `main` in {self.directory / 'Pulumi.yaml'}."
            )

    @property
    def entry_point(self) -> str:
        """The program, relative to its directory: a file, or `.` for the directory's `__main__.py`."""
        return "." if self._main.is_dir() else self._main.name

    @cached_property
    def interpreter(self) -> str:
        """The Python that runs the program; see `find_interpreter`."""
        runtime = self.settings["runtime"]
        options = (runtime.get("options") or {}) if isinstance(runtime, dict) else {}
        return find_interpreter(self.directory, options, self.environment)

    @property
    def salt(self) -> str | None:
        """The salt with which the stack's configuration is encrypted, if it has any."""
        return self.stack_settings.get("encryptionsalt")

    @cached_property
    def passphrase(self) -> Passphrase:
        """What encrypts the stack's configuration."""
        from .passphrase import Passphrase  # noqa: PLC0415

        return Passphrase(self.environment, self.salt)

    def config(self) -> dict[str, Any]:
        """The stack's configuration by full key; secrets are `Secret`, structured values JSON texts.

        Raises:
            EngineError: A secret cannot be decrypted, or a value that the project declares is missing.
        """
        declared = {
            key: entry if isinstance(entry, dict) else {"value": entry}
            for key, entry in self._items(self.settings.get("config"))
        }
        defaults = {key: schema.get("value", schema.get("default")) for key, schema in declared.items()}
        values = {**defaults, **dict(self._items(self.stack_settings.get("config")))}
        found = {key: _plain(value, self.passphrase.decrypt) for key, value in values.items() if value is not None}
        found |= dict(self._items(self.workspace.config))
        mistakes = [_mistake(key, schema, found.get(key)) for key, schema in declared.items()]
        if mistakes := [f"Stack '{self.stack}' {mistake}." for mistake in mistakes if mistake]:
            raise EngineError("\n".join(mistakes))
        return found

    def full_key(self, key: str) -> str:
        """Returns a key of the configuration with its namespace, by default the project's name."""
        return key if ":" in key else f"{self.name}:{key}"

    def _items(self, config: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
        for key, value in (config or {}).items():
            yield self.full_key(key), value


def _stack_file(directory: Path, settings: Mapping[str, Any], stack: str) -> Path:
    return directory / str(settings.get("stackConfigDir") or ".") / f"Pulumi.{stack}.yaml"


def _mistake(key: str, schema: Mapping[str, Any], value: str | Secret | None) -> str:
    """What is wrong with a value of the configuration, by what the project declares of it; empty when nothing is."""
    if value is None:
        return f"is missing configuration value '{key}'"
    if schema.get("secret") and not isinstance(value, Secret):
        return f"with configuration key '{key}' must be encrypted as it's secret"
    text = value.value if isinstance(value, Secret) else value
    if schema.get("type") in _KINDS and not isinstance(_parsed(text), _KINDS[schema["type"]]):
        return f"with configuration key '{key}' must be of type '{schema['type']}'"
    return ""


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(value: Any, decrypt: Callable[[str], str]) -> Any:
    secrets: list[str] = []

    def reveal(item: Any) -> Any:
        if isinstance(item, dict):
            if set(item) == {"secure"} and isinstance(item["secure"], str):
                secrets.append(decrypt(item["secure"]))
                return secrets[-1]
            return {key: reveal(part) for key, part in item.items()}
        return [reveal(part) for part in item] if isinstance(item, list) else item

    revealed = reveal(value)
    text = revealed if isinstance(revealed, str) else json.dumps(revealed, separators=(",", ":"))
    return Secret(text) if secrets else text
