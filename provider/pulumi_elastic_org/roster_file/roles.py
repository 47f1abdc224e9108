"""What the entries of a role list in a roster file mean: roles in text form, bundles of them, and targets by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from pulumi_elastic_org.model.grants import (
    GrantError,
    Grants,
    check_combination,
    parse_grants,
    scope_of,
    unknown_role_message,
)
from pulumi_elastic_org.roster_file.sections import TargetSection
from pulumi_elastic_org.roster_file.shape import nearest
from pulumi_elastic_org.roster_file.yaml_source import Mark, Mistake, Text

NOTHING: Grants = frozenset()

_ID = re.compile(r"[0-9a-z]{32}")  # what Elastic Cloud gives deployments and projects
_ONE_WORD = re.compile(r'[^\s;:,"()]+')


class Roles:
    """Reads role lists, and notes each mistake where it stands.

    Args:
        targets: By the names that the file gives them: ids, or what is found by its name; the latter stay the file's names.
        bindings: Names whose ids the program knows; they stay names.
        bundles: Role lists by name.
        mistakes: Where mistakes are noted.
    """

    def __init__(
        self,
        targets: Mapping[Text, Text | TargetSection],
        bindings: frozenset[str],
        bundles: Mapping[Text, Iterable[Text]],
        mistakes: list[Mistake],
    ) -> None:
        self._targets = {
            str(name): str(name if isinstance(target, TargetSection) else target) for name, target in targets.items()
        }
        self._bindings = bindings
        self._ids = frozenset(self._targets.values())
        self._mistakes = mistakes
        self._sound: set[Grants] = set()
        self._read: dict[str, Grants] = {}
        self._bundles: dict[str, Grants] = {str(name): NOTHING for name in bundles}
        for name in targets:
            self._check_target_name(name)
        for name in _in_order_of_use(bundles, mistakes):
            self._check_bundle_name(name)
            self._bundles[str(name)] = self.of(bundles[name], name.mark)

    def of(self, entries: Iterable[Text], mark: Mark) -> Grants:
        """Returns what a role list gives; what is wrong with it is noted and gives nothing.

        Args:
            entries: The list.
            mark: Where roles that contradict each other are noted.
        """
        return self.combine([self._entry(entry) for entry in entries], mark)

    def combine(self, parts: Iterable[Grants], mark: Mark, origin: str = "") -> Grants:
        """Returns several sets of grants as one, or nothing, and notes why, where they contradict each other.

        Args:
            parts: The sets.
            mark: Where a contradiction is noted.
            origin: What the note says of where the parts come from.
        """
        grants = NOTHING.union(*parts)
        if grants not in self._sound:
            try:
                check_combination(grants)
            except GrantError as error:
                self._note(mark, f"{error}{origin}")
                return NOTHING
            self._sound.add(grants)
        return grants

    def _entry(self, entry: Text) -> Grants:
        if entry in self._bundles:
            return self._bundles[entry]
        if entry not in self._read:
            try:
                grants = parse_grants(str(entry))
            except GrantError as error:
                self._note(entry.mark, self._unreadable(entry, error))
                return NOTHING
            named = sorted({grant.target for grant in grants if grant.target is not None})
            strange = [name for name in named if not self._is_target(name)]
            for name in strange:
                self._note(entry.mark, self._unknown_target(name))
            if strange:
                return NOTHING
            self._read[entry] = frozenset(
                grant._replace(target=self._targets.get(grant.target or "", grant.target)) for grant in grants
            )
        return self._read[entry]

    def _is_target(self, name: str) -> bool:
        return name in self._targets or name in self._bindings or name in self._ids or bool(_ID.fullmatch(name))

    def _unknown_target(self, name: str) -> str:
        names = sorted({*self._targets, *self._bindings})
        remedy = nearest(name, names) if names else "name it under 'targets'"
        return f"'{name}' is neither a named target nor an id (32 lower-case letters and digits); {remedy}"

    def _unreadable(self, entry: Text, error: GrantError) -> str:
        if _ONE_WORD.fullmatch(entry) and scope_of(entry) is None:
            if self._is_target(entry):
                return f"'{entry}' is a target and not a role; inside [ ] an entry that contains a comma needs double quotes"
            return unknown_role_message(entry, self._bundles)
        for part in entry.split(";"):
            if part.strip() in self._bundles:
                return f"the bundle '{part.strip()}' stands among roles; make it an entry of its own"
        return str(error)

    def _check_target_name(self, name: Text) -> None:
        if name in self._bindings:
            self._note(name.mark, f"the program also binds '{name}'; rename one of the two")
        elif name == "all":
            self._note(name.mark, "'all' means every deployment or project; choose another name")

    def _check_bundle_name(self, name: Text) -> None:
        if scope_of(name) is not None or _is_roles(name):
            self._note(name.mark, f"'{name}' is already a role; choose another name for the bundle")

    def _note(self, mark: Mark, message: str) -> None:
        self._mistakes.append(Mistake(*mark, message))


def _is_roles(text: str) -> bool:
    try:
        parse_grants(str(text))
    except GrantError:
        return False
    return True


def _in_order_of_use(bundles: Mapping[Text, Iterable[Text]], mistakes: list[Mistake]) -> list[Text]:
    """Returns the bundles' names, those that a bundle uses before it; those that use each other last, as nothing can be before."""
    names = {str(name): name for name in bundles}
    uses = {name: [names[entry] for entry in entries if entry in names] for name, entries in bundles.items()}
    circular: list[Text] = []
    while True:
        try:
            return [*TopologicalSorter(uses).static_order(), *circular]
        except CycleError as error:
            circle: list[Text] = error.args[1][:0:-1]
            first = min(range(len(circle)), key=lambda at: circle[at].mark)
            chain = [*circle[first:], *circle[:first], circle[first]]
            mistakes.append(Mistake(*chain[0].mark, f"bundles use each other: {' -> '.join(chain)}; take one use out"))
            circular += circle
            uses = {
                name: [used for used in uses[name] if used not in circular] for name in uses if name not in circular
            }
