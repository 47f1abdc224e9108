"""Commands of the Pulumi CLI, each in a session of its own: an interrupt reaches the command when it is passed on, and once."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from pulumi import automation
from pulumi.automation.errors import create_command_error


class Cli(automation.PulumiCommand):
    """The Pulumi CLI on PATH.

    Raises:
        FileNotFoundError: There is none.
        automation.InvalidVersionError: It is too old for the SDK.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running: set[subprocess.Popen[str]] = set()

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], Any] | None = None,  # noqa: ARG002 - what happens is taken from events
        on_error: Callable[[str], Any] | None = None,  # noqa: ARG002
    ) -> automation.CommandResult:
        """Runs a command to its end, as the Automation API's own method does.

        Args:
            args: The arguments.
            cwd: Where to run it.
            additional_env: Environment variables, over those of this process.
            on_output: Not used.
            on_error: Not used.

        Returns:
            What it wrote.

        Raises:
            automation.CommandError: It failed.
        """
        process = subprocess.Popen(  # noqa: S603 - the CLI
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**without_options({**os.environ, **additional_env}), "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            start_new_session=True,
        )
        self._running.add(process)
        try:
            out, error = process.communicate()
        finally:
            self._running.discard(process)
        result = automation.CommandResult(out.rstrip(), error.rstrip(), process.returncode)
        if process.returncode != 0:
            raise create_command_error(result)
        return result

    def interrupt(self) -> None:
        """Passes an interrupt on to the commands that run."""
        for process in tuple(self._running):
            with suppress(OSError):
                process.send_signal(signal.SIGINT)


def without_options(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns variables less `PULUMI_OPTION_TARGET` and the like: the CLI would leave out what a report says was looked at.

    Args:
        environment: For the CLI.
    """
    return {name: value for name, value in environment.items() if not name.startswith("PULUMI_OPTION_")}
