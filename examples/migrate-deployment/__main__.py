"""Move the data of one hosted deployment to another, also of another organization, by a snapshot in a private repository.

The order is that of Elastic's guide: register the repository, take a snapshot, register the same repository read-only at the other
end, restore. The snapshot is whole or refused; what exists at the destination is refused in the preview; the restored indices
are compared with what the snapshot was taken of. The keys are Elasticsearch's own, made in each deployment.
"""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
old = elastic.ElasticsearchConnection(config.require("oldUrl"), api_key=config.require_secret("oldKey"))
new = elastic.ElasticsearchConnection(config.require("newUrl"), api_key=config.require_secret("newKey"))
kind = config.require("repositoryType")
settings = config.require_object("repositorySettings")

written = elastic.SnapshotRepository("old", old, "moving", kind, settings)
# The backup outlives this program: deleting the resource keeps the snapshot.
snapshot = elastic.Snapshot("all", old, written, "move-1", opts=pulumi.ResourceOptions(retain_on_delete=True))
read = elastic.SnapshotRepository("new", new, "moving", kind, settings, read_only=True)
restore = elastic.Restore("all", new, read, snapshot)

pulumi.export("restored", restore.restored)
