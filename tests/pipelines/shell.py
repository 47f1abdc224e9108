"""Runs the commands of a pipeline as its platform would: each job in a directory of its own, with an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

STAND_INS = Path(__file__).with_name("stand_ins")
TOOLS = ("bash", "git", "jq", "curl")

VARIANTS = {
    "elastic-org on the embedded engine": ("elastic-org", False),
    "elastic-org on the Pulumi CLI": ("elastic-org", True),
    "stock commands": ("pulumi", True),
}
"""Whose commands run, and whether they run on the Pulumi CLI."""


@dataclass
class Machine:
    """Where pipelines run.

    Args:
        directory: For everything that they leave behind.
        environment: What every job sees, secrets aside.
        pulumi: The directory of the Pulumi CLI, for machines that have it.
        said: What the commands wrote, in order.
    """

    directory: Path
    environment: Mapping[str, str]
    pulumi: str | None
    said: list[str] = field(default_factory=list)

    def run(self, script: str, workspace: Path, environment: Mapping[str, str]) -> bool:
        """Runs a script with bash as both platforms do, stopping at the first failure; returns whether it succeeded."""
        process = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=workspace,
            env={**self._base(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        self.said.append(process.stdout)
        return process.returncode == 0

    @property
    def last_words(self) -> str:
        """What the last command wrote."""
        return self.said[-1]

    def _base(self) -> dict[str, str]:
        ours = [str(STAND_INS), str(Path(sys.executable).parent), *([self.pulumi] if self.pulumi else [])]
        without_pulumi = [entry for entry in os.environ["PATH"].split(os.pathsep) if not Path(entry, "pulumi").exists()]
        return {
            "HOME": os.environ.get("HOME", "/"),
            "PATH": os.pathsep.join([*ours, *without_pulumi]),
            "PULUMI_HOME": os.environ.get("PULUMI_HOME", str(Path(os.environ.get("HOME", "/"), ".pulumi"))),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHON_OF_THE_TESTS": sys.executable,
            **self.environment,
        }


def git(directory: Path, *arguments: str) -> str:
    """Calls git with an author, and returns what it says."""
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *author, *arguments], cwd=directory, check=True, capture_output=True, text=True
    ).stdout.strip()


def skip_without_tools() -> None:
    """Skips the test where a program is missing that the platforms' machines have."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"{', '.join(missing)} not installed")
