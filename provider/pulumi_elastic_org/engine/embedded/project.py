"""What a Pulumi project says: `Pulumi.yaml` and the stack's configuration, read as the CLI reads them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ..port import EngineError, Workspace
from .unsupported import Unsupported
from .values import Secret

if TYPE_CHECKING:
    from .passphrase import Passphrase

_RUNTIME_OPTIONS = {"virtualenv", "toolchain", "typechecker"}


@dataclass(frozen=True)
class Project:
    """A project and one of its stacks.

    Args:
        directory: The project's directory, absolute.
        stack: The stack's name.
        environment: The environment of the program and of the providers.
        settings: The content of `Pulumi.yaml`.
        stack_settings: The content of `Pulumi.STACK.yaml`; empty when there is none.
        overrides: Configuration for this run.
    """

    directory: Path
    stack: str
    environment: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    stack_settings: Mapping[str, Any] = field(repr=False)
    overrides: Mapping[str, str]

    @classmethod
    def load(cls, workspace: Workspace) -> Project:
        """Reads the project of a workspace.

        Raises:
            EngineError: There is no project, or a file of it is malformed.
            Unsupported: It asks for something that only the CLI does.
        """
        path = workspace.project_file
        directory = path.parent
        settings = _read_yaml(path)
        if not isinstance(settings.get("name"), str):
            raise EngineError(f"{path} has no `name`.")
        runtime = settings.get("runtime")
        if (runtime.get("name") if isinstance(runtime, dict) else runtime) != "python":
            raise Unsupported(f"programs of another runtime than python ({path})")
        config_dir = directory / str(settings.get("stackConfigDir") or ".")
        stack_path = config_dir / f"Pulumi.{workspace.stack}.yaml"
        stack_settings = _read_yaml(stack_path) if stack_path.is_file() else {}
        if stack_settings.get("environment"):
            raise Unsupported(f"Pulumi ESC environments ({stack_path})")
        if stack_settings.get("secretsprovider", "passphrase") not in ("passphrase", "default"):
            raise Unsupported(f"secrets providers other than a passphrase ({stack_path})")
        environment = {**os.environ, **workspace.environment}
        return cls(directory, workspace.stack, environment, settings, stack_settings, workspace.config)

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

    @property
    def entry_point(self) -> str:
        """The program, relative to its directory: a file, or `.` for the directory's `__main__.py`."""
        return "." if self._main.is_dir() else self._main.name

    @cached_property
    def interpreter(self) -> str:
        """The Python that runs the program: that of the project's virtual environment, else this one."""
        runtime = self.settings["runtime"]
        options = (runtime.get("options") or {}) if isinstance(runtime, dict) else {}
        if unknown := set(options) - _RUNTIME_OPTIONS:
            raise Unsupported(f"the runtime option {sorted(unknown)[0]!r}")
        virtualenv = options.get("virtualenv")
        if virtualenv is None:
            return sys.executable
        scripts = self.directory / str(virtualenv) / ("Scripts" if os.name == "nt" else "bin")
        python = scripts / ("python.exe" if os.name == "nt" else "python")
        return str(python) if python.exists() else sys.executable

    @property
    def salt(self) -> str | None:
        """The salt with which the stack's configuration is encrypted, if it has any."""
        return self.stack_settings.get("encryptionsalt")

    def config(self, passphrase: Passphrase) -> dict[str, Any]:
        """The stack's configuration by full key; secrets are `Secret`, structured values JSON texts.

        Raises:
            EngineError: A secret cannot be decrypted.
        """
        found: dict[str, Any] = {}
        for key, declared in self._items(self.settings.get("config")):
            value = declared.get("value", declared.get("default")) if isinstance(declared, dict) else declared
            if value is not None:
                found[key] = _plain(value, passphrase)
        for key, value in self._items(self.stack_settings.get("config")):
            found[key] = _plain(value, passphrase)
        return found | dict(self._items(self.overrides))

    def _items(self, config: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
        for key, value in (config or {}).items():
            yield (key if ":" in key else f"{self.name}:{key}"), value


def _plain(value: Any, passphrase: Passphrase) -> Any:
    secrets: list[str] = []

    def reveal(item: Any) -> Any:
        if isinstance(item, dict):
            if set(item) == {"secure"} and isinstance(item["secure"], str):
                secrets.append(passphrase.decrypt(item["secure"]))
                return secrets[-1]
            return {key: reveal(part) for key, part in item.items()}
        return [reveal(part) for part in item] if isinstance(item, list) else item

    revealed = reveal(value)
    text = revealed if isinstance(revealed, str) else json.dumps(revealed, separators=(",", ":"))
    return Secret(text) if secrets else text


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise EngineError(f"{path}{where} is not valid YAML.") from None
    if not isinstance(content or {}, dict):
        raise EngineError(f"{path} must hold a mapping.")
    return content or {}
