"""A roster file edited so that it says what a person holds; everything else in it stays as it is written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pulumi_elastic_org.model.grants import Grants, role_texts
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.roster_file.edits import Edit, edited, end_of, end_of_line, put, without
from pulumi_elastic_org.roster_file.quoting import scalar
from pulumi_elastic_org.roster_file.reading import RosterFile, RosterFileError, own_roles, parse_rosters
from pulumi_elastic_org.roster_file.roles import NOTHING, Roles
from pulumi_elastic_org.roster_file.sections import MemberSection, RosterSections, TargetSection
from pulumi_elastic_org.roster_file.shape import read_sections

BY_HAND = "edit the roster file by hand"


class NotAcceptable(ValueError):
    """The files cannot be edited so that they say it, without saying something else of somebody. The message says why."""


def accepted(
    texts: Mapping[str, str],
    person: str,
    live: Grants | None,
    bindings: Iterable[str] = (),
    today: date = date.min,
) -> Mapping[str, str]:
    """Returns the files that change so that together they declare exactly what a person holds.

    Groups stay that give nothing else than the person holds, and so do entries of the person's own list; what is left is
    written into that list. A last day stays until it has passed.

    Args:
        texts: The files of one roster by their names, as for `parse_rosters`.
        person: By e-mail address.
        live: What they hold, targets by id; `None` where they are neither a member nor invited.
        bindings: Names that the program binds, as for `parse_rosters`.
        today: The day, in UTC.

    Returns:
        The new text of each file that changes.

    Raises:
        RosterFileError: The files have mistakes.
        NotAcceptable: What they say of this person depends on names that only a run looks up, or is shared with somebody else.
    """
    bindings = frozenset(bindings)
    before = parse_rosters(texts, bindings)
    edited = _Files(texts)
    _edit(edited, _said(texts, person, bindings), person, live, today)
    after = edited.texts()
    if not _says(after, bindings, before, person, live):
        raise NotAcceptable(
            f"what the roster says of {person} cannot be changed without what it says of somebody else, as where an anchor '&' is "
            f"shared: {BY_HAND}"
        )
    return {name: text for name, text in after.items() if text != texts[name]}


def origins(texts: Mapping[str, str], person: str, bindings: Iterable[str] = ()) -> Mapping[str, Grants]:
    """Returns what gives a person roles: each of their groups, and each entry of their own list.

    Args:
        texts: The files of one roster by their names, as for `parse_rosters`.
        person: By e-mail address.
        bindings: Names that the program binds, as for `parse_rosters`.

    Raises:
        RosterFileError: The files have mistakes.
    """
    names = frozenset(bindings)
    parse_rosters(texts, names)
    said = _said(texts, person, names)
    found = {f"group {name}": given for name, given in said.groups.items()}
    for entry, given in (said.own or {}).items():
        label = f"bundle {entry}, on their own line" if entry in said.sections.bundles else "their own line"
        found[label] = found.get(label, NOTHING) | given
    return found


@dataclass(frozen=True)
class _Said:
    """What the files say of one person."""

    sections: RosterSections
    roles: Roles
    bindings: frozenset[str]
    key: str

    @property
    def groups(self) -> dict[str, Grants]:
        """What each of their groups gives."""
        return {
            str(name): self.roles.of(group.roles, name.mark)
            for name, group in self.sections.groups.items()
            if any(email_key(email) == self.key for email in group.members)
        }

    @property
    def own(self) -> dict[str, Grants] | None:
        """What each entry of their own list gives; `None` where they have none."""
        for email, entry in self.sections.members.items():
            if email_key(email) == self.key:
                return {str(one): self.roles.of((one,), email.mark) for one in own_roles(entry)}
        return None

    @property
    def last_day(self) -> date | None:
        """Their last day, where they have one."""
        entries = (entry for email, entry in self.sections.members.items() if email_key(email) == self.key)
        return next((entry.until for entry in entries if isinstance(entry, MemberSection)), None)

    def written(self, grants: Grants) -> list[str]:
        """Grants as the file would write them: with its names for targets."""
        targets = self.sections.targets.items()
        names = {str(id): str(name) for name, id in targets if not isinstance(id, TargetSection)}
        return role_texts(grant._replace(target=names.get(grant.target or "", grant.target)) for grant in grants)


def _said(texts: Mapping[str, str], person: str, bindings: frozenset[str]) -> _Said:
    """What files without mistakes say of a person."""
    sections, _ = read_sections(texts)
    assert sections is not None  # noqa: S101 - there are no mistakes
    return _Said(sections, Roles(sections.targets, bindings, sections.bundles, []), bindings, email_key(person))


def _edit(files: _Files, said: _Said, person: str, live: Grants | None, today: date) -> None:
    groups, own = said.groups, said.own
    if live is not None:
        _check_resolved([*groups.values(), *(own or {}).values()], said, person)
    kept = {name for name, given in groups.items() if live is not None and given <= live}
    for name in groups.keys() - kept:
        files.leave(("groups", name, "members"), said.key)
    if live is None:
        files.leave(("members",), said.key)
        files.leave(("single_sign_on",), said.key)
        return
    given = NOTHING.union(*(groups[name] for name in kept))
    entries = [entry for entry, one in (own or {}).items() if one <= live]
    given = given.union(*((own or {})[entry] for entry in entries))
    new = said.written(live - given)
    over = said.last_day is not None and said.last_day < today
    if not (entries or new) and kept and (said.last_day is None or over):
        files.leave(("members",), said.key)
    elif own is None:
        files.declare(person, new)
    elif over:
        files.say_only(said.key, entries, new)
    elif new or entries != list(own):
        files.say(said.key, entries, new)


def _check_resolved(declared: Iterable[Grants], said: _Said, person: str) -> None:
    looked_up = {str(name) for name, id in said.sections.targets.items() if isinstance(id, TargetSection)}
    targets = {grant.target for grants in declared for grant in grants if grant.target is not None}
    if unknown := sorted(targets & (looked_up | said.bindings)):
        raise NotAcceptable(f"{person} has roles on {', '.join(unknown)}, whose id only a run looks up: {BY_HAND}")


def _says(
    texts: Mapping[str, str], bindings: frozenset[str], before: RosterFile, person: str, live: Grants | None
) -> bool:
    """Whether the files say of the person what is live, and of everybody else what they said before."""
    try:
        after = parse_rosters(texts, bindings)
    except RosterFileError:
        return False
    key = email_key(person)
    found = [grants for email, grants in after.people.items() if email_key(email) == key]
    return found == ([] if live is None else [live]) and _of_others(after, key) == _of_others(before, key)


def _of_others(file: RosterFile, key: str) -> RosterFile:
    def without(people: Mapping[str, Any]) -> dict[str, Any]:
        return {email: one for email, one in people.items() if email_key(email) != key}

    return replace(
        file,
        people=without(file.people),
        bindings=without(file.bindings),
        until=without(file.until),
        single_sign_on=tuple(email for email in file.single_sign_on if email_key(email) != key),
        warnings=(),
    )


class _Files:
    """The texts of a roster's files, and the edits that are to be made in them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        from ruamel.yaml import YAML  # noqa: PLC0415 - only for edits

        self._texts = texts
        self._tops = {name: YAML(typ="safe", pure=True).compose(text) for name, text in texts.items()}
        self._edits: dict[str, list[Edit]] = {name: [] for name in texts}

    def texts(self) -> dict[str, str]:
        """The texts, edited."""
        return {name: edited(text, self._edits[name]) for name, text in self._texts.items()}

    def leave(self, path: tuple[str, ...], person: str) -> None:
        """Takes a person out of every list or section at a path."""
        for name, node in self._nodes(path):
            self._edits[name] += without(self._texts[name], node, _places(node, {person}, email_key))

    def say(self, person: str, kept: Iterable[str], new: Sequence[str]) -> None:
        """Has a person's own list keep some entries, and gives it others."""
        for name, value in self._own(person):
            held = _child(value, "roles") if _is_mapping(value) else value
            if held is None:
                self._edits[name] += put(self._texts[name], value, frozenset(), [f"roles: {_flow(new)}"])
            else:
                self._edits[name] += self._said(name, held, kept, new)

    def say_only(self, person: str, kept: Iterable[str], new: Sequence[str]) -> None:
        """Does what `say` does for a list with a last day, which goes."""
        for name, value in self._own(person):
            text, start = self._texts[name], value.start_mark.index
            end = end_of(value) if value.flow_style else end_of_line(text, end_of(value))
            held = _child(value, "roles")
            if held is None or "#" not in text[start:end]:
                self._edits[name].append((start, end, _flow([*kept, *new])))
            else:
                self._edits[name] += without(text, value, _places(value, {"until"}))
                self._edits[name] += self._said(name, held, kept, new)

    def declare(self, person: str, roles: Sequence[str]) -> None:
        """Gives a person an own list, where others have theirs."""
        entry = f"{scalar(person)}: {_flow(roles)}"
        for name, section in self._nodes(("members",)):
            self._edits[name] += put(self._texts[name], section, frozenset(), [entry])
            return
        name, top = next(iter(self._tops.items()))
        empty = next((key for key, _ in top.value if key.value == "members"), None)
        if empty is not None:
            place = self._texts[name].index(":", empty.end_mark.index) + 1
            self._edits[name].append((place, place, f"\n  {entry}"))
        else:
            members = f"members: {{{entry}}}" if top.flow_style else f"members:\n  {entry}"
            self._edits[name] += put(self._texts[name], top, frozenset(), [members])

    def _own(self, person: str) -> Iterator[tuple[str, Any]]:
        """A person's own entry, in every file that has one."""
        for name, section in self._nodes(("members",)):
            yield from ((name, value) for key, value in section.value if email_key(key.value) == person)

    def _nodes(self, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """The collections at a path, in every file that has one."""
        for name, top in self._tops.items():
            node = top
            for step in path:
                node = _child(node, step) if node is not None and _is_mapping(node) else None
            if node is not None and isinstance(node.value, list):
                yield name, node

    def _said(self, name: str, held: Any, kept: Iterable[str], new: Sequence[str]) -> list[Edit]:
        """A list that keeps some entries, and has others in the place of the rest."""
        gone = frozenset(range(len(held.value))) - _places(held, set(kept))
        return put(self._texts[name], held, gone, [*map(scalar, new)])


def _child(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def _is_mapping(node: Any) -> bool:
    return bool(node.id == "mapping")


def _places(node: Any, wanted: Set[str], key: Callable[[str], str] = str) -> frozenset[int]:
    """The numbers of a list's entries, or of a mapping's keys, that are wanted."""
    entries = (entry[0] if isinstance(entry, tuple) else entry for entry in node.value)
    return frozenset(at for at, entry in enumerate(entries) if key(entry.value) in wanted)


def _flow(roles: Sequence[str]) -> str:
    return f"[{', '.join(map(scalar, roles))}]"
