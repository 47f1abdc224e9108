"""Pages of tables that are made of the code and kept in docs/reference, where they are read without the site too."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pulumi_elastic_org.model.grants import KNOWN_ROLES
from pulumi_elastic_org.model.guard_settings import SETTINGS
from pulumi_elastic_org.model.guards import ALL_GUARDS, REFUSED_ROLES
from pulumi_elastic_org.model.keys import KEY_GUARD_NAMES
from pulumi_elastic_org.model.mapping_changes import DELETABLE_NAMES, OWNER_MAPPING
from pulumi_elastic_org.model.reviewed import OnlyReviewed
from pulumi_elastic_org.model.single_sign_on import ENFORCED_PROVIDER, ENFORCEMENT
from pulumi_elastic_org.model.verdicts import SAME_ACCOUNT
from pulumi_elastic_org.plugin.schema import schema
from pulumi_elastic_org.variables import VARIABLES

PLACE = Path(__file__).parents[1] / "reference"
ROLES = Path(__file__).with_name("roles.yaml")
ENVIRONMENT = Path(__file__).with_name("variables.yaml")
_SCOPES = {
    "organization": "the organization",
    "deployment": "hosted deployments, named or all",
    "elasticsearch": "Elasticsearch projects, named or all",
    "observability": "Observability projects, named or all",
    "security": "Security projects, named or all",
}
_EXPLAINED_ELSEWHERE = {
    SAME_ACCOUNT: "[members](../members.md#member)",
    REFUSED_ROLES: "[deployments that are shut down](../roster-file.md#deployments-that-are-shut-down); an override only",
    **dict.fromkeys(KEY_GUARD_NAMES, "[API keys](../api-keys.md#what-is-never-deleted)"),
    **dict.fromkeys(
        (OWNER_MAPPING, DELETABLE_NAMES, ENFORCED_PROVIDER, ENFORCEMENT),
        "[single sign-on](../single-sign-on.md#role-mappings)",
    ),
}


def write_tables() -> None:
    """Writes every page anew."""
    PLACE.mkdir(exist_ok=True)
    for name, text in tables().items():
        (PLACE / name).write_text(text, encoding="utf-8")


def tables() -> Mapping[str, str]:
    """Returns the text of each page by its name."""
    return {"guards.md": _guards(), "resources.md": _resources(), "roles.md": _roles(), "settings.md": _settings()}


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """Returns a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


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
        text += table(["id", "in the console", "allows"], rows)
    return text


def _guards() -> str:
    settings = ([f"`{one.name}`", f"`{_written(one.default)}`", one.description] for one in SETTINGS)
    explained = sorted((one.name, inspect.getdoc(one) or "") for one in (*ALL_GUARDS, OnlyReviewed({})))
    elsewhere = ([f"`{name}`", where] for name, where in sorted(_EXPLAINED_ELSEWHERE.items()))
    sections = "\n\n".join(f"### `{name}`\n\n{text.partition(_ARGUMENTS)[0]}" for name, text in explained)
    return f"""# Guards

What one of these refuses is not done, and neither is the rest of the apply unless `when_refused` says so. A preview shows it
first. An override names the person, the guard and a reason.

## Settings

In a roster file they stand under `guards`, in Python they are arguments of `Guards`, in other languages properties of `guards`.

{table(["setting", "default", "says"], settings)}
## About people

{sections}

## About everything else

{table(["guard", "explained in"], elsewhere)}"""


_ARGUMENTS = "\n\nArgs:"


def _written(default: Any) -> str:
    """A default as a roster file has it."""
    return default if isinstance(default, str) else json.dumps(default)


def _settings() -> str:
    described = YAML(typ="safe").load(ENVIRONMENT)
    keys = {variable: f"`{key}`" for key, variable in VARIABLES.items()}
    cloud, *others = (
        (title, [[f"`{name}`", keys.get(name, ""), says] for name, says in variables.items()])
        for title, variables in described.items()
    )
    sections = "\n".join(
        f"## {title}\n\n{table(['environment', 'is'], ([name, says] for name, _, says in rows))}"
        for title, rows in others
    )
    return f"""# Settings

## {cloud[0]}

{table(["environment", "Pulumi configuration", "is"], cloud[1])}
Which of two places wins, and why: [where a key comes from](../your-key.md#which-key-is-used).

{sections}"""


_RESOURCES = """# Resources

The properties of each resource, named as in TypeScript, YAML and Java; in Python `maxResends` is `max_resends`, in Go and C#
`MaxResends`. What is given can be read again as an output, secrets excepted.
"""


def _resources() -> str:
    """The schema's words without its examples, which other pages have."""
    described = schema()["resources"]
    sections = (_resource(token.rpartition(":")[2], described[token]) for token in sorted(described))
    return "\n".join([_RESOURCES, *sections])


def _resource(name: str, described: Mapping[str, Any]) -> str:
    given, required = described["inputProperties"], described.get("requiredInputs", ())
    inputs = ([f"`{key}`{', required' * (key in required)}", _line(one)] for key, one in given.items())
    outputs = [[f"`{key}`", _line(one)] for key, one in described["properties"].items() if key not in given]
    parts = [
        f"## {name}\n",
        f"{described['description'].partition('{{%')[0].strip()}\n",
        table(["input", "is"], inputs),
    ]
    return "\n".join([*parts, *([table(["output", "is"], outputs)] if outputs else [])])


def _line(described: Mapping[str, Any]) -> str:
    return " ".join(str(described["description"]).split()).replace("|", "\\|")


if __name__ == "__main__":
    write_tables()
