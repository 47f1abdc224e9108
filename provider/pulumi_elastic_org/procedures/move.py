"""The whole move of a person and their hosted deployment.

Back up, be invited, accept, register the repository in the new organization, restore, verify; then shut the old deployment down and
leave, as far as that is wanted. Whatever would fail half way is refused at the start. Nobody leaves who owns an active deployment;
Elastic Cloud keeps one that is shut down for a while and can bring it back. Where it lets nobody belong to two organizations,
shutting down and leaving come before accepting, as in Elastic's older guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.hosted import find_deployment, shut_down
from pulumi_elastic_org.procedures import migrate, migration, preflight, route, transfer
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, WorkflowError
from pulumi_elastic_org.procedures.journal import BEGUN, DONE, Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.route import Leave
from pulumi_elastic_org.procedures.transfer import Transfer

SHUT_DOWN = "shut-down-source"


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found before a move.

    Args:
        data: Of the migration.
        person: Of the transfer; ``None`` where the organizations or accounts cannot be looked at.
        problems: Everything that would make the move fail; empty when it may begin.
    """

    data: preflight.Findings
    person: transfer.Findings | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken.

    Args:
        step: Its name in the journal.
        told: What came of it, for people.
    """

    step: str
    told: str


class WholeMove:
    """The move of a person with their data.

    Args:
        migrator: Moves the data.
        transfer: Moves the person; it leaves the old deployment out of account where that is shut down.
        shut_down_source: Whether the old deployment is shut down once its snapshot is verified.
    """

    def __init__(self, migrator: Migrator, transfer: Transfer, *, shut_down_source: bool) -> None:
        self._migrator = migrator
        self._transfer = transfer
        self._shut_down_source = shut_down_source

    def check(self, journal: Journal) -> Findings:
        """Looks for everything that would make the move fail half way, and changes nothing.

        Args:
            journal: What earlier runs did.
        """
        data = self._migrator.check(journal)
        problems = [*data.problems, *self._shut_down_problems()]
        person = None
        try:
            person = self._transfer.check(journal)
            problems += person.problems
        except PreconditionsUnmet as error:
            problems.append(str(error))
        return Findings(data, person, tuple(problems))

    def steps(self, journal: Journal) -> Iterator[Taken]:
        """Takes one step after another that is not done yet.

        Args:
            journal: What earlier runs did, and where this one notes what it does.

        Raises:
            PreconditionsUnmet: The check found something, and nothing was changed.
            Waiting: The person has to open the link in the invitation's e-mail.
            WorkflowError: A step failed; the message says in what state that leaves the person or the data, and what to do.
        """
        findings = self.check(journal)
        if findings.problems:
            raise PreconditionsUnmet(refusal(findings))
        for backed_up in self._migrator.back_up(journal):
            yield Taken(backed_up.step.value, backed_up.told)
        leave = self._transfer.move.leave
        if leave is Leave.BEFORE:
            yield from self._release(journal)
            yield from self._go(journal, leave)
        else:
            yield from self._go(journal, Leave.NEVER)
        for brought in self._migrator.bring_back(journal):
            yield Taken(brought.step.value, brought.told)
        yield from self._release(journal)
        if leave is Leave.AFTER:
            yield from self._go(journal, leave)

    def stopped(self, journal: Journal) -> str:
        """Returns where the person and the data are when a run stops half way, and how to go on; changes nothing.

        Args:
            journal: What was done.
        """
        return f"{migration.whereabouts(journal.entries)} {self._transfer.stopped(journal)}"

    def _go(self, journal: Journal, leave: Leave) -> Iterator[Taken]:
        for moved in self._transfer.steps(journal, leave):
            yield Taken(moved.step.value, moved.told)

    def _shut_down_problems(self) -> Iterator[str]:
        source = self._migrator.source
        if not self._shut_down_source:
            return
        if source.session is None or source.deployment_id is None:
            yield "the source is given by its address: to shut it down, name the deployment by its id"
            return
        try:
            find_deployment(source.session, source.deployment_id)
        except CloudError as error:
            yield str(error)

    def _release(self, journal: Journal) -> Iterator[Taken]:
        """Shuts the old deployment down, where that is wanted: its owner may then leave."""
        source = self._migrator.source
        if (
            not self._shut_down_source
            or source.session is None
            or source.deployment_id is None
            or journal.find(SHUT_DOWN, DONE)
        ):
            return
        journal.note(SHUT_DOWN, BEGUN)
        try:
            if find_deployment(source.session, source.deployment_id).running:
                shut_down(source.session, source.deployment_id)
        except CloudError as error:
            raise WorkflowError(f"{SHUT_DOWN}: {error}\n{migrate.STOPPED}") from None
        told = f"deployment {source.deployment_id} is shut down; Elastic Cloud can restore it for a while"
        journal.note(SHUT_DOWN, DONE, outcome=told)
        yield Taken(SHUT_DOWN, told)


def step_names(*, shut_down_source: bool) -> tuple[str, ...]:
    """Returns the steps of a whole move by which an account that may belong to one organization at a time leaves the old one.

    Args:
        shut_down_source: Whether the old deployment is shut down.
    """
    return (
        *(step.value for step in migration.BACK_UP),
        *((SHUT_DOWN,) if shut_down_source else ()),
        *(step.value for step in (route.Step.INVITE, route.Step.LEAVE, route.Step.ACCEPT)),
        *(step.value for step in migration.BRING_BACK),
    )


def refusal(findings: Findings) -> str:
    """Returns why a move does not begin: every problem at once.

    Args:
        findings: With at least one problem.
    """
    return "\n".join(["the move does not begin:", *(f"  - {problem}" for problem in findings.problems)])
