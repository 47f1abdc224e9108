"""What names people is for its owner alone, whatever the umask; and what is left half written leads nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.cli.runs.run_directory import run_directory
from pulumi_elastic_org.files import write_private
from tests.support.things_stack import Stack

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no such permissions here")


@pytest.fixture
def everything_is_open() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("everything_is_open")
def test_the_state_and_its_directories_are_private(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    embedded.apply('Thing("one", {"value": "b"})')
    directory = embedded.directory / ".elastic-org"
    assert {mode(path) for path in (directory, directory / "state")} == {0o700}
    assert {path.name: mode(path) for path in (directory / "state").iterdir()} == {
        "dev.json": 0o600,
        "dev.json.bak": 0o600,
    }


def test_a_link_in_the_place_of_a_half_written_state_leads_nowhere(embedded: Stack, tmp_path: Path) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (embedded.directory / ".elastic-org" / "state" / "dev.json.new").symlink_to(victim)
    embedded.apply('Thing("one", {"value": "b"})')
    assert victim.read_text() == "mine"
    assert embedded.state("one")["inputs"]["value"] == "b"


@pytest.mark.usefixtures("everything_is_open")
def test_a_file_that_was_open_to_others_is_so_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "review.md"
    path.touch(0o666)
    write_private(path, "ada@acme.example\n")
    assert mode(path) == 0o600
    assert path.read_text() == "ada@acme.example\n"


def test_a_device_is_written_and_left_as_it_is() -> None:
    before = mode(Path(os.devnull))
    write_private(Path(os.devnull), "text")
    assert mode(Path(os.devnull)) == before


def test_the_plans_of_a_run_that_was_killed_are_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = tmp_path / "elastic-org-run-killed"
    killed.mkdir()
    (killed / "held").touch()
    (killed / "plans.jsonl").write_text("ada@acme.example")
    os.utime(killed, (0, 0))
    with run_directory() as living:
        os.utime(living, (0, 0))
        assert not killed.exists()
        with run_directory() as other:
            assert living.exists()
        assert not other.exists()
    assert list(tmp_path.iterdir()) == []
