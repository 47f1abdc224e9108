"""Every resource that is about people, with every argument that state keeps; see `tests.releases.records`."""

import pulumi

import pulumi_elastic_org as elastic

ACME = "1000000001"
GLOBEX = "1000000002"

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
        overrides={"fay@acme.example": elastic.Override(("unmanaged-people", "owns-resources"), "left in HR-12")},
    ),
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

pulumi.export("organization", staff.organization_id)
pulumi.export("users", staff.user_ids)
pulumi.export("pending", staff.pending.apply(sorted))
pulumi.export("status", {"gus": member.status, "hal": newcomer.status, "ida": signs_on.status, "jo": invitation.status})
pulumi.export("kim", acceptance.user_id)
pulumi.export("key", config.require_secret("globexKey"))
