"""What the recorded programs talk to, made anew for each use: an emulated Elastic Cloud, and two Elasticsearch nodes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.model.single_sign_on import record_name
from tests.support.elasticsearch_node.node import Node
from tests.support.nodes import fill

INITECH, DOMAIN = "1000000003", "initech.example"
"""An organization with single sign-on, and the domain whose TXT record is published for it."""


@dataclass(frozen=True)
class World:
    """The addresses of one world.

    Args:
        places: What is here under each name: addresses, paths and ids that differ from one world to the next.
        emulator: Its Elastic Cloud.
    """

    places: Mapping[str, str]
    emulator: Emulator

    @property
    def config(self) -> dict[str, str]:
        """The stack configuration with which a program finds it."""
        own = {name: place for name, place in self.places.items() if not name.endswith("_uuid")}
        return {"elastic-org:endpoint": self.places["endpoint"], **own}

    def forgotten(self, state: str) -> str:
        """A state as it is recorded: what differs from one world to the next is a name in it."""
        for name, place in self.places.items():
            state = state.replace(place, f"@{name}@")
        return state

    def found(self, state: str) -> str:
        """A recorded state as it would have been written here."""
        for name, place in self.places.items():
            state = state.replace(f"@{name}@", place)
        return state


@contextmanager
def cloud(seed: Path, places: Mapping[str, str] | None = None) -> Iterator[World]:
    """A world whose organizations are those of a seed.

    Args:
        seed: The seed.
        places: What else there is in it, by name.
    """
    with Emulator(seed) as emulator:
        claims = {}
        if INITECH in emulator.cloud.organizations:
            claims["domain_code"] = emulator.cloud.domain_code(INITECH, DOMAIN)
            emulator.cloud.publish_txt_record(record_name(DOMAIN), claims["domain_code"])
        yield World({"endpoint": emulator.endpoint, **claims, **(places or {})}, emulator)


@contextmanager
def clusters(nodes: tuple[Node, Node]) -> Iterator[dict[str, str]]:
    """The places of two nodes with what the recorded program moves; both are empty again afterwards.

    Args:
        nodes: The one that things move from, and the one that they move to.
    """
    old, new = nodes
    for index in ("books", "films", "films-old"):
        fill(old, index, 5, aliases={f"all-{index}": {}})
    try:
        yield {
            "old": old.url,
            "new": new.url,
            "location": str(old.repositories / "moving"),
            "old_uuid": old.client.info()["cluster_uuid"],
            "new_uuid": new.client.info()["cluster_uuid"],
        }
    finally:
        for node in nodes:
            node.clear()
        shutil.rmtree(old.repositories)
        old.repositories.mkdir()
