"""A plan kept as a file between its review and its application, so that only what was reviewed is applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pulumi_elastic_org.files import read_text, write_private
from pulumi_elastic_org.model.reviewed import ReviewedPlan, material
from pulumi_elastic_org.model.targets import with_names
from pulumi_elastic_org.review.plan_log import JudgedPlan

Json = dict[str, Any]


class SavedPlanError(Exception):
    """A file that is no saved plan, or that was changed since. The message says which."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SavedOrganization(_Model):
    """What would be done to one organization: changes as JSON, and people whose roles are not known yet."""

    organization_id: str
    changes: tuple[Json, ...]
    undetermined: tuple[str, ...] = ()


class SavedPlan(_Model):
    """Everything that an update of a stack would do.

    Args:
        version: Of the file's form.
        stack: The stack's name.
        organizations: What would be done to people.
        resources: What would be done to other resources, as JSON.
    """

    version: Literal[1] = 1
    stack: str
    organizations: tuple[SavedOrganization, ...]
    resources: tuple[Json, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of everything that would be done; equal for equal plans, whatever the order in which they were made."""
        return f"sha256:{sha256(json.dumps(self.model_dump(mode='json'), sort_keys=True).encode()).hexdigest()}"

    @property
    def reviewed(self) -> Mapping[str, ReviewedPlan]:
        """What the guard `OnlyReviewed` lets pass, by organization id."""
        return {
            one.organization_id: ReviewedPlan(one.changes, frozenset(one.undetermined)) for one in self.organizations
        }


def plan_to_save(stack: str, plans: Iterable[JudgedPlan], resources: Iterable[Json]) -> SavedPlan:
    """Returns what is kept of a preview.

    Args:
        stack: The stack's name.
        plans: What would be done to people, one an organization.
        resources: What would be done to other resources, as JSON.
    """
    organizations = [
        SavedOrganization(
            organization_id=judged.plan.organization_id,
            changes=_in_order(material(change.to_json()) for change in judged.plan.changes),
            undetermined=judged.undetermined,
        )
        for judged in plans
    ]
    organizations.sort(key=lambda one: one.organization_id)
    return SavedPlan(stack=stack, organizations=tuple(organizations), resources=_in_order(resources))


def write_saved_plan(path: Path, plan: SavedPlan) -> None:
    """Writes a plan, with its digest, as JSON. It holds addresses and roles of people, and no secret.

    Args:
        path: The file.
        plan: What was previewed.

    Raises:
        OSError: It cannot be written.
    """
    document = {"digest": plan.digest, **plan.model_dump(mode="json")}
    write_private(path, json.dumps(document, indent=2) + "\n")


def read_saved_plan(path: Path) -> SavedPlan:
    """Reads what `write_saved_plan` wrote.

    Args:
        path: The file.

    Raises:
        SavedPlanError: It cannot be read, is none, or is not as it was written.
    """
    try:
        document = json.loads(read_text(path))
        digest = document.pop("digest")
        plan = SavedPlan.model_validate(document)
    except OSError as error:
        raise SavedPlanError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError, KeyError, RecursionError, TypeError):
        raise SavedPlanError(f"{path} is not a plan that `elastic-org preview --save-plan` wrote") from None
    if plan.digest != digest:
        raise SavedPlanError(f"{path} was changed after it was written: its digest is not {digest}")
    return plan


def differences(
    reviewed: SavedPlan, current: SavedPlan, target_names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Returns in words how what would be done now differs from what was reviewed; empty where it does not.

    Args:
        reviewed: The plan as it was.
        current: The plan as it is.
        target_names: What people call deployments and projects, by id.
    """
    named = target_names or {}
    if reviewed.stack != current.stack:
        return (f"the plan is for stack {reviewed.stack}, not {current.stack}",)
    meant, found = (sorted({one.organization_id for one in plan.organizations}) for plan in (reviewed, current))
    if meant and not set(found) <= set(meant):
        return (
            f"the plan is for organization {', '.join(meant)}, and the settings of this run lead to {', '.join(found)}",
        )
    before, now = _lines(reviewed), _lines(current)
    return (
        *(f"not reviewed: {with_names(text, named)}" for key, text in now.items() if key not in before),
        *(
            f"reviewed, and no longer to be done: {with_names(text, named)}"
            for key, text in before.items()
            if key not in now
        ),
    )


def _lines(plan: SavedPlan) -> dict[str, str]:
    lines = {}
    for one in plan.organizations:
        for change in one.changes:
            lines[f"{one.organization_id} {json.dumps(change, sort_keys=True)}"] = _change_line(change)
        for person in one.undetermined:
            lines[f"{one.organization_id} {person}"] = f"{person}: roles that are not known yet"
    for resource in plan.resources:
        name = str(resource.get("urn", "")).rpartition("::")[2]
        lines[json.dumps(resource, sort_keys=True)] = f"{resource.get('op')} of resource {name}"
    return lines


def _change_line(change: Json) -> str:
    before, after = change.get("roles_before"), change.get("roles")
    roles = " => ".join(str(one) for one in (before, after) if one is not None)
    return f"{change['person']}: {change['change']}" + (f" ({roles})" if roles else "")


def _in_order(documents: Iterable[Json]) -> tuple[Json, ...]:
    return tuple(sorted(documents, key=lambda one: json.dumps(one, sort_keys=True)))
