"""What became of a plan. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_elastic_org.model.changes import AddGrants, Change, RemoveGrants
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.people import Invitation


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change, or a part of one, that was not carried out.

    Args:
        change: With the grants that were refused, where it is about roles.
        reason: Why.
    """

    change: Change
    reason: str

    def __str__(self) -> str:
        if isinstance(self.change, AddGrants | RemoveGrants):
            return f"{self.change.verb} {format_grants(self.change.grants)}: {self.reason}"
        return self.reason


@dataclass(slots=True)
class Outcome:
    """What an apply did, filled while it goes on: also when it ends by an exception, this is what became of its changes.

    Args:
        done: The changes that the API carried out; of a change of roles the part that it carried out.
        refusals: What it did not carry out.
        acknowledged: What it refused as somebody has taken note of: nothing waits for that.
        invitations: The open invitations that were sent, by e-mail address as declared.
        unknown: Changes that were sent, and of which it is not known whether they were carried out: the apply ended there, or the
            organization does not show them.
    """

    done: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    acknowledged: list[Refusal] = field(default_factory=list)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    unknown: list[Change] = field(default_factory=list)

    @property
    def refused(self) -> dict[str, str]:
        """Why something was not carried out, by person."""
        reasons: dict[str, list[str]] = {}
        for one in self.refusals:
            reasons.setdefault(one.change.person, []).append(str(one))
        return {person: "; ".join(texts) for person, texts in reasons.items()}
