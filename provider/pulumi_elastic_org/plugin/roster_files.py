"""A roster that a file describes, for programs of every language: by its path, or by its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.files import file_error
from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Property, Type, Where, invalid
from pulumi_elastic_org.model.grants import GrantError, format_grants
from pulumi_elastic_org.plugin.forms import Mistakes
from pulumi_elastic_org.plugin.names import camel, step
from pulumi_elastic_org.roster_sources import RosterFilesError, note_source, planned_files

FILE_PROPERTIES = (
    Property(
        "files",
        Type.LIST,
        "The roster files that describe the people, instead of `members`; relative to the project's folder.",
        Where.INPUT,
        early=True,
    ),
    Property("content", Type.TEXT, "The text of a roster file, instead of `files`.", Where.INPUT, early=True),
    Property(
        "bindings", Type.MAP, "Ids of deployments and projects by the names that the file uses after `on`.", Where.INPUT
    ),
)
"""What a roster's table has beside the kind's."""

_FROM_FILE = ("members", "mode", "guards", "overrides", "single_sign_on", "max_resends", "target_names", "until")

_GIVEN = frozenset(camel(one.name) for one in FILE_PROPERTIES)
_MADE = frozenset(map(camel, (*_FROM_FILE, "target_labels")))


def hidden_by_files(secrets: frozenset[str]) -> frozenset[str]:
    """Returns the names of inputs that are secret, with those of what is made of a file that is, or of bindings.

    Args:
        secrets: The names of those that a program gave as secrets.
    """
    return secrets if secrets.isdisjoint(_GIVEN) else (secrets - _GIVEN) | _MADE


def with_files(inputs: dict[str, Any], name: str, mistakes: Mistakes) -> dict[str, Any]:
    """Returns inputs with what the file says in place of the file; the same where there is none.

    Args:
        inputs: In the flat form.
        name: The roster's name in Pulumi.
        mistakes: Receives what is wrong with the file, with its name, line and column.
    """
    files, content, bindings = (inputs.pop(one.name, None) for one in FILE_PROPERTIES)
    if files is None and content is None:
        if bindings is not None:
            mistakes.append(("bindings", "are the names that a roster file uses; give files or content too"))
        return inputs
    if files is not None and content is not None:
        mistakes.append(("content", "stands for a file; give either files or content"))
    given = {"files": files, "content": content, "bindings": bindings}
    mistakes += invalid(FILE_PROPERTIES, given)
    for one in _FROM_FILE:
        if one in inputs:
            mistakes.append((camel(one), "is what the roster file says; say it in one place"))
    if files == []:
        mistakes.append(("files", "names no file"))
    if isinstance(bindings, Unknown):
        mistakes.append(
            ("bindings", "is only known after another resource exists; make the map here, with outputs inside")
        )
    if mistakes:
        return inputs
    try:
        if requested := planned_files(name):
            files, content = requested, None
    except RosterFilesError as error:
        mistakes.append(("", str(error)))
        return inputs
    if files is not None:
        note_source(name, files, bindings or {})
    return {**inputs, **_read(files, content, bindings or {}, mistakes)}


def _read(files: Any, content: Any, bindings: Mapping[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    from pulumi_elastic_org.roster_file.reading import (  # noqa: PLC0415 - only for files
        RosterFileError,
        file_inputs,
        load_roster,
        parse_roster,
    )

    try:
        roster = load_roster(files, bindings) if content is None else parse_roster(content, "content", bindings)
    except RosterFileError as error:
        mistakes += [("", str(one)) for one in error.mistakes]
        return {}
    except OSError as error:
        mistakes.append(("files", f"cannot read {file_error(error)}"))
        return {}
    if roster.role_mappings:
        what = (
            "has role_mappings, which only a Python program reads from a file: declare a RoleMappings resource instead"
        )
        mistakes.append(("files" if content is None else "content", what))
    members: dict[str, Any] = {}
    for email, grants in roster.people.items():
        bound = {name: bindings[name] for name in roster.bindings.get(email, ())}
        if any(isinstance(one, Unknown) for one in bound.values()):
            members[email] = UNKNOWN
            continue
        try:
            members[email] = format_grants(roster.resolve(grants, bound))
        except GrantError as error:
            mistakes.append((step("members", email), str(error)))
    return {**file_inputs(roster), "members": dict(sorted(members.items()))}
