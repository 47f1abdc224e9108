"""The resources of a program: what an engine registers, in the order of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pulumi_elastic_org.model.guard_settings import write_guards
from pulumi_elastic_org.model.people import email_key, write_addresses
from tests.simulation.declared import OWN_KEY, SIGN_ON_PARTS, Declared, Key, SignOn
from tests.support.certificates import certificate
from tests.support.sign_on import DOMAIN, PROVIDER
from tests.trust.organization import ORGANIZATION

_CERTIFICATE = certificate(begins=timedelta(days=-10_000), ends=timedelta(days=10_000))


@dataclass(frozen=True)
class Output:
    """An input that is an output of another resource.

    Args:
        resource: Its name.
        property: The output's name.
    """

    resource: str
    property: str


@dataclass(frozen=True)
class Resource:
    """One resource.

    Args:
        name: What tells it from others of the program.
        kind: Of `KINDS`.
        inputs: As a program registers them.
        apart: Whether it needs no other resource, so that an engine may have checked all such ones before it changes any.
    """

    name: str
    kind: str
    inputs: Mapping[str, Any]
    apart: bool = False


def resources(declared: Declared, stack: str = "", own_key: str = "") -> list[Resource]:
    """Returns what a program registers.

    Args:
        declared: What it declares.
        stack: The name of its stack.
        own_key: The id of the key that its pipeline calls with at first.
    """
    people = _persons(declared) if declared.apart else [_roster(declared)]
    return [*people, *_keys(declared, stack, own_key), *_sign_on(declared.sign_on)]


def _sign_on(declared: SignOn | None) -> Iterator[Resource]:
    if declared is None:
        return
    settings = {"enforce_authentication_method": "sso", "break_glass_key": declared.key} if declared.enforced else {}
    inputs: tuple[dict[str, Any], ...] = (
        {"domain": DOMAIN},
        {
            **PROVIDER,
            "certificates": [_CERTIFICATE],
            "enabled": declared.enabled,
            "owner_mapping_follows": declared.makes_owners,
        },
        {"mode": declared.mode, "mappings": dict(declared.mappings)},
        {"billing_contacts": ["pay@acme.example"], **settings},
    )
    for kind, given in list(zip(SIGN_ON_PARTS, inputs, strict=True))[: declared.parts]:
        yield Resource(kind, kind, given)


def _roster(declared: Declared) -> Resource:
    given: dict[str, Any] = {
        "members": dict(sorted(declared.members.items())),
        "mode": declared.mode,
        "max_resends": 3,
        "expires_in": "72h",
        **write_guards(declared.guards),
    }
    if declared.single_sign_on:
        given["single_sign_on"] = write_addresses(map(email_key, declared.single_sign_on))
    if declared.until:
        given["until"] = dict(declared.until)
    if declared.heeds_mappings:
        given["role_mappings"] = True
    return Resource("people", "Roster", given)


def _persons(declared: Declared) -> Iterator[Resource]:
    for email, roles in sorted(declared.members.items(), key=lambda one: email_key(one[0])):
        by_invitation = email_key(email) in declared.invitations
        given = {"email": email, "roles": roles, "max_resends": 3, "expires_in": "72h", **write_guards(declared.guards)}
        if email in declared.single_sign_on and not by_invitation:
            given["single_sign_on"] = True
        kind = "Invitation" if by_invitation else "Member"
        yield Resource(f"{kind} {email_key(email)}", kind, given, apart=True)


def _keys(declared: Declared, stack: str, own_key: str) -> Iterator[Resource]:
    for name, key in sorted(declared.keys.items()):
        given = _key(replace(key, adopt=own_key) if key.adopt == OWN_KEY else key)
        yield Resource(f"ApiKey {name}", "ApiKey", {**given, "resource": prefix(stack) + name})


def prefix(stack: str) -> str:
    """Returns what the names of a stack's resources begin with, where they stand in what Elastic Cloud shows."""
    return f"people/{stack}/"


def _key(key: Key) -> dict[str, Any]:
    given: dict[str, Any] = {
        "description": key.description,
        "roles": key.roles,
        "expiration": key.expiration,
        "overlap": key.overlap,
        "organization_id": ORGANIZATION,
    }
    if key.rotate_before:
        given["rotate_before"] = key.rotate_before
    if key.adopt:
        given["adopt"] = key.adopt
    if key.overrides:
        given["overrides"] = dict.fromkeys(key.overrides, "it is meant")
    return given
