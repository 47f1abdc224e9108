"""A review in words: those that every format shares, and plain lines, one a change, for the stock commands, which print what a
provider prints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pulumi_elastic_org.model.changes import Topic
from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.model.targets import with_names
from pulumi_elastic_org.model.verdicts import names, shared
from pulumi_elastic_org.review.changes import PersonChange, RoleChange
from pulumi_elastic_org.review.model import ACTOR_UNKNOWN, Finding, OrganizationReview, Review

NO_ACCESS = "no access"
_SHOWN_PENDING = 10
WHOLE_ORGANIZATION = "the whole organization"


class Listing(NamedTuple):
    """Entries of a review beside its findings and changes.

    Args:
        title: What they are.
        sign: "!" for what somebody should look at, else "-".
        entries: Whom each is about, as `who` takes it, or "" for nobody; and its text.
        most: How many are shown, where nothing is wrong with them; ``None`` for all.
    """

    title: str
    sign: str
    entries: Sequence[tuple[str | None, str]]
    most: int | None = None

    @property
    def shown(self) -> Sequence[tuple[str | None, str]]:
        """The entries that are shown."""
        return self.entries[: self.most]


def listings(one: OrganizationReview) -> Iterator[Listing]:
    """Yields what there is to know beside findings and changes.

    Args:
        one: Of any review.
    """
    yield Listing(
        "Overridden guards",
        "!",
        [(w.person, one.named(f"{w.reason} [{w.guard}], overridden: {w.override_reason}")) for w in one.waived],
    )
    yield Listing(
        "Acknowledged",
        "-",
        [
            (each.finding.person, f"{each.finding.kind.value}, until {each.until}: {each.reason}")
            for each in one.acknowledged
        ],
    )
    yield Listing("Good to know", "!", [(note.person, one.named(note.text)) for note in one.shown_notes])
    yield Listing("Pending invitations", "-", [(note.person, note.text) for note in one.pending], _SHOWN_PENDING)


def accepting_line(finding: Finding, one: OrganizationReview) -> str:
    """Returns the line by which a finding is accepted; what its ids are called stands behind it as a comment, to paste with it.

    Args:
        finding: Any finding.
        one: Where it was found.
    """
    ids = [id_ for id_ in one.target_names if with_names(finding.line, {id_: ""}) != finding.line]
    names = ", ".join(one.target_names[id_] for id_ in sorted(ids, key=finding.line.index))
    return f"{finding.line}  # {names}" if names else finding.line


def who(person: str | None) -> str:
    """Returns whom a finding or a refusal is about.

    Args:
        person: The e-mail address; ``None`` for the organization as a whole.
    """
    return person or WHOLE_ORGANIZATION


def prose(text: str) -> Iterator[tuple[str, bool]]:
    """Yields the parts of a text, and whether each is code: a command stands between backticks.

    Args:
        text: Of a finding, a guard or a note.
    """
    for number, part in enumerate(re.split("`([^`\n]+)`", text)):
        if part:
            yield part, number % 2 == 1


def access(roles: str | None) -> str:
    """Returns what somebody holds, in words.

    Args:
        roles: Roles in text form; ``None`` without access.
    """
    return NO_ACCESS if roles is None else roles


def differences(roles: Iterable[RoleChange]) -> tuple[str, ...]:
    """Returns one line for each role and target that differs, such as ``+ billing-admin``.

    Args:
        roles: Of one person.
    """
    return tuple(line for role in roles for line in role.lines)


def since(time: datetime) -> str:
    """Returns since when, to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def acknowledgement_entry(finding: Finding, organization: str) -> str:
    """Returns the entry by which a finding is acknowledged, to be completed with a reason and a day: whatever else there will be to
    find is none that was taken note of.

    Args:
        finding: Any finding.
        organization: The id of its organization, where the review is of several, else empty.
    """
    given = {
        "organization": organization,
        "person": finding.person,
        "kind": finding.kind.value,
        "roles": finding.after,
        "detail": None if finding.is_about_access else finding.detail,
    }
    keys = (f"{key}: {text if key == 'kind' else quoted(text)}, " for key, text in given.items() if text)
    return f"- {{{''.join(keys)}reason: ..., until: YYYY-MM-DD}}"


