"""The sections of a roster file and their shape; what the words in them mean is for `file` to judge."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, ValidationError
from pydantic_core import ErrorDetails

from pulumi_elastic_org.roster.people import MAX_RESENDS
from pulumi_elastic_org.roster.verdicts import Guards, allowed_removals
from pulumi_elastic_org.roster.yaml_source import START, Mapping, Mistake, Text, locate, read_mapping

_DEFAULTS = Guards()


def _truth(value: object) -> bool:
    if value in ("true", "True", "TRUE"):
        return True
    if value in ("false", "False", "FALSE"):
        return False
    raise ValueError("this is either on or off; write true or false")


def _removals(value: object) -> int | str:
    if not isinstance(value, Text):
        raise ValueError("max_removals is a number or a share; write 3 or 25%")
    allowed_removals(value, headcount=1)
    return int(value) if value.strip().isdecimal() else str(value)


def _empty_for_null(value: object) -> object:
    return {} if value is None else value


_T = TypeVar("_T")
Word = InstanceOf[Text]
Flag = Annotated[bool, BeforeValidator(_truth)]
Count = Annotated[int, Field(ge=0)]
Section = Annotated[dict[Word, _T], BeforeValidator(_empty_for_null)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GuardsSection(_Closed):
    """`Guards` without the overrides."""

    max_removals: Annotated[int | str, BeforeValidator(_removals)] = _DEFAULTS.max_removals
    min_admins: Count = _DEFAULTS.min_admins
    protected: tuple[Word, ...] = ()
    allowed_domains: tuple[Word, ...] = ()
    owner_tag: Annotated[str, Field(min_length=1)] = _DEFAULTS.owner_tag
    refuse_unknown_owners: Flag = _DEFAULTS.refuse_unknown_owners
    bills_attested: Flag = _DEFAULTS.bills_attested


class OverrideSection(_Closed):
    """Guards that one person is let past, and why."""

    guards: tuple[Word, ...] = ()
    reason: str = ""


class GroupSection(_Closed):
    """People who hold the same roles."""

    roles: tuple[Word, ...] = ()
    members: tuple[Word, ...] = ()


class RosterSections(_Closed):
    """Everything that a roster file may hold."""

    mode: Literal["authoritative", "additive"]
    max_resends: Count = MAX_RESENDS
    guards: Annotated[GuardsSection, BeforeValidator(_empty_for_null)] = GuardsSection()
    overrides: Section[OverrideSection] = Field(default_factory=dict)
    targets: Section[Word] = Field(default_factory=dict)
    bundles: Section[tuple[Word, ...]] = Field(default_factory=dict)
    groups: Section[GroupSection] = Field(default_factory=dict)
    members: Section[tuple[Word, ...]] = Field(default_factory=dict)


_NESTED: dict[str | int, type[_Closed]] = {
    "guards": GuardsSection,
    "overrides": OverrideSection,
    "groups": GroupSection,
}
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


def read_sections(text: str) -> tuple[RosterSections | None, list[Mistake]]:
    """Reads a roster file as far as its shape goes.

    Args:
        text: The file's text.

    Returns:
        The sections without what is misshapen, so that the rest can be judged too, and every mistake of shape; no sections where
        the text is no YAML mapping.
    """
    mapping, mistakes = read_mapping(text)
    if mapping is None:
        return None, mistakes
    try:
        return RosterSections.model_validate(mapping), mistakes
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
    mistakes += [_mistake(mapping, one) for one in wrong]
    for one in reversed(wrong):  # from the last item of a list to the first, so that indexes stay true
        if one["type"] != "missing":
            _take_out(mapping, one["loc"])
    mapping.setdefault(Text("mode", START), Text("additive", START))  # either would do to judge the rest
    return RosterSections.model_validate(mapping), mistakes


def nearest(name: str, valid: Iterable[str]) -> str:
    """Returns what to write in place of a name that is not valid."""
    names = list(valid)
    if near := difflib.get_close_matches(name, names, n=1):
        return f"did you mean '{near[0]}'?"
    more = ", ..." if len(names) > _NAMES_SHOWN else ""
    return f"write one of {', '.join(names[:_NAMES_SHOWN])}{more}"


def _mistake(mapping: Mapping, wrong: ErrorDetails) -> Mistake:
    kind, path = wrong["type"], wrong["loc"]
    if kind == "missing":
        return Mistake(*START, "'mode' is missing; write 'mode: authoritative' or 'mode: additive'")
    name = path[-1]
    if kind == "extra_forbidden":
        model = RosterSections if len(path) == 1 else _NESTED[path[0]]
        message = f"'{name}' is not a key here; {nearest(str(name), model.model_fields)}"
    elif kind == "value_error":
        message = str(wrong["ctx"]["error"])
    elif kind == "literal_error":
        message = f"'{name}' takes one of two words; write authoritative or additive"
    else:
        what = f"'{name}' takes" if isinstance(name, str) else f"each entry of '{path[-2]}' is"
        message = f"{what} {_SHAPES.get(kind, _WHOLE_NUMBER)}"
    return Mistake(*locate(mapping, path), message)


def _take_out(value: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        value = value[step]
    del value[path[-1]]
