"""A pipeline's API key that is rotated in time; and whoever leaves takes the keys along that they created."""

import pulumi

import pulumi_elastic_org as elastic

# An `up` in the last 14 days of a key makes the next one; the one before works for two days more.
ci = elastic.ApiKey(
    "ci",
    description="pipeline",
    roles=[elastic.organization_admin(), elastic.deployment("viewer")],
    expiration="90d",
    rotate_before="14d",
    overlap="2d",
)

elastic.Roster(
    "acme",
    members={"root@acme.example": [elastic.organization_admin()], "bea@acme.example": [elastic.billing_admin()]},
    mode="authoritative",
    guards=elastic.Guards(max_removals=1),
    keys_of_leavers="revoke",
)

pulumi.export("key", ci.key)  # a secret: `elastic-org outputs key --show-secrets` hands it to the pipeline
pulumi.export("expires_at", ci.expires_at)
