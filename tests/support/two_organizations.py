"""Two organizations, a person who goes from one to the other, and everybody's keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from tests.support.acme import OWNER

ADA = "ada@acme.example"
ADA_KEY = "key-of-ada"
OLD_ADMIN = "root@old.example"
OLD_KEY = "key-of-the-old-administrator"
NEW_ADMIN = "root@new.example"
NEW_KEY = "key-of-the-new-administrator"
KEYS = (ADA_KEY, OLD_KEY, NEW_KEY)
EDITOR_ROLE = {"deployment": [{"role_id": "deployment-editor", "all": True}]}


class World:
    """An old organization that Ada belongs to, and a new one.

    Args:
        emulator: Where they live.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.cloud = emulator.cloud
        self.old = self.cloud.add_organization("old", id="1111").id
        self.new = self.cloud.add_organization("new", id="2222").id
        self.ada = self.cloud.add_user(ADA, key=ADA_KEY).id
        self.cloud.add_member(self.old, OLD_ADMIN, OWNER, key=OLD_KEY)
        self.cloud.add_member(self.new, NEW_ADMIN, OWNER, key=NEW_KEY)
        self.cloud.add_member(self.old, ADA, EDITOR_ROLE)

    def session(self, key: str) -> Session:
        return Session(self.emulator.endpoint, key, patience=Patience(sleep=lambda _: None))

    def account(self, key: str = ADA_KEY) -> Account:
        """A key, and whose it is, as the operator says."""
        return Account(self.session(key), self.cloud.user(self.cloud.keys[key].user_id).email)

    def invite(self) -> str:
        """Invites Ada to the new organization; returns the token."""
        [invitation] = self.cloud.invite(self.new, ADA, EDITOR_ROLE)
        return invitation.token

    def belongs(self, organization: str, user_id: str | None = None) -> bool:
        return (user_id or self.ada) in self.cloud.organization(organization).members

    def invited(self) -> bool:
        """Whether Ada can accept an invitation to the new organization."""
        invitation = self.cloud.invitation(self.new, ADA)
        return invitation is not None and not invitation.expired(self.emulator.clock.now())

    def writes(self) -> list[str]:
        """The calls that change something, in order."""
        return [
            f"{call.method} {call.route}"
            for call in self.emulator.calls.all()
            if call.method != "GET" and "_search" not in call.route
        ]


@pytest.fixture
def world() -> Iterator[World]:
    with Emulator() as emulator:
        yield World(emulator)
