"""Reads roster files as far as their shape goes, and says what is misshapen in words about the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pulumi_elastic_org.roster_file.merge import merge
from pulumi_elastic_org.roster_file.sections import (
    IS_MAPPING,
    IS_OTHER,
    Closed,
    ConditionSection,
    GroupSection,
    GuardsSection,
    MemberSection,
    OverrideSection,
    RoleMappingSection,
    RosterSections,
    TargetSection,
)
from pulumi_elastic_org.roster_file.yaml_source import Mapping, Mark, Mistake, Text, locate, read_mapping

_NESTED: dict[str | int, type[Closed]] = {
    "guards": GuardsSection,
    "overrides": OverrideSection,
    "groups": GroupSection,
    "members": MemberSection,
    "role_mappings": RoleMappingSection,
    "targets": TargetSection,
}
_DEEP = 4
"""How long the path of a key is that is not in a section's own entry but in the condition of a role mapping."""
_MAPPING = "lines such as 'name: value', indented below it"
_SHAPES = {
    "is_instance_of": "text",
    "string_type": "text",
    "string_too_short": "text",
    "tuple_type": "a list; write [one, two], or [] for none",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
}
_NAMES_SHOWN = 10
_WHOLE_NUMBER = "a whole number, 0 or more"


def read_sections(texts: AnyMapping[str, str]) -> tuple[RosterSections | None, list[Mistake]]:
    """Reads roster files as far as their shape goes.

    Args:
        texts: The text of each file by its name.

    Returns:
        The sections without what is misshapen, so that the rest can be judged too, and every mistake of shape; no sections where
        a text is no YAML mapping.
    """
    files = [read_mapping(text, source) for source, text in texts.items()]
    mistakes = [mistake for _, found in files for mistake in found]
    mappings = [mapping for mapping, _ in files if mapping is not None]
    if len(mappings) < len(files):
        return None, mistakes
    mapping, contradictions = merge(mappings)
    mistakes += contradictions
    start = Mark(1, 1, next(iter(texts)))
    try:
        return RosterSections.model_validate(mapping), mistakes
    except ValidationError as error:
        wrong = [(one, _path(mapping, one["loc"])) for one in error.errors(include_url=False, include_input=False)]
    mistakes += [_mistake(mapping, start, one, path) for one, path in wrong]
    for one, path in reversed(wrong):  # from the last item of a list to the first, so that indexes stay true
        if one["type"] != "missing":
            _take_out(mapping, path)
        elif len(path) > 1:
            _take_out(mapping, path[:-1])
    mapping.setdefault(Text("mode", start), Text("additive", start))  # either would do to judge the rest
    return RosterSections.model_validate(mapping), mistakes


def nearest(name: str, valid: Iterable[str]) -> str:
    """Returns what to write in place of a name that is not valid."""
    names = list(valid)
    if near := difflib.get_close_matches(name, names, n=1):
        return f"did you mean '{near[0]}'?"
    more = ", ..." if len(names) > _NAMES_SHOWN else ""
    return f"write one of {', '.join(names[:_NAMES_SHOWN])}{more}"


def _path(mapping: Mapping, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Returns pydantic's location of an error as a path of keys and indexes that the file has."""
    value: Any = mapping
    path = []
    for step in location:
        if step in (IS_MAPPING, IS_OTHER) and not (isinstance(value, Mapping) and step in value):
            continue
        path.append(step)
        if isinstance(step, int) or step in value:
            value = value[step]
    return tuple(path)


def _mistake(mapping: Mapping, start: Mark, wrong: ErrorDetails, path: tuple[str | int, ...]) -> Mistake:
    kind, name = wrong["type"], path[-1]
    if kind == "missing":
        if len(path) == 1:
            return Mistake(*start, "'mode' is missing; write 'mode: authoritative' or 'mode: additive'")
        return Mistake(*locate(mapping, path[:-1]), f"'{path[-2]}' needs '{name}'; write {{{name}: ...}}")
    if kind == "extra_forbidden":
        model = RosterSections if len(path) == 1 else ConditionSection if len(path) > _DEEP else _NESTED[path[0]]
        message = f"'{name}' is not a key here; {nearest(str(name), model.model_fields)}"
    elif kind == "value_error":
        message = str(wrong["ctx"]["error"])
    elif kind == "literal_error":
        message = f"'{name}' must be {wrong['ctx']['expected']}"
    else:
        what = f"'{name}' takes" if isinstance(name, str) else f"each entry of '{path[-2]}' is"
        message = f"{what} {_SHAPES.get(kind, _WHOLE_NUMBER)}"
    return Mistake(*locate(mapping, path), message)


def _take_out(value: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        value = value[step]
    del value[path[-1]]
