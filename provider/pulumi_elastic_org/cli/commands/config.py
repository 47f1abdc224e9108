"""`elastic-org config set`."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import Stack, stack_options
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.variables import API_KEY, NAMESPACE, VARIABLES, no_such_setting
from pulumi_embedded.port import Engine, NoStack, Workspace


@click.group()
def config() -> None:
    """Keep a value in the stack's configuration file, Pulumi.STACK.yaml."""


@config.command("set")
@stack_options
@click.option("--secret", is_flag=True, help="Encrypt the value, with PULUMI_CONFIG_PASSPHRASE.")
@click.argument("key")
@click.argument("value", required=False)
def set_(stack: Stack, secret: bool, key: str, value: str | None) -> ExitCode:
    """Set KEY, such as elastic-org:apiKey, to VALUE.

    Without VALUE it is asked for, or read from standard input. A secret is never an argument, which others could read.
    """
    if secret and value is not None:
        raise click.UsageError(
            "a secret on a command line is visible to others: leave VALUE out; it is asked for, or read from standard input"
        )
    if not secret and key.rpartition(":")[2] == "apiKey":
        raise click.UsageError("an API key is a secret: give --secret")
    _check_key(key)
    try:
        value = _value(key, value, secret=secret)
        f"{key}{value}".encode()  # of bytes that are no UTF-8, some locales make halves of characters
    except UnicodeError:
        raise click.UsageError(f"the value of {key} is not UTF-8: nothing was set; give it as UTF-8") from None
    if not value:
        raise click.UsageError(f"there is no value for {key}")
    _keep(stack.select(), stack.workspace, key, value, secret=secret)
    click.echo(f"{key} is set for stack {stack.workspace.stack}", err=True)
    if stack.as_json:
        click.echo(json_text({"key": key, "stack": stack.workspace.stack, "secret": secret}))
    return ExitCode.SUCCESS


def _value(key: str, value: str | None, *, secret: bool) -> str:
    """The value that was given, or is asked for."""
    if value is not None:
        return value
    return str(click.prompt(key, hide_input=secret, err=True)) if sys.stdin.isatty() else sys.stdin.read().strip()


def _check_key(key: str) -> None:
    """Refuses what no program could read: a value under a misspelled name is a key in the clear before anybody sees it."""
    namespace, _, name = key.rpartition(":")
    if not name or ":" in namespace or (":" in key and not namespace):
        raise click.UsageError(f"'{key}' is no key: it is NAME, or NAMESPACE:NAME such as {API_KEY}")
    if namespace == NAMESPACE and key not in VARIABLES:
        raise click.UsageError(no_such_setting(key))


def _keep(engine: Engine, workspace: Workspace, key: str, value: str, *, secret: bool) -> None:
    """Keeps the value; the project's first stack is made for it, since a program may not run before it is configured."""
    try:
        engine.set_config(workspace, key, value, secret=secret)
    except NoStack:
        if others := ", ".join(engine.stacks(workspace)):
            name = workspace.stack
            raise NoStack(
                name,
                f"There is no stack '{name}'; the project has {others}. If the name is right, say so with --new-stack.",
            ) from None
        engine.set_config(replace(workspace, new_stack=True), key, value, secret=secret)
