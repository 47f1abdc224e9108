"""A command as a person at a terminal runs it."""

from __future__ import annotations

import os
import pty
import sys
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
