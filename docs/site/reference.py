"""Pages made of the code, so that they cannot say anything else than it does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from ruamel.yaml import YAML

import pulumi_elastic_org
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.model import guards
from pulumi_elastic_org.model.grants import KNOWN_ROLES
from pulumi_elastic_org.variables import VARIABLES

ROLES = Path(__file__).with_name("roles.yaml")
_SCOPES = {
    "organization": "the organization",
    "deployment": "hosted deployments, named or all",
    "elasticsearch": "Elasticsearch projects, named or all",
    "observability": "Observability projects, named or all",
    "security": "Security projects, named or all",
}


def reference_pages() -> Iterator[tuple[str, str]]:
    """Yields the place and the text of each page."""
    yield "reference/index.md", _index()
    yield "reference/commands.md", _commands()
    yield "reference/python.md", _python()
    yield "reference/roles.md", _roles()
    yield "reference/guards.md", _guards()
    yield "reference/settings.md", _settings()


def _index() -> str:
    return """# Reference

Made of the code while this site is built.

| page | holds |
| --- | --- |
| [Commands](commands.md) | every command of `elastic-org` with its options and exit codes |
| [Python](python.md) | every public class and function |
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
    shown = [f"## {heading}", f"```text\n{usage}\n```", _paragraphs(command.help), _table(["option", "does"], rows)]
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


def _roles() -> str:
    described = YAML(typ="safe").load(ROLES)
    known = {role_id for role_ids in KNOWN_ROLES.values() for role_id in role_ids}
    if described.keys() != known:
        raise ValueError(f"{ROLES} and model/grants.py differ in {sorted(described.keys() ^ known)}")
    text = """# Roles

What a roster file and a program call a role is its id. Elastic's console shows a name, and several roles have the same one; the
id says for what it is. A role for all also holds for what is created later.

Write `ID on NAME` for a deployment or a project, `ID on all` for all of the kind, and the id alone for a role of the organization:
[the roster file](../roster-file.md#roles).
"""
    for scope, role_ids in KNOWN_ROLES.items():
        rows = ([f"`{one}`", described[one]["name"], described[one]["allows"]] for one in role_ids)
        text += f"\n## {scope.capitalize()}\n\nFor {_SCOPES[scope]}.\n\n"
        text += _table(["id", "in the console", "allows"], rows)
    return text


_GUARDS = """# Guards

What one of these refuses is not done, and neither is the rest of the apply. A preview shows it first. An override names the person,
the guard and a reason. In Python their settings are [`Guards`](python.md#guards); in a roster file they stand under `guards`."""


def _guards() -> str:
    found = {getattr(one, "name", None): one for _, one in inspect.getmembers(guards, inspect.isclass)}
    told = sorted((name, inspect.getdoc(one)) for name, one in found.items() if isinstance(name, str))
    return "\n\n".join([_GUARDS, *(f"## `{name}`\n\n{text}" for name, text in told)]) + "\n"


def _settings() -> str:
    rows = ([f"`{variable}`", f"`{key}`"] for key, variable in VARIABLES.items())
    return f"""# Settings

{_table(["environment", "Pulumi configuration"], rows)}
Which of two places wins, and why: [where a key comes from](../your-key.md#which-key-is-used).
"""


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
