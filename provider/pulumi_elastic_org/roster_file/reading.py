"""The roster as a YAML file: what `resources.Roster` takes, with groups, bundles of roles and names for targets.

A file reads like this; every key but ``mode`` may be left out::

    mode: authoritative            # who is not named is removed; additive: who was never applied is left alone
    max_resends: 3                 # how often an expired invitation is sent again
    guards: {max_removals: 25%, min_admins: 2, protected: [ada@acme.io], allowed_domains: [acme.io]}
    overrides:
      bob@acme.io: {guards: [owns-resources], reason: handed over in HR-12}
    targets:                       # names for deployments and projects: an id, or what has that name in Elastic Cloud
      search: 0123456789abcdef0123456789abcdef
      logs: {name: Central logs}
    bundles:                       # roles under one name, usable wherever a role is
      support: [deployment-viewer on search, observability-viewer on all]
    groups:
      soc:
        roles: [security-t1-analyst on all, support]
        members: [ada@acme.io, bob@acme.io]
    members:
      ada@acme.io: [organization-admin]
      cy@acme.io: []               # a member without roles
      di@example.net: {roles: [support], until: 2027-01-31}    # the last day with access, in UTC
    single_sign_on: [cy@acme.io]   # let in by an identity provider: not invited, roles left alone
    role_mappings:                 # who gets which roles at each single sign-on
      owners: {any: [{group: platform}], roles: [organization-admin]}
      analysts: {all: [{group: soc-*}, {email: "*@acme.io"}], roles: [security-t1-analyst on all]}

A role is written as in `grants`. A person holds their own roles and those of their groups. A roster may be spread over several
files, for instance one a team: sections and lists add up, and contradictions are mistakes (see `merge`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.files import read_bytes
from pulumi_elastic_org.model.grants import Grants, check_combination
from pulumi_elastic_org.model.guard_settings import Guards, Override, Wrong, write_guards, wrong_guards, wrong_override
from pulumi_elastic_org.model.guards import MaxRemovals
from pulumi_elastic_org.model.people import (
    ADDITIVE,
    AUTHORITATIVE,
    check_somebody,
    email_key,
    email_mistake,
    write_single_sign_on,
)
from pulumi_elastic_org.model.printable import printable, shortened
from pulumi_elastic_org.model.role_mappings import ATTRIBUTES, Condition, RoleMapping, Rule, name_mistake
from pulumi_elastic_org.roster_file.roles import Roles
from pulumi_elastic_org.roster_file.sections import (
    Closed,
    ConditionSection,
    MemberSection,
    OverrideSection,
    RosterSections,
    TargetSection,
)
from pulumi_elastic_org.roster_file.shape import read_sections
from pulumi_elastic_org.roster_file.yaml_source import Mark, Mistake, Text, mark_after

PathLike = str | os.PathLike[str]


class RosterFileError(ActionableError, ValueError):
    """Roster files that are invalid. Its text has one line a mistake: ``roster.yaml:12:5: what is wrong; what to do``.

    Args:
        mistakes: Every mistake.
        sources: The files' names, in the order in which their mistakes are told; within a file it is that of the text.
    """

    def __init__(self, mistakes: Iterable[Mistake], sources: Iterable[str]) -> None:
        order = {source: index for index, source in enumerate(sources)}
        told = {one._replace(message=shortened(printable(one.message))) for one in mistakes}
        self.mistakes = tuple(sorted(told, key=lambda one: (order[one.source], one)))
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a roster file says.

    Args:
        authoritative: Whether whoever is not named is removed (`True`), or left alone where no apply has named them (`False`).
        max_resends: How often an expired invitation is sent again.
        guards: What the guards allow, overrides included.
        people: Everybody's grants by e-mail address: those under ``members`` first, then those who are only in groups. Targets are
            ids, names of bindings, or keys of `names`.
        bindings: The names of bindings that each person's grants use, by the same e-mail addresses; empty for most.
        names: The deployments and projects that are found by their name: that name, by what stands for it in the grants.
        labels: The names that the file gives to ids of deployments and projects, by id.
        until: The last day (UTC) with access of the people who have one, by the same e-mail addresses.
        single_sign_on: Those of the people whom an identity provider lets in and gives roles.
        role_mappings: The role mappings, with targets as in `people`.
        warnings: Addresses that nobody can be invited at: they name whoever is in the organization under them.
        places: Where each address is written, as ``FILE:LINE:COLUMN``, by `email_key`; not compared.
    """

    authoritative: bool
    max_resends: int
    guards: Guards
    people: Mapping[str, Grants]
    bindings: Mapping[str, frozenset[str]]
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, date] = field(default_factory=dict)
    single_sign_on: tuple[str, ...] = ()
    role_mappings: tuple[RoleMapping, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @staticmethod
    def resolve(grants: Grants, ids: Mapping[str, str]) -> Grants:
        """Puts ids in the place of binding names.

        Args:
            grants: A person's grants, as in `people`.
            ids: Ids of deployments and projects by binding name.

        Raises:
            GrantError: Two names stand for one target and give one role on it in two ways.
        """
        resolved = frozenset(grant._replace(target=ids.get(grant.target or "", grant.target)) for grant in grants)
        check_combination(resolved)
        return resolved


def load_roster(paths: PathLike | Sequence[PathLike], bindings: Iterable[str] = ()) -> RosterFile:
    """Reads a roster from a file, or from several that make one roster together.

    Args:
        paths: The file or files, in UTF-8.
        bindings: Names that the files may use as targets and whose ids the program knows.

    Raises:
        OSError: A file cannot be opened.
        RosterFileError: The files hold mistakes, or contradict each other; all of it is named.
    """
    paths = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    mistakes: list[Mistake] = []
    texts = {str(path): _read(Path(path), mistakes) for path in paths}
    if mistakes:
        raise RosterFileError(mistakes, texts)
    return parse_rosters(texts, bindings)


def parse_roster(text: str, source: str = "roster.yaml", bindings: Iterable[str] = ()) -> RosterFile:
    """Reads the text of one roster file; arguments and errors as for `parse_rosters`."""
    return parse_rosters({source: text}, bindings)


def parse_rosters(texts: Mapping[str, str], bindings: Iterable[str] = ()) -> RosterFile:
    """Reads the texts of the files of one roster.

    Args:
        texts: By what mistakes call the file: YAML 1.2, at most 5 million characters; at least one.
        bindings: Names that the files may use as targets and whose ids the program knows.

    Raises:
        RosterFileError: They hold mistakes, or contradict each other; all of it is named.
    """
    sections, mistakes = read_sections(texts)
    if sections is None:
        raise RosterFileError(mistakes, texts)
    names = frozenset(bindings)
    roles = Roles(sections.targets, names, sections.bundles, mistakes)
    people = _people(sections, roles, mistakes)
    role_mappings = tuple(_role_mappings(sections, roles, mistakes))
    guards = _guards(sections.guards, _overrides(sections.overrides, mistakes), mistakes)
    known = set(map(email_key, people))
    for email in sections.single_sign_on:
        if _is_email(email, mistakes) and email_key(email) not in known:
            what = f"'{email}' is in no group and not under 'members'; add them there with the roles they get"
            mistakes.append(Mistake(*email.mark, what))
    if mistakes:
        raise RosterFileError(mistakes, texts)
    return RosterFile(
        authoritative=sections.mode == "authoritative",
        max_resends=sections.max_resends,
        guards=guards,
        people=people,
        bindings={
            email: names.intersection(grant.target for grant in grants if grant.target is not None)
            for email, grants in people.items()
        },
        names={
            str(name): str(target.name)
            for name, target in sections.targets.items()
            if isinstance(target, TargetSection)
        },
        labels={
            str(target): str(name) for name, target in sections.targets.items() if not isinstance(target, TargetSection)
        },
        until={
            str(email): entry.until
            for email, entry in sections.members.items()
            if isinstance(entry, MemberSection) and entry.until is not None
        },
        single_sign_on=tuple(map(str, sections.single_sign_on)),
        role_mappings=role_mappings,
        warnings=tuple(_odd_addresses(sections)),
        places=_places(sections),
    )


def _read(path: Path, mistakes: list[Mistake]) -> str:
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = mark_after(data[: error.start].decode("utf-8-sig"), str(path))
        mistakes.append(Mistake(*mark, "this is not UTF-8; save the file as UTF-8"))
        return ""


def _people(sections: RosterSections, roles: Roles, mistakes: list[Mistake]) -> dict[str, Grants]:
    written = _people_by_key(sections.members, mistakes)
    own = {email: roles.of(own_roles(entry), email.mark) for email, entry in sections.members.items()}
    held = {key: [own[email]] for key, email in written.items()}
    joined: dict[str, list[str]] = {}
    for name, group in sections.groups.items():
        given = roles.of(group.roles, name.mark)
        for email in group.members:
            if _is_email(email, mistakes):
                key = email_key(email)
                written.setdefault(key, email)
                held.setdefault(key, []).append(given)
                joined.setdefault(key, []).append(name)
    return {
        str(email): roles.combine(held[key], email.mark, f" (a member of {', '.join(joined.get(key, ()))})")
        for key, email in written.items()
    }


def own_roles(entry: MemberSection | tuple[Text, ...]) -> tuple[Text, ...]:
    """Returns the list of roles of an entry under ``members``."""
    return entry.roles if isinstance(entry, MemberSection) else entry


def _people_by_key(people: Iterable[Text], mistakes: list[Mistake]) -> dict[str, Text]:
    """Returns e-mail addresses as written by the form in which they are compared; each may be there once."""
    written: dict[str, Text] = {}
    for email in people:
        if _is_email(email, mistakes):
            first = written.setdefault(email_key(email), email)
            if first is not email:
                where = first.mark.seen_from(email.mark)
                what = f"'{email}' is already on {where} as '{first}'; keep one of the two"
                mistakes.append(Mistake(*email.mark, what))
    return written


def _role_mappings(sections: RosterSections, roles: Roles, mistakes: list[Mistake]) -> Iterator[RoleMapping]:
    for name, section in sections.role_mappings.items():
        if bool(section.any) == bool(section.all):
            what = (
                "a role mapping has conditions under one of any and all; write {any: [{group: platform}], roles: [...]}"
            )
            mistakes.append(Mistake(*name.mark, what))
        if not section.roles:
            mistakes.append(Mistake(*name.mark, "a role mapping gives roles; write roles: [deployment-viewer on all]"))
        if (wrong := name_mistake(name)) is not None:
            mistakes.append(Mistake(*name.mark, f"'{name}' cannot be a mapping's name: {wrong}"))
        conditions = [found for one in (*section.any, *section.all) if (found := _condition(one, name, mistakes))]
        rule = Rule.of("all" if section.all else "any", conditions)
        yield RoleMapping(str(name), rule, roles.of(section.roles, name.mark), section.enabled)


def _condition(section: ConditionSection, name: Text, mistakes: list[Mistake]) -> Condition | None:
    given = [Condition(attribute, str(one)) for attribute in ATTRIBUTES if (one := getattr(section, attribute))]
    if len(given) != 1:
        mistakes.append(Mistake(*name.mark, "each condition is one group or one email, such as {group: platform}"))
        return None
    [condition] = given
    if (wrong := condition.mistake) is not None:
        written: Text = getattr(section, condition.attribute)
        mistakes.append(Mistake(*written.mark, wrong))
    return condition


def _overrides(sections: Mapping[Text, OverrideSection], mistakes: list[Mistake]) -> dict[str, Override]:
    _people_by_key(sections, mistakes)
    overrides = {
        person: Override(section.guards, section.reason, section.until) for person, section in sections.items()
    }
    for person, override in overrides.items():
        mistakes += [_at(person, one) for one in wrong_override(override)]
        for guard in override.guards:
            if guard == MaxRemovals.name:
                what = f"{guard} is about everybody and has no override for one person; raise max_removals in 'guards'"
                mistakes.append(Mistake(*_mark(guard, person), what))
    return {str(person): replace(one, guards=tuple(map(str, one.guards))) for person, one in overrides.items()}


def _guards(section: Closed, overrides: dict[str, Override], mistakes: list[Mistake]) -> Guards:
    settings = dict(section)
    # What is not text is wrong in its shape only, and that is known already.
    for one in wrong_guards(settings):
        text: Text = one.value
        mistakes.append(Mistake(*text.mark, one.reason))
    plain: dict[str, Any] = {key: _plain(value) for key, value in settings.items()}
    return Guards(**plain, overrides=overrides)


def _at(place: Text, wrong: Wrong) -> Mistake:
    return Mistake(*_mark(wrong.value, place), message=wrong.reason)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return str(value) if isinstance(value, Text) else value


def _mark(value: object, place: Text) -> Mark:
    return value.mark if isinstance(value, Text) else place.mark


def _protected(section: Closed) -> tuple[Text, ...]:
    protected: tuple[Text, ...] = dict(section)["protected"]
    return protected


def _odd_addresses(sections: RosterSections) -> Iterator[Mistake]:
    for email in sorted(set(_addresses(sections)), key=lambda one: one.mark):
        if (what := email_mistake(email)) is not None:
            yield Mistake(
                *email.mark,
                shortened(
                    f"'{email}' is not an e-mail address: {what}; write it as name@example.com, unless it names a member whom "
                    "Elastic Cloud shows so"
                ),
            )


def _addresses(sections: RosterSections) -> Iterator[Text]:
    """Every address wherever it is written."""
    yield from sections.members
    yield from (email for group in sections.groups.values() for email in group.members)
    yield from sections.overrides
    yield from sections.single_sign_on
    yield from _protected(sections.guards)


def _places(sections: RosterSections) -> Mapping[str, tuple[str, ...]]:
    places: dict[str, tuple[str, ...]] = {}
    for email in _addresses(sections):
        place = f"{email.mark.source}:{email.mark.line}:{email.mark.column}"
        places[email_key(email)] = (*places.get(email_key(email), ()), place)
    return places


def _is_email(email: Text, mistakes: list[Mistake]) -> bool:
    try:
        check_somebody(email)
    except ValueError as error:
        mistakes.append(Mistake(*email.mark, str(error)))
        return False
    return True


def file_inputs(file: RosterFile) -> dict[str, Any]:
    """Returns what a roster file says as inputs of a roster, but for the people.

    Args:
        file: As it was read.
    """
    return {
        "mode": AUTHORITATIVE if file.authoritative else ADDITIVE,
        "max_resends": file.max_resends,
        **write_guards(file.guards),
        **write_single_sign_on(file.single_sign_on),
        **({"target_names": dict(file.names)} if file.names else {}),
        **({"target_labels": dict(file.labels)} if file.labels else {}),
        **({"until": {email: str(day) for email, day in file.until.items()}} if file.until else {}),
    }
