"""A review as a value: what every format shows, and nothing that only one of them needs.

`elastic-org drift` has findings, which say whose access was changed behind the code's back; `preview`, `up`, `refresh` and
`destroy` have none and say what is, or would be, changed. As JSON it follows `review_schema`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.review.finding import Kind
from pulumi_elastic_org.review.people import Action

ACTOR_UNKNOWN = "unknown: Elastic Cloud's API does not say who made a change"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleDifference(_Value):
    """One role with its targets before and after: equal where it is kept, null where it only comes or goes."""

    before: str | None
    after: str | None


class ReviewedFinding(_Value):
    """One thing that needs a decision; without a person it is about the organization as a whole."""

    person: str | None
    kind: Kind
    detail: str
    before: str | None = Field(description="Roles before it, in text form; null without access.")
    after: str | None = Field(description="Roles after it, in text form; null without access.")
    roles: tuple[RoleDifference, ...] = Field(
        description="What differs between the two, role by role and target by target."
    )
    since: datetime | None = Field(description="Since when, as far as Elastic Cloud tells.")
    by_hand: bool = Field(description="Whether somebody did it behind the code's back.")
    actor: str | None = Field(description="Who did it, where it was done by hand: nobody can tell.")
    accept: str = Field(description="The edit after which the code agrees with what is live.")
    line: str = Field(
        description="The line of the program, or of a roster file, that `accept` speaks of; may be empty."
    )
    enforce: str = Field(description="What makes the organization agree with the code.")
    lapsed_acknowledgement: str = Field(
        default="", description="Why it was acknowledged until a day that has passed; empty where it was not."
    )


class AcknowledgedFinding(_Value):
    """A finding that somebody has taken note of, so that it is no longer one for now."""

    finding: ReviewedFinding
    reason: str
    until: date = Field(description="The last day (UTC) on which it is acknowledged.")


class ReviewedChange(_Value):
    """What happens to one person; in a review of a refresh, what has happened."""

    person: str
    action: Action
    roles: tuple[RoleDifference, ...]
    note: str
    loses_access: bool = Field(description="Whether the person would lose membership, a usable invitation or a role.")


class Note(_Value):
    """Something worth knowing that asks for nothing."""

    person: str
    topic: str
    text: str


class Refusal(_Value):
    """One reason why the guards would refuse the next apply."""

    guard: str
    person: str | None
    reason: str
    remedy: str


class Waived(_Value):
    """A refusal that an override lets pass, and why."""

    guard: str
    person: str | None
    reason: str
    override_reason: str


class OrganizationReview(_Value):
    """One organization."""

    organization_id: str
    findings: tuple[ReviewedFinding, ...] = ()
    acknowledged: tuple[AcknowledgedFinding, ...] = ()
    changes: tuple[ReviewedChange, ...] = Field(
        default=(), description="What is, or would be, done, person by person; for a refresh, what has happened."
    )
    refusals: tuple[Refusal, ...] = ()
    waived: tuple[Waived, ...] = ()
    notes: tuple[Note, ...] = ()
    pending: tuple[Note, ...] = Field(default=(), description="Invitations that may still be accepted; no drift.")


class ReviewedResource(_Value):
    """What is, or would be, done to a resource, beside the people."""

    operation: str
    name: str
    type: str
    urn: str = ""
    failed: bool = False
    properties: tuple[str, ...] = Field(default=(), description="The paths of the properties that differ.")


class Message(_Value):
    """What the engine, the program or a provider said."""

    severity: Literal["info", "warning", "error"]
    text: str


class Review(_Value):
    """What a person who decides needs to see."""

    version: Literal[2] = 2
    command: Literal["drift", "preview", "up", "refresh", "destroy"]
    preview: bool = Field(
        default=True,
        description="Whether nothing was to be changed: also true of an `up` that stopped at its own preview.",
    )
    stack: str
    engine: str = Field(description="Empty where none could be chosen.")
    made_at: datetime
    succeeded: bool = Field(description="Whether it went well; a preview that the guards refuse did not.")
    complete: bool = Field(
        description="Whether all that there is could be looked at; if not, what is missing is not known."
    )
    has_changes: bool = Field(default=False, description="Whether any resource differs, the state alone included.")
    organizations: tuple[OrganizationReview, ...] = ()
    resources: tuple[ReviewedResource, ...] = ()
    messages: tuple[Message, ...] = ()
    outputs: dict[str, Any] = Field(default={}, description="The stack's outputs after an `up`; secrets are masked.")
    settled_acknowledgements: tuple[str, ...] = Field(
        default=(), description="Entries of the list of acknowledged findings that no finding needs any more."
    )

    @property
    def findings(self) -> tuple[ReviewedFinding, ...]:
        """The findings of all organizations."""
        return tuple(finding for one in self.organizations for finding in one.findings)

    @property
    def refused(self) -> int:
        """How many reasons the guards have to refuse the next apply."""
        return sum(len(one.refusals) for one in self.organizations)

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        what = "Drift review" if self.command == "drift" else "Preview" if self.preview else self.command.capitalize()
        return f"{what} of stack {self.stack}"


def headlines(review: Review) -> tuple[str, ...]:
    """Returns what a person who reads nothing else should know, the most important first.

    Args:
        review: Any review.
    """
    return tuple(_headlines(review))


def losing_access(review: Review) -> tuple[str, ...]:
    """Returns who would lose membership, an invitation or a role by the next apply.

    Args:
        review: Any review.
    """
    return tuple(
        sorted({change.person for one in review.organizations for change in one.changes if change.loses_access})
    )


def review_schema() -> str:
    """Returns the JSON Schema of a review as JSON."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Review.model_json_schema(mode="serialization"),
        "title": "What elastic-org drift, preview, up, refresh or destroy found or did",
    }
    return json.dumps(schema, indent=2) + "\n"


