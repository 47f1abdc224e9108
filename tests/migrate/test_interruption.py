"""Ctrl-C in the middle of `migrate` and `move` says what is done and where the person is; the next run goes on from there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.cli.exit_codes import ExitCode
from tests.support.elasticsearch_node.between import Between, between
from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill
from tests.support.two_organizations import ADA, ADA_KEY, KEYS, NEW_KEY, OLD_KEY, World

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
PATIENCE_SECONDS = 120
SNAPSHOT = "PUT /_snapshot/moving/elastic-org-migration"
RESTORE = "POST /_snapshot/moving/elastic-org-migration/_restore"
MOVE = ("move", ADA, "--from", "1111", "--to", "2222", "--roles", "deployment-editor on all")


class Run:
    """The command between two nodes, each behind something that can hold its answers back.

    Args:
        world: The organizations.
        directory: Where it is run, and keeps its journal.
        options: Those that say what moves.
        ends: What stands in front of the source, and of the destination.
    """

    def __init__(self, world: World, directory: Path, options: tuple[str, ...], ends: tuple[Between, Between]) -> None:
        self._directory = directory
        self._options = options
        self.source, self.destination = ends
        self._environment = {
            **os.environ,
            "EC_ENDPOINT": world.emulator.endpoint,
            "EC_API_KEY_OLD": OLD_KEY,
            "EC_API_KEY_NEW": NEW_KEY,
            "EC_API_KEY_PERSON": ADA_KEY,
            **{f"ELASTICSEARCH_USERNAME_{side}": "elastic" for side in ("SOURCE", "DESTINATION")},
            **{f"ELASTICSEARCH_PASSWORD_{side}": PASSWORD for side in ("SOURCE", "DESTINATION")},
        }

    def stopped(self, end: Between, call: str, *command: str) -> tuple[int, str]:
        """Presses Ctrl-C when the answer of a call is under way; returns how the command ended and what it said."""
        end.held = lambda one, _: one == call
        running = self._start(*command)
        try:
            assert end.holding.wait(PATIENCE_SECONDS)
            running.send_signal(signal.SIGINT)
            output, errors = running.communicate(timeout=PATIENCE_SECONDS)
        finally:
            running.kill()
            running.wait()
            end.ended.set()
        for secret in (PASSWORD, *KEYS):
            assert secret not in output + errors
        assert "Traceback" not in errors
        return running.returncode, errors

    def again(self, *command: str) -> str:
        """Runs the same command to its end."""
        running = self._start(*command)
        output, errors = running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == 0, errors
        return output

    def _start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, *command, *self._options, "--yes"],
            env=self._environment,
            cwd=self._directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@pytest.fixture
def run(world: World, old: Node, new: Node, tmp_path: Path) -> Iterator[Run]:
    fill(old, "books", 30)
    file = tmp_path / "repository.yaml"
    file.write_text(f"name: moving\ntype: fs\nsettings:\n  location: {old.repositories}/moving\n")
    with between(old) as source, between(new) as destination:
        options = ("--source", source.url, "--destination", destination.url, "--repository", str(file))
        yield Run(world, tmp_path, options, (source, destination))


@pytest.mark.parametrize(
    ("end", "call", "where"),
    [
        (lambda run: run.source, SNAPSHOT, "Completed steps: register-source; started: snapshot."),
        (
            lambda run: run.destination,
            RESTORE,
            "Completed steps: register-source, snapshot, register-destination; started: restore.",
        ),
    ],
    ids=["snapshot", "restore"],
)
def test_ctrl_c_in_a_migration_says_what_is_done_and_the_next_run_goes_on(
    run: Run, new: Node, end: Callable[[Run], Between], call: str, where: str
) -> None:
    code, said = run.stopped(end(run), call, "migrate")

    assert code == ExitCode.CANCELLED
    assert f"interrupted. {where} The source's data is unchanged." in flat(said)
    assert "Run the same command again: it resumes from there" in flat(said)
    run.again("migrate")
    assert new.client.count(index="books")["count"] == 30
    assert [one for one in run.source.seen + run.destination.seen if one in (SNAPSHOT, RESTORE)] == [SNAPSHOT, RESTORE]


def test_ctrl_c_in_a_move_says_what_is_done_and_where_the_person_is_and_the_next_run_goes_on(
    run: Run, world: World, new: Node
) -> None:
    code, said = run.stopped(run.destination, RESTORE, *MOVE)

    assert code == ExitCode.CANCELLED
    assert "Completed steps: register-source, snapshot," in flat(said)
    assert "started: restore. The source's data is unchanged." in flat(said)
    assert f"{ADA} is a member of organizations 1111 and 2222" in flat(said)
    run.again(*MOVE)
    assert new.client.count(index="books")["count"] == 30
    assert world.belongs(world.new)


def flat(said: str) -> str:
    """What was said, on one line."""
    return re.sub(r"\s+", " ", said)
