"""A draft as a roster file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulumi_elastic_org.adoption.access import program_notes, yaml_lines
from pulumi_elastic_org.adoption.draft import Draft, Group, Person, Single
from pulumi_elastic_org.model.grants import Grants, format_grants
from pulumi_elastic_org.roster_file.quoting import comment, scalar

WIDTH = 120
"""Lists that fit into a line of this many characters stand in one."""


def yaml_text(draft: Draft, mode: str, schema: str) -> str:
    """Returns a roster file; what is read from it changes nothing in the organization that the draft was made from.

    Args:
        draft: What to write.
        mode: ``"authoritative"`` or ``"additive"``.
        schema: Where editors find the JSON Schema: a path, relative to the file.
    """
    return "\n".join(_lines(draft, mode, schema)) + "\n"


def _lines(draft: Draft, mode: str, schema: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={schema}"
    yield comment(f"The people of organization {draft.organization_id}, as `elastic-org import` found them.")
    notes = [*draft.notes, *program_notes(draft.access)]
    if notes:
        yield "#"
        yield "# Not written below:"
        yield from (comment(f"  {note}") for note in notes)
    yield ""
    yield f"mode: {mode}"
    mappings = yaml_lines(draft.access, draft.target_names)
    sections = (_targets(draft), _bundles(draft), _groups(draft), _members(draft), mappings)
    names = ("targets", "bundles", "groups", "members", "role_mappings")
    for name, lines in zip(names, map(list, sections), strict=True):
        if lines:
            yield ""
            yield f"{name}:"
            yield from lines


def _targets(draft: Draft) -> Iterator[str]:
    for target in draft.targets:
        yield f"  {scalar(target.name)}: {scalar(target.id)}  {comment(target.note)}"


def _bundles(draft: Draft) -> Iterator[str]:
    names = draft.target_names
    for bundle in draft.bundles:
        yield from _list(f"  {scalar(bundle.name)}:", _roles((), bundle.entries, names))


def _groups(draft: Draft) -> Iterator[str]:
    for group in draft.groups:
        yield f"  {scalar(group.name)}:"
        yield from _list("    roles:", _held(group, draft))
        yield "    members:"
        for person in group.people:
            yield f"      - {scalar(person.email)}{_note(person)}"


def _members(draft: Draft) -> Iterator[str]:
    for single in draft.singles:
        key = f"  {scalar(single.person.email)}:"
        yield from _list(key, _held(single, draft), _note(single.person))


def _held(holder: Group | Single, draft: Draft) -> list[str]:
    bundles = (draft.bundles[index].name for index in holder.holding.bundles)
    return _roles(bundles, holder.holding.entries, draft.target_names)


def _roles(bundles: Iterable[str], entries: Iterable[Grants], target_names: dict[str, str]) -> list[str]:
    texts = (
        format_grants(grant._replace(target=target_names.get(grant.target or "", grant.target)) for grant in entry)
        for entry in entries
    )
    return [*bundles, *sorted(texts)]


def _list(key: str, items: list[str], note: str = "") -> Iterator[str]:
    written = [scalar(item) for item in items]
    line = f"{key} [{', '.join(written)}]"
    if len(line) <= WIDTH:
        yield line + note
        return
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    yield key + note
    yield from (f"{indent}- {item}" for item in written)


def _note(person: Person) -> str:
    return f"  {comment(person.note)}" if person.note else ""
