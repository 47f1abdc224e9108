"""The engine's steps as a person wants them: rosters as people, everything else as resources. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from pulumi_elastic_org.engine import SECRET, UNKNOWN, Step
from pulumi_elastic_org.review.leaving import PERSON_TYPES, ROSTER_TYPE
from pulumi_elastic_org.review.people import PersonChange, drifted_people
from pulumi_elastic_org.review.terminal import SIGN_STYLES, Aligned, printable
from pulumi_embedded.port import Op

STACK_TYPE = "pulumi:pulumi:Stack"

_SIGNS: Mapping[Op, str] = {"create": "+", "update": "~", "replace": "~", "refresh": "~", "delete": "-", "discard": "-"}
# Inputs that are shown person by person.
_PEOPLE = {ROSTER_TYPE: ("members", "drift"), **dict.fromkeys(PERSON_TYPES, ("roles", "drift"))}
_SHOWN_PROPERTIES = 6
PROVIDER_KEY = "__provider"
"""Where Pulumi keeps the pickled provider of a dynamic resource: nothing that somebody can review."""


def resource_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Returns the steps that change a resource, without the stack itself and without those that only change people.

    Args:
        steps: Of one run.
    """
    return tuple(step for step in steps if step.op in _SIGNS and step.type != STACK_TYPE and not _people_only(step))


def roster_drift(steps: Iterable[Step]) -> tuple[PersonChange, ...]:
    """Returns the people whose live access differs from the state, from the steps of a refresh.

    Args:
        steps: Of one refresh.
    """
    return tuple(
        change
        for step in steps
        for change in drifted_people(_people(step.type, step.old_inputs), _people(step.type, step.new_inputs))
    )


def render_steps(steps: Sequence[Step]) -> RenderableType:
    """Returns steps as aligned lines: sign and operation, name, type, changed properties.

    Args:
        steps: As `resource_steps` returns them.
    """
    return Aligned([(_operation(step), Text(printable(step.name)), _type(step), _properties(step)) for step in steps])


def summarize_steps(steps: Iterable[Step]) -> str:
    """Returns how many resources each operation concerns, in words; empty for none.

    Args:
        steps: As `resource_steps` returns them; failed ones are not counted.
    """
    counts = Counter(step.op for step in steps if not step.failed)
    return ", ".join(f"{op} {counts[op]}" for op in _SIGNS if counts[op])


def _people_only(step: Step) -> bool:
    changed = {change.path[0] for change in step.diff}
    return (
        step.type in _PEOPLE and step.op in ("update", "refresh") and changed <= set(_hidden(step)) and not step.failed
    )


def _operation(step: Step) -> Text:
    if step.failed:
        return Text(f"x {step.op} failed", style="red")
    return Text(f"{_SIGNS[step.op]} {step.op}", style=SIGN_STYLES[_SIGNS[step.op]])


def _type(step: Step) -> Text:
    return Text(printable(step.type), style="dim")


def _people(kind: str, inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    if kind in PERSON_TYPES and inputs:
        return {str(inputs["email"]): str(inputs["roles"])}
    members = (inputs or {}).get("members")
    if kind != ROSTER_TYPE or not isinstance(members, Mapping):
        return {}
    return {email: roles for email, roles in members.items() if roles not in (UNKNOWN, SECRET)}


def changed_properties(step: Step) -> list[str]:
    """Returns the paths of the properties that differ, without those that are shown person by person.

    Args:
        step: Of any run.
    """
    if step.op not in ("update", "replace", "refresh"):
        return []
    return [".".join(map(str, one.path)) for one in step.diff if one.path[0] not in (*_hidden(step), PROVIDER_KEY)]


def _properties(step: Step) -> Text:
    paths = changed_properties(step)
    more = len(paths) - _SHOWN_PROPERTIES
    return Text(printable(", ".join(paths[:_SHOWN_PROPERTIES]) + (f" and {more} more" if more > 0 else "")))


def _hidden(step: Step) -> tuple[str, ...]:
    return _PEOPLE.get(step.type, ())
