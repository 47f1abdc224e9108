"""The roster as a YAML file: what `resources.Roster` takes, with groups, bundles of roles and names for targets.

A file reads like this; every key but ``mode`` may be left out::

    mode: authoritative            # people who are not named are removed; additive: left alone
    max_resends: 3                 # how often an expired invitation is sent again
    guards: {max_removals: 25%, min_admins: 2, protected: [ada@acme.io], allowed_domains: [acme.io]}
    overrides:
      bob@acme.io: {guards: [owns-resources], reason: handed over in HR-12}
    targets:                       # names for the ids of deployments and projects
      search: 0123456789abcdef0123456789abcdef
    bundles:                       # roles under one name, usable wherever a role is
      support: [deployment-viewer on search, observability-viewer on all]
    groups:
      soc:
        roles: [security-t1-analyst on all, support]
        members: [ada@acme.io, bob@acme.io]
    members:
      ada@acme.io: [organization-admin]
      cy@acme.io: []               # a member without roles

A role is written as in `grants`. A person holds their own roles and those of their groups.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi_elastic_org.roster.file_roles import Roles
from pulumi_elastic_org.roster.file_schema import GuardsSection, OverrideSection, RosterSections, nearest, read_sections
from pulumi_elastic_org.roster.grants import Grants, check_combination
from pulumi_elastic_org.roster.guards import GUARD_NAMES, MaxRemovals
from pulumi_elastic_org.roster.people import check_email, email_key
from pulumi_elastic_org.roster.verdicts import Guards, Override
from pulumi_elastic_org.roster.yaml_source import Mistake, Text, mark_after


class RosterFileError(ValueError):
    """A roster file that cannot be meant. Its text has one line a mistake: ``roster.yaml:12:5: what is wrong; what to do``.

    Args:
        source: The file's name.
        mistakes: Every mistake in it, in the order of the text.
    """

    def __init__(self, source: str, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted({one._replace(message=_printable(one.message)) for one in mistakes}))
        super().__init__("\n".join(f"{source}:{line}:{column}: {what}" for line, column, what in self.mistakes))


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a roster file says.

    Args:
        authoritative: Whether people who are not named are removed (`True`) or left alone (`False`).
        max_resends: How often an expired invitation is sent again.
        guards: What the guards allow, overrides included.
        people: Everybody's grants by e-mail address: those under ``members`` first, then those who are only in groups. Targets are
            ids, or names of bindings.
        bindings: The names of bindings that each person's grants use, by the same e-mail addresses; empty for most.
    """

    authoritative: bool
    max_resends: int
    guards: Guards
    people: Mapping[str, Grants]
    bindings: Mapping[str, frozenset[str]]

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


def load_roster(path: str | os.PathLike[str], bindings: Iterable[str] = ()) -> RosterFile:
    """Reads a roster file.

    Args:
        path: The file, in UTF-8.
        bindings: Names that the file may use as targets and whose ids the program knows.

    Raises:
        OSError: The file cannot be opened.
        RosterFileError: It holds mistakes; all of them are named.
    """
    data = Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = mark_after(data[: error.start].decode("utf-8-sig"))
        raise RosterFileError(str(path), [Mistake(*mark, "this is not UTF-8; save the file as UTF-8")]) from None
    return parse_roster(text, str(path), bindings)


def parse_roster(text: str, source: str = "roster.yaml", bindings: Iterable[str] = ()) -> RosterFile:
    """Reads the text of a roster file.

    Args:
        text: YAML 1.2, at most 5 million characters.
        source: What mistakes call the file.
        bindings: Names that the file may use as targets and whose ids the program knows.

    Raises:
        RosterFileError: It holds mistakes; all of them are named.
    """
    sections, mistakes = read_sections(text)
    if sections is None:
        raise RosterFileError(source, mistakes)
    names = frozenset(bindings)
    people = _people(sections, Roles(sections.targets, names, sections.bundles, mistakes), mistakes)
    guards = _guards(sections.guards, _overrides(sections.overrides, mistakes), mistakes)
    if mistakes:
        raise RosterFileError(source, mistakes)
    return RosterFile(
        authoritative=sections.mode == "authoritative",
        max_resends=sections.max_resends,
        guards=guards,
        people=people,
        bindings={
            email: names.intersection(grant.target for grant in grants if grant.target is not None)
            for email, grants in people.items()
        },
    )


def _printable(message: str) -> str:
    """Escapes line ends and invisible characters that a message repeats from the file."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in message)


def _people(sections: RosterSections, roles: Roles, mistakes: list[Mistake]) -> dict[str, Grants]:
    written = _people_by_key(sections.members, mistakes)
    held = {key: [roles.of(sections.members[email], email.mark)] for key, email in written.items()}
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


def _people_by_key(people: Iterable[Text], mistakes: list[Mistake]) -> dict[str, Text]:
    """Returns e-mail addresses as written by the form in which they are compared; each may be there once."""
    written: dict[str, Text] = {}
    for email in people:
        if _is_email(email, mistakes):
            first = written.setdefault(email_key(email), email)
            if first is not email:
                what = f"'{email}' is already on line {first.mark.line} as '{first}'; keep one of the two"
                mistakes.append(Mistake(*email.mark, what))
    return written


def _overrides(sections: Mapping[Text, OverrideSection], mistakes: list[Mistake]) -> dict[str, Override]:
    _people_by_key(sections, mistakes)
    for person, section in sections.items():
        if not section.guards or not section.reason.strip():
            mistakes.append(Mistake(*person.mark, "an override names its guards and a reason; give it both"))
        for guard in section.guards:
            if guard == MaxRemovals.name:
                what = f"{guard} is about everybody and has no override for one person; raise max_removals in 'guards'"
                mistakes.append(Mistake(*guard.mark, what))
            elif guard not in GUARD_NAMES:
                mistakes.append(Mistake(*guard.mark, f"'{guard}' is no guard; {nearest(guard, GUARD_NAMES)}"))
    return {
        str(person): Override(tuple(map(str, section.guards)), section.reason) for person, section in sections.items()
    }


def _guards(section: GuardsSection, overrides: dict[str, Override], mistakes: list[Mistake]) -> Guards:
    for email in section.protected:
        _is_email(email, mistakes)
    for domain in section.allowed_domains:
        if not _is_email(Text(f"name@{domain.removeprefix('@')}", domain.mark), []):
            mistakes.append(Mistake(*domain.mark, f"'{domain}' is not a domain; write it as example.com"))
    return Guards(
        max_removals=section.max_removals,
        min_admins=section.min_admins,
        protected=tuple(map(str, section.protected)),
        allowed_domains=tuple(map(str, section.allowed_domains)),
        owner_tag=section.owner_tag,
        refuse_unknown_owners=section.refuse_unknown_owners,
        bills_attested=section.bills_attested,
        overrides=overrides,
    )


def _is_email(email: Text, mistakes: list[Mistake]) -> bool:
    try:
        check_email(email)
    except ValueError as error:
        mistakes.append(Mistake(*email.mark, str(error)))
        return False
    return True
