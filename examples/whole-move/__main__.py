"""Move a person and the data of their hosted deployment from one organization to another.

Apply this once as it is: Ada's deployment is backed up into a private repository. Then move Ada's line from OLD to NEW and look at
the preview: Ada is invited to the new organization and accepts; then the repository is registered in the new organization, and
everything is restored and compared; at last Ada leaves the old organization. While she owns anything there, the preview refuses:
delete the old deployment after the backup, or hand it over by its owner tag, as is done in ``emulator.yaml``.
"""

import pulumi

import pulumi_elastic_org as elastic

ADA = "ada@acme.example"

OLD = {
    "root@old.example": [elastic.organization_admin()],
    ADA: [elastic.deployment("editor")],
}
NEW = {
    "root@new.example": [elastic.organization_admin()],
}

config = pulumi.Config()
endpoint = config.get("endpoint")
old_cloud = elastic.Provider("old", api_key=config.require_secret("oldApiKey"), endpoint=endpoint)
new_cloud = elastic.Provider("new", api_key=config.require_secret("newApiKey"), endpoint=endpoint)
ada = elastic.Provider("ada", api_key=config.require_secret("adaApiKey"), endpoint=endpoint)
old = elastic.ElasticsearchConnection(config.require("oldUrl"), api_key=config.require_secret("oldElasticsearchKey"))
new = elastic.ElasticsearchConnection(config.require("newUrl"), api_key=config.require_secret("newElasticsearchKey"))
kind = config.require("repositoryType")
settings = config.require_object("repositorySettings")

# Back up to a private repository.
written = elastic.SnapshotRepository("old", old, "moving", kind, settings)
snapshot = elastic.Snapshot("all", old, written, "move-1", opts=pulumi.ResourceOptions(retain_on_delete=True))

# Be invited and accept.
new_people = elastic.Roster(
    "new", NEW, mode="authoritative", opts=pulumi.ResourceOptions(provider=new_cloud, depends_on=[snapshot])
)
arrived: list[pulumi.Resource] = [new_people]
if ADA in NEW:
    acceptance = elastic.InvitationAcceptance(
        "ada",
        organization_id=new_people.organization_id,
        person=ADA,
        inviter_api_key=config.require_secret("newApiKey"),
        # Ada's membership is the rosters' business: without this line, deleting the resource would make her leave.
        opts=pulumi.ResourceOptions(provider=ada, depends_on=[new_people], retain_on_delete=True),
    )

    # Configure the same repository in the new organization, and restore.
    read = elastic.SnapshotRepository(
        "new", new, "moving", kind, settings, read_only=True, opts=pulumi.ResourceOptions(depends_on=[acceptance])
    )
    restore = elastic.Restore("all", new, read, snapshot)
    arrived.append(restore)
    pulumi.export("restored", restore.restored)

# Leave at last, which cannot be undone.
elastic.Roster("old", OLD, mode="authoritative", opts=pulumi.ResourceOptions(provider=old_cloud, depends_on=arrived))
