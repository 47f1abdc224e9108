"""Accept an invitation with your own API key. You are a member as long as this resource is there.

Where Elastic Cloud's API accepts no invitations, ``pulumi up`` asks you to open the link in the e-mail; run it again afterwards.

To try it on an emulated Elastic Cloud, start ``elastic-org emulator --seed emulator.yaml --port 8765`` in another terminal, then::

    pulumi stack init dev
    pulumi config set endpoint http://127.0.0.1:8765
    pulumi config set organizationId 2222
    pulumi config set --secret apiKey key-of-ada
    pulumi config set user ada@acme.example    # no key tells whose it is
    pulumi config set --secret invitationToken ...   # in place of e-mail: curl http://127.0.0.1:8765/_emulator/outbox
    pulumi up
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
