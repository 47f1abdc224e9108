"""The words that every format of a review shares. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_elastic_org.review.people import RoleChange
from pulumi_elastic_org.review.review import OrganizationReview, ReviewedFinding, RoleDifference

NO_ACCESS = "no access"
WHOLE_ORGANIZATION = "the whole organization"


def who(person: str | None) -> str:
    """Returns whom a finding or a refusal is about.

    Args:
        person: The e-mail address; ``None`` for the organization as a whole.
    """
    return person or WHOLE_ORGANIZATION


def access(roles: str | None) -> str:
    """Returns what somebody holds, in words.

    Args:
        roles: Roles in text form; ``None`` without access.
    """
    return NO_ACCESS if roles is None else roles


def is_about_access(finding: ReviewedFinding) -> bool:
    """Whether a finding has a before and an after to show."""
    return finding.before != finding.after


def differences(roles: Iterable[RoleDifference]) -> tuple[str, ...]:
    """Returns one line for each role that differs, such as ``+ billing-admin``.

    Args:
        roles: Of one person.
    """
    return tuple(str(RoleChange(role.before, role.after)) for role in roles)


def since(finding: ReviewedFinding) -> str:
    """Returns since when, to the minute, as far as it is known."""
    return f"{finding.since:%Y-%m-%d %H:%M} UTC" if finding.since else "not known"


def acknowledgement_entry(finding: ReviewedFinding) -> str:
    """Returns the entry by which a finding is acknowledged, to be completed with a reason and a day.

    Args:
        finding: Any finding.
    """
    person = f"person: {quoted(finding.person)}, " if finding.person else ""
    roles = f"roles: {quoted(finding.after)}, " if finding.after else ""
    return f"- {{{person}kind: {finding.kind.value}, {roles}reason: ..., until: YYYY-MM-DD}}"


def quoted(text: str) -> str:
    """Returns text as a YAML scalar in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def is_quiet(organization: OrganizationReview) -> bool:
    """Whether there is nothing to show of an organization but its pending invitations."""
    return not (
        organization.findings
        or organization.acknowledged
        or organization.changes
        or organization.refusals
        or organization.waived
        or organization.notes
    )
