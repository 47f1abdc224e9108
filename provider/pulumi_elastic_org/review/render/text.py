"""A review as lines of plain text, one change a line: what the stock commands show, since they print what a provider prints."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.model.verdicts import shared
from pulumi_elastic_org.review.changes import PersonChange
from pulumi_elastic_org.review.model import OrganizationReview
from pulumi_elastic_org.review.render.words import counted, differences


def organization_lines(review: OrganizationReview) -> Iterator[str]:
    """Yields a headline, then a line for each change, note and waiver.

    Args:
        review: What would be done.
    """
    summary = counted(change.action.value for change in review.changes) or "nothing to do"
    pending = f" ({len(review.pending)} pending)" if review.pending else ""
    yield f"Organization {review.organization_id}: {summary}{pending}"
    yield from change_lines(review)


def change_lines(review: OrganizationReview) -> Iterator[str]:
    """Yields a line for each change, note and waiver.

    Args:
        review: What would be done.
    """
    for change in review.shown_changes:
        yield f"  {change.action.sign} {printable(f'{change.person}: {review.named(describe(change))}')}"
    for note in review.notes:
        yield f"  ! {printable(review.named(str(note)))}"
    for violation in shared(review.skipped):
        yield f"  ! skipped: {printable(review.named(str(violation)))}"
    for waiver in review.waived:
        yield f"  ! {printable(review.named(str(waiver)))}"


def describe(change: PersonChange) -> str:
    """Returns what happens to a person in words, on one line.

    Args:
        change: Any change.
    """
    note = f" ({change.note})" if change.note else ""
    return f"{change.action.value}{note}: {'; '.join(differences(change.roles))}"
