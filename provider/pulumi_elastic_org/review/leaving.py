"""What a preview's steps let go of, and what the program still declares. Pure.

Pulumi calls a provider's delete when it deletes, in no preview: what its steps say is all there is to go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_elastic_org.model.people import email_key
from pulumi_embedded.port import Step

DYNAMIC = "pulumi-python:dynamic/elastic-org"
PLUGIN = "elastic-org:index"
"""How the types of resources begin: those of the Python package, and those of the plugin."""

ROSTER = "Roster"
PERSON_KINDS = ("Member", "Invitation")
PEOPLE_KINDS = (*PERSON_KINDS, ROSTER)
SIGN_ON_KINDS = ("OrganizationSettings", "RoleMappings", "IdentityProvider", "DomainClaim")
"""The kinds of single sign-on, in the order in which they are taken down."""
GUARDED_KINDS = (*SIGN_ON_KINDS, "ApiKey")
"""The kinds without people whose delete may be refused, in the order in which they go."""

Declared = frozenset[tuple[str, str]]
"""People whom a program declares: the id of the organization, and the person's `email_key`."""


def leaving(steps: Iterable[Step]) -> tuple[str, ...]:
    """Returns the URNs of what steps delete, or replace by another one, where a guard may refuse that.

    With them go the rosters that are deleted where another roster may take their people over.

    Args:
        steps: Of a preview.
    """
    steps = tuple(steps)
    kinds = (*GUARDED_KINDS, *(PEOPLE_KINDS if declared_in_rosters(steps) else PERSON_KINDS))
    return tuple(step.urn for step in steps if step.op in ("delete", "replace") and kind_of(step.type) in kinds)


def kind_of(type_token: str) -> str:
    """Returns the name of a kind by the type of its resources, in either face; empty for a type of somebody else's.

    Args:
        type_token: As the engine says it.
    """
    face, _, name = type_token.rpartition(":")
    return name if face in (DYNAMIC, PLUGIN) else ""


def organization_of(inputs: Mapping[str, Any]) -> str:
    """Returns the id of the organization that a resource of either face is in; empty where it is not known.

    Args:
        inputs: Its checked inputs.
    """
    return str(inputs.get("organization_id") or inputs.get("organizationId") or "")


def declared_beside_people(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Returns the steps of what the program declares of keys and of single sign-on, in the order in which that is set up.

    Args:
        steps: Of a preview.
    """
    kept = [step for step in steps if step.new_inputs is not None and kind_of(step.type) in GUARDED_KINDS]
    return tuple(sorted(kept, key=lambda step: -GUARDED_KINDS.index(kind_of(step.type))))


def declared_in_rosters(steps: Iterable[Step]) -> Declared:
    """Returns whom the program declares in rosters.

    Args:
        steps: Of a preview.
    """
    return declared(step for step in steps if kind_of(step.type) == ROSTER)


def declared(steps: Iterable[Step]) -> Declared:
    """Returns whom the program declares in any of its resources; nobody removes them.

    Args:
        steps: Of a preview.
    """
    return frozenset(
        (organization_of(step.new_inputs or {}), email_key(email))
        for step in steps
        for email in people_of(step.type, step.new_inputs)
    )


def people_of(type_: str, inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Returns the roles of each person whom a resource declares.

    Args:
        type_: The resource's type.
        inputs: Its inputs; ``None`` where it does not exist.
    """
    kind = kind_of(type_)
    if kind in PERSON_KINDS and inputs:
        return {str(inputs["email"]): str(inputs["roles"])}
    members = (inputs or {}).get("members")
    return members if kind == ROSTER and isinstance(members, Mapping) else {}
