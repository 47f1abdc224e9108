"""What the guards allow: each setting is described once and checked once, for programs, roster files, state and every schema.

Whoever takes settings from somebody adds only where the mistake is: the argument's name, or the place in a file.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from typing import Any, NamedTuple

from pulumi_elastic_org.model.people import check_email, check_somebody, has_ended, repeated
from pulumi_elastic_org.model.printable import is_blank, shown

DEFAULT_OWNER_TAG = "owner"
"""The tag of deployments and projects that names their owner, unless the settings say otherwise."""

REPORT, REVOKE, REFUSE = "report", "revoke", "refuse"
STOP, SKIP = "stop", "skip"
KEYS_OF_LEAVERS = (REPORT, REVOKE, REFUSE)
"""What is done about the API keys that somebody created who is removed."""

_UNTIL = " until "
_MOST_DIGITS = 9
_LONGEST_SHOWN = 40
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class SettingType(Enum):
    """What a setting may be."""

    SHARE = "a number, or a share in percent"
    COUNT = "a whole number, 0 or more"
    TAG = "the key of a tag"
    ADDRESSES = "e-mail addresses"
    DOMAINS = "domains"
    FLAG = "true or false"
    KEYS = "'report', 'revoke' or 'refuse'"
    REFUSED = "'stop' or 'skip'"


class Setting(NamedTuple):
    """One setting of the guards.

    Args:
        name: As everywhere.
        type: What it may be.
        default: What it is where nobody says anything.
        description: For every reference and schema.
    """

    name: str
    type: SettingType
    default: Any
    description: str


class Wrong(NamedTuple):
    """Something that is invalid.

    Args:
        value: What is wrong: the value, or the entry of it.
        reason: Why, with the setting's name in front.
    """

    value: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """Lets one person past guards that would refuse, and says why; the plan repeats the reason.

    Args:
        guards: Names of guards, as a refusal gives them.
        reason: Why, for whoever reviews the plan.
        until: The last day (UTC) on which it holds; ``None`` for as long as it is there.
    """

    guards: tuple[str, ...]
    reason: str
    until: date | None = None

    def holds(self, now: datetime) -> bool:
        """Whether its last day has not passed at a time with a time zone."""
        return self.until is None or not has_ended(self.until, now)


def _setting(type_: SettingType, default: Any, description: str) -> Any:
    return field(default=default, metadata={"type": type_, "description": description})


@dataclass(frozen=True, slots=True)
class Guards:
    """What the guards allow.

    Args:
        max_removals: The most people that one apply may take out, cancelled invitations included: a number, or a share of all
            members and pending invitations such as ``"25%"`` (rounded up, so that one person can always leave).
        min_admins: How many accepted members must keep the role organization-admin.
        protected: E-mail addresses of people who are never removed and never lose a role.
        allowed_domains: Domains that may be invited; empty for any.
        owner_tag: The tag of deployments and projects that names their owner by e-mail address.
        refuse_unknown_owners: Whether a removal is refused while a deployment or project has no known owner (`True`), or only
            reported (`False`).
        refuse_unknown_targets: Whether to give a role on a deployment or project is refused where the organization does not have
            it, or where that could not be checked (`True`), or only reported (`False`).
        keys_of_leavers: What is done about the API keys that somebody created who is removed: they are only named (``"report"``),
            deleted after the removal (``"revoke"``), or a reason to refuse it (``"refuse"``).
        bills_attested: The operator's word that no bill is pending, which the API cannot show; asked for when the last member
            leaves.
        when_refused: What a roster does when people are refused: ``"stop"`` does nothing at all, ``"skip"`` leaves them as they are
            and does everything for everybody else.
        overrides: By e-mail address.
    """

    max_removals: int | str = _setting(
        SettingType.SHARE, "25%", "The most people that one apply may take out: a number, or a share such as 25%."
    )
    min_admins: int = _setting(SettingType.COUNT, 1, "How many accepted members must keep the role organization-admin.")
    protected: tuple[str, ...] = _setting(
        SettingType.ADDRESSES, (), "People who are never removed and never lose a role."
    )
    allowed_domains: tuple[str, ...] = _setting(SettingType.DOMAINS, (), "Domains that may be invited; empty for any.")
    owner_tag: str = _setting(
        SettingType.TAG,
        DEFAULT_OWNER_TAG,
        "The tag of deployments and projects that names their owner by e-mail address.",
    )
    refuse_unknown_owners: bool = _setting(
        SettingType.FLAG, False, "Whether a removal is refused while a deployment or project has no known owner."
    )
    refuse_unknown_targets: bool = _setting(
        SettingType.FLAG,
        False,
        "Whether to give a role on a deployment or project is refused where the organization does not have it.",
    )
    keys_of_leavers: str = _setting(
        SettingType.KEYS,
        REPORT,
        "What is done about the API keys that somebody created who is removed: report, revoke (after the removal), or refuse.",
    )
    bills_attested: bool = _setting(
        SettingType.FLAG,
        False,
        "Attests that no bill is pending; needed when the last member leaves.",
    )
    when_refused: str = _setting(
        SettingType.REFUSED,
        STOP,
        "What a roster does when people are refused: nothing at all (stop), or everything for everybody else (skip).",
    )
    overrides: Mapping[str, Override] = field(default_factory=dict, hash=False)


SETTINGS = tuple(
    Setting(one.name, one.metadata["type"], one.default, one.metadata["description"])
    for one in fields(Guards)
    if one.metadata
)
"""All of them but the overrides, in the order in which they are documented."""


def wrong_guards(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yields what is wrong with settings.

    Args:
        values: By name; what is not there has its default.
    """
    types = {one.name: one.type for one in SETTINGS}
    for name, value in values.items():
        if name not in types:
            yield Wrong(name, f"there is no setting {name}; there are {', '.join(types)}")
        else:
            yield from _wrong(name, types[name], value)


