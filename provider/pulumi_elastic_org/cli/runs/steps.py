"""The engine's steps that are about resources, beside those that only change people. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_elastic_org.review.leaving import PERSON_KINDS, ROSTER, kind_of
from pulumi_embedded.port import PROVIDER_KEY, Op, Step

STACK_TYPE = "pulumi:pulumi:Stack"

_CHANGING = frozenset[Op]({"create", "update", "replace", "refresh", "delete", "discard"})
# Inputs that are shown person by person.
_PEOPLE = {ROSTER: ("members", "drift"), **dict.fromkeys(PERSON_KINDS, ("roles", "drift"))}


def resource_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Returns the steps that change a resource, without the stack itself and without those that only change people.

    Args:
        steps: Of one run.
    """
    return tuple(step for step in steps if step.op in _CHANGING and step.type != STACK_TYPE and not _people_only(step))


def _people_only(step: Step) -> bool:
    changed = {change.path[0] for change in step.diff}
    hidden = _hidden(step)
    return bool(hidden) and step.op in ("update", "refresh") and changed <= set(hidden) and not step.failed


def changed_properties(step: Step) -> list[str]:
    """Returns the paths of the properties that differ, without those that are shown person by person.

    Args:
        step: Of any run.
    """
    if step.op not in ("update", "replace", "refresh"):
        return []
    return [".".join(map(str, one.path)) for one in step.diff if one.path[0] not in (*_hidden(step), PROVIDER_KEY)]


def _hidden(step: Step) -> tuple[str, ...]:
    return _PEOPLE.get(kind_of(step.type), ())
