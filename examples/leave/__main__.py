"""Leave an organization: ``elastic-org up`` takes on the membership that you have, ``elastic-org destroy`` ends it.

Destroying is refused, with everything that stands in the way, while you own a deployment or a project, while you may be the last of
several members to administer the organization (your own key does not show that, unless you are one: ``noAdministrator``
in the configuration says it), and, where you are its only member, while anything is left in it or the bills are not attested as
paid (``billsPaid``).
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
