from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from pulumi_elastic_org.procedures.journal import BEGUN, DONE, Entry, Journal

SUBJECT = {"person": "ada@acme.example"}
WHOLE_HEAD = '{"procedure": "transfer", "subject": {"person": "ada@acme.example"}}'


def test_what_was_noted_is_known_to_the_next_run(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        journal.note("leave", BEGUN)
        journal.note("leave", DONE, outcome="left")

    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        assert journal.entries == (Entry("leave", BEGUN, {}), Entry("leave", DONE, {"outcome": "left"}))
        assert journal.find("leave") == Entry("leave", DONE, {"outcome": "left"})
        assert journal.find("leave", BEGUN) == Entry("leave", BEGUN, {})
        assert journal.find("accept") is None


def test_a_journal_without_notes_leaves_no_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        assert journal.entries == ()

    assert not (tmp_path / "j").exists()


@pytest.mark.parametrize("lost", [1, 5, 30])
def test_a_line_that_was_cut_off_counts_as_not_written(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "j"
    with Journal(path, "transfer", SUBJECT) as journal:
        journal.note("invite", DONE)
        journal.note("leave", BEGUN)
    path.write_bytes(path.read_bytes()[:-lost])

    with Journal(path, "transfer", SUBJECT) as journal:
        assert journal.entries == (Entry("invite", DONE, {}),)
        journal.note("leave", BEGUN)
    with Journal(path, "transfer", SUBJECT) as journal:
        assert [entry.step for entry in journal.entries] == ["invite", "leave"]


def test_a_journal_whose_first_line_was_cut_off_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "j").write_text('{"procedure": "tra')

    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        assert journal.entries == ()


def test_the_journal_of_something_else_is_refused_and_named(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        journal.note("leave", BEGUN)

    with pytest.raises(PreconditionsUnmet, match=r"another transfer \(person ada@acme.example\)"):
        Journal(tmp_path / "j", "transfer", {"person": "bob@acme.example"})


def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("my notes\n")

    with pytest.raises(PreconditionsUnmet, match="is not a journal"):
        Journal(tmp_path / "j", "transfer", SUBJECT)
    assert (tmp_path / "j").read_text() == "my notes\n"


@pytest.mark.parametrize(
    "content",
    [
        '{"person": "ada@acme.example"}',
        '{"procedure": "transfer", "subject": {"person": "bob@acme.example"}}',
        '{"procedure": "transfer", "subject": {"person": "bob@acme.example"}}\n{"at": "2026-11-26T1',
        "my notes\nwithout an end",
        "\n",
    ],
)
def test_a_file_that_is_not_this_journal_is_left_as_it_is_whatever_it_ends_with(tmp_path: Path, content: str) -> None:
    (tmp_path / "j").write_text(content)

    with pytest.raises(PreconditionsUnmet, match="name another file"):
        Journal(tmp_path / "j", "transfer", SUBJECT)
    assert (tmp_path / "j").read_text() == content


@pytest.mark.parametrize("content", ["", '{"procedure": "tra', WHOLE_HEAD + '\n{"at": "20'])
def test_a_run_that_notes_nothing_leaves_its_journal_as_it_is(tmp_path: Path, content: str) -> None:
    (tmp_path / "j").write_text(content)

    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        assert journal.entries == ()
    assert (tmp_path / "j").read_text() == content
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        journal.note("invite", BEGUN)
    assert (tmp_path / "j").read_text().splitlines()[0] == WHOLE_HEAD
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        assert journal.entries == (Entry("invite", BEGUN, {}),)


def test_a_journal_in_use_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        journal.note("leave", BEGUN)
        with pytest.raises(PreconditionsUnmet, match="is in use"):
            Journal(tmp_path / "j", "transfer", SUBJECT)


def test_only_its_owner_reads_a_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "transfer", SUBJECT) as journal:
        journal.note("leave", BEGUN)

    assert (tmp_path / "j").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("head", ["[]", '"x"', "null", "7", '{"procedure": 1, "subject": "x"}', "[" * 100_000])
def test_a_first_line_that_is_no_mapping_is_a_damaged_journal(tmp_path: Path, head: str) -> None:
    (tmp_path / "j").write_text(head + "\n")
    with pytest.raises(PreconditionsUnmet, match="not a journal, or is damaged"):
        Journal(tmp_path / "j", "transfer", SUBJECT)


def test_a_system_without_file_locks_is_told_before_anything_is_noted(tmp_path: Path) -> None:
    script = f"""
import sys
sys.modules["fcntl"] = None
from pathlib import Path
import pulumi_elastic_org.cli.commands.migrate, pulumi_elastic_org.cli.commands.move, pulumi_elastic_org.cli.commands.transfer
from pulumi_elastic_org.procedures.journal import BEGUN, Journal
with Journal(Path({str(tmp_path / "j")!r}), "transfer", {{}}) as journal:
    journal.note("invite", BEGUN)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "PreconditionsUnmet" in ran.stderr
    assert "cannot be locked on this system" in ran.stderr
    assert not (tmp_path / "j").exists()


@pytest.mark.parametrize(
    "entry",
    [
        '{"step": "invite", "state": "begun", "facts": null}',
        '{"step": "invite", "state": "begun", "facts": {"user_id": 5}}',
        '{"step": ["invite"], "state": "done"}',
    ],
)
def test_an_entry_of_which_something_is_no_text_is_a_damaged_journal(tmp_path: Path, entry: str) -> None:
    (tmp_path / "j").write_text(f"{WHOLE_HEAD}\n{entry}\n")
    with pytest.raises(PreconditionsUnmet, match="not a journal, or is damaged"):
        Journal(tmp_path / "j", "transfer", SUBJECT)
