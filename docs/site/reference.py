"""Pages made of the code while the site is built: commands and classes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

import pulumi_elastic_org
from docs.site.tables import table
from pulumi_elastic_org.cli import main


def reference_pages() -> Iterator[tuple[str, str]]:
    """Yields the place and the text of each page."""
    yield "reference/index.md", _index()
    yield "reference/commands.md", _commands()
    yield "reference/python.md", _python()


def _index() -> str:
    return """# Reference

Made of the code.

| page | holds |
| --- | --- |
| [Commands](commands.md) | every command of `elastic-org` with its options and exit codes |
| [Python](python.md) | every public class and function |
| [Resources](resources.md) | the properties of every resource, in every language |
| [Roles](roles.md) | what Elastic Cloud's roles are called, where they apply and what they allow |
| [Guards](guards.md) | what each guard refuses, and its settings |
| [Settings](settings.md) | environment variables and Pulumi configuration |
| [The roster file](../roster-file.md) | YAML, with a [JSON Schema](../roster.schema.json) for editors |
| [Reviews as JSON](../drift.md#formats) | what `--json` writes, with its [JSON Schema](../review.schema.json) |
| [Recordings](../recording.md) | what `elastic-org record` writes, with its [JSON Schema](../recording.schema.json) |

```{toctree}
:hidden:

commands
python
resources
roles
guards
settings
```
"""


def _commands() -> str:
    parts = map(_command, _below(click.Context(main, info_name="elastic-org"), main))
    return "\n\n".join(["# Commands", "`elastic-org COMMAND --help` says the same.", *parts]) + "\n"


def _below(told: click.Context, group: click.Group) -> Iterator[click.Context]:
    for name in sorted(group.list_commands(told)):
        command = group.get_command(told, name)
        below = click.Context(command, told, info_name=name) if command else told
        yield from _below(below, command) if isinstance(command, click.Group) else [below]


def _command(told: click.Context) -> str:
    """A section for one command: its help as it says it, and its options as a table."""
    command, told.max_content_width = told.command, 120
    options = [one.get_help_record(told) for one in command.get_params(told) if isinstance(one, click.Option)]
    rows = ([f"`{record[0]}`", _literal(record[1])] for record in options if record and "--help" not in record[0])
    usage = f"{told.command_path} {' '.join(command.collect_usage_pieces(told))}"
    heading = told.command_path.removeprefix("elastic-org ")
    shown = [f"## {heading}", f"```text\n{usage}\n```", _paragraphs(command.help), table(["option", "does"], rows)]
    text = "\n\n".join(shown)
    return f"{text}\n{_paragraphs(command.epilog)}".rstrip()


def _paragraphs(help_text: str | None) -> str:
    """A help text as Markdown; click leaves paragraphs as they are that begin with `\\b`."""
    told = []
    for paragraph in inspect.cleandoc(help_text or "").split("\n\n"):
        as_it_is = paragraph.removeprefix("\b\n")
        told.append(_literal(paragraph) if as_it_is == paragraph else f"```text\n{as_it_is}\n```")
    return "\n\n".join(told)


def _literal(text: str) -> str:
    """Text that Markdown shows as it is, but for code between backticks."""
    parts = text.split("`")
    escaped = [re.sub(r"([\\*_\[\]<>|{}~$])", r"\\\1", part) for part in parts[::2]]
    parts[::2] = escaped
    return "`".join(parts)


def _python() -> str:
    names = [getattr(pulumi_elastic_org, name) for name in pulumi_elastic_org.__all__]
    parts = (_documented(one) for one in sorted(names, key=_classes_first))
    return "\n\n".join(["# Python", "`import pulumi_elastic_org as elastic`", *parts]) + "\n"


def _documented(one: object) -> str:
    kind = "class" if inspect.isclass(one) else "function"
    name = getattr(one, "__qualname__", "")
    return f"""## {name}

```{{eval-rst}}
.. auto{kind}:: {getattr(one, "__module__", "")}.{name}
```"""


def _classes_first(one: object) -> tuple[bool, str]:
    return not inspect.isclass(one), getattr(one, "__name__", "")
