"""The YAML files of a Pulumi project, read; what of them the embedded engine does not honour is refused.

The settings are those of Pulumi's own files (https://www.pulumi.com/docs/iac/concepts/projects/project-file/). A setting that is
not listed here is refused by its name, so that one that Pulumi adds is never silently left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .files import read_file, replace_file
from .port import EngineError
from .unsupported import Unsupported

_PROJECT = frozenset(("config", "main", "name", "runtime", "stackConfigDir"))
_ABOUT = frozenset(("author", "description", "license", "template", "website"))
_RUNTIME = frozenset(("name", "options"))
# The toolchain installs what the program needs, and the type checker looks at the program: both before anything runs.
_RUNTIME_OPTIONS = frozenset(("toolchain", "typechecker", "virtualenv"))
_STACK = frozenset(("config", "encryptionsalt", "secretsprovider"))
_NAMES = {
    "backend": "backends that a project names",
    "encryptedkey": "secrets providers other than a passphrase",
    "environment": "Pulumi ESC environments",
    "options": "options of the engine, such as `refresh: always`",
    "packages": "packages of a project",
    "plugins": "plugins of a project",
    "requiredPulumiVersion": "projects that require a version of the Pulumi CLI",
}


def read_project(path: Path) -> dict[str, Any]:
    """The content of a `Pulumi.yaml`.

    Raises:
        EngineError: It is malformed.
        Unsupported: It asks for something that only the CLI does.
    """
    settings = _read(path)
    if not isinstance(settings.get("name"), str):
        raise EngineError(f"{path} has no `name`.")
    runtime = settings.get("runtime")
    runtime = runtime if isinstance(runtime, dict) else {"name": runtime}
    if runtime.get("name") != "python":
        raise Unsupported(f"programs of another runtime than python ({path})")
    _refuse_others(settings, _PROJECT | _ABOUT, "the setting", path)
    _refuse_others(runtime, _RUNTIME, "the runtime setting", path)
    _refuse_others(runtime.get("options") or {}, _RUNTIME_OPTIONS, "the runtime option", path)
    return settings


def read_stack(path: Path) -> dict[str, Any]:
    """The content of a `Pulumi.STACK.yaml`; empty when there is none.

    Raises:
        EngineError: It is malformed.
        Unsupported: It asks for something that only the CLI does.
    """
    settings = _read(path) if path.exists() else {}
    _refuse_others({key: value for key, value in settings.items() if value}, _STACK, "the setting", path)
    if settings.get("secretsprovider", "passphrase") not in ("passphrase", "default"):
        raise Unsupported(f"secrets providers other than a passphrase ({path})")
    return settings


def write_stack(path: Path, key: str, value: str | Mapping[str, str], salt: str | None) -> None:
    """Puts one value into a `Pulumi.STACK.yaml`, whose comments and order stay.

    Args:
        path: The file; it need not be there.
        key: Of the configuration, with its namespace.
        value: Text, or an encrypted one under ``secure``.
        salt: That of the encryption, if anything is encrypted.

    Raises:
        EngineError: It is malformed, or cannot be written.
    """
    yaml = YAML()
    yaml.width = 4096  # the CLI writes a value on one line
    content = yaml.load(read_file(path).decode("utf-8-sig")) if path.exists() and _read(path) else {}
    if salt is not None:
        content["encryptionsalt"] = salt
    content["config"] = content.get("config") or {}
    content["config"][key] = value
    text = StringIO()
    yaml.dump(content, text)
    try:
        replace_file(path, text.getvalue().encode(), shared=True)
    except OSError as error:
        raise EngineError(f"{path} cannot be written: {error.strerror}.") from None


def _refuse_others(settings: Mapping[str, Any], known: frozenset[str], what: str, path: Path) -> None:
    for key in settings:
        if key not in known:
            raise Unsupported(f"{_NAMES.get(key, f'{what} {key!r}')} ({path})")


def _read(path: Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(read_file(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise EngineError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror}.") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise EngineError(f"{path}{where} is not valid YAML.") from None
    if not isinstance(content or {}, dict):
        raise EngineError(f"{path} must hold a mapping.")
    return content or {}
