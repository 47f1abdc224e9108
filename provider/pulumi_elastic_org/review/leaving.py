"""What a preview's steps let go of, and what the program still declares. Pure.

Pulumi calls a provider's delete when it deletes, in no preview: what its steps say is all there is to go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pulumi_elastic_org.model.people import email_key
from pulumi_embedded.port import Step

_DYNAMIC = "pulumi-python:dynamic/elastic-org:"
MEMBER_TYPE = f"{_DYNAMIC}Member"
INVITATION_TYPE = f"{_DYNAMIC}Invitation"
PERSON_TYPES = (MEMBER_TYPE, INVITATION_TYPE)
ROSTER_TYPE = f"{_DYNAMIC}Roster"

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
    types = (*PERSON_TYPES, ROSTER_TYPE) if declared_in_rosters(steps) else PERSON_TYPES
    gone = (step for step in steps if step.op in ("delete", "replace"))
    return tuple(step.urn for step in gone if step.type in types or kind_of(step.type) in GUARDED_KINDS)


def kind_of(type_token: str) -> str:
    """Returns the name of a kind by the type of its resources; empty for a type of somebody else's.

    Args:
        type_token: As the engine says it.
    """
    return type_token.removeprefix(_DYNAMIC) if type_token.startswith(_DYNAMIC) else ""


def signing_on(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Returns the steps of what the program declares of single sign-on, in the order in which it is set up.

    Args:
        steps: Of a preview.
    """
    kept = [step for step in steps if step.new_inputs is not None and kind_of(step.type) in SIGN_ON_KINDS]
    return tuple(sorted(kept, key=lambda step: -SIGN_ON_KINDS.index(kind_of(step.type))))


def declared_in_rosters(steps: Iterable[Step]) -> Declared:
    """Returns whom the program declares in rosters.

    Args:
        steps: Of a preview.
    """
    return declared(step for step in steps if step.type == ROSTER_TYPE)


def declared(steps: Iterable[Step]) -> Declared:
    """Returns whom the program declares in any of its resources; nobody removes them.

    Args:
        steps: Of a preview.
    """
    return frozenset(_declared(steps))


def _declared(steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    for step in steps:
        inputs = step.new_inputs or {}
        organization = str(inputs.get("organization_id"))
        if step.type in PERSON_TYPES and inputs:
            yield organization, email_key(str(inputs["email"]))
        elif step.type == ROSTER_TYPE and isinstance(members := inputs.get("members"), Mapping):
            yield from ((organization, email_key(email)) for email in members)
