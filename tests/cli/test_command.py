"""The command as a shell sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pulumi_elastic_org.cli import COMMANDS, main

OPERATIONS = ("preview", "up", "refresh", "destroy")


def call(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_help_lists_every_command() -> None:
    result = call("--help")

    assert result.exit_code == 0
    assert all(f"  {command} " in result.stdout for command in COMMANDS)


def test_the_help_loads_nothing_but_the_command_line_library() -> None:
    code = (
        "import sys\n"
        "from pulumi_elastic_org.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'pulumi', 'pydantic', 'requests', 'rich', 'flask', 'grpc'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_help_of_an_operation_documents_the_exit_codes(operation: str) -> None:
    result = call(operation, "--help")

    assert "Exit codes" in result.stdout
    assert "  8  cancelled" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_fits_a_terminal_of_eighty_columns(command: str) -> None:
    assert [line for line in call(command, "--help").stdout.splitlines() if len(line) > 80] == []


def test_the_version_is_the_packages() -> None:
    assert call("--version").stdout.split()[-1] == version("pulumi-elastic-org")


def test_an_unknown_command_is_wrong_usage() -> None:
    result = call("uninstall")

    assert result.exit_code == 2
    assert "uninstall" in result.stderr


@pytest.mark.parametrize("operation", ["up", "refresh", "destroy"])
def test_without_a_terminal_an_operation_that_acts_wants_yes(operation: str, tmp_path: Path) -> None:
    result = call(operation, "-C", str(tmp_path))

    assert result.exit_code == 2
    assert "--yes or --skip-preview" in result.stderr
    assert result.stdout == ""


def test_a_directory_without_a_project_is_one_clear_line(tmp_path: Path) -> None:
    result = call("preview", "-C", str(tmp_path), "--engine", "embedded")

    assert result.exit_code == 1
    assert "Pulumi.yaml" in result.stderr
    assert "Traceback" not in result.output
    assert result.stderr.startswith("Error: There is no Pulumi project in ")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("prevew", "did you mean 'preview'?"),
        ("ofboard", "did you mean 'offboard'?"),
        ("imports", "did you mean 'import'?"),
        ("xyzzy", "there are accept, "),
    ],
)
def test_a_command_that_does_not_exist_is_told_with_the_nearest(written: str, hint: str) -> None:
    result = call(written)

    assert result.exit_code == 2
    assert f"there is no command '{written}'; {hint}" in result.stderr


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("size", "KEY=VALUE"),
        ("=1", "KEY=VALUE"),
        ("elastic-org:apiKey=essu_secret", "EC_API_KEY"),
        ("apiKey=essu_secret", "EC_API_KEY"),
    ],
)
def test_configuration_that_is_invalid_is_refused(setting: str, reason: str) -> None:
    result = call("preview", "--config", setting)

    assert result.exit_code == 2
    assert reason in result.stderr
    assert "essu_secret" not in result.output


def test_an_engine_that_does_not_exist_is_wrong_usage() -> None:
    assert call("preview", "--engine", "steam").exit_code == 2


@click.command()
def broken() -> None:
    raise RuntimeError("first line\nsecond line")


@click.command()
def interrupted() -> None:
    raise KeyboardInterrupt


def call_in_place_of_preview(command: click.Command, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    import pulumi_elastic_org.cli.commands.preview as module

    monkeypatch.setattr(module, "preview", command)
    return call(*options, "preview")


def test_an_unexpected_error_is_one_line_and_the_way_to_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call_in_place_of_preview(broken, monkeypatch)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: unexpected RuntimeError: first line second line",
        "Run with `elastic-org --debug ...` for the traceback.",
    ]


def test_debug_lets_the_error_through(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(call_in_place_of_preview(broken, monkeypatch, "--debug").exception, RuntimeError)


def test_ctrl_c_has_the_exit_code_of_a_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call_in_place_of_preview(interrupted, monkeypatch)

    assert result.exit_code == 8
    assert "cancelled" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_that_is_documented_is_a_script_of_that_shell(shell: str) -> None:
    """See docs/start.md."""
    run = subprocess.run(
        [sys.executable, "-c", "from pulumi_elastic_org.cli import main; main(prog_name='elastic-org')"],
        env={**os.environ, "_ELASTIC_ORG_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"_ELASTIC_ORG_COMPLETE={shell}_complete" in run.stdout


@pytest.mark.parametrize(
    ("words", "completed"), [("elastic-org off", "offboard"), ("elastic-org up --skip", "--skip-preview")]
)
def test_commands_and_options_are_completed(words: str, completed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from pulumi_elastic_org.cli import main; main(prog_name='elastic-org')"],
        env={
            **os.environ,
            "_ELASTIC_ORG_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.splitlines() == [f"plain,{completed}"]
