"""Move a person from one organization to another, by moving their line from one roster to the other.

Apply this once as it is. Then move Ada's line from OLD to NEW and look at the preview: Ada is invited to the new organization, then
accepts, then leaves the old one, in this order, because her acceptance depends on the new roster and the old roster on both. While
she owns anything in the old organization, the preview refuses. Leave her line in OLD as well, and she belongs to both.
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
joined: list[pulumi.Resource] = [new_people]
if ADA in NEW:
    acceptance = elastic.InvitationAcceptance(
        "ada",
        organization_id=new_people.organization_id,
        person=ADA,
        inviter_api_key=config.require_secret("newApiKey"),
        # Ada's membership is the rosters' business: without this line, deleting the resource would make her leave.
        opts=pulumi.ResourceOptions(provider=ada, depends_on=[new_people], retain_on_delete=True),
    )
    joined.append(acceptance)
elastic.Roster("old", OLD, mode="authoritative", opts=pulumi.ResourceOptions(provider=old, depends_on=joined))
