"""A small organization in an emulator, and the people who call it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.acme import OWNER
from tests.support.client import ACME, ADMIN_KEY, GLOBEX, MEMBER_KEY, Client


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Acme with an administrator, Ada, and a member without roles, Bob; Globex with an administrator of its own."""
    emulator = Emulator()
    cloud = emulator.cloud
    cloud.add_organization("acme", id=ACME)
    cloud.add_organization("globex", id=GLOBEX)
    for id, email in (("31", "ada@acme.example"), ("32", "bob@acme.example"), ("33", "gil@globex.example")):
        cloud.add_user(email, id=id)
    cloud.add_member(ACME, "31", OWNER, key=ADMIN_KEY)
    cloud.add_member(ACME, "32", key=MEMBER_KEY)
    cloud.add_member(GLOBEX, "33", OWNER, key="key-of-globex")
    with emulator:
        yield emulator


@pytest.fixture
def admin(emulator: Emulator) -> Client:
    return Client(emulator)


@pytest.fixture
def member(emulator: Emulator) -> Client:
    return Client(emulator, MEMBER_KEY)
