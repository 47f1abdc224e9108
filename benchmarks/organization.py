"""An organization of any size on an emulated Elastic Cloud, and what to declare about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from elastic_cloud_emulator import Emulator

ADMINISTRATORS = ("root@acme.example", "second@acme.example")
KEY = "key-of-an-administrator"
DEPLOYMENTS = tuple(f"{number:032x}" for number in range(1, 9))

People = Mapping[str, str]
"""Roles in text form by e-mail address."""


def people(count: int) -> dict[str, str]:
    """Returns so many people with the roles that people have: a few on all, most on one or two deployments.

    Args:
        count: How many, the two administrators included.
    """
    everybody = dict.fromkeys(ADMINISTRATORS, "organization-admin")
    for number in range(count - len(everybody)):
        everybody[f"person-{number:05}@acme.example"] = roles(number, "viewer")
    return everybody


def newcomers(count: int) -> dict[str, str]:
    """Returns so many people whom `people` does not hold."""
    return {f"newcomer-{number:05}@acme.example": roles(number, "viewer") for number in range(count)}


def promoted(everybody: People, count: int) -> dict[str, str]:
    """Returns the same people, of whom the last ones have another role on the same deployments."""
    changed = list(everybody)[-count:]
    return {**everybody, **{person: everybody[person].replace("viewer", "editor") for person in changed}}


def without(everybody: People, count: int) -> dict[str, str]:
    """Returns the same people without the last ones."""
    return dict(list(everybody.items())[:-count])


def roles(number: int, level: str) -> str:
    """Returns the roles of the person with this number; level is that of the deployment role."""
    first, second = DEPLOYMENTS[number % 8], DEPLOYMENTS[(number // 8) % 8]
    targets = ", ".join(sorted({first, second}))
    return f"billing-admin; deployment-{level} on {targets}" if number % 10 == 0 else f"deployment-{level} on {targets}"


def api_roles(text: str, organization_id: str) -> dict[str, Any]:
    """Returns roles as this module writes them in the API's form."""
    document: dict[str, Any] = {}
    for role in text.split("; "):
        role_id, _, targets = role.partition(" on ")
        kind = "deployment" if targets else "organization"
        element = {"role_id": role_id, "organization_id": organization_id}
        document[kind] = [{**element, "all": False, "deployment_ids": targets.split(", ")} if targets else element]
    return document


@dataclass
class Acme:
    """The emulated organization.

    Args:
        emulator: Where it lives.
        id: Its id.
    """

    emulator: Emulator
    id: str
    user_ids: dict[str, str] = field(default_factory=dict)

    def join(self, joining: People) -> None:
        """Makes people members, at once and without invitations."""
        for person, text in joining.items():
            membership = self.emulator.cloud.add_member(self.id, person, _emulator_roles(text, self.id))
            self.user_ids[person] = membership.user_id

    def set_roles(self, person: str, text: str) -> None:
        """Gives a member other roles, at once."""
        self.emulator.cloud.set_roles(self.id, person, _emulator_roles(text, self.id))

    @contextmanager
    def latency(self, seconds: float) -> Iterator[None]:
        """Every call takes so long, while it lasts."""
        self.emulator.switches.latency, before = seconds, self.emulator.switches.latency
        try:
            yield
        finally:
            self.emulator.switches.latency = before

    @property
    def environment(self) -> dict[str, str]:
        """What leads a provider here."""
        return {"EC_ENDPOINT": self.emulator.endpoint, "EC_API_KEY": KEY, "EC_ORGANIZATION_ID": self.id}

    def tokens(self, invited: Iterable[str]) -> list[str]:
        """Returns the tokens of people's open invitations."""
        wanted = set(invited)
        invitations = self.emulator.cloud.organization(self.id).invitations.values()
        return [one.token for one in invitations if one.email in wanted]


@contextmanager
def acme(members: People) -> Iterator[Acme]:
    """An organization with these members, while it lasts.

    Args:
        members: Who belongs, one of the administrators among them.
    """
    with Emulator() as emulator:
        made = Acme(emulator, emulator.cloud.add_organization("acme").id)
        made.join(members)
        for number, deployment in enumerate(DEPLOYMENTS, 1):
            emulator.cloud.add_deployment(made.id, f"deployment {number}", id=deployment, owner=ADMINISTRATORS[0])
        emulator.cloud.add_key(ADMINISTRATORS[0], KEY, organization=made.id)
        yield made


def _emulator_roles(text: str, organization_id: str) -> dict[str, Any]:
    document = api_roles(text, organization_id)
    for element in document.get("deployment", ()):
        del element["all"]
    return document
