"""A migration in a process of its own that can be killed: after a step, or in the middle of one.

Arguments: the addresses of both nodes, the repository's folder, the journal, and when to die: ``STEP`` or ``during:STEP``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.migration import Migration
from pulumi_elastic_org.procedures.preflight import Side
from pulumi_elastic_org.procedures.procedure import run
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.elasticsearch_node.node import PASSWORD


def main(old: str, new: str, folder: str, journal_path: str, moment: str) -> None:
    def die(_: str = "", *__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def die_during(step: str, *_: object) -> None:
        if moment == f"during:{step}":
            die()

    migration = Migration(Repository("moving", "fs", {"location": folder}))
    source, destination = (Side(Cluster(Connection(url, username="elastic", password=PASSWORD))) for url in (old, new))
    with Journal(Path(journal_path), "migrate", migration.subject) as journal:
        for taken in run(Migrator(migration, lambda: (source, destination), die_during), journal):
            if taken.name == moment:
                die()


if __name__ == "__main__":
    main(*sys.argv[1:])
