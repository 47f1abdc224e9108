"""Move a person from one organization to another, by moving their line from one roster to the other.

Apply this once as it is. Then move Ada's line from OLD to NEW and look at the preview: Ada is invited to the new organization, then
leaves the old one, then accepts, in this order, because the old roster depends on the new one and her acceptance on both. While she
owns anything in the old organization, the preview refuses.

To try it on an emulated Elastic Cloud, start ``elastic-org emulator --seed emulator.yaml --port 8765`` in another terminal, then::

    pulumi stack init dev
    pulumi config set endpoint http://127.0.0.1:8765
    pulumi config set --secret oldApiKey key-of-old
    pulumi config set --secret newApiKey key-of-new
    pulumi config set --secret adaApiKey key-of-ada
    pulumi up
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
old = elastic.Provider("old", api_key=config.require_secret("oldApiKey"), endpoint=endpoint)
new = elastic.Provider("new", api_key=config.require_secret("newApiKey"), endpoint=endpoint)
ada = elastic.Provider("ada", api_key=config.require_secret("adaApiKey"), endpoint=endpoint)

new_people = elastic.Roster("new", NEW, mode="authoritative", opts=pulumi.ResourceOptions(provider=new))
old_people = elastic.Roster(
    "old", OLD, mode="authoritative", opts=pulumi.ResourceOptions(provider=old, depends_on=[new_people])
)

if ADA in NEW:
    elastic.InvitationAcceptance(
        "ada",
        organization_id=new_people.organization_id,
        person=ADA,
        inviter_api_key=config.require_secret("newApiKey"),
        # Ada's membership is the rosters' business: without this line, deleting the resource would make her leave.
        opts=pulumi.ResourceOptions(provider=ada, depends_on=[new_people, old_people], retain_on_delete=True),
    )
