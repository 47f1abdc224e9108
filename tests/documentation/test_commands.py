"""Every command that a page shows is one that `elastic-org` takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pulumi_elastic_org.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "examples/README.md")),
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.name != "add-a-command.md"),  # whose command it adds
]
BLOCK = re.compile(r"^```(?:sh|console|shell)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(elastic-org [a-z][^`]*)`")


def commands(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"^(?:[A-Z_]+=\S* )*(?:\.venv/bin/)?", "", line.removeprefix("$ "))
            if command.startswith("elastic-org "):
                yield command
    yield from (found for found in INLINE.findall(text) if "|" not in found and "..." not in found)


SHOWN = sorted({(page.relative_to(ROOT).as_posix(), one) for page in PAGES for one in commands(page)})


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_a_command_that_a_page_shows_is_understood(page: str, command: str) -> None:  # noqa: ARG001 - names the test
    told = click.Context(main, info_name="elastic-org")
    name, *arguments = shlex.split(command, comments=True)[1:]
    if name in ("--version", "--help"):
        return
    chosen = main.get_command(told, name)
    assert chosen is not None, f"there is no command {name}"
    context = click.Context(chosen, told, info_name=name)
    while isinstance(chosen, click.Group):
        name, *arguments = arguments
        chosen = chosen.get_command(context, name)
        assert chosen is not None, f"there is no command {command}"
        context = click.Context(chosen, context, info_name=name)
    given, left, _ = chosen.make_parser(context).parse_args(arguments)
    assert left == []
    for parameter in chosen.params:
        value = given.get(parameter.name or "")
        if isinstance(parameter.type, click.Choice) and isinstance(value, str):
            parameter.type.convert(value, parameter, context)


def test_the_pages_show_most_commands() -> None:
    shown = {shlex.split(command, comments=True)[1] for _, command in SHOWN}
    assert set(main.list_commands(click.Context(main))) - shown == set()
