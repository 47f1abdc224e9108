"""Holds the Pulumi CLI, which has to be on PATH, against its recordings, and makes them anew."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from tests import conftest as _environment  # noqa: F401 - before the SDK is loaded
from tests.engine.warm_python import warm_python
from tests.support.things_stack import Stack

from .playing import Played, play
from .recording import Recording, difference, recorded
from .scenarios import SCENARIOS

_CLI = "pulumi"


def main() -> int:
    """Runs the command line; the exit code is 1 when something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.recordings", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser(
        "record", help="run scenarios with the CLI, and show what differs from their recordings"
    )
    record.add_argument("--write", action="store_true", help="keep what was recorded")
    record.add_argument("names", nargs="*", metavar="NAME", help="a scenario; all of them without any")
    playing = commands.add_parser("play", help="run a scenario with one engine, and show what happened as JSON")
    playing.add_argument("name", choices=SCENARIOS, metavar="NAME")
    playing.add_argument("engine", choices=[_CLI, "embedded"])
    playing.add_argument("--python", type=Path, default=Path(sys.executable), help="the Python that runs the program")
    options = parser.parse_args()
    if options.command == "play":
        return _play(options.name, options.engine, options.python)
    if unknown := set(options.names) - SCENARIOS.keys():
        parser.error(f"there is no scenario {sorted(unknown)[0]!r}; there are: {', '.join(SCENARIOS)}")
    return _record(options.names or list(SCENARIOS), write=options.write)


def _record(names: list[str], *, write: bool) -> int:
    command = subprocess.run([_CLI, "version"], capture_output=True, text=True, check=True)
    versions = {_CLI: command.stdout.strip().removeprefix("v"), "sdk": version("pulumi")}
    differing = 0
    with tempfile.TemporaryDirectory() as directory, warm_python(Path(directory)) as python:
        for name in names:
            played = observe(name, _CLI, python)
            lines = difference(Recording.load(name).runs if name in recorded() else [], played.runs)
            differing += bool(lines)
            _say(f"{name}: {'differs' if lines else 'as recorded'}", *lines)
            if lines and write:
                Recording(versions, played.runs, played.export).save(name)
    return 1 if differing else 0


def observe(name: str, engine: str, python: Path) -> Played:
    """Plays a scenario in a process that leads a group of its own, as one in a terminal does."""
    command = [sys.executable, "-m", "tests.engine.recordings", "play", name, engine, "--python", str(python)]
    playing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, start_new_session=True)
    return Played(**json.loads(playing.stdout))


def _play(name: str, engine: str, python: Path) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which the background jobs of a shell ignore
    with tempfile.TemporaryDirectory() as directory:
        played = play(SCENARIOS[name], Stack(Path(directory).resolve() / "project", engine, python))
    _say(json.dumps(asdict(played)))
    return 0


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
