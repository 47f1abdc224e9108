"""Environment variables and words by which processes tell each other something; apart, since what they are about loads slowly."""

AUDIT_LOG = "ELASTIC_ORG_AUDIT_LOG"
"""The file of the audit trail: an absolute path, since Pulumi starts providers in directories of its own."""

STACK = "ELASTIC_ORG_STACK"
"""By which the `elastic-org` command tells which stack is applied."""

REVIEWED_PLAN = "ELASTIC_ORG_REVIEWED_PLAN"
"""The file of the plan that an update is bound to."""

GOING_ON = "going on in"
"""What a provider says of a wait, so that the command shows it at once, also where nobody watches a terminal."""
