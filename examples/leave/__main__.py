"""Leave an organization: ``pulumi up`` takes on the membership that you have, ``pulumi destroy`` ends it.

Destroying is refused, with everything that stands in the way, while you own a deployment or a project, while you may be the last of
several members to administer the organization (your own key does not show that, unless you are one: ``pulumi config set
noAdministrator true`` says it), and, where you are its only member, while anything is left in it or the bills are not attested as
paid (``pulumi config set billsPaid true``).

To try it on an emulated Elastic Cloud, start ``elastic-org emulator --seed emulator.yaml --port 8765`` in another terminal, then::

    pulumi stack init dev
    pulumi config set endpoint http://127.0.0.1:8765
    pulumi config set organizationId 1111
    pulumi config set --secret apiKey key-of-ada
    pulumi config set user ada@acme.example    # no key tells whose it is
    pulumi config set noAdministrator true
    pulumi up
    pulumi destroy    # refused: Ada owns a deployment
    curl -d '{"tags": {"owner": "root@old.example"}}' http://127.0.0.1:8765/_emulator/deployments/search-of-ada/tags
    pulumi destroy
"""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
user = config.require("user")
me = elastic.Provider("me", api_key=config.require_secret("apiKey"), api_key_user=user, endpoint=config.get("endpoint"))
overrides = {}
if config.get_bool("noAdministrator"):
    overrides[user] = elastic.Override(("last-admin",), reason="is no administrator")

elastic.InvitationAcceptance(
    "membership",
    organization_id=config.require("organizationId"),
    guards=elastic.Guards(bills_attested=config.get_bool("billsPaid") or False, overrides=overrides),
    opts=pulumi.ResourceOptions(provider=me),
)