def render_json(review: Review) -> str:
    """Returns a review as JSON in ASCII; what a terminal or a CI runner would obey is escaped in it.

    Args:
        review: Any review.
    """
    return json_text(review.model_dump(mode="json")) + "\n"


def count(number: int, what: str, several: str = "") -> str:
    """Returns a number with its noun, for instance ``1 finding`` or ``2 people``.

    Args:
        number: How many.
        what: One of them.
        several: More of them; the noun with an "s" by default.
    """
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def _headlines(review: Review) -> Iterator[str]:
    if not review.complete:
        yield "It could not be finished: what is below is not all there is."
    elif review.refused and review.command != "drift":
        yield _refused(review)
    if review.command == "drift":
        yield from _drift_headlines(review)
    changes = [change for one in review.organizations for change in one.changes]
    if changes:
        yield f"The next apply would: {_counted(change.action.value for change in changes)}."
    elif review.succeeded and review.organizations:
        yield "The next apply would change nobody's access."
    if losing := losing_access(review):
        yield f"{count(len(losing), 'person', 'people')} would lose access: {_shortened(losing)}."
    if review.refused and (review.command == "drift" or not review.complete):
        yield _refused(review)
    if review.resources:
        yield f"Resources: {_counted(resource.operation for resource in review.resources)}."


def _refused(review: Review) -> str:
    return f"The guards would refuse it for {count(review.refused, 'reason')}, and nothing would be changed."


def _drift_headlines(review: Review) -> Iterator[str]:
    if review.findings:
        yield f"{count(len(review.findings), 'finding')}: {_counted(finding.kind.value for finding in review.findings)}."
    elif review.succeeded:
        yield "No findings: the organization is what the code says."
    by_hand = {finding.person for finding in review.findings if finding.by_hand}
    if by_hand:
        whose = f"{count(len(by_hand), 'person', 'people')} had their access changed behind the code's back"
        yield f"{whose}; who did it is {ACTOR_UNKNOWN}."
    acknowledged = sum(len(one.acknowledged) for one in review.organizations)
    if acknowledged:
        yield f"{count(acknowledged, 'finding')} acknowledged."


def _counted(words: Iterable[str]) -> str:
    return ", ".join(f"{word} {number}" for word, number in Counter(words).items())


def _shortened(people: tuple[str, ...], shown: int = 5) -> str:
    more = len(people) - shown
    return ", ".join(people[:shown]) + (f" and {more} more" if more > 0 else "")
