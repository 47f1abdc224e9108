"""What a procedure has done so far, one JSON line a step: a run that was killed goes on where it stopped.

A line is written whole or not at all: what a crash leaves of one is cut off before the next is written, once the file is known to
be this journal. It is locked while a run uses it, holds no secret, and can be read as the record of what was done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.files import append_line, read_bytes
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BEGUN = "begun"
DONE = "done"
OUTCOME = "outcome"
"""Under which name an entry keeps what came of a step, for people."""
USER_ID = "user_id"
"""Under which name an entry keeps the account of whom a procedure is about: an address may come to be that of another one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Args:
        step: Which step of the procedure.
        state: ``"begun"``, written before anything is changed, or ``"done"``.
        facts: What later steps need to know; texts, and no secrets.
    """

    step: str
    state: str
    facts: Mapping[str, str]


class Journal:
    """The journal of one run of a procedure, or of its resumption; use it in a ``with`` block.

    Args:
        path: The file; made at the first note where it does not exist. ``None`` where no later run needs it.
        procedure: The procedure's name.
        subject: What tells this run from others, such as the person and the organizations.

    Raises:
        PreconditionsUnmet: The file is the journal of something else, is damaged, or is in use; or this system cannot lock it.
        OSError: The file cannot be written.
    """

    def __init__(self, path: Path | None, procedure: str, subject: Mapping[str, str]) -> None:
        self.path = path
        self._head: dict[str, Any] = {"procedure": procedure, "subject": dict(subject)}
        self._entries: list[Entry] = []
        self._checked: dict[str, str] = {}
        self._file: int | None = None
        self._unfinished_from: int | None = None
        if path is not None and path.exists():
            self._file = self._open(path)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that was noted, the oldest first."""
        return tuple(self._entries)

    def account(self, name: str = USER_ID) -> str | None:
        """Returns an account that the procedure is about, a user id; ``None`` where no step noted it, and none was checked.

        Args:
            name: Under which name entries keep it.
        """
        facts = (entry.facts for entry in reversed(self._entries) if name in entry.facts)
        return next((one[name] for one in facts), self._checked.get(name))

    def checked(self, user_id: str, name: str = USER_ID) -> None:
        """Says whose account was checked, and shown to a person: no step is about another one, in this run or a later one.

        Args:
            user_id: Elastic's id of the account.
            name: Under which name entries keep it.
        """
        self._checked[name] = user_id

    def find(self, step: str, state: str | None = None) -> Entry | None:
        """Returns the latest entry of a step.

        Args:
            step: The step's name.
            state: ``BEGUN`` or ``DONE``; ``None`` for either.
        """
        found = (entry for entry in reversed(self._entries) if entry.step == step and state in (None, entry.state))
        return next(found, None)

    def note(self, step: str, state: str, **facts: str) -> None:
        """Adds a line; it is on the disk when this returns.

        Args:
            step: The step's name.
            state: ``BEGUN`` or ``DONE``.
            facts: What later steps need to know; with what is begun, the accounts that were checked are noted.
        """
        if state == BEGUN:
            facts = {**self._checked, **facts}
        if self.path is not None:
            line = {"at": now().isoformat(timespec="seconds"), "step": step, "state": state}
            try:
                _append(self._writable(self.path), {**line, **({"facts": facts} if facts else {})})
            except OSError as error:
                raise ProcedureError(
                    f"cannot write the journal {self.path} ({error.strerror}), so '{step}' is not noted as {state}: mend that first"
                ) from None
        self._entries.append(Entry(step, state, facts))

    def _writable(self, path: Path) -> int:
        """The file with its first line, and without what a crash has left of the last one."""
        if self._file is None:
            self._file = self._open(path)
        if self._unfinished_from is not None:
            os.ftruncate(self._file, self._unfinished_from)
            if self._unfinished_from == 0:
                _append(self._file, self._head)
            self._unfinished_from = None
        return self._file

    def _open(self, path: Path) -> int:
        if fcntl is None:
            raise PreconditionsUnmet(
                f"{path} cannot be locked on this system, so two runs could do the same at once; nothing was changed: run "
                "this on Linux, on macOS, or in the Windows Subsystem for Linux"
            )
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._entries = self._load(path)
        except BlockingIOError:
            os.close(file)
            raise PreconditionsUnmet(f"{path} is in use: the same procedure is already running") from None
        except BaseException:
            os.close(file)
            raise
        return file

    def _load(self, path: Path) -> list[Entry]:
        written = read_bytes(path)
        *lines, unfinished = written.split(b"\n")
        self._unfinished_from = len(written) - len(unfinished)
        if not lines and json.dumps(self._head).encode().startswith(unfinished):
            return []
        try:
            head, *records = [json.loads(line) for line in lines]
            entries = [_entry(record) for record in records]
            found = {"procedure": head["procedure"], "subject": dict(head["subject"])}
        except (ValueError, KeyError, RecursionError, TypeError):
            raise PreconditionsUnmet(f"{path} is not a journal, or is damaged: name another file") from None
        if found != self._head:
            about = ", ".join(f"{key} {value}" for key, value in found["subject"].items())
            raise PreconditionsUnmet(
                f"{path} is the journal of another {found['procedure']} ({about}): name another file"
            )
        return entries


def completed(entries: Iterable[Entry]) -> dict[str, str]:
    """Returns what came of each completed step, in order.

    Args:
        entries: Of a journal.
    """
    return {entry.step: entry.facts.get(OUTCOME, "") for entry in entries if entry.state == DONE}


def _entry(record: Mapping[str, Any]) -> Entry:
    facts = dict(record.get("facts", {}))
    if not all(isinstance(text, str) for text in (record["step"], record["state"], *facts.values())):
        raise TypeError
    return Entry(record["step"], record["state"], facts)


def _append(file: int, record: Mapping[str, Any]) -> None:
    append_line(file, json.dumps(record))
    os.fsync(file)
