"""A team that does not own the organization: a few people, one resource each; nobody else is touched."""

import pulumi

import pulumi_elastic_org as elastic

config = pulumi.Config()
search = config.require("search")  # the id of the team's deployment

bea = elastic.Member("bea", "bea@acme.example", [elastic.deployment("admin", on=[search])])
carl = elastic.Member(
    "carl",
    "carl@contractor.example",
    [elastic.deployment("viewer", on=[search])],
    guards=elastic.Guards(allowed_domains=("acme.example", "contractor.example")),
)

# An identity provider lets Dora in, and gives her roles at each login: what differs is reported and left alone.
elastic.Member("dora", "dora@acme.example", ["billing-admin"], single_sign_on=True)

# Emil is looked after elsewhere once he has accepted.
elastic.Invitation("emil", "emil@acme.example", [elastic.deployment("viewer", on=[search])])

pulumi.export("status", {"bea": bea.status, "carl": carl.status})