def _wrong(name: str, type_: SettingType, value: Any) -> Iterator[Wrong]:
    if type_ in (SettingType.ADDRESSES, SettingType.DOMAINS):
        yield from _wrong_entries(name, type_, value)
    elif type_ is SettingType.SHARE:
        try:
            allowed_removals(value, 0)
        except ValueError as error:
            yield Wrong(value, str(error))
    elif (
        (type_ is SettingType.COUNT and not is_count(value))
        or (type_ is SettingType.TAG and not is_text(value))
        or (type_ is SettingType.KEYS and value not in KEYS_OF_LEAVERS)
        or (type_ is SettingType.REFUSED and value not in (STOP, SKIP))
        or (type_ is SettingType.FLAG and not isinstance(value, bool))
    ):
        yield Wrong(value, f"{name} must be {type_.value}, not {shown(value)}")


def _wrong_entries(name: str, type_: SettingType, value: Any) -> Iterator[Wrong]:
    if not is_list(value):
        example = "acme.example" if type_ is SettingType.DOMAINS else "ada@acme.example"
        yield Wrong(value, f"{name}: must be a list such as ['{example}'], not {kind_of(value)}")
        return
    for one in value:
        try:
            if type_ is SettingType.ADDRESSES:
                check_somebody(one)
            elif not isinstance(one, str):
                raise ValueError
            else:
                check_email(f"name@{one.removeprefix('@')}")
        except ValueError as error:
            yield Wrong(
                one,
                f"{name}: {error}"
                if type_ is SettingType.ADDRESSES
                else f"{name}: {shown(one)} is not a domain such as acme.example",
            )


def wrong_overrides(overrides: Mapping[Any, Any]) -> Iterator[str]:
    """Yields what is wrong with overrides: with those who are named, and with what each lets past.

    Args:
        overrides: What somebody gave, by e-mail address.
    """
    seen: dict[str, str] = {}
    for person, override in overrides.items():
        try:
            check_somebody(person)
            if mistake := repeated(person, seen):
                yield f"overrides, {person}: {mistake}"
        except ValueError as error:
            yield f"overrides, {person}: {error}"
        yield from (f"overrides, {person}: {one.reason}" for one in wrong_override(override))


