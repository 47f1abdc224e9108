"""The sections of a roster file as models; what the words in them mean is for `file` to judge."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    Tag,
    WithJsonSchema,
    create_model,
)
from typing_extensions import TypeAliasType

from pulumi_elastic_org.model.grants import KNOWN_ROLES, ORGANIZATION, is_target_id
from pulumi_elastic_org.model.guard_settings import SETTINGS, SettingType, allowed_removals
from pulumi_elastic_org.model.guards import OVERRIDE_NAMES, MaxRemovals
from pulumi_elastic_org.model.people import MAX_RESENDS, read_day
from pulumi_elastic_org.roster_file.yaml_source import Mapping, Text


def _truth(value: object) -> bool:
    if value in ("true", "True", "TRUE"):
        return True
    if value in ("false", "False", "FALSE"):
        return False
    raise ValueError("this is either on or off; write true or false")


def _removals(value: object) -> int | str:
    if not isinstance(value, Text):
        raise ValueError("max_removals must be a number or a share; write 3 or 25%")
    allowed_removals(value, headcount=1)
    return int(value) if value.strip().isdecimal() else str(value)


def _day(value: object) -> date:
    try:
        return read_day(str(value))
    except ValueError:
        raise ValueError("this is the last day with access; write it as 2027-01-31") from None


def _id(value: object) -> object:
    if isinstance(value, Text) and not is_target_id(value):
        raise ValueError(f"'{value}' is not an id; to find what has that name, write {{name: {value}}}")
    return value


def _empty_for_null(value: object) -> object:
    return {} if value is None else value


def _as_mapping_or_other(value: object) -> str:
    return IS_MAPPING if isinstance(value, Mapping) else IS_OTHER


_T = TypeVar("_T")
IS_MAPPING, IS_OTHER = "<mapping>", "<other>"  # in the path of a mistake they stand for which of two forms was judged
_NAMED_ROLES = [
    role if scope == ORGANIZATION else f"{role} on all" for scope, roles in KNOWN_ROLES.items() for role in roles
]
_OVERRIDABLE = [name for name in OVERRIDE_NAMES if name != MaxRemovals.name]

Word = Annotated[InstanceOf[Text], WithJsonSchema({"type": "string"})]
Email = Annotated[InstanceOf[Text], WithJsonSchema({"type": "string", "format": "email"})]
# An editor completes the roles that are known, and lets every other text through.
Role = TypeAliasType(
    "Role", Annotated[InstanceOf[Text], WithJsonSchema({"anyOf": [{"enum": _NAMED_ROLES}, {"type": "string"}]})]
)
GuardName = Annotated[InstanceOf[Text], WithJsonSchema({"enum": _OVERRIDABLE})]
# To an editor, an id that is all digits is a number.
Id = Annotated[InstanceOf[Text], BeforeValidator(_id), WithJsonSchema({"type": ["string", "number"]})]
Flag = Annotated[bool, BeforeValidator(_truth)]
Count = Annotated[int, Field(ge=0)]
Removals = Annotated[
    int | str,
    BeforeValidator(_removals),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,3}%$"}]}),
]
Day = Annotated[date, BeforeValidator(_day)]
Section = Annotated[dict[Word, _T], BeforeValidator(_empty_for_null)]


class Closed(BaseModel):
    # The docstring of each attribute is its description in the published JSON Schema.
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


_GUARDS: AnyMapping[SettingType, Any] = {
    SettingType.SHARE: Removals,
    SettingType.COUNT: Count,
    SettingType.TAG: Annotated[InstanceOf[Text], WithJsonSchema({"type": "string", "minLength": 1})],
    SettingType.ADDRESSES: tuple[Email, ...],
    SettingType.DOMAINS: tuple[Word, ...],
    SettingType.FLAG: Flag,
    SettingType.KEYS: Literal["report", "revoke", "refuse"],
    SettingType.REFUSED: Literal["stop", "skip"],
}
if TYPE_CHECKING:
    GuardsSection = Closed
else:
    GuardsSection = create_model(
        "GuardsSection",
        __base__=Closed,
        __doc__="What the guards allow.",
        **{one.name: (_GUARDS[one.type], Field(one.default, description=one.description)) for one in SETTINGS},
    )


class OverrideSection(Closed):
    """Guards that one person is let past, and why."""

    guards: tuple[GuardName, ...] = ()
    """The guards' names, as a refusal gives them."""
    reason: str = ""
    """Why, for whoever reviews the plan."""
    until: Day | None = None
    """The last day (UTC) on which it holds; without one as long as it is there."""


