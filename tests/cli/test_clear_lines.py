"""What an operating system or an engine refuses is one clear line, without numbers and names of classes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cli.exit_codes import ExitCode
from tests.support.acme import ADMIN, ADMIN_KEY, SECOND_ADMIN, Acme, Stack, acme, emulator, make_stack, stack, text
from tests.support.loopback import answering

__all__ = ["acme", "emulator", "stack"]  # fixtures

COMMAND = str(Path(sys.executable).with_name("elastic-org"))


def call(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [COMMAND, *words], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "unexpected" not in done.stderr
    assert "[Errno" not in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = call("emulator", "--port", port)
    assert f"cannot listen on port {port} (Address already in use" in said
    assert "choose another by --port" in said


def test_an_engine_that_is_not_there_is_told() -> None:
    assert "There is no engine 'terraform'" in call("demo", "--engine", "terraform")


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with Emulator() as running:
        Acme(running)
        reach = {"EC_API_KEY": ADMIN_KEY, "EC_ENDPOINT": running.endpoint}
        said = call("import", "--output", str(tmp_path / "missing" / "roster.yaml"), **reach)
    assert "No such file or directory" in said


def test_a_roster_file_that_is_missing_is_named(stack: Stack) -> None:
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    said = text(stack.preview())
    assert "cannot read the roster file roster.yaml: No such file or directory" in said
    assert "[Errno" not in said


@pytest.mark.parametrize("command", [("owners",), ("import",)])
def test_a_repeated_interrupt_ends_a_command_at_once_and_quietly(command: tuple[str, ...]) -> None:
    asked, over = Event(), Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            over.wait()

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Writes nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Silent)) as address:
        environment = {"EC_API_KEY": "key", "EC_ENDPOINT": f"http://{address}", "EC_ORGANIZATION_ID": "1"}
        with subprocess.Popen(
            [COMMAND, *command], env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True
        ) as running:
            assert asked.wait(60)
            while running.poll() is None:
                running.send_signal(signal.SIGINT)
                time.sleep(0.05)
            said = running.stderr.read() if running.stderr else ""
        over.set()
    assert running.returncode == 8
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [("up", "--yes", "--skip-preview"), ("drift", "--accept", ADMIN)])
def test_an_interrupted_run_ends_as_cancelled(stack: Stack, words: tuple[str, ...]) -> None:
    stack.program("")
    stack.apply()
    stack.program("import pathlib, time\npathlib.Path('busy').touch()\ntime.sleep(600)\n")
    command = [COMMAND, *words, "-C", str(stack.directory), "--engine", stack.engine.name]
    with subprocess.Popen(
        command,
        env={**os.environ, **stack.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        while not (stack.directory / "busy").exists():
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
    assert running.returncode == ExitCode.CANCELLED, said


@pytest.mark.parametrize(
    "words",
    [
        ("up",),
        ("accept",),
        ("accept", "--token-file", "-"),
        ("config", "set", "size"),
        ("leave", SECOND_ADMIN),
        ("init",),
    ],
    ids=" ".join,
)
def test_a_question_that_nobody_can_answer_is_a_usage_error_also_where_standard_input_is_closed(
    acme: Acme, tmp_path: Path, words: tuple[str, ...]
) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    stack.roster({})
    (tmp_path / "requirements.txt").touch()
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", COMMAND, *words]
    done = subprocess.run(
        closed, env={**os.environ, **stack.environment}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.USAGE, done.stderr
    assert "unexpected" not in done.stderr


def test_a_command_does_what_it_was_asked_where_no_stream_is_open(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    stack.roster({"ada@acme.example": ["billing-admin"]})
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", COMMAND, "up", "--yes", "--engine", "embedded"]
    done = subprocess.run(closed, env={**os.environ, **stack.environment}, cwd=tmp_path, check=False)
    assert done.returncode == ExitCode.SUCCESS
    assert acme.invited() == {"ada@acme.example"}
