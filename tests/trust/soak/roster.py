"""An organization's people, and a roster that changes as much every time."""

from __future__ import annotations

from itertools import cycle

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.cloud.models import read_assignments, write_assignments
from pulumi_elastic_org.model.grants import Grants, parse_grants

CHANGED = 12
"""For how many people one role is exchanged for another from one revision to the next."""
EXCHANGED = 3
"""How many people leave, and how many others join."""
FEWEST = 3 + CHANGED + EXCHANGED


def root(id_: str) -> str:
    """Returns the address of the administrator whose key it is."""
    return f"root@{id_}.example"


def key(id_: str) -> str:
    """Returns the API key of an organization."""
    return f"key-of-{id_}"


def revision(number: int, people: int, id_: str) -> dict[str, str]:
    """Returns what a program declares, in text form; from one revision to the next there is the same work.

    Args:
        number: Which revision, from 0.
        people: How many people it declares, at least `FEWEST`.
        id_: Whose: nobody is in the rosters of two organizations.
    """
    joined, level = ("odd", "editor") if number % 2 else ("even", "viewer")
    steady = (f"steady-{one:05}@{id_}.example" for one in range(people - FEWEST))
    held = (f"deployment-viewer on d-{id_}", "billing-admin", "deployment-viewer on all; billing-admin")
    administrators = (root(id_), f"second@{id_}.example", f"third@{id_}.example")
    return {
        **dict.fromkeys(administrators, "organization-admin"),
        **dict(zip(steady, cycle(held), strict=False)),
        **{f"changed-{one}@{id_}.example": f"deployment-{level} on d-{id_}" for one in range(CHANGED)},
        **{f"{joined}-{one}@{id_}.example": "deployment-viewer on all" for one in range(EXCHANGED)},
    }


def found(cloud: Cloud, id_: str, people: int) -> None:
    """Makes an organization whose people are those of revision 0.

    Args:
        cloud: Where.
        id_: Its id.
        people: How many people it has.
    """
    cloud.add_organization(f"organization {id_}", id=id_)
    cloud.add_deployment(id_, "search", id=f"d-{id_}")
    for email, roles in revision(0, people, id_).items():
        assignments = write_assignments(parse_grants(roles), id_)
        cloud.add_member(id_, email, assignments, key=key(id_) if email == root(id_) else None)


def accept_all(cloud: Cloud, id_: str) -> None:
    """Has everybody accept who is invited."""
    for invitation in list(cloud.organization(id_).invitations.values()):
        cloud.accept(id_, invitation.email)


def differences(cloud: Cloud, id_: str, declared: dict[str, str]) -> list[str]:
    """Returns in whom an organization differs from what is declared; who is invited counts as a member.

    Args:
        cloud: Where.
        id_: Which one.
        declared: Roles in text form by e-mail address.
    """
    organization = cloud.organization(id_)
    live: dict[str, Grants] = {}
    for user_id, member in organization.members.items():
        live[cloud.users[user_id].email] = read_assignments(member.roles.to_json(id_), id_)[0]
    for invitation in organization.invitations.values():
        live[invitation.email] = read_assignments(invitation.roles.to_json(id_), id_)[0]
    wanted = {email: parse_grants(roles) for email, roles in declared.items()}
    return sorted(email for email in {*live, *wanted} if live.get(email) != wanted.get(email))
