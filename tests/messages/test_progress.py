"""What is told while something goes on: in lines where nobody watches, in one line that changes where somebody does."""

from __future__ import annotations

import re
import socket

import pytest

from elastic_cloud_emulator import Fault
from tests.messages.project import BILLING, LOGS, ORGANIZATION, ROSTER, Project, applied, project, seen

__all__ = ["applied", "project"]  # fixtures

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
CROWD = [f"person{number:02}@acme.example" for number in range(20)]
COUNT = re.compile(r"\d+ of 20 done, the last of them person\d+@")


@pytest.fixture
def crowded(project: Project) -> Project:
    """Twenty more people, whose roles change by calls that take longer than anybody likes to wait without a word."""
    for person in CROWD:
        project.cloud.add_member(ORGANIZATION, person, BILLING)
    project.write(ROSTER + "".join(f"  {person}: [billing-admin, deployment-viewer on shop]\n" for person in CROWD))
    project.emulator.faults.add(Fault(kind="delayed", path="_assignments", seconds=6, times=None))
    return project


def test_counts_and_the_person_who_was_last_in_a_log(crowded: Project) -> None:
    printed = crowded.prints("up", "--yes", "--skip-preview")
    [count] = {
        COUNT.sub("N of 20 done, the last of them PERSON@", line) for line in printed.splitlines() if COUNT.search(line)
    }
    assert count == "add roles: N of 20 done, the last of them PERSON@acme.example"
    assert "Diagnostics" not in printed
    assert not set(SPINNER + "\x1b") & set(printed)


def test_the_same_in_a_terminal_where_one_line_changes(crowded: Project) -> None:
    written = crowded.shows("up", "--yes", "--skip-preview", columns=60)
    assert COUNT.search(" ".join(written.split()))
    assert set(SPINNER) & set(written)
    assert seen(written)[:4] == [
        "Update: stack dev, engine embedded",
        "",
        "Organization 1111",
        "  ~ change roles  person00@acme.example  + deployment-viewer",
    ]
    assert seen(written)[-3:] == ["", "Done: change roles 20.", ""]


def test_a_wait_in_a_log(project: Project) -> None:
    project.emulator.faults.add(Fault(kind="rate_limited", retry_after=8))
    assert (
        project.prints("preview")
        == """\
Preview: stack dev, engine embedded
Elastic Cloud is busy or limits the rate of calls: retrying in 8 s

Organization 1111: nothing to do

Nothing to do.
"""
    )


def test_a_wait_in_a_narrow_terminal(project: Project) -> None:
    project.emulator.faults.add(Fault(kind="rate_limited", retry_after=8))
    written = project.shows("preview", columns=40)
    assert "Previewing Elastic Cloud is busy" in written
    assert max(len(line) for line in seen(written)) <= 40
    assert not set(SPINNER) & set("".join(seen(written)))


def test_a_port_where_nothing_listens(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert (
        project.prints("preview", code=1, EC_ENDPOINT=f"http://127.0.0.1:{port}")
        == """\
Preview: stack dev, engine embedded

Diagnostics
error: cannot list the organizations of the API key: nothing listens at ENDPOINT: check the address in
EC_ENDPOINT.

The preview failed.
"""
    )
    assert (
        project.prints("whoami", code=1, EC_ENDPOINT=f"http://127.0.0.1:{port}")
        == """\
Error: cannot list the organizations of the API key: nothing listens at ENDPOINT: check the address in EC_ENDPOINT.
"""
    )


def test_columns_is_the_width_in_a_pipe(project: Project) -> None:
    project.edit(("[deployment-editor on shop]", f"[deployment-editor on {LOGS}]"))
    for columns in (40, 50, 200):
        lines = project.prints("preview", columns=columns).splitlines()
        assert max(map(len, lines)) <= columns
        assert LOGS in "\n".join(lines)
