"""Every resource that is about people or their sign-on, with every argument that state keeps; see `tests.releases.records`."""

from datetime import date
from pathlib import Path

import pulumi

import pulumi_elastic_org as elastic

ACME = "1000000001"
GLOBEX = "1000000002"
INITECH = "1000000003"

config = pulumi.Config()
endpoint = config.require("endpoint")
search = pulumi.Output.from_input("d" * 32)

staff = elastic.Roster(
    "staff",
    members={
        "root@acme.example": [elastic.organization_admin()],
        "second@acme.example": [elastic.organization_admin()],
        "bob@acme.example": [
            elastic.deployment("editor", on=[search], application_roles=["auditor", "tier 2"]),
            elastic.billing_admin(),
        ],
        "cy@acme.example": [
            elastic.security("t1-analyst"),
            elastic.elasticsearch("viewer", on=["e" * 32], application_roles=[]),
        ],
        "di@acme.example": ["observability-viewer on all", elastic.project("security", "viewer")],
        "Eve@acme.example": [],
    },
    mode="authoritative",
    guards=elastic.Guards(
        max_removals=3,
        min_admins=2,
        protected=("second@acme.example",),
        allowed_domains=("acme.example", "agency.example"),
        owner_tag="contact",
        refuse_unknown_owners=True,
        bills_attested=True,
        overrides={
            "fay@acme.example": elastic.Override(
                ("unmanaged-people", "owns-resources"), "left in HR-12", until=date(2999, 12, 31)
            )
        },
        when_refused="skip",
    ),
    keys_of_leavers="revoke",
    single_sign_on=["di@acme.example"],
    max_resends=1,
    expires_in="7d",
    organization_id=ACME,
)

all_may_go = elastic.Guards(max_removals="100%", protected=("root@acme.example",))
member = elastic.Member(
    "gus",
    "gus@acme.example",
    [elastic.deployment("viewer")],
    guards=all_may_go,
    max_resends=2,
    expires_in="24h",
    organization_id=ACME,
)
newcomer = elastic.Member("hal", "hal@acme.example", ["billing-admin"], guards=all_may_go)
signs_on = elastic.Member("ida", "ida@acme.example", [], guards=all_may_go, single_sign_on=True)
invitation = elastic.Invitation(
    "jo", "jo@agency.example", [elastic.observability("viewer")], guards=all_may_go, expires_in="48h"
)

globex = elastic.Provider(
    "globex", api_key=config.require_secret("globexKey"), endpoint=endpoint, organization_id=GLOBEX
)
partners = elastic.Roster.from_file(
    "partners",
    ["partners.yaml", "agency.yaml"],
    bindings={"search": search},
    opts=pulumi.ResourceOptions(provider=globex),
)

kim = elastic.Provider("kim", api_key=config.require_secret("kimsKey"), endpoint=endpoint)
acceptance = elastic.InvitationAcceptance(
    "kim",
    GLOBEX,
    person="kim@agency.example",
    inviter_api_key=config.require_secret("globexKey"),
    guards=elastic.Guards(bills_attested=True),
    opts=pulumi.ResourceOptions(provider=kim, depends_on=[partners]),
)

initech = pulumi.ResourceOptions(
    provider=elastic.Provider(
        "initech", api_key=config.require_secret("initechKey"), endpoint=endpoint, api_key_user="ann@initech.example"
    )
)
elastic.DomainClaim("initech", "initech.example", wait="1m", organization_id=INITECH, opts=initech)
sign_on = elastic.IdentityProvider(
    "initech",
    issuer="https://idp.initech.example",
    sso_url="https://idp.initech.example/sso",
    certificates=[Path("idp.pem").read_text()],
    login_identifier_prefix="initech",
    organization_id=INITECH,
    opts=initech,
)
elastic.RoleMappings(
    "initech",
    mode="authoritative",
    mappings={
        "owners": {"any": [{"group": "platform"}], "roles": [elastic.organization_admin()]},
        "soc": {"all": [{"group": "soc-*"}, {"email": "*@initech.example"}], "roles": ["security-t1-analyst on all"]},
        "later": {"any": [{"group": "guests"}], "roles": ["billing-admin"], "enabled": False},
    },
    organization_id=INITECH,
    opts=initech,
)
elastic.OrganizationSettings(
    "initech",
    organization_name="initech",
    billing_contacts=["pay@initech.example"],
    operational_contacts=["ops@initech.example"],
    notifications_allowed_email_domains=["initech.example"],
    default_disk_usage_alerts_enabled=True,
    enforce_authentication_method="sso",
    break_glass_key=config.require_secret("breakGlassKey"),
    organization_id=INITECH,
    opts=initech,
)

pulumi.export("organization", staff.organization_id)
pulumi.export("users", staff.user_ids)
pulumi.export("pending", staff.pending.apply(sorted))
pulumi.export("status", {"gus": member.status, "hal": newcomer.status, "ida": signs_on.status, "jo": invitation.status})
pulumi.export("kim", acceptance.user_id)
pulumi.export("key", config.require_secret("globexKey"))
pulumi.export("login", sign_on.sso_login_url)
