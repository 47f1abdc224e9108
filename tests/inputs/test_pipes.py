"""A pipe in the place of a file is refused at once: nobody waits for what may never be written into it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator, SeedError
from pulumi_elastic_org.audit import AuditError, AuditTrail, read_trail
from pulumi_elastic_org.clock import within
from pulumi_elastic_org.files import LONGEST, read_bytes, read_text
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.review.acknowledgements import AcknowledgementError, read_acknowledgements
from pulumi_elastic_org.review.saved_plan import SavedPlanError, read_saved_plan
from pulumi_elastic_org.variables import AUDIT_LOG
from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import EngineError
from pulumi_embedded.settings import read_project, read_stack

COMMAND = Path(sys.executable).with_name("elastic-org")
PATIENCE_SECONDS = 120
READERS: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "a list of acknowledged findings": (read_acknowledgements, AcknowledgementError),
    "a saved plan": (read_saved_plan, SavedPlanError),
    "a journal": (lambda path: Journal(path, "transfer", {}), OSError),
    "an audit trail": (lambda path: list(read_trail(path)), AuditError),
    "an audit trail that is written": (lambda path: AuditTrail("1", {AUDIT_LOG: str(path)}).stop("why"), AuditError),
    "a file of text": (read_text, OSError),
    "a passphrase": (lambda path: Passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(path)}, None).check(), EngineError),
    "a project": (read_project, EngineError),
    "a stack's configuration": (read_stack, EngineError),
    "an emulator's seed": (Emulator, SeedError),
}
COMMANDS = {
    "a roster": ("validate", "PIPE"),
    "a plan to apply": ("up", "--plan", "PIPE"),
    "a token": ("accept", "--token-file", "PIPE"),
    "acknowledgements": ("drift", "--acknowledged", "PIPE"),
    "the project": ("preview", "-C", "FOLDER"),
}


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.yaml"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("what", READERS)
def test_a_pipe_is_no_file(pipe: Path, what: str) -> None:
    read, error = READERS[what]
    with pytest.raises(error, match="not a regular file"):
        within(PATIENCE_SECONDS, lambda: read(pipe))


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_says_that_a_pipe_is_no_file(pipe: Path, what: str) -> None:
    words = [{"PIPE": str(pipe), "FOLDER": str(pipe.parent)}.get(word, word) for word in COMMANDS[what]]
    environment = {**os.environ, "EC_API_KEY": "key", "EC_ENDPOINT": "http://127.0.0.1:1"}
    ended = subprocess.run(
        [COMMAND, *words], env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert ended.returncode in (1, 2)
    assert "not a regular file" in ended.stderr
    assert "unexpected" not in ended.stderr


def test_a_device_is_no_file() -> None:
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(Path("/dev/zero"))


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LONGEST + 1)
    with pytest.raises(OSError, match="larger than 64 MiB"):
        read_bytes(path)


def test_text_in_another_encoding_is_named_and_a_byte_order_mark_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("jürgen".encode("latin-1"))
    with pytest.raises(OSError, match="save it as UTF-8"):
        read_text(path)
    path.write_bytes("\ufeffjürgen\r\n".encode())
    assert read_text(path) == "jürgen\n"
