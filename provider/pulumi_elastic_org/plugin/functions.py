"""What any program can ask: who belongs, who owns what, which roles there are. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import Property, Type, Where
from pulumi_elastic_org.lifecycle.served import Served
from pulumi_elastic_org.model.grants import KNOWN_ROLES, ORGANIZATION_ADMIN, format_grants, is_admin
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.plugin.face import face_of
from pulumi_elastic_org.plugin.forms import Mistakes, record
from pulumi_elastic_org.review.owners import owned_resources

_OUT = Where.OUTPUT

_CONSOLE_WORDS = {
    "t1": "tier 1",
    "t2": "tier 2",
    "t3": "tier 3",
    "soc": "SOC",
    "threat-intel-analyst": "threat intelligence analyst",
}


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Args:
        description: What it answers.
        inputs: The table of its arguments.
        outputs: The table of its answer.
        answer: Finds the answer, given the phase and the arguments in snake_case.
        items: The tables of the objects in lists of the answer, by the name of the property that is such a list.
    """

    description: str
    inputs: tuple[Property, ...]
    outputs: tuple[Property, ...]
    answer: Callable[[Phase, Mapping[str, Any]], dict[str, Any]]
    items: Mapping[str, tuple[Property, ...]]


def _organization(phase: Phase, _: Mapping[str, Any]) -> dict[str, Any]:
    actual = phase.organization.read()
    return {
        "id": actual.id,
        "members": len(actual.members),
        "admins": sum(is_admin(one.grants) for one in actual.members),
        "pending": sum(not one.lapsed(now()) for one in actual.invitations),
    }


def _members(phase: Phase, _: Mapping[str, Any]) -> dict[str, Any]:
    actual = phase.organization.read()
    members: list[dict[str, Any]] = [
        {
            "email": one.email,
            "roles": format_grants(one.grants),
            "status": "member",
            "user_id": one.user_id,
            "name": one.name or None,
        }
        for one in actual.members
    ]
    invited: list[dict[str, Any]] = [
        {
            "email": one.email,
            "roles": format_grants(one.grants),
            "status": "expired" if one.lapsed(now()) else "invited",
            "expires_at": one.expires_at.isoformat(),
        }
        for one in actual.invitations
    ]
    everybody = sorted([*members, *invited], key=lambda one: str(one["email"]))
    accounts = Accounts.of(actual.members).by_address
    user_ids = {email: user_id for email, (user_id, *others) in accounts.items() if not others}
    return {"organization_id": actual.id, "members": everybody, "user_ids": user_ids}


def _owners(phase: Phase, arguments: Mapping[str, Any]) -> dict[str, Any]:
    actual = phase.organization.read()
    owned = phase.organization.ownership(arguments.get("owner_tag") or DEFAULT_OWNER_TAG)
    return {
        "organization_id": actual.id,
        "resources": [
            {
                "kind": one.resource.kind,
                "id": one.resource.id,
                "name": one.resource.name,
                "owner": one.owner.email if one.owner else None,
                "owner_user_id": one.owner.user_id if one.owner else None,
                "evidence": one.resource.owners[0].evidence.value if one.owner else None,
            }
            for one in owned_resources(owned, actual.members)
        ],
    }


def _removal(phase: Phase, arguments: Mapping[str, Any]) -> dict[str, Any]:
    face = face_of(arguments["type"])
    refusal = Served(face.kind(phase), face.told).refused_delete(face.kept(arguments["outputs"]))
    return {"refusals": [] if refusal is None else [refusal]}


def console_name(scope: str, role_id: str) -> str:
    """Returns what Elastic's console calls a role.

    The names are those of https://www.elastic.co/docs/deploy-manage/users-roles/cloud-organization/user-roles.

    Args:
        scope: ``"organization"``, ``"deployment"``, or the type of a project.
        role_id: One of the scope.
    """
    if role_id == ORGANIZATION_ADMIN:
        return "Organization owner"
    short = role_id.removeprefix(f"{scope}-")
    words = [_CONSOLE_WORDS.get(word, word) for word in (_CONSOLE_WORDS.get(short, short)).split("-")]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def _roles(_phase: Phase, _: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "roles": [
            {"id": role_id, "scope": scope, "name": console_name(scope, role_id)}
            for scope, role_ids in KNOWN_ROLES.items()
            for role_id in role_ids
        ]
    }