class TargetSection(Closed):
    """A deployment or project by its name, found when the program runs."""

    name: Word
    """The name as Elastic Cloud shows it; several of the same kind with one name are refused."""


class GroupSection(Closed):
    """People who hold the same roles."""

    roles: tuple[Role, ...] = ()
    """Roles in text form, and bundles."""
    members: tuple[Email, ...] = ()
    """E-mail addresses."""


class MemberSection(Closed):
    """A person with more than roles."""

    roles: tuple[Role, ...] = ()
    """Roles in text form, and bundles."""
    until: Day | None = None
    """The last day (UTC) with access, such as 2027-01-31; from the next day on the plan removes the person."""


class ConditionSection(Closed):
    """What a role mapping asks of whoever signs on: one group or one address."""

    group: Word | None = None
    """A group, as the identity provider names it; * stands for zero or more characters."""
    email: Word | None = None
    """An e-mail address; * stands for zero or more characters."""


class RoleMappingSection(Closed):
    """Who gets which roles at each single sign-on."""

    any: tuple[ConditionSection, ...] = ()
    """Conditions of which one must hold; a mapping has any or all."""
    all: tuple[ConditionSection, ...] = ()
    """Conditions that must all hold."""
    roles: tuple[Role, ...] = ()
    """Roles in text form, and bundles."""
    enabled: Flag = True
    """Whether the mapping has any effect."""


Target = Annotated[
    Annotated[TargetSection, Tag(IS_MAPPING)] | Annotated[Id, Tag(IS_OTHER)], Discriminator(_as_mapping_or_other)
]
Member = Annotated[
    Annotated[MemberSection, Tag(IS_MAPPING)] | Annotated[tuple[Role, ...], Tag(IS_OTHER)],
    Discriminator(_as_mapping_or_other),
]


class RosterSections(Closed):
    """The people of an Elastic Cloud organization."""

    mode: Literal["authoritative", "additive"]
    """authoritative: people who are not named are removed. additive: people whom no apply has named are left alone."""
    max_resends: Count = MAX_RESENDS
    """How often an expired invitation is sent again before it is only reported."""
    guards: Annotated[GuardsSection, BeforeValidator(_empty_for_null)] = GuardsSection()
    """What may be removed, and under which conditions."""
    overrides: Section[OverrideSection] = Field(default_factory=dict)
    """Guards that single people are let past, by e-mail address."""
    targets: Section[Target] = Field(default_factory=dict)
    """Names for deployments and projects: each an id, or {name: NAME} for what has that name."""
    bundles: Section[tuple[Role, ...]] = Field(default_factory=dict)
    """Roles under one name, usable wherever a role is."""
    groups: Section[GroupSection] = Field(default_factory=dict)
    """People who hold the same roles."""
    members: Section[Member] = Field(default_factory=dict)
    """People by e-mail address: a list of their own roles, or {roles: [...], until: DAY}."""
    role_mappings: Section[RoleMappingSection] = Field(default_factory=dict)
    """Who gets which roles at each single sign-on, by the mapping's name; one of them gives organization-admin."""
    single_sign_on: tuple[Email, ...] = ()
    """People whom an identity provider lets in and gives roles at each login: not invited, their roles left alone."""
