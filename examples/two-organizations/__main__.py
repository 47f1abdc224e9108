"""Two organizations in one program: an explicit provider each, with a key of its own."""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
endpoint = config.get("endpoint")

acme = elastic.Provider("acme", api_key=config.require_secret("acmeKey"), endpoint=endpoint)
globex = elastic.Provider("globex", api_key=config.require_secret("globexKey"), endpoint=endpoint)

elastic.Roster(
    "acme",
    members={"ada@acme.example": [elastic.organization_admin()], "bob@acme.example": [elastic.billing_admin()]},
    mode="additive",
    opts=pulumi.ResourceOptions(provider=acme),
)

# Bob helps out at globex; the roster of acme and this member are of different organizations, so both may name him.
elastic.Member(
    "bob-at-globex",
    "bob@acme.example",
    [elastic.deployment("viewer")],
    opts=pulumi.ResourceOptions(provider=globex),
)
