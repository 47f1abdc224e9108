"""Who is managed after an apply that was not finished. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_elastic_org.model.changes import CancelInvitation, Change, RemoveMember, RevokeKeys
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.matching import match_people
from pulumi_elastic_org.model.people import Applied, Desired, Organization, email_key


def applied_so_far(
    applied: Applied, desired: Desired, actual: Organization, done: Iterable[Change], unknown: Iterable[Change]
) -> dict[str, str]:
    """Returns whom an unfinished apply leaves managed, so that taking them out of the declaration again takes them out.

    These are the people of the apply before, less those who were taken out (and their keys with them, where those are revoked), and
    everybody to whom something was given: by a change that was carried out, or by one of which nobody knows. Whoever was only
    declared is left as unmanaged as they were.

    Args:
        applied: What the apply before left behind.
        desired: Who was wanted this time.
        actual: The organization after what was done.
        done: The changes that were carried out.
        unknown: Changes that may have been carried out.

    Returns:
        Roles in text form by e-mail address as declared: of whom something was changed those that they hold now, of everybody
        else those that were applied before.
    """
    done, unknown = tuple(done), tuple(unknown)
    with_keys = {change.user_id for change in unknown if isinstance(change, RevokeKeys)}
    removed = [change for change in done if isinstance(change, RemoveMember) and change.user_id not in with_keys]
    gone_accounts = {change.user_id for change in removed}
    gone = {email_key(change.person) for change in removed}
    gone |= {email_key(change.person) for change in done if isinstance(change, CancelInvitation)}
    gone |= {key for key, user_id in applied.user_ids.items() if user_id in gone_accounts}
    changed = {email_key(change.person) for change in (*done, *unknown)}
    given = {email: grants for email, grants in desired.people.items() if email_key(email) in changed}
    match = match_people(given, actual, applied)
    renewed = set(map(email_key, given))
    kept = {email: roles for email, roles in applied.members.items() if email_key(email) not in gone | renewed}
    held = given | {email: one.grants for email, one in match.invitations.items()}
    held |= {email: one.grants for email, one in match.members.items()}
    return kept | {email: format_grants(grants) for email, grants in held.items()}
