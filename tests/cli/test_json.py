"""With `--json`, standard output holds one document, whatever comes of a command; wrong usage alone has none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner

from pulumi_elastic_org.cli import COMMANDS, main
from pulumi_elastic_org.cli.exit_codes import ExitCode
from tests.support.acme import ADMIN_KEY, SECOND_ADMIN, Acme, acme, emulator, make_stack

__all__ = ["acme", "emulator"]  # fixtures

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text(encoding="utf-8"))
REVIEWS = ("drift", "preview", "up", "refresh", "destroy")
KEYS = dict.fromkeys(("EC_API_KEY", "EC_API_KEY_OLD", "EC_API_KEY_NEW", "EC_API_KEY_PERSON"), "key")
NOBODY = {**KEYS, "EC_ENDPOINT": "http://127.0.0.1:1", "EC_ORGANIZATION_ID": "1", "EC_INVITATION_TOKEN": "token"}
TRANSFER = ("transfer", "ada@acme.example", "--from", "1", "--to", "2", "--roles", "billing-admin", "--yes")

FAILING = {
    "accept": ("accept",),
    "config": ("config", "set", "size", "1"),
    "consolidate": ("consolidate", "ada@acme.example", "bob@acme.example"),
    "destroy": ("destroy", "--yes"),
    "drift": ("drift",),
    "keys": ("keys",),
    "leave": ("leave", "--yes"),
    "migrate": ("migrate", "--source", "1", "--destination", "2", "--repository", "{repository}", "--yes"),
    "move": (*("move", *TRANSFER[1:]), "--source", "1", "--destination", "2", "--repository", "{repository}"),
    "offboard": ("offboard", "ada@acme.example"),
    "outputs": ("outputs",),
    "owners": ("owners",),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes"),
    "tag-owner": ("tag-owner", "search", "ada@acme.example", "--yes"),
    "transfer": TRANSFER,
    "up": ("up", "--yes"),
    "validate": ("validate", "{repository}"),
    "whoami": ("whoami",),
    "whois": ("whois", "ada@acme.example"),
}
"""How each command that has `--json` fails where there is no project, and no Elastic Cloud."""


def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def commands_with_json() -> set[str]:
    group, context = main, click.Context(main)
    commands = {name: group.get_command(context, name) for name in COMMANDS}
    return {
        name
        for name, one in commands.items()
        for each in (one.commands.values() if isinstance(one, click.Group) else (one,))
        if each is not None and any("--json" in option.opts for option in each.params)
    }


def test_every_command_with_json_is_tried_here_but_for_the_lines_of_the_log() -> None:
    assert set(FAILING) == commands_with_json() - {"log"}


@pytest.mark.parametrize("name", FAILING)
def test_a_command_that_fails_writes_a_document(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("repository.yaml").write_text("name: [", "utf-8")
    words = [word.format(repository="repository.yaml") for word in FAILING[name]]
    done = CliRunner().invoke(main, [*words, "--json"], env=NOBODY)
    assert done.exit_code == 1, done.output
    found = document(done.stdout)
    if name in REVIEWS:
        jsonschema.validate(found, SCHEMA)
        assert (found["command"], found["succeeded"], found["complete"]) == (name, False, False)
    else:
        assert found.get("error") or found["mistakes"]


@pytest.mark.parametrize("name", ["transfer", "move", "migrate", "consolidate"])
def test_a_journal_that_is_damaged_is_told_in_the_document(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acme: Acme
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("journal.jsonl").write_text("nothing of ours\n", "utf-8")
    Path("repository.yaml").write_text("{name: ours, type: fs, settings: {location: /there}}", "utf-8")
    words = [word.format(repository="repository.yaml") for word in FAILING[name]]
    reach = {**KEYS, "EC_API_KEY": ADMIN_KEY, "EC_ENDPOINT": acme.emulator.endpoint}
    done = CliRunner().invoke(main, [*words, "--journal", "journal.jsonl", "--json"], env=reach)
    error = "journal.jsonl is not a journal, or is damaged: name another file"
    assert document(done.stdout) == {"finished": False, "steps": [], "error": error}
    assert f"Error: {error}" in done.stderr


def test_a_review_that_goes_to_a_file_goes_there_also_when_it_fails(tmp_path: Path) -> None:
    output = tmp_path / "review.json"
    output.write_text("an earlier review", "utf-8")
    (tmp_path / "acknowledged.yaml").write_text("no list", "utf-8")
    lists = ("--acknowledged", str(tmp_path / "acknowledged.yaml"))
    done = CliRunner().invoke(main, ["drift", "-C", str(tmp_path), *lists, "--format", "json", "-o", str(output)])
    assert (done.exit_code, done.stdout) == (1, "")
    jsonschema.validate(document(output.read_text("utf-8")), SCHEMA)


def test_a_review_that_cannot_be_written_to_its_file_is_written_to_standard_output(tmp_path: Path) -> None:
    output = tmp_path / "missing" / "review.json"
    done = CliRunner().invoke(main, ["drift", "-C", str(tmp_path), "--format", "json", "-o", str(output)])
    assert done.exit_code == 1
    assert f"cannot write {output}: No such file or directory" in done.stderr
    jsonschema.validate(document(done.stdout), SCHEMA)


def test_the_document_of_a_failure_loads_nothing_that_ctrl_c_may_have_stopped_half_way_through_loading() -> None:
    """What has parts in C cannot be loaded again."""
    code = (
        "import sys\n"
        "from pulumi_elastic_org.cli import main\n"
        "from pulumi_elastic_org.cli.reporters.failure import tell_failure\n"
        "heavy = {'pulumi', 'pydantic', 'requests', 'rich', 'grpc', 'yaml', 'ruamel'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_setting_a_value_writes_a_document(tmp_path: Path, acme: Acme) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    words = ["config", "set", "size", "1", "--json", "-C", str(tmp_path), "--engine", "embedded"]
    done = CliRunner().invoke(main, words, env=stack.environment)
    assert document(done.stdout) == {"key": "size", "stack": "dev", "secret": False}


def test_a_dry_run_writes_what_is_done_so_far(acme: Acme) -> None:
    reach = {"EC_API_KEY": ADMIN_KEY, "EC_ENDPOINT": acme.emulator.endpoint, "EC_ORGANIZATION_ID": acme.id}
    done = CliRunner().invoke(main, ["leave", SECOND_ADMIN, "--dry-run", "--json"], env=reach)
    assert document(done.stdout) == {"finished": False, "steps": [], "error": None}


def test_what_edits_files_and_writes_no_review_takes_no_format(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["drift", "-C", str(tmp_path), "--accept", "ada@acme.example", "--json"])
    assert done.exit_code == ExitCode.USAGE
    assert "--accept edits files and writes no review" in done.stderr


EARLY = """\
import signal, sys
from pulumi_elastic_org.cli import main

