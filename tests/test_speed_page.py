"""docs/speed.md is written by `python -m benchmarks`, whole or a section at a time; what it measures can be made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import changes, processes
from benchmarks.__main__ import REPORT, SECTIONS, facts
from benchmarks.report import Section, Table, rewrite

NEW = Section("", (Table("Measured anew", ("what", "seconds"), (("a preview", "1.00 s"),)),))


@pytest.mark.parametrize("name", SECTIONS)
def test_one_section_is_written_anew_and_the_rest_of_the_page_stays(name: str, tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    before = REPORT.read_text("utf-8")
    page.write_text(before, "utf-8")
    rewrite(page, Section(name, NEW.tables), facts())
    once = page.read_text("utf-8")
    rewrite(page, Section(name, NEW.tables), facts())
    assert page.read_text("utf-8") == once
    kept, _, rest = before.partition(f"<!-- figures: {name} -->")
    end = f"<!-- end of figures: {name} -->"
    assert once.startswith(kept)
    assert once.endswith(rest.partition(end)[2])
    written = once.removeprefix(kept).partition(end)[0]
    assert "| a preview | 1.00 s |" in written
    assert facts()["commit"] in written


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n", "utf-8")
    with pytest.raises(ValueError, match=r"speed\.md does not mark where start begins and ends"):
        rewrite(page, Section("start", NEW.tables), facts())
    assert page.read_text("utf-8") == "# Speed\n"


def test_every_change_is_made_by_each_engine_and_by_the_bare_client_with_the_same_calls() -> None:
    [table] = changes.measure(1, with_peer=False, size=changes.Size(people=20, changes=4)).tables
    assert [row[0] for row in table.rows] == [what.format(4) for what in changes.OPERATIONS.values()]
    assert all(cell for row in table.rows for cell in row)


def test_a_command_is_measured_with_what_outlives_it_and_without_what_ran_before(tmp_path: Path) -> None:
    waiting = [sys.executable, "-c", "input()"]
    outliving = (
        f'nohup {sys.executable} -c \'import time; time.sleep(0.5); open("done", "w").close()\' >/dev/null 2>&1 &'
    )
    with subprocess.Popen(waiting, stdin=subprocess.PIPE) as before:
        processes.run(["sh", "-c", outliving], tmp_path, os.environ)
        assert (tmp_path / "done").exists()
        assert before.poll() is None
        before.communicate(b"\n")
