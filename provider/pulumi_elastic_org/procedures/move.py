"""The whole move of a person and their hosted deployment.

Back up, be invited, accept, register the repository in the new organization, restore, verify; then shut the old deployment down and
leave, as far as that is wanted. Whatever would fail half way is refused at the start. Nobody leaves who owns an active deployment;
Elastic Cloud keeps one that is shut down for a while and can bring it back. Where it lets nobody belong to two organizations,
shutting down and leaving come before accepting, as in Elastic's older guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.hosted import find_deployment, shut_down
from pulumi_elastic_org.procedures import migration
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError
from pulumi_elastic_org.procedures.journal import DONE, Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.preflight import Side
from pulumi_elastic_org.procedures.procedure import Outline, ProcedureStep, StepOutcome, refused, where_things_are
from pulumi_elastic_org.procedures.route import Leave
from pulumi_elastic_org.procedures.transfer import Transfer

SHUT_DOWN = "shut-down-source"


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

    def check(self, journal: Journal) -> Outline:
        """Looks for everything that would make the move fail half way; see `Procedure`."""
        data = self._migrator.look(journal)
        problems, lines = [*data.problems, *self._shut_down_problems()], [*data.lines()]
        if self._shut_down_source:
            when = "its snapshot is verified" if self._leave is Leave.BEFORE else "its data is restored"
            lines.append(f"shut down deployment {self._source.deployment_id} once {when}")
        try:
            person = self._transfer.look(journal)
            problems += person.problems
            lines += person.lines(self._transfer.move)
        except PreconditionsUnmet as error:
            problems.append(str(error))
        if problems:
            raise refused("the move", problems)
        irreversible = "" if self._leave is Leave.NEVER else " Leaving cannot be undone."
        return Outline(tuple(lines), f"Move {self._transfer.move.person} and this data now?{irreversible}")

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Yields one step after another that is still to be taken; see `Procedure`."""
        yield from self._migrator.still(migration.BACK_UP, journal)
        if self._leave is Leave.BEFORE:
            yield from self._release(journal)
            yield from self._transfer.steps(journal)
        else:
            yield from self._transfer.steps(journal, Leave.NEVER)
        yield from self._migrator.still(migration.BRING_BACK, journal)
        if self._leave is not Leave.BEFORE:
            yield from self._release(journal)
        if self._leave is Leave.AFTER:
            yield from self._transfer.steps(journal)

    def stopped(self, journal: Journal) -> str:
        """Returns what is done, and where the person is; see `Procedure`."""
        return f"{migration.whereabouts(journal.entries)} {where_things_are(self._transfer, journal)}"

    @property
    def _leave(self) -> Leave:
        return self._transfer.move.leave

    @property
    def _source(self) -> Side:
        return self._migrator.sides[0]

    def _shut_down_problems(self) -> Iterator[str]:
        if not self._shut_down_source:
            return
        if self._source.session is None or self._source.deployment_id is None:
            yield "the source is given by its address: to shut it down, name the deployment by its id"
            return
        try:
            find_deployment(self._source.session, self._source.deployment_id)
        except CloudError as error:
            yield str(error)

    def _release(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Shuts the old deployment down, where that is wanted: its owner may then leave.

        An earlier run may have done so days ago: somebody may have restored it since, or deleted what had been moved.
        """
        session, deployment = self._source.session, self._source.deployment_id
        if not self._shut_down_source or session is None or deployment is None:
            return

        def runs() -> bool:
            return find_deployment(session, deployment).running

        def release() -> StepOutcome:
            if runs():
                self._migrator.refuse_loss(journal)
                shut_down(session, deployment)
                if session.pacing.patiently(runs, lambda still: not still):
                    raise ProcedureError(f"deployment {deployment} still runs although it was shut down")
            return StepOutcome(f"deployment {deployment} is shut down; Elastic Cloud can restore it for a while")

        if runs() or not journal.find(SHUT_DOWN, DONE):
            yield ProcedureStep(SHUT_DOWN, release)