def quoted(text: str) -> str:
    """Returns text as a YAML scalar in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def count(number: int, what: str, several: str = "") -> str:
    """Returns a number with its noun, for instance ``1 finding`` or ``2 people``.

    Args:
        number: How many.
        what: One of them.
        several: More of them; the noun with an "s" by default.
    """
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def counted(words: Iterable[str]) -> str:
    """Returns how often each word occurs, in the order of their first, such as ``invite 2, remove member 1``.

    Args:
        words: Such as the actions of changes.
    """
    return ", ".join(f"{word} {number}" for word, number in Counter(words).items())


def headlines(review: Review) -> Iterator[str]:
    """Yields what a person who reads nothing else should know, the most important first.

    Args:
        review: Any review.
    """
    if not review.complete:
        yield "It could not be finished: what is below is not all there is."
    elif review.refused and review.command != "drift":
        yield _refused(review)
    if review.skipped:
        yield f"People are left as they are for {count(review.skipped, 'reason')} of the guards; the rest is done."
    yield from _of_organizations(review, Topic.NOT_IN_ROSTER)
    if review.command == "drift":
        yield from _drift_headlines(review)
    yield from administrators(review)
    for what, people in (("all access", review.leaving), ("roles", review.losing_roles)):
        if people:
            yield f"{count(len(people), 'person', 'people')} would lose {what}: {names(people)}."
    if review.changes:
        yield f"The next apply would: {counted(change.action.value for change in review.changes)}."
    elif review.succeeded and review.organizations:
        yield "The next apply would change nobody's access."
    if review.refused and (review.command == "drift" or not review.complete):
        yield _refused(review)
    if review.resources:
        yield f"Resources: {counted(resource.operation for resource in review.resources)}."


def administrators(review: Review) -> Iterator[str]:
    """Yields who becomes or stops being organization-admin, a line each; nothing where nobody does.

    Args:
        review: Any review.
    """
    drift = review.command == "drift"
    if review.becoming_admin:
        yield f"{'Would become' if drift else 'Becomes'} organization-admin: {names(review.becoming_admin)}."
    if review.stopping_to_be_admin:
        yield f"{'Would stop' if drift else 'Stops'} being organization-admin: {names(review.stopping_to_be_admin)}."


def _refused(review: Review) -> str:
    return f"The guards would refuse it for {count(review.refused, 'reason')}, and nothing would be changed."


def _of_organizations(review: Review, topic: Topic) -> Iterator[str]:
    for one in review.organizations:
        organization = review.distinguishing_id(one)
        where = f"Organization {organization}: " if organization else ""
        yield from (f"{where}{note.text}." for note in one.notes if note.topic == topic)


def _drift_headlines(review: Review) -> Iterator[str]:
    acknowledged = sum(len(one.acknowledged) for one in review.organizations)
    if review.findings:
        yield f"{count(len(review.findings), 'finding')}: {counted(finding.kind.value for finding in review.findings)}."
    elif review.succeeded:
        yield (
            "No findings but those acknowledged."
            if acknowledged
            else "No findings: whoever the code names has the access that it says."
        )
    yield from _of_organizations(review, Topic.NOT_LOOKED_AT)
    shown = (finding for one in review.organizations for finding in one.shown_findings)
    by_hand = {finding.person for finding in shown if finding.by_hand}
    if by_hand:
        whose = f"{count(len(by_hand), 'person', 'people')} had their access changed outside the code"
        yield f"{whose}; who did it is {ACTOR_UNKNOWN}."
    if acknowledged:
        yield f"{count(acknowledged, 'finding')} acknowledged."


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
    for note in review.shown_notes:
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
