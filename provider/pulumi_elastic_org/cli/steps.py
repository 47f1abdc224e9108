"""The engine's steps as a person wants them: rosters as people, everything else as resources. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from pulumi_elastic_org.engine import SECRET, UNKNOWN, Step
from pulumi_elastic_org.engine.port import Op
from pulumi_elastic_org.review.people import PersonChange, drifted_people
from pulumi_elastic_org.review.terminal import SIGN_STYLES, Aligned, printable

ROSTER_TYPE = "pulumi-python:dynamic/elastic-org:Roster"
STACK_TYPE = "pulumi:pulumi:Stack"

_SIGNS: Mapping[Op, str] = {"create": "+", "update": "~", "replace": "~", "refresh": "~", "delete": "-", "discard": "-"}
_PEOPLE = ("members", "drift")  # inputs of a roster that are shown person by person
_SHOWN_PROPERTIES = 6


def resource_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Returns the steps that change a resource, without the stack itself and without rosters whose people alone change.

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
        if step.type == ROSTER_TYPE
        for change in drifted_people(_members(step.old_inputs), _members(step.new_inputs))
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
    return step.type == ROSTER_TYPE and step.op in ("update", "refresh") and changed <= set(_PEOPLE) and not step.failed


def _operation(step: Step) -> Text:
    if step.failed:
        return Text(f"x {step.op} failed", style="red")
    return Text(f"{_SIGNS[step.op]} {step.op}", style=SIGN_STYLES[_SIGNS[step.op]])


def _type(step: Step) -> Text:
    return Text(printable(step.type), style="dim")


def _members(inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    members = (inputs or {}).get("members")
    if not isinstance(members, Mapping):
        return {}
    return {email: roles for email, roles in members.items() if roles not in (UNKNOWN, SECRET)}


def _properties(step: Step) -> Text:
    if step.op not in ("update", "replace", "refresh"):
        return Text("")
    paths = [".".join(map(str, change.path)) for change in step.diff if change.path[0] not in _hidden(step)]
    more = len(paths) - _SHOWN_PROPERTIES
    return Text(printable(", ".join(paths[:_SHOWN_PROPERTIES]) + (f" and {more} more" if more > 0 else "")))


def _hidden(step: Step) -> tuple[str, ...]:
    return _PEOPLE if step.type == ROSTER_TYPE else ()
