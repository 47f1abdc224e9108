"""Which people a preview's steps let go of, and whom the program still declares. Pure.

Pulumi calls a provider's delete when it deletes, in no preview: what its steps say is all there is to go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pulumi_elastic_org.model.people import email_key
from pulumi_embedded.port import Step

MEMBER_TYPE = "pulumi-python:dynamic/elastic-org:Member"
INVITATION_TYPE = "pulumi-python:dynamic/elastic-org:Invitation"
PERSON_TYPES = (MEMBER_TYPE, INVITATION_TYPE)
ROSTER_TYPE = "pulumi-python:dynamic/elastic-org:Roster"

Declared = frozenset[tuple[str, str]]
"""People whom a program declares: the id of the organization, and the person's `email_key`."""


def leaving(steps: Iterable[Step]) -> tuple[str, ...]:
    """Returns the URNs of the members and invitations that steps delete, or replace by those of other people.

    With them go the rosters that are deleted where another roster may take their people over.

    Args:
        steps: Of a preview.
    """
    steps = tuple(steps)
    types = (*PERSON_TYPES, ROSTER_TYPE) if declared_in_rosters(steps) else PERSON_TYPES
    return tuple(step.urn for step in steps if step.type in types and step.op in ("delete", "replace"))


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
