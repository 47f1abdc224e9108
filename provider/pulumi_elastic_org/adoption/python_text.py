"""A draft as a Pulumi program."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_elastic_org.adoption.access import python_lines
from pulumi_elastic_org.adoption.draft import Draft, Group, Single
from pulumi_elastic_org.adoption.naming import Names
from pulumi_elastic_org.model.grants import KNOWN_ROLES, ORGANIZATION, Grant, Grants, format_grants, is_known
from pulumi_elastic_org.roster_file.quoting import comment, quoted

WIDTH = 120


def python_text(draft: Draft, mode: str, name: str) -> str:
    """Returns a program with one roster; what it declares changes nothing in the organization that the draft was made from.

    Args:
        draft: What to write.
        mode: ``"authoritative"`` or ``"additive"``.
        name: The resource's name in Pulumi.
    """
    return "\n".join(_Writer(draft).lines(mode, name)) + "\n"


class _Writer:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        names = Names()
        self._targets = {target.id: _constant(names, target.name) for target in draft.targets}
        self._bundles = [_constant(names, bundle.name) for bundle in draft.bundles]

    def lines(self, mode: str, name: str) -> Iterator[str]:
        draft = self._draft
        yield f'"""The people of organization {draft.organization_id}, as `elastic-org import` found them."""'
        if draft.notes:
            yield ""
            yield "# Not written below:"
            yield from (comment(f"  {note}") for note in draft.notes)
        yield ""
        yield "import pulumi_elastic_org as elastic"
        yield ""
        for target in draft.targets:
            yield f"{self._targets[target.id]} = {quoted(target.id)}  {comment(target.note)}"
        for constant, bundle in zip(self._bundles, draft.bundles, strict=True):
            yield from _list(f"{constant} = [", self._calls(bundle.entries), "]")
        yield ""
        yield "elastic.Roster("
        yield f"    {quoted(name)},"
        yield f"    mode={quoted(mode)},"
        yield "    members={"
        for group in draft.groups:
            yield from self._group(group)
        for single in draft.singles:
            if single.person.note:
                yield f"        {comment(single.person.note)}"
            yield from _list(f"        {quoted(single.person.email)}: [", self._roles(single), "],")
        yield "    },"
        yield ")"
        yield from python_lines(draft.access, mode, name)

    def _group(self, group: Group) -> Iterator[str]:
        yield f"        {comment(group.name)}"
        yield "        **dict.fromkeys("
        yield "            ["
        for person in group.people:
            yield f"                {quoted(person.email)}," + (f"  {comment(person.note)}" if person.note else "")
        yield "            ],"
        yield from _list("            [", self._roles(group), "],")
        yield "        ),"

    def _roles(self, holder: Group | Single) -> list[str]:
        bundles = (f"*{self._bundles[index]}" for index in holder.holding.bundles)
        return [*bundles, *self._calls(holder.holding.entries)]

    def _calls(self, entries: frozenset[Grants]) -> list[str]:
        return sorted(self._call(sorted(entry, key=lambda one: one.target or "")) for entry in entries)

    def _call(self, entry: list[Grant]) -> str:
        role = entry[0]
        if role.scope == ORGANIZATION and not is_known(role):
            return quoted(format_grants(entry))  # no function of the package makes this role
        name = role.role_id.removeprefix(f"{role.scope}-")
        of_newer_type = role.scope not in KNOWN_ROLES and name not in ("", role.role_id)
        if not is_known(role) and (not of_newer_type or name.startswith(role.scope)):
            name = f"{role.scope}:{role.role_id}"
        function, arguments = "project", [quoted(role.scope), quoted(name)]
        if role.scope == ORGANIZATION:
            function, arguments = role.role_id.replace("-", "_"), []
        elif role.scope in KNOWN_ROLES:
            function, arguments = role.scope, [quoted(name)]
        targets = [self._targets.get(one.target) or quoted(one.target) for one in entry if one.target is not None]
        if targets:
            arguments.append(f"on=[{', '.join(targets)}]")
        if role.application_roles is not None:
            arguments.append(f"application_roles=[{', '.join(map(quoted, role.application_roles))}]")
        return f"elastic.{function}({', '.join(arguments)})"


def _constant(names: Names, name: str) -> str:
    return names.give(name if name[0].isalpha() else f"t-{name}").replace("-", "_").upper()


def _list(before: str, items: list[str], after: str) -> Iterator[str]:
    line = f"{before}{', '.join(items)}{after}"
    if len(line) <= WIDTH:
        yield line
        return
    indent = " " * (len(before) - len(before.lstrip()))
    yield before
    yield from (f"{indent}    {item}," for item in items)
    yield f"{indent}{after}"
