"""Accept an invitation with your own API key. You are a member as long as this resource is there.

Where Elastic Cloud's API accepts no invitations, ``elastic-org up`` asks you to open the link in the e-mail; run it again
afterwards.
"""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
me = elastic.Provider(
    "me",
    api_key=config.require_secret("apiKey"),
    api_key_user=config.require("user"),
    endpoint=config.get("endpoint"),
)

membership = elastic.InvitationAcceptance(
    "membership",
    organization_id=config.require("organizationId"),
    token=config.require_secret("invitationToken"),
    opts=pulumi.ResourceOptions(provider=me),
)

pulumi.export("organization", membership.organization_id)
pulumi.export("user", membership.user_id)
