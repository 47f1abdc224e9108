"""One kind of resource as programs of every language write and read it, over its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pulumi_elastic_org import kinds
from pulumi_elastic_org.lifecycle.interface import Failed
from pulumi_elastic_org.lifecycle.properties import Property, Where
from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.plugin.configuration import SETTINGS
from pulumi_elastic_org.plugin.forms import Mistakes, record
from pulumi_elastic_org.plugin.names import camel
from pulumi_elastic_org.plugin.roster_files import FILE_PROPERTIES, hidden_by_files, with_files

_OPTIONS = ("depends_on", "retain_on_delete")
"""Of Pulumi's own, for every resource."""
_VALUES = r"(?P<value>(?<!\w)(?:'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`)|\S+@\S+)"
"""What a program gives and messages repeat, and commands: in quotes, or an address."""
_WITH_IDS = frozenset({"members", "mappings"})
"""In which the ids stand that names of deployments and projects were resolved to."""

DYNAMIC = "__provider"
"""What state of a dynamic resource holds beside its properties, all of which are in the flat form."""


class Face:
    """The face of one kind.

    Args:
        name: The kind's name.
    """

    def __init__(self, name: str) -> None:
        self.kind = kinds.find(name)
        self.table = self.further(self.kind.properties)
        """The kind's table with what only this face has."""
        self._inputs = record(tuple(one for one in self.table if one.is_input))
        self._all = record(self.table)
        names = {*_names((*self.table, *kinds.find("Roster").properties, *SETTINGS)), *_OPTIONS}
        self._named = re.compile(_VALUES + r"|\b(?:{})\b".format("|".join(one for one in names if "_" in one)))
        self._secrets = frozenset(camel(one.name) for one in self.table if one.secret)
        self._derived = frozenset(camel(one.name) for one in self.table if one.where is Where.OUTPUT)

    def hidden(self, secrets: frozenset[str]) -> frozenset[str]:
        """Returns the names of what is to be secret: what a program made of a secret, what was found out by it, and what always is.

        Args:
            secrets: The names of inputs that are secret.
        """
        if "targetNames" in secrets:
            secrets |= _WITH_IDS
        return self._secrets | secrets | (self._derived if secrets - self._secrets else frozenset())

    def told(self, reason: str) -> str:
        """Returns what the lifecycle says with the names of properties as programs write them; values stay as they are."""
        return self._named.sub(lambda match: match[0] if match["value"] else camel(match[0]), reason)

    def further(self, table: tuple[Property, ...]) -> tuple[Property, ...]:
        """Returns the kind's table with what only this face has."""
        return table

    def inputs(self, written: Mapping[str, Any], name: str, mistakes: Mistakes) -> dict[str, Any]:  # noqa: ARG002 - for rosters
        """Returns inputs in the flat form.

        Args:
            written: As a program wrote them.
            name: The resource's name in Pulumi.
            mistakes: Receives what is wrong, with the path of the property.
        """
        flat: dict[str, Any] = self._inputs.flat(written, "", mistakes)
        return flat

    def named(self, urn: str) -> dict[str, Any]:
        """Returns the input by which a kind tells its resources apart where it has one: project, stack and name.

        Args:
            urn: The resource's, ``urn:pulumi:STACK::PROJECT::TYPE::NAME``.
        """
        if all(one.name != "resource" for one in self.table):
            return {}
        stack, project, _, name = urn.removeprefix("urn:pulumi:").split("::", 3)
        return {"resource": printable(f"{project}/{stack}/{name}")}

    def kept(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what state holds, inputs or outputs, in the flat form; what is not in the table any more is left out.

        Args:
            written: As this face, or the dynamic one, wrote it.
        """
        if DYNAMIC in written:
            return {name: value for name, value in written.items() if name != DYNAMIC and value is not None}
        flat: dict[str, Any] = self._all.stored(written)
        return flat

    def written(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """Returns inputs or outputs as programs read them.

        Args:
            flat: In the flat form.
        """
        found: dict[str, Any] = self._all.written(flat)
        return found


class RosterFace(Face):
    """Rosters, which may also be described by a roster file."""

    def further(self, table: tuple[Property, ...]) -> tuple[Property, ...]:
        # What a file says need not be said beside it; and a plugin is told the people of other resources, where Python looks.
        eased = (
            replace(one, required=False, internal=one.internal and one.name != "managed_elsewhere") for one in table
        )
        return (*eased, *FILE_PROPERTIES)

    def inputs(self, written: Mapping[str, Any], name: str, mistakes: Mistakes) -> dict[str, Any]:
        return with_files(super().inputs(written, name, mistakes), name, mistakes)

    def hidden(self, secrets: frozenset[str]) -> frozenset[str]:
        return super().hidden(hidden_by_files(secrets))


def _names(table: Iterable[Property]) -> Iterator[str]:
    for one in table:
        yield one.name
        yield from _names(one.fields)


_FACES: Mapping[str, type[Face]] = {"Roster": RosterFace}


@lru_cache
def face_of(token: str) -> Face:
    """Returns the face of the kind that a token names.

    Args:
        token: Such as ``elastic-org:index:Roster``.

    Raises:
        Failed: There is no such kind.
    """
    name = token.rpartition(":")[2]
    if name not in kinds.KINDS:
        raise Failed(f"there is no resource {token}; there are {', '.join(sorted(kinds.KINDS))}")
    return _FACES.get(name, Face)(name)
