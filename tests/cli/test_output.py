"""What a command has done is known, also where standard output takes no more of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.acme import ADMIN_KEY, Acme, Stack, acme, emulator, make_stack

__all__ = ["acme", "emulator"]  # fixtures

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ADA = "ada@acme.example"
FULL = '"$@" >/dev/full'
ALL_FULL = '"$@" >/dev/full 2>/dev/full'
READER_GONE = '{ "$@"; echo "ended with $?" >&2; } | true'
"""Nobody waits for `true`: it has ended long before a program has run."""

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def call(stack: Stack, shell: str, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["sh", "-c", shell, "sh", COMMAND, *words],
        cwd=stack.directory,
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@pytest.fixture
def stack(tmp_path: Path, acme: Acme) -> Stack:
    made = make_stack(tmp_path, "embedded", acme)
    made.roster({ADA: ["billing-admin"]})
    return made


UP = ("up", "--yes", "--engine", "embedded")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version",), "elastic-org 0"),
        (("--help",), "Usage: elastic-org"),
        (("up", "--help"), "Usage: elastic-org up"),
        (("config", "set", "--help"), "Usage: elastic-org config set"),
        (("whoami",), "EC_API_KEY_USER"),
    ],
)
def test_a_full_disk_is_told_and_what_it_did_not_take_goes_to_standard_error(
    stack: Stack, words: tuple[str, ...], said: str
) -> None:
    done = call(stack, FULL, *words)
    assert done.returncode == 1
    assert "standard output takes no more (No space left on device)" in done.stderr
    assert said in done.stderr


def test_an_update_says_on_standard_error_what_it_did_where_standard_output_is_full(stack: Stack, acme: Acme) -> None:
    done = call(stack, FULL, *UP)
    assert done.returncode == 1
    assert "Done: invite 1" in done.stderr
    assert acme.invited() == {ADA}


def test_an_update_whose_reader_has_left_is_made_and_told(stack: Stack, acme: Acme) -> None:
    done = call(stack, READER_GONE, *UP)
    assert "ended with 1" in done.stderr
    assert "standard output takes no more (Broken pipe)" in done.stderr
    assert "Done: invite 1" in done.stderr
    assert acme.invited() == {ADA}


def test_an_update_that_can_be_told_to_nobody_is_made_and_ends_as_failed(stack: Stack, acme: Acme) -> None:
    assert call(stack, ALL_FULL, *UP).returncode == 1
    assert acme.invited() == {ADA}


def test_an_update_is_made_where_only_standard_error_is_full(stack: Stack, acme: Acme) -> None:
    done = call(stack, '"$@" 2>/dev/full', *UP)
    assert (done.returncode, acme.invited()) == (0, {ADA})
    assert "Done: invite 1" in done.stdout


def test_a_command_that_only_looks_ends_when_its_reader_has_enough(stack: Stack) -> None:
    done = call(stack, READER_GONE, "preview", "--engine", "embedded")
    assert "ended with 1" in done.stderr
    assert "takes no more" not in done.stderr
    assert ADA not in done.stderr


def test_a_transfer_goes_on_and_tells_each_step(stack: Stack, acme: Acme) -> None:
    """Its steps stopped between one and the next where nobody read what was said."""
    new = acme.cloud.add_organization("newer")
    acme.cloud.add_member(
        new.id, "boss@newer.example", {"organization": [{"role_id": "organization-admin"}]}, key="new-key"
    )
    acme.join(ADA)
    stack.environment |= {"EC_API_KEY_OLD": ADMIN_KEY, "EC_API_KEY_NEW": "new-key"}
    words = ("transfer", ADA, "--from", acme.id, "--to", new.id, "--roles", "billing-admin", "--yes")
    done = call(stack, FULL, *words)
    assert done.returncode == 1
    assert "invite: " in done.stderr
    assert {one.email for one in acme.cloud.organization(new.id).invitations.values()} == {ADA}
