"""A kind of resource of an organization that is looked at anew each time: what differs from what is live, and what is refused."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pulumi_elastic_org.lifecycle.interface import Checked, Difference, Kind, refuse
from pulumi_elastic_org.lifecycle.properties import Properties, plain
from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.findings import UP, refusal
from pulumi_elastic_org.review.model import Finding
from pulumi_elastic_org.review.model import Kind as FindingKind
from pulumi_elastic_org.review.plan_log import JudgedPlan, in_drift_review, log_plan


class ReviewedKind(Kind):
    """One object of an organization, compared with what is live each time.

    Only ``diff`` is given what the last apply left behind, so what exists is reviewed there, after ``check`` has validated the same
    inputs in the same phase; what is new has no such past, and is reviewed in ``check``.
    """

    def check(self, olds: Properties, news: Properties) -> Checked:
        checked = super().check(olds, news)
        if checked.failures:
            return checked
        inputs = {**self.resolve(news), "organization_id": self.phase.organization_id}
        self.declare(inputs, olds)
        return Checked(inputs, () if olds else tuple(self._refused(inputs, {})))

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        found = super().diff(id_, olds, news)
        if found.replaces:
            return found
        different = [*self.differences(news, olds)]
        if self.phase.was_checked(news):
            refuse(self._refused(news, olds))
        return replace(found, changes=found.changes or bool(different))

    def resolve(self, news: Properties) -> dict[str, Any]:
        """Returns inputs resolved for this moment.

        Args:
            news: The inputs, free of mistakes.
        """
        return dict(news)

    def declare(self, inputs: Properties, olds: Properties) -> None:
        """Tells the other kinds of the phase what the program will have.

        Args:
            inputs: The inputs, free of mistakes; some may be Pulumi's marker for what a preview does not know yet.
            olds: The inputs before; empty where the resource is new.
        """

    @abstractmethod
    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        """Says what would be done, and yields why it is refused.

        Args:
            inputs: As for `declare`.
            outputs: What the last apply left behind; empty where there was none.
        """

    @abstractmethod
    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        """Yields each thing that is not what the inputs say, and how it differs; arguments as for `review`."""

    def findings(self, inputs: Properties, outputs: Properties) -> Iterator[Finding]:
        """Yields what a drift review shows beside what would be refused; arguments as for `review`."""
        for subject, detail in self.differences(inputs, outputs):
            yield Finding(
                person=subject,
                kind=FindingKind.SETTING_DIFFERS,
                detail=detail,
                accept="Declare it as it is.",
                enforce=f"{UP}.",
            )

    def _refused(self, inputs: Properties, outputs: Properties) -> Sequence[str]:
        """Why it is refused; in a drift review that is shown as what was found, and nothing is refused."""
        refused = [*self.review(inputs, outputs)]
        if not in_drift_review():
            return refused
        found = (*self.findings(inputs, outputs), *(refusal(f"{self.what}: {one}") for one in refused))
        nothing = Plan(self.phase.organization_id, (), ())
        secrets = {one.name for one in self.properties if one.secret}
        told = {name: value for name, value in inputs.items() if name not in secrets}
        log_plan(JudgedPlan(nothing, Verdict((), ()), found, part=f"{self.what} {plain(told)}"))
        return ()
