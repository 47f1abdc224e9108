"""Names that a person would give: short, of plain characters, each used once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pulumi_elastic_org.model.grants import Grants

RESERVED = frozenset({"all", "as", "no", "on", "roles"})
"""Words of the text form of roles, which would have to be quoted in it."""

_LONGEST = 60
_TARGETS_NAMED = 2


class Names:
    """Hands out names, each once.

    Args:
        reserved: Names that are not to be given.
    """

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def give(self, *wanted: str) -> str:
        """Returns the first of the wanted names that is free, else the last with a number.

        Args:
            wanted: Names, the best first.
        """
        slugs = [slug for slug in map(_slug, wanted) if slug] or ["unnamed"]
        numbered = (f"{slugs[-1]}-{number}" for number in range(2, len(self._taken) + 3))
        name = next(one for one in (*slugs, *numbered) if one not in self._taken)
        self._taken.add(name)
        return name


def describe(entries: Iterable[Grants], target_names: Mapping[str, str]) -> str:
    """Returns words for a set of roles, to name those who hold it.

    Args:
        entries: Each the grants of one role.
        target_names: Names of targets by id.
    """
    first, *others = sorted(_describe(entry, target_names) for entry in entries)
    if not others:
        return first
    both = f"{first}-and-{others[0]}"
    return both if len(others) == 1 and len(both) <= _LONGEST else f"{first}-and-{len(others)}-more"


def _describe(entry: Grants, target_names: Mapping[str, str]) -> str:
    role = next(iter(entry))
    targets = sorted(target_names.get(grant.target, grant.target) for grant in entry if grant.target is not None)
    named = targets if len(targets) <= _TARGETS_NAMED else [f"{len(targets)}-targets"]
    inside = () if role.application_roles is None else role.application_roles or ("console-only",)
    return "-".join([role.role_id, *named, *inside])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) <= _LONGEST:
        return words
    cut = words[:_LONGEST]
    return (cut.rpartition("-")[0] if words[_LONGEST] != "-" else cut) or cut