def wrong_override(override: Any) -> Iterator[Wrong]:
    """Yields what is wrong with the override of one person.

    Args:
        override: What somebody gave.
    """
    from pulumi_elastic_org.model.guards import OVERRIDE_NAMES  # noqa: PLC0415 - loaded only where there are overrides

    if not isinstance(override, Override):
        yield Wrong(override, f"must be made by Override(guards, reason), not {kind_of(override)}")
        return
    if not is_list(override.guards) or not override.guards:
        yield Wrong(override.guards, "guards must be a list of names such as ['owns-resources']")
    else:
        for name in override.guards:
            if name not in OVERRIDE_NAMES:
                near = get_close_matches(str(name), OVERRIDE_NAMES, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(OVERRIDE_NAMES)}"
                yield Wrong(name, f"there is no guard {name}; {hint}")
    if override.until is not None and not isinstance(override.until, date):
        yield Wrong(override.until, "until must be a day such as 2027-03-31")
    if not is_text(override.reason) or is_blank(override.reason):
        yield Wrong(override.reason, "give a reason in words for whoever reviews the change")


def write_guards(guards: Guards) -> dict[str, Any]:
    """Returns guard settings as inputs: what differs from the defaults, with overrides as one string a person."""
    values = {one.name: getattr(guards, one.name) for one in SETTINGS}
    changed = {one.name: values[one.name] for one in SETTINGS if values[one.name] != one.default}
    flat = {key: list(value) if isinstance(value, tuple) else value for key, value in changed.items()}
    overrides = {person: _written(one) for person, one in guards.overrides.items()}
    return {key: value for key, value in (("guards", flat), ("overrides", overrides)) if value}


def read_guards(inputs: Mapping[str, Any], mistakes: list[str]) -> Guards:
    """Reads what `write_guards` writes.

    Args:
        inputs: Inputs or outputs with ``guards`` and ``overrides``, both of which may be missing.
        mistakes: Receives everything that is wrong.
    """
    # On the wire every number is a float, and every collection a list.
    flat = {key: _as_given(value) for key, value in (inputs.get("guards") or {}).items()}
    overrides = {person: _override(text) for person, text in (inputs.get("overrides") or {}).items()}
    wrong = [f"guards: {one.reason}" for one in wrong_guards(flat)]
    mistakes += [*wrong_overrides(overrides), *wrong]
    return Guards() if wrong else Guards(**flat, overrides=overrides)


def _written(override: Override) -> str:
    until = "" if override.until is None else f"{_UNTIL}{override.until}"
    return f"{', '.join(override.guards)}{until}: {override.reason}"


def _override(text: object) -> Override:
    names, _, reason = str(text).partition(":")
    names, has_until, day = names.partition(_UNTIL)
    until: Any = day.strip()
    with suppress(ValueError):
        until = date.fromisoformat(until)
    return Override(tuple(name.strip() for name in names.split(",")), reason.strip(), until if has_until else None)


def _as_given(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return tuple(value) if isinstance(value, list) else value


def allowed_removals(max_removals: int | str, headcount: int) -> int:
    """Returns how many people one apply may take out.

    Args:
        max_removals: A number, or a share such as ``"25%"``.
        headcount: Members and pending invitations.

    Raises:
        ValueError: It is neither a number nor a share between 0% and 100%.
    """
    if not isinstance(max_removals, int | str):
        raise ValueError(f"max_removals must be a number or a share such as '25%', not {shown(max_removals)}")
    text = str(max_removals).strip()
    share = text.removesuffix("%").strip()
    is_number = share.isdecimal() and len(share) <= _MOST_DIGITS
    if is_number and share == text:
        return int(text)
    if not is_number or int(share) > 100:
        raise ValueError(f"max_removals must be a number or a share such as '25%', not '{text[:_LONGEST_SHOWN]}'")
    return math.ceil(headcount * int(share) / 100)


def is_list(value: Any) -> bool:
    """Whether it can be gone through more than once, and is no text, of which every letter would count as an entry."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def is_text(value: Any) -> bool:
    """Whether it says something and can be sent to the engine, which half a character cannot."""
    return isinstance(value, str) and bool(value.strip()) and not _HALF_CHARACTER.search(value)


def is_count(value: Any) -> bool:
    """Whether it is a whole number, 0 or more; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def kind_of(value: Any) -> str:
    """Returns what a message calls a value of the wrong type."""
    return "None" if value is None else f"of type {type(value).__name__}"


def tag_command(owner_tag: str) -> str:
    """Returns the command that sets the owner tag, in which what stands in capitals is to be filled in.

    Args:
        owner_tag: The key of the owner tag.
    """
    option = "" if owner_tag == DEFAULT_OWNER_TAG else f" --owner-tag {shlex.quote(owner_tag)}"
    return f"elastic-org tag-owner RESOURCE PERSON{option}"
