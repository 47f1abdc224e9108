"""Which roster files a program reads, and others in place of those that it names, for the time of one preview.

A pull request that changes data only is reviewed by the program of the branch it is for: nothing of the pull request is run while
an owner's key is at hand. `elastic-org preview --roster` sets the variable, for the run that it starts and only for that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pulumi_elastic_org.variables import ROSTER_FILES, ROSTER_SOURCES

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class RosterSource:
    """What a program reads one roster from.

    Args:
        name: The roster's name in Pulumi.
        files: The files, absolute.
        bindings: The names that the program binds.
    """

    name: str
    files: tuple[Path, ...]
    bindings: tuple[str, ...]


def note_source(name: str, path: PathLike | Sequence[PathLike], bindings: Iterable[str]) -> None:
    """Notes what a roster is read from, where somebody wants to know.

    Args:
        name: The roster's name in Pulumi.
        path: The file or files.
        bindings: The names that the program binds.
    """
    if notes := os.environ.get(ROSTER_SOURCES):
        paths = [path] if isinstance(path, str | os.PathLike) else path
        line = {"name": name, "files": [str(Path(one).absolute()) for one in paths], "bindings": [*bindings]}
        with Path(notes).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")


def read_sources(notes: Path) -> tuple[RosterSource, ...]:
    """Returns what a program noted.

    Args:
        notes: The file.
    """
    # Each process notes on its own, and a plugin is asked about a resource that is replaced twice.
    lines = dict.fromkeys(notes.read_text("utf-8").splitlines()) if notes.exists() else ()
    return tuple(
        RosterSource(one["name"], tuple(map(Path, one["files"])), tuple(one["bindings"]))
        for one in map(json.loads, lines)
    )


class RosterFilesError(ValueError):
    """Other files are asked for where they cannot be used. The message says why."""


def write_request(path: Path, files: Mapping[str, Sequence[Path]]) -> dict[str, str]:
    """Asks for other files.

    Args:
        path: Where to write the request; the rosters that it was used for are noted beside it.
        files: The files by the roster's name.

    Returns:
        The environment with which the program reads them.
    """
    path.write_text(json.dumps({name: [str(one.resolve()) for one in given] for name, given in files.items()}), "utf-8")
    return {ROSTER_FILES: str(path)}


def used(path: Path) -> set[str]:
    """Returns the names of the rosters that a request was used for.

    Args:
        path: Where the request was written.
    """
    notes = _notes(path)
    return set(notes.read_text("utf-8").splitlines()) if notes.exists() else set()


def planned_files(name: str) -> list[str]:
    """Returns the files that a roster is read from in a preview that asks for others; none where it is what the program says.

    Args:
        name: The roster's name in Pulumi.

    Raises:
        RosterFilesError: It is not clear for which roster other files are asked for.
    """
    request = os.environ.get(ROSTER_FILES)
    if not request:
        return []
    path = Path(request)
    files: dict[str, list[str]] = json.loads(path.read_text("utf-8"))
    if name not in files and "" not in files:
        return []
    # Noted first: of two rosters that ask at once, one sees the other.
    with _notes(path).open("a", encoding="utf-8") as notes:
        notes.write(f"{name}\n")
    others = used(path) - files.keys() - {name}
    if name not in files and others:
        one, other = sorted((min(others), name))  # whichever the engine asks for first
        raise RosterFilesError(
            f"several rosters of the program are read from files, '{one}' and '{other}': "
            "choose one with --roster NAME=FILE"
        )
    return files.get(name) or files[""]


def refuse_to_apply() -> None:
    """Ends an update that was asked for other files.

    Raises:
        RosterFilesError: It was.
    """
    if os.environ.get(ROSTER_FILES):
        raise RosterFilesError(
            f"{ROSTER_FILES} is set, which is for previews: nothing is applied from other files; unset it"
        )


def _notes(path: Path) -> Path:
    return path.with_suffix(".used")
