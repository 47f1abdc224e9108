"""Environment variables by which one process tells another what to do; apart from what they are about, which loads slowly."""

AUDIT_LOG = "ELASTIC_ORG_AUDIT_LOG"
"""The file of the audit trail: an absolute path, since Pulumi starts providers in directories of its own."""

STACK = "ELASTIC_ORG_STACK"
"""By which the `elastic-org` command tells which stack is applied."""

REVIEWED_PLAN = "ELASTIC_ORG_REVIEWED_PLAN"
"""The file of the plan that an update is bound to."""