class Told:
    def find_spec(self, name, path=None, target=None):
        if name in MODULES:
            signal.raise_signal(NUMBER)

sys.meta_path.insert(0, Told())
main(sys.argv[1:], prog_name="elastic-org")
"""


def told(
    number: signal.Signals, *modules: str, words: tuple[str, ...], directory: Path
) -> subprocess.CompletedProcess[str]:
    """Calls a command, which is sent a signal whenever it is about to load one of the modules."""
    names = repr([f"pulumi_elastic_org.cli.{one}" for one in modules])
    return subprocess.run(
        [sys.executable, "-c", EARLY.replace("MODULES", names).replace("NUMBER", str(int(number))), *words, "--json"],
        cwd=directory,
        env={**os.environ, **NOBODY},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", ["up", "leave", "owners"])
def test_a_signal_before_a_command_has_begun_ends_it_with_a_document(
    name: str, number: signal.Signals, tmp_path: Path
) -> None:
    done = told(number, f"commands.{name}", words=FAILING[name], directory=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (ExitCode.CANCELLED, "Error: cancelled")
    found = document(done.stdout)
    if name == "up":
        jsonschema.validate(found, SCHEMA)
        assert [one["text"] for one in found["messages"]] == ["cancelled"]
    else:
        assert found["error"] == "cancelled"


def test_ctrl_c_said_again_while_the_first_is_answered_ends_at_once_and_quietly(tmp_path: Path) -> None:
    done = told(signal.SIGINT, "commands.up", "reporters.failure", words=FAILING["up"], directory=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.CANCELLED, "", "")


def test_a_job_that_is_told_again_and_again_to_end_still_gets_its_document(tmp_path: Path) -> None:
    done = told(signal.SIGTERM, "commands.up", "reporters.failure", words=FAILING["up"], directory=tmp_path)
    assert done.returncode == ExitCode.CANCELLED
    jsonschema.validate(document(done.stdout), SCHEMA)
