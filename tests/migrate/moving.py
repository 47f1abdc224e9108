"""The whole move of Ada and her deployment; as a process of its own, one that dies after a step.

Arguments of the process: a `Place` as JSON, the journal's folder, and the step.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.migration import Migration
from pulumi_elastic_org.procedures.move import WholeMove
from pulumi_elastic_org.procedures.preflight import Side
from pulumi_elastic_org.procedures.procedure import run
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.elasticsearch_node.node import PASSWORD
from tests.support.two_organizations import ADA, ADA_KEY, NEW_KEY, OLD_KEY

CREDENTIALS = {"s3.client.default.access_key": "AKIA", "s3.client.default.secret_key": "hush"}
MIGRATION = Migration(Repository("moving", "s3", {"bucket": "backups"}, CREDENTIALS))


@dataclass
class Place:
    """Two organizations of one emulator, with a deployment in each."""

    endpoint: str
    old: str
    new: str
    old_url: str
    new_url: str
    old_deployment: str
    new_deployment: str

    def whole_move(
        self, *, shut_down_source: bool = True, leave: Leave = Leave.BEFORE, migration: Migration = MIGRATION
    ) -> WholeMove:
        """Ada's move."""
        source = Side(_cluster(self.old_url, "the source"), self._session(OLD_KEY), self.old_deployment)
        destination = Side(_cluster(self.new_url, "the destination"), self._session(NEW_KEY), self.new_deployment)
        transfer = Transfer(
            Move(ADA, self.old, self.new, parse_grants("deployment-editor on all"), leave),
            old=self._session(OLD_KEY),
            new=self._session(NEW_KEY),
            own=self._session(ADA_KEY),
            gone=frozenset({self.old_deployment}) if shut_down_source else frozenset(),
        )
        return WholeMove(
            Migrator(migration, lambda: (source, destination)), transfer, shut_down_source=shut_down_source
        )

    def as_json(self) -> str:
        """The place as an argument of a process."""
        return json.dumps(asdict(self))

    def _session(self, key: str) -> Session:
        return Session(self.endpoint, key, patience=Patience(sleep=lambda _: None))


def journal(directory: Path) -> Journal:
    """The journal of the move."""
    return Journal(directory / "journal.jsonl", "move", MIGRATION.subject)


def _cluster(url: str, name: str) -> Cluster:
    return Cluster(Connection(url, username="elastic", password=PASSWORD), name)


def _die_after(place: Place, directory: Path, step: str) -> None:
    with journal(directory) as opened:
        for taken in run(place.whole_move(), opened):
            if taken.name == step:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _die_after(Place(**json.loads(sys.argv[1])), Path(sys.argv[2]), sys.argv[3])
