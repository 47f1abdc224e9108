"""Processes that kill themselves at their n-th operation on files: ``python -m tests.engine.state_kills MODE ...``.

`saves DIRECTORY` forks a process for each n, in a copy of the directory each, that loads, changes and saves a state.
`up PROJECT N` runs an update of a project by the embedded engine.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from pulumi_embedded.checkpoint import Checkpoint
from pulumi_embedded.port import Workspace
from pulumi_embedded.state import STACK_TYPE, Resource, StateFile

OWN = "urn:pulumi:dev::trial::"
STEPS = [["stack", "two"], ["stack", "one", "two"], ["stack", "two"]]
"""The names in the state on the way through `change`, when it was gone through before."""
_AUDITED = {"open", "os.mkdir", "os.remove", "os.rename"}


def die_at(number: int, directory: Path) -> None:
    """Lets this process be killed when it begins, or is in the middle of, its n-th operation on the files of a directory."""
    done = count(1)
    write, sync = os.write, os.fsync

    def reached() -> None:
        if next(done) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _AUDITED and str(arguments[0]).startswith(str(directory)):
            reached()

    def write_in_two(handle: int, content: Any) -> int:
        reached()
        half = write(handle, content[: len(content) // 2])
        reached()
        return half + write(handle, content[half:])

    def sync_and_stop(handle: int) -> None:
        reached()
        sync(handle)
        reached()

    sys.addaudithook(audit)
    os.write, os.fsync = write_in_two, sync_and_stop  # type: ignore[assignment]


def change(path: Path) -> None:
    """Changes the state that is there, save by save, under the lock."""
    file = state_file(path)
    with file.locked("up"):
        checkpoint = Checkpoint(file.load(), file)
        stack = _resource(STACK_TYPE, "stack")
        checkpoint.settle(stack, checkpoint.old(stack.urn))
        one = _resource("trial:index:Group", "one")
        checkpoint.settle(one, checkpoint.old(one.urn))
        two = _resource("trial:index:Group", "two")
        checkpoint.settle(two, checkpoint.old(two.urn))
        checkpoint.swap(one, dropped := replace(one, protect=True))
        rest = Checkpoint(checkpoint.resources, file)
        rest.drop(dropped)


def state_file(path: Path) -> StateFile:
    """The state file of the stack that `change` changes."""
    return StateFile(path, OWN, os.environ, None)


def _resource(type_: str, name: str) -> Resource:
    return Resource(f"{OWN}{type_}::{name}", type_, outputs={"text": "x" * 2000})


def _saves(directory: Path) -> None:
    killed = []
    for number in count(1):
        copy = directory / str(number)
        shutil.copytree(directory / "before", copy)
        if not _dies(partial(_die_in_change, number, copy)):
            break
        killed.append(number)
    print(json.dumps(killed))  # noqa: T201


def _die_in_change(number: int, directory: Path) -> None:
    die_at(number, directory)
    change(directory / "dev.json")


def _dies(run: Callable[[], object]) -> bool:
    """Whether a process that runs this is killed; any other failure of it is one of this process."""
    child = os.fork()
    if child == 0:
        run()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    if os.WEXITSTATUS(status):
        raise SystemExit("a process failed")
    return False


def _up(project: Path, number: int) -> None:
    from pulumi_elastic_org.engine import select

    die_at(number, project / ".elastic-org")
    result = select("embedded").up(Workspace(project, "dev"))
    sys.exit(0 if result.succeeded else str(result.errors))


if __name__ == "__main__":
    mode, place, *rest = sys.argv[1:]
    if mode == "saves":
        _saves(Path(place))
    else:
        _up(Path(place), int(rest[0]))
