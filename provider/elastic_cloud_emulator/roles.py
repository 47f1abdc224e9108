"""The roles that a person, an invitation or an API key holds, and how adding and removing them behave.

A role is held either on everything (`all`) or on named targets, never on both. Elastic's documentation says that assignments of one
role over overlapping resources cancel each other; its API description does not say how. The rules here are: `all` absorbs named
targets, a named target adds nothing to `all`, and removing one while the other is held removes the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from .validation import describe

ALL = "*"
"""The target that stands for every one."""

CONNECTED = "cloud_connected_resource"
"""The kind of roles on clusters that are connected to Elastic Cloud, whose assignments always have `all` and `resource_ids`."""

ORGANIZATION_ADMIN = ("organization", "organization-admin")

Role = tuple[str, str]
"""A kind of role (`organization`, `deployment`, `project/security`, ...) and the role's id."""

ApplicationRoles = tuple[str, ...] | None
"""The application roles of an assignment in their order; `None` when it has no such field."""


@dataclass(frozen=True)
class RoleAssignment:
    """One element of the API's `RoleAssignments`: a role on everything or on named targets."""

    role: Role
    organization_id: str
    targets: tuple[str, ...]
    application_roles: ApplicationRoles = None


class RoleSet:
    """The roles held in one organization.

    Args:
        assignments: What to begin with, added one after the other.
    """

    def __init__(self, assignments: list[RoleAssignment] | None = None) -> None:
        self._held: dict[Role, dict[str, ApplicationRoles]] = {}
        self._json: dict[str, Any] = {}  # kept from one list to the next: thousands of people change seldom
        for assignment in assignments or []:
            self.add(assignment)

    def holds(self, role: Role) -> bool:
        """Say whether a role is held on any target."""
        return role in self._held

    def add(self, assignment: RoleAssignment) -> None:
        """Add a role on more targets; on a target that has it already, its application roles are replaced."""
        self._json = {}
        held = self._held.setdefault(assignment.role, {})
        if ALL in assignment.targets:
            held.clear()
        elif ALL in held:
            return
        held.update(dict.fromkeys(assignment.targets, assignment.application_roles))

    def remove(self, assignment: RoleAssignment) -> None:
        """Remove a role from targets, whatever its application roles; where it overlaps with `all`, the whole role goes."""
        self._json = {}
        held = self._held.get(assignment.role, {})
        if ALL in assignment.targets or ALL in held:
            held.clear()
        for target in assignment.targets:
            held.pop(target, None)
        if not held:
            self._held.pop(assignment.role, None)

    def copy(self) -> RoleSet:
        """Return the same roles, to be changed on their own."""
        return deepcopy(self)

    def to_json(self, organization_id: str) -> dict[str, Any]:
        """Return the API's `RoleAssignments`, in which targets with equal application roles share one element."""
        if not self._json:
            self._json = self._to_json(organization_id)
        return self._json

    def _to_json(self, organization_id: str) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for (kind, role_id), held in self._held.items():
            elements = _elements(document, kind)
            by_application_roles: dict[ApplicationRoles, list[str]] = {}
            for target, application_roles in held.items():
                by_application_roles.setdefault(application_roles, []).append(target)
            for application_roles, targets in by_application_roles.items():
                element: dict[str, Any] = {"role_id": role_id, "organization_id": organization_id}
                if kind == CONNECTED:
                    element |= {"all": targets == [ALL], "resource_ids": [] if targets == [ALL] else targets}
                elif kind != "organization":
                    element |= {"all": True} if targets == [ALL] else {_ids_field(kind): targets}
                if application_roles is not None:
                    element["application_roles"] = list(application_roles)
                elements.append(element)
        return document


def parse_role_assignments(document: object, organization_id: str | None = None) -> list[RoleAssignment]:
    """Read the API's `RoleAssignments`.

    Args:
        document: The JSON form: kinds of roles, and under each a list of assignments. Kinds and role ids that Elastic adds later
            are read like the ones known today.
        organization_id: The organization of assignments that name none; by default each one must name its own, as the API asks.

    Raises:
        ValueError: The document has another form, or an assignment is on both or neither of `all` and named targets.
    """
    return [
        _parse_assignment(kind, element, f"{kind.replace('/', '.')}[{index}]", organization_id)
        for kind, elements in _kinds(document)
        for index, element in enumerate(_checked(elements, list, kind))
    ]


class _Fields(BaseModel, extra="forbid", strict=True):
    role_id: str = Field(min_length=1)
    organization_id: str
    all: bool = False
    ids: list[str] | None = None
    application_roles: list[str] | None = None


def _parse_assignment(kind: str, element: object, where: str, organization_id: str | None) -> RoleAssignment:
    given = dict(_checked(element, dict, where))
    if organization_id is not None:
        given.setdefault("organization_id", organization_id)
    ids_field = _ids_field(kind)
    try:
        fields = _Fields.model_validate({"ids" if name == ids_field else name: value for name, value in given.items()})
    except ValidationError as error:
        raise ValueError(describe(error, where).replace(f"{where}.ids", f"{where}.{ids_field}")) from None
    if kind == "organization":
        if fields.all or fields.ids is not None:
            raise ValueError(f"{where}: a role on the organization takes no targets.")
    elif fields.all == bool(fields.ids):
        raise ValueError(f"{where}: exactly one of all and {ids_field} must be given.")
    application_roles = None if fields.application_roles is None else tuple(fields.application_roles)
    return RoleAssignment(
        (kind, fields.role_id), fields.organization_id, tuple(fields.ids or (ALL,)), application_roles
    )


def _kinds(document: object) -> Iterator[tuple[str, object]]:
    for group, elements in _given(document, "role_assignments"):
        if group == "project":
            for project_type, project_elements in _given(elements, group):
                yield f"project/{project_type}", project_elements
        else:
            yield group, elements


def _given(document: object, where: str) -> Iterator[tuple[str, object]]:
    """Yields what is there: Elastic's own Terraform provider sends null for each kind of which there is nothing."""
    for name, elements in _checked(document, dict, where).items():
        if elements is not None:
            yield name, elements


def _elements(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    group, _, project_type = kind.partition("/")
    parent = document.setdefault(group, {}) if project_type else document
    elements: list[dict[str, Any]] = parent.setdefault(project_type or group, [])
    return elements


def _ids_field(kind: str) -> str:
    if kind == "deployment":
        return "deployment_ids"
    return "project_ids" if kind.startswith("project/") else "resource_ids"


def _checked(value: object, kind: type, where: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{where}: expected {'an object' if kind is dict else 'a list'}, not {type(value).__name__}.")
    return value
