"""Who is claimed by which resource of a program: nobody may be claimed twice, or two resources would undo each other.

The engine gives a provider no names, so this is found in the program, where the resources are made.
"""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

from pulumi_elastic_org.roster.people import email_key

_claims: dict[tuple[str, str], str] = {}


def claim(resource: str, people: Iterable[str], opts: pulumi.ResourceOptions | None) -> None:
    """Notes that a resource manages people.

    Args:
        resource: How a message names the resource.
        people: E-mail addresses.
        opts: The resource's options; resources of different explicit providers manage different organizations.

    Raises:
        pulumi.RunError: Some of the people are claimed by another resource; all of them are named.
    """
    provider = opts.provider if opts is not None else None
    organization = provider._name if isinstance(provider, pulumi.ProviderResource) else ""
    twice = []
    for person in people:
        earlier = _claims.setdefault((organization, email_key(person)), resource)
        if earlier != resource:
            twice.append(f"{person} is claimed by {earlier} and by {resource}")
    if twice:
        raise pulumi.RunError(
            "\n".join(["a person can be managed by one resource only:", *(f"  - {one}" for one in twice)])
        )
