"""Every resource that is about the data of a cluster, with every argument that state keeps; see `tests.releases.records`."""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
password = config.require_secret("password")
old = elastic.ElasticsearchConnection(config.require("old"), username="elastic", password=password)
new = elastic.ElasticsearchConnection(config.require("new"), username="elastic", password=password)
place = {"location": config.require("location"), "compress": True}

written = elastic.SnapshotRepository("written", old, "moving", "fs", place)
read = elastic.SnapshotRepository("read", new, "moving", "fs", place, read_only=True)
keyed = elastic.SnapshotRepository(
    "keyed",
    old,
    "keyed",
    "s3",
    {"bucket": "backups", "client": "mover"},
    secure_settings={"s3.client.mover.access_key": "AKIA", "s3.client.mover.secret_key": password},
    deployment_id="d" * 32,
)
snapshot = elastic.Snapshot("all", old, written, "first", indices=["books", "films*", "-films-old"])
restore = elastic.Restore("renamed", new, read, snapshot, indices=["*", "-films"], rename=("(.+)", "acme-$1"))

pulumi.export("contents", snapshot.contents)
pulumi.export("restored", restore.restored)
