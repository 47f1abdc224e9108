"""Records the state of a release: ``python -m tests.releases record VERSION``.

Run it right before a version is tagged, on a machine with the Pulumi CLI, Java 17 and Maven. It runs every program of
`programs` on every engine and keeps what they leave; the tests read it from then on.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from pulumi_elastic_org.engine import ENGINES
from tests.releases.records import PROGRAMS, Record, directory_of, keep, write_secrets
from tests.releases.worlds import cloud, clusters
from tests.support.elasticsearch_node.node import two_nodes


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m tests.releases", description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["record"])
    parser.add_argument("version", help="the release, such as 0.2.0")
    version = parser.parse_args().version
    target = directory_of(version)
    if target.exists():
        parser.error(f"{target} exists; a record is what users have, and is not written again")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            _record(target, Path(scratch))
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    print(f"Recorded {version} in {target}. Commit it with the release.")  # noqa: T201


def _record(target: Path, scratch: Path) -> None:
    people, moved = Record(target / "people"), Record(target / "clusters")
    for record in (people, moved):
        shutil.copytree(
            PROGRAMS / record.directory.name, record.directory, ignore=shutil.ignore_patterns("__pycache__")
        )
        write_secrets(record)
    for engine in ENGINES:
        with cloud(people.seed) as world:
            keep(people, engine, world, scratch / engine / "people")
    with two_nodes(scratch / "nodes") as nodes:
        for engine in ENGINES:
            with clusters(nodes) as places, cloud(moved.seed, places) as world:
                keep(moved, engine, world, scratch / engine / "clusters")


if __name__ == "__main__":
    main()
