"""A whole move, told and checked: two organizations, two real Elasticsearch nodes, thousands of documents.

It runs the command that a person would run, `elastic-org move`, against an emulated Elastic Cloud.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from elasticsearch import Elasticsearch, helpers

from elastic_cloud_emulator import Emulator
from tests.support.acme import OWNER
from tests.support.elasticsearch_node.distribution import why_unavailable
from tests.support.elasticsearch_node.node import PASSWORD, two_nodes

ADA = "ada@acme.example"
DOCUMENTS = {"products": 4_000, "orders-2025": 3_000, "orders-2026": 1_500}
REPOSITORY = "name: moving\ntype: fs\nsettings:\n  location: {location}\n"


def main() -> int:
    """Tells the story; returns the exit code."""
    if reason := why_unavailable():
        click.echo(f"The demo of a move is skipped: {reason}.")
        return 0
    click.echo("Starting two Elasticsearch nodes (the first time, a download of some 100 MB) ...")
    with TemporaryDirectory(prefix="elastic-org-move-") as folder, two_nodes(Path(folder)) as (old, new):
        for index, count in DOCUMENTS.items():
            fill(old.client, index, count)
        with Emulator() as emulator:
            cloud = emulator.cloud
            there, here = cloud.add_organization("old", id="1111").id, cloud.add_organization("new", id="2222").id
            cloud.add_member(there, "root@old.example", OWNER, key="key-of-old")
            cloud.add_member(here, "root@new.example", OWNER, key="key-of-new")
            ada = cloud.add_user(ADA, key="key-of-ada")
            cloud.add_member(there, ada.id, {})
            source = cloud.add_deployment(there, "shop", owner=ADA, elasticsearch_url=old.url)
            destination = cloud.add_deployment(here, "shop", elasticsearch_url=new.url)
            Path(folder, "repository.yaml").write_text(REPOSITORY.format(location=f"{old.repositories}/moving"))
            ended = move(Path(folder), emulator.endpoint, source.id, destination.id)
            joined = ada.id in cloud.organization(here).members and ada.id not in cloud.organization(there).members
        found = {index: int(new.client.count(index=index)["count"]) for index in DOCUMENTS} if ended == 0 else {}
    click.echo(f"\nAda has {'arrived' if joined else 'not arrived'}; documents in the new organization: {found}")
    if ended == 0 and joined and found == DOCUMENTS:
        click.echo("The counts agree.")
        return 0
    click.echo(f"The counts do not agree: {DOCUMENTS} were expected.", err=True)
    return 1


def fill(client: Elasticsearch, index: str, documents: int) -> None:
    """Makes an index with an alias."""
    mappings = {"properties": {"title": {"type": "text"}, "price": {"type": "integer"}}}
    alias = index.partition("-")[0] + "-current"
    client.indices.create(
        index=index, mappings=mappings, aliases={alias: {}}, settings={"number_of_replicas": 0, "number_of_shards": 2}
    )
    rows = ({"_index": index, "title": f"{index} {number}", "price": number} for number in range(documents))
    helpers.bulk(client, rows, refresh=True)


def move(folder: Path, endpoint: str, source: str, destination: str) -> int:
    """Runs the command, with its output shown."""
    arguments = [
        *("elastic-org", "move", ADA, "--from", "1111", "--to", "2222", "--roles", "deployment-editor on all"),
        *("--source", source, "--destination", destination, "--repository", "repository.yaml"),
        *("--shut-down-source", "--leave", "after", "--yes"),
    ]
    credentials = {"USERNAME": "elastic", "PASSWORD": PASSWORD}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EC_")},
        "EC_ENDPOINT": endpoint,
        "EC_API_KEY_OLD": "key-of-old",
        "EC_API_KEY_NEW": "key-of-new",
        "EC_API_KEY_PERSON": "key-of-ada",
        **{f"ELASTICSEARCH_{what}_SOURCE": value for what, value in credentials.items()},
        **{f"ELASTICSEARCH_{what}_DESTINATION": value for what, value in credentials.items()},
    }
    click.echo(f"$ {shlex.join(arguments)}")
    command = [str(Path(sys.executable).with_name("elastic-org")), *arguments[1:]]
    return subprocess.run(command, env=environment, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
