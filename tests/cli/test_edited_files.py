"""A file of somebody's own that a command edits is never half written, and stays the file that it was."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_elastic_org.cli import main
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, acme, emulator, make_stack

__all__ = ["acme", "emulator"]  # fixtures

ADA = "ada@acme.example"
ROSTER = f"""\
# whom we know
mode: authoritative
members:
  {ADMIN}: [organization-admin]
  {SECOND_ADMIN}: [organization-admin]
  {ADA}: [billing-admin]  # until the audit is over
"""
SETTINGS = "# ours\nconfig:\n  people:size: '2'\n"

# The disk is full as soon as a file of the project is opened to be written.
FULL_DISK = """\
import os, resource, signal, sys

def watch(event, arguments):
    if event == "open" and str(arguments[0]).startswith(os.getcwd()) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        if os.path.dirname(str(arguments[0])) == os.getcwd():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))

from pulumi_elastic_org.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.addaudithook(watch)
main()
"""
# Ctrl-C comes when the new file is written and has not yet the name.
CTRL_C = """\
import os, signal, sys

def watch(event, arguments):
    if event == "os.rename" and os.path.dirname(str(arguments[1])) == os.getcwd():
        signal.raise_signal(signal.SIGINT)

from pulumi_elastic_org.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.addaudithook(watch)
main()
"""
EDITS = {
    "drift --accept": ("roster.yaml", ("drift", "--engine", "embedded", "--accept", ADA)),
    "config set": ("Pulumi.dev.yaml", ("config", "set", "--engine", "embedded", "size", "3")),
    "init": ("roster.yaml", ("init", "--yes")),
}


@pytest.fixture
def project(tmp_path: Path, acme: Acme) -> Stack:
    """A roster that is applied, and Ada, to whom somebody has given other roles."""
    acme.join(ADA, organization=[{"role_id": "billing-admin"}])
    stack = make_stack(tmp_path, "embedded", acme)
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    (tmp_path / "roster.yaml").write_text(ROSTER)
    (tmp_path / "Pulumi.dev.yaml").write_text(SETTINGS)
    stack.apply()
    acme.cloud.set_roles(acme.id, ADA, {"organization": [{"role_id": "organization-admin"}]})
    return stack


def texts(directory: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in directory.iterdir() if one.is_file()}


def edit_by(project: Stack, code: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Calls a command by a program to which something happens; whatever that is, no file is another one, or only begun."""
    before = texts(project.directory)
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=project.directory,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    after = texts(project.directory)
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if name.endswith(".new")]
    return done


@pytest.mark.parametrize("edit", EDITS)
def test_where_the_disk_is_full_the_file_is_as_it_was(project: Stack, edit: str) -> None:
    name, command = EDITS[edit]
    done = edit_by(project, FULL_DISK, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "File too large" in done.stderr
    assert name in done.stderr or edit == "init"  # which writes other files first


@pytest.mark.parametrize("edit", EDITS)
def test_ctrl_c_leaves_the_file_as_it_was_and_no_other(project: Stack, edit: str) -> None:
    _, command = EDITS[edit]
    done = edit_by(project, CTRL_C, *command)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (8, "Error: cancelled")


@pytest.mark.parametrize("edit", sorted(EDITS.keys() - {"init"}))  # whose roster is its owner's alone: it names people
def test_who_could_read_it_still_can_and_a_link_leads_to_it(project: Stack, edit: str) -> None:
    name, command = EDITS[edit]
    kept = project.directory / "kept" / name
    kept.parent.mkdir()
    (project.directory / name).rename(kept)
    (project.directory / name).symlink_to(kept)
    kept.chmod(0o640)
    before = kept.read_text()

    done = CliRunner().invoke(main, [*command, "-C", str(project.directory)], env=project.environment)

    assert done.exit_code == 0, done.output
    assert (project.directory / name).readlink() == kept
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert kept.read_text() != before
    assert kept.read_text().startswith(before.splitlines()[0])
    assert [one.name for one in kept.parent.iterdir()] == [name]