FUNCTIONS: Mapping[str, Function] = {
    "getOrganization": Function(
        "The organization that the settings lead to.",
        (),
        (
            Property("id", Type.TEXT, "Elastic's id of the organization.", _OUT),
            Property("members", Type.COUNT, "How many people belong to it.", _OUT),
            Property("admins", Type.COUNT, "How many of them have the role organization-admin.", _OUT),
            Property("pending", Type.COUNT, "How many people have been invited and can still accept.", _OUT),
        ),
        _organization,
        {},
    ),
    "getMembers": Function(
        "Everybody who belongs to the organization or has been invited, with their roles.",
        (),
        (
            Property("organization_id", Type.TEXT, "Elastic's id of the organization.", _OUT),
            Property("members", Type.LIST, "Everybody, by e-mail address.", _OUT),
            Property(
                "user_ids",
                Type.MAP,
                "Elastic's id of the account of each member, by address in lower case. Whoever is only invited has none yet; "
                "an address that several accounts have is not in it.",
                _OUT,
            ),
        ),
        _members,
        {
            "members": (
                Property("email", Type.TEXT, "The e-mail address; nothing where Elastic Cloud does not show it.", _OUT),
                Property("roles", Type.TEXT, "The roles, in text form.", _OUT),
                Property("status", Type.TEXT, "`member`, `invited` or `expired`.", _OUT),
                Property("user_id", Type.TEXT, "Elastic's id of the account of a member.", _OUT),
                Property("name", Type.TEXT, "The name of a member, where there is one.", _OUT),
                Property("expires_at", Type.TEXT, "Until when an invitation can be accepted, or could be.", _OUT),
            )
        },
    ),
    "getOwners": Function(
        "Every deployment and project of the organization, with its owner and how the owner is known.",
        (
            Property(
                "owner_tag",
                Type.TEXT,
                "The tag of deployments and projects that names their owner by e-mail address.",
                default=DEFAULT_OWNER_TAG,
            ),
        ),
        (
            Property("organization_id", Type.TEXT, "Elastic's id of the organization.", _OUT),
            Property("resources", Type.LIST, "Every deployment and project, once for each owner.", _OUT),
        ),
        _owners,
        {
            "resources": (
                Property("kind", Type.TEXT, "`deployment`, or the type of a project.", _OUT),
                Property("id", Type.TEXT, "Elastic's id of it.", _OUT),
                Property("name", Type.TEXT, "Its name.", _OUT),
                Property("owner", Type.TEXT, "The owner's e-mail address; nothing where the owner is unknown.", _OUT),
                Property("owner_user_id", Type.TEXT, "Elastic's id of the owner's account.", _OUT),
                Property("evidence", Type.TEXT, "How the owner is known.", _OUT),
            )
        },
    ),
    "checkRemoval": Function(
        "Why the guards would refuse to delete a resource, for a hook that a program runs before it is deleted, previews included.",
        (
            Property("type", Type.TEXT, "The resource's type, as the hook is given it.", required=True),
            Property("outputs", Type.OBJECT, "The resource's outputs, as the hook is given them.", required=True),
        ),
        (Property("refusals", Type.LIST, "Each reason to refuse; none where the resource may go.", _OUT),),
        _removal,
        {},
    ),
    "getRoles": Function(
        "The roles that Elastic Cloud has published, by the ids that are written here and the names that its console shows.",
        (),
        (Property("roles", Type.LIST, "The roles.", _OUT),),
        _roles,
        {
            "roles": (
                Property("id", Type.TEXT, "What is written in a program, such as `deployment-editor`.", _OUT),
                Property("scope", Type.TEXT, "`organization`, `deployment`, or the type of a project.", _OUT),
                Property("name", Type.TEXT, "What Elastic's console shows.", _OUT),
            )
        },
    ),
}
"""By the name in programs."""


def call(token: str, phase: Phase, arguments: Mapping[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    """Returns a function's answer, as programs read it.

    Args:
        token: Of the function, such as ``elastic-org:index:getMembers``.
        phase: What it shares with the resources of the same run.
        arguments: As a program wrote them.
        mistakes: Receives what is wrong with them.
    """
    function = FUNCTIONS[token.rpartition(":")[2]]
    asked = record(function.inputs).flat(arguments, "", mistakes)
    if mistakes or any(isinstance(one, Unknown) for one in asked.values()):
        return {}
    found = function.answer(phase, asked)
    for name, table in function.items.items():
        found[name] = [record(table).written(one) for one in found[name]]
    written: dict[str, Any] = record(function.outputs).written(found)
    return written
