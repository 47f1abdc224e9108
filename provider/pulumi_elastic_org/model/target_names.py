"""Deployments and projects found by the names that Elastic Cloud shows. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from pulumi_elastic_org.model.grants import DEPLOYMENT, PROJECT_TYPES, Grants
from pulumi_elastic_org.model.ownership import CloudResource
from pulumi_elastic_org.model.printable import printable

_MANY = 10


class TargetNames:
    """Puts ids in the place of names, and notes each name that is invalid.

    A name is looked for among what a role is for: ``search`` in a deployment's role is a deployment, in an Elasticsearch role an
    Elasticsearch project.

    Args:
        names: The name in Elastic Cloud, by what stands for it in grants.
        resources: The deployments and projects of the organization.
    """

    def __init__(self, names: Mapping[str, str], resources: Iterable[CloudResource]) -> None:
        self._names = {target: printable(name) for target, name in names.items()}
        self._ids: dict[str, dict[str, list[str]]] = {kind: {} for kind in (DEPLOYMENT, *PROJECT_TYPES)}
        for resource in resources:
            self._ids.setdefault(resource.kind, {}).setdefault(printable(resource.name), []).append(resource.id)
        self.mistakes: dict[tuple[str, str], str] = {}

    def resolve(self, grants: Grants) -> Grants:
        """Returns grants whose targets are ids; without those whose name is invalid.

        Args:
            grants: Targets are ids, or stand for names.
        """
        resolved = set()
        for grant in grants:
            if grant.target is None or grant.target not in self._names:
                resolved.add(grant)
            elif (target := self._id(grant.scope, grant.target)) is not None:
                resolved.add(grant._replace(target=target))
        return frozenset(resolved)

    def _id(self, scope: str, target: str) -> str | None:
        name = self._names[target]
        ids = self._ids.get(scope, {}).get(name, [])
        if len(ids) == 1:
            return ids[0]
        self.mistakes.setdefault((scope, target), f"targets, {target}: {self._why(scope, name, ids)}")
        return None

    def _why(self, scope: str, name: str, ids: list[str]) -> str:
        kind = scope if scope == DEPLOYMENT else f"{scope} project"
        if scope not in self._ids:
            return f"what roles of the scope '{scope}' are for cannot be found by name; write the id"
        if ids:
            return f"{len(ids)} {kind}s are named '{name}' ({', '.join(sorted(ids))}); write the id of the one you want"
        known = self._ids[scope]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else _choice(sorted(known))
        return f"no {kind} is named '{name}'; {hint}"


def _choice(names: list[str]) -> str:
    if not names:
        return "there is none"
    return f"there are {', '.join(names[:_MANY])}{', ...' if len(names) > _MANY else ''}"
