"""Commands as a person at a terminal runs them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("elastic-org"))


def answered(arguments: list[str], answers: dict[str, str], directory: Path) -> str:
    """What the command says to a person at a terminal, who answers each question once."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(directory)
        os.execv(COMMAND, [COMMAND, *arguments])
    said, left = "", dict(answers)
    try:
        while chunk := os.read(terminal, 65536):
            said += chunk.decode()
            for question in [one for one in left if one in said]:
                os.write(terminal, f"{left.pop(question)}\n".encode())
    except OSError:  # the other side of a terminal that has ended
        pass
    os.waitpid(process, 0)
    os.close(terminal)
    return said


def search_path(engine_name: str) -> str:
    """Returns where a shell finds this environment's commands, and Pulumi's only where it is the engine."""
    path = os.environ["PATH"].split(os.pathsep)
    path = [one for one in path if engine_name == "pulumi" or not Path(one, "pulumi").exists()]
    return os.pathsep.join([str(Path(sys.prefix, "bin")), *path])


def typed_in_a_shell(script: str, directory: Path, environment: Mapping[str, str], timeout: float | None = None) -> str:
    """Types what a page says into one shell, which is to end well; returns all that it shows.

    Args:
        script: For bash; with ``set -e`` it ends at the first failure.
        directory: Where.
        environment: What the shell sees.
        timeout: The most that it may take, in seconds; any time by default.
    """
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout
