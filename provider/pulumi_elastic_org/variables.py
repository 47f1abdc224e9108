"""Environment variables and words by which processes tell each other something; apart, since what they are about loads slowly."""

import re
from difflib import get_close_matches

AUDIT_LOG = "ELASTIC_ORG_AUDIT_LOG"
"""The file of the audit trail: an absolute path, since Pulumi starts providers in directories of its own."""

STACK = "ELASTIC_ORG_STACK"
"""By which the `elastic-org` command tells which stack is applied."""

REVIEWED_PLAN = "ELASTIC_ORG_REVIEWED_PLAN"
"""The file of the plan that an update is bound to."""

PLAN_LOG = "ELASTIC_ORG_PLAN_LOG"
"""The file to which providers append their plans, for the command that runs them; set by the `elastic-org` command."""

DRIFT_REVIEW = "ELASTIC_ORG_DRIFT_REVIEW"
"""Asks for findings beside each plan; `elastic-org drift` sets it to what `PLAN_LOG` names, so that a variable which is left over
from elsewhere asks for nothing."""

LOST = "(not known in this update)"
"""What a program hands over in the place of a text that an update does not come to know."""

RETRYING = "retrying in"
SHOWN_AT_ONCE = re.compile(rf"{RETRYING} |: \d+ of \d+ (?:\w+ )?done")
"""What is in the lines of a provider that tell of a wait or of progress: the command shows them at once, also without a
terminal."""

NAMESPACE = "elastic-org"
API_KEY = "elastic-org:apiKey"
ENDPOINT = "elastic-org:endpoint"
API_KEY_USER = "elastic-org:apiKeyUser"
ORGANIZATION_ID = "elastic-org:organizationId"
EXPLICIT_PROVIDER = "elastic-org:explicitProvider"

VARIABLES = {
    API_KEY: "EC_API_KEY",
    API_KEY_USER: "EC_API_KEY_USER",
    ENDPOINT: "EC_ENDPOINT",
    ORGANIZATION_ID: "EC_ORGANIZATION_ID",
}
"""The settings in Pulumi configuration, each with its environment variable."""


def setting_meant(key: str) -> str:
    """Returns the setting in Pulumi configuration that a misspelled key is near to; empty where it is near to none.

    Args:
        key: With its namespace.
    """
    spellings = {one.partition(":")[2].casefold(): one for one in VARIABLES}
    near = get_close_matches(key.partition(":")[2].casefold(), spellings, 1)
    return spellings[near[0]] if near else ""


def no_such_setting(key: str) -> str:
    """Returns what to say of a key of the namespace `elastic-org` in Pulumi configuration that is no setting.

    Args:
        key: With its namespace.
    """
    meant = setting_meant(key)
    hint = f"did you mean {meant}?" if meant else f"the settings are {', '.join(VARIABLES)}."
    return f"there is no setting {key}: {hint}"


ROSTER_FILES = "ELASTIC_ORG_ROSTER_FILES"
"""The request for a preview of other roster files: a JSON file with lists of files by the roster's name in Pulumi, "" for the only
roster of the program that is read from files."""

TRUST_STATE = "ELASTIC_ORG_TRUST_STATE"
"""Whether the embedded engine runs the code of providers that only the state names."""

ROSTER_SOURCES = "ELASTIC_ORG_ROSTER_SOURCES"
"""The environment variable that names the file in which a program notes which files it reads its rosters from, as JSON lines."""
