"""Output to a stream of any encoding: no character is a reason to fail, and what goes to a file is UTF-8."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.acme import ADMIN_KEY, Acme, Stack, acme, emulator, stack, text

__all__ = ["acme", "emulator", "stack"]  # fixtures

UMLAUT = "jürgen@acme.example"
COMMAND = [str(Path(sys.executable).with_name("elastic-org"))]


@pytest.fixture
def environment(acme: Acme) -> dict[str, str]:
    acme.join(UMLAUT, deployment=[{"role_id": "deployment-viewer", "all": True}])
    acme.cloud.add_deployment(acme.id, "search 🔎", owner=UMLAUT)
    settings = {"EC_API_KEY": ADMIN_KEY, "EC_ENDPOINT": acme.emulator.endpoint, "EC_ORGANIZATION_ID": acme.id}
    return {**os.environ, **settings}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_a_roster_that_is_redirected_into_a_file_is_valid(
    environment: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    environment["PYTHONIOENCODING"] = encoding
    roster = tmp_path / "roster.yaml"
    with roster.open("wb") as file:
        subprocess.run([*COMMAND, "import"], env=environment, stdout=file, check=True)
    assert UMLAUT in roster.read_text(encoding="utf-8")
    subprocess.run([*COMMAND, "validate", str(roster)], env=environment, check=True)


@pytest.mark.parametrize(
    "command", [("owners",), ("owners", "--json"), ("offboard", UMLAUT), ("import", "--format", "python")]
)
def test_no_output_fails_over_a_character(environment: dict[str, str], command: tuple[str, ...]) -> None:
    environment["PYTHONIOENCODING"] = "ascii:strict"
    done = subprocess.run([*COMMAND, *command], env=environment, capture_output=True, check=False)
    assert b"UnicodeEncodeError" not in done.stderr
    assert done.stdout.decode("utf-8")


def test_a_terminal_that_knows_no_umlaut_is_shown_an_escape(environment: dict[str, str]) -> None:
    environment["PYTHONIOENCODING"] = "ascii"
    ours, theirs = pty.openpty()
    with subprocess.Popen([*COMMAND, "owners"], env=environment, stdout=theirs) as running:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how a terminal ends
            pass
    os.close(ours)
    assert running.returncode == 0
    assert b"j\\xfcrgen@acme.example" in shown


def test_the_provider_fails_over_no_character(stack: Stack, acme: Acme) -> None:
    stack.environment["PYTHONIOENCODING"] = "ascii:strict"
    stack.roster({UMLAUT: ["billing-admin"]})
    result = stack.up()
    assert result.succeeded, text(result)
    assert UMLAUT in text(result)
    assert acme.invited() == {UMLAUT}
