"""Which Python runs a project's program: the one that the CLI would choose, or none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .port import EngineError
from .unsupported import Unsupported


def find_interpreter(directory: Path, options: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """The command of the Python of a project's virtual environment, else of `PULUMI_PYTHON_CMD`, else of this process.

    Where the environment is follows from the toolchain (https://github.com/pulumi/pulumi, `sdk/python/toolchain`).

    Args:
        directory: The project's directory.
        options: The options of the runtime in `Pulumi.yaml`.
        environment: The environment of the program.

    Raises:
        EngineError: The virtual environment holds no Python, or cannot be found out.
        Unsupported: The toolchain is one that the CLI may know.
    """
    toolchain = str(options.get("toolchain") or "pip")
    virtualenv = options.get("virtualenv")
    if toolchain == "poetry":
        home = _poetry_environment(directory, environment)
    elif toolchain == "uv":
        home = directory / str(virtualenv) if virtualenv else _uv_environment(directory, environment)
    elif toolchain != "pip":
        raise Unsupported(f"the toolchain {toolchain!r}")
    elif virtualenv:
        home = directory / str(virtualenv)
    else:
        return environment.get("PULUMI_PYTHON_CMD") or sys.executable
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        make = {"poetry": "poetry install", "uv": "uv sync"}.get(toolchain, f"python3 -m venv {home}")
        raise EngineError(
            f"{directory / 'Pulumi.yaml'} has the program run in the virtual environment {home}, and there is no {python}. Make it "
            f"(`{make}`, with what the program needs), or change the setting."
        )
    return str(python)


def _uv_environment(directory: Path, environment: Mapping[str, str]) -> Path:
    """Beside the next `uv.lock`, else the next `pyproject.toml`, else in the project."""
    places = (directory, *directory.parents)
    beside = (place for name in ("uv.lock", "pyproject.toml") for place in places if (place / name).is_file())
    return next(beside, directory) / (environment.get("UV_PROJECT_ENVIRONMENT") or ".venv")


def _poetry_environment(directory: Path, environment: Mapping[str, str]) -> Path:
    try:
        asked = subprocess.run(
            ["poetry", "env", "info", "--path"],  # noqa: S607 - the user's own, as with the CLI
            cwd=directory,
            env=environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.CalledProcessError):
        raise EngineError(
            f"{directory / 'Pulumi.yaml'} names the toolchain poetry, and `poetry env info --path` says no virtual environment: "
            "install poetry, run `poetry install`, and see that it is on PATH."
        ) from None
    return directory / asked.stdout.strip()
