"""Moving the data of one cluster to another by a snapshot: everything is checked first, then done step by step.

Two things cannot be seen any more by a later run and are taken from the journal: what the indices were like when the snapshot was
taken, and that what exists on the destination is this migration's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from pulumi_elastic_org.cloud.hosted import set_secrets
from pulumi_elastic_org.procedures.errors import ProcedureError
from pulumi_elastic_org.procedures.journal import DONE, Journal
from pulumi_elastic_org.procedures.migration import (
    BACK_UP,
    BRING_BACK,
    FACTS,
    Migration,
    MigrationStep,
    facts_in,
    first_look,
    keep,
    whereabouts,
)
from pulumi_elastic_org.procedures.preflight import MigrationFindings, Progress, Side, look
from pulumi_elastic_org.procedures.procedure import RUN_AGAIN, Outline, ProcedureStep, StepOutcome, refused
from pulumi_elastic_org.snapshots import restore, snapshots
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, select
from pulumi_elastic_org.snapshots.repositories import Repository, register, verify
from pulumi_elastic_org.snapshots.verify import differences

OnShards = Callable[[str, int, int], None]
"""Is told how many shards of how many a step has done."""


class Migrator:
    """Carries a migration out.

    Args:
        migration: What moves.
        connect: Reaches where it moves from, and where to; called when something is to be done.
        on_shards: Is told of progress.
    """

    def __init__(
        self,
        migration: Migration,
        connect: Callable[[], tuple[Side, Side]],
        on_shards: OnShards = lambda *_: None,
    ) -> None:
        self.migration = migration
        self._connect = connect
        self._on_shards = on_shards

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """Where it moves from, and where to."""
        return self._connect()

    def check(self, journal: Journal) -> Outline:
        """Looks for everything that would make the migration fail half way; see `Procedure`."""
        if journal.find(MigrationStep.VERIFY.value, DONE):
            return Outline((f"done by an earlier run, as {journal.path} says",), finished=True)
        findings = self.look(journal)
        if findings.problems:
            raise refused("the migration", findings.problems)
        return Outline(tuple(findings.lines()), "Move this now?")

    def look(self, journal: Journal) -> MigrationFindings:
        """Returns what moves, and everything that would make it fail half way.

        Args:
            journal: What earlier runs did.
        """
        backed_up = journal.find(MigrationStep.SNAPSHOT.value, DONE)
        progress = Progress(
            snapshot_begun=journal.find(MigrationStep.SNAPSHOT.value) is not None,
            expected=facts_in(backed_up) if backed_up else None,
            restore_begun=journal.find(MigrationStep.RESTORE.value) is not None,
        )
        return look(self.migration, *self.sides, progress)

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Yields the steps that are still to be taken; see `Procedure`."""
        yield from self.still(BACK_UP, journal)
        yield from self.still(BRING_BACK, journal)

    def stopped(self, journal: Journal) -> str:
        """Returns what is done; see `Procedure`."""
        return f"{whereabouts(journal.entries)} {RUN_AGAIN}"

    def still(self, steps: Sequence[MigrationStep], journal: Journal) -> Iterator[ProcedureStep]:
        """Yields steps until the last of them was done: somebody may have undone the others since, and all can be repeated.

        Args:
            steps: `BACK_UP` or `BRING_BACK`.
            journal: What was done so far.
        """
        if not journal.find(steps[-1].value, DONE):
            yield from (self._step(step, journal) for step in steps)

    def refuse_loss(self, journal: Journal) -> None:
        """Looks whether what was restored, or else its snapshot, is still there before the source is given up.

        Args:
            journal: What was done so far.

        Raises:
            ProcedureError: It is not; the message says what to do.
            ElasticsearchError: A cluster cannot be asked.
        """
        source, destination = self.sides
        if journal.find(MigrationStep.VERIFY.value, DONE):
            restored = facts_in(journal.find(MigrationStep.VERIFY.value, DONE))
            there = read_names(destination.cluster)
            gone = sorted(restored.keys() - there.indices - there.data_streams)
            what = f"{', '.join(gone)} is not on the destination any more" if gone else ""
        else:
            repository, snapshot = self.migration.repository.name, self.migration.snapshot
            found = snapshots.find(source.cluster, repository, snapshot)
            what = "" if found is not None else f"snapshot {snapshot} of repository {repository} is gone"
        if what:
            raise ProcedureError(
                f"{what}: the source stays as it is; to move its data anew, name another --journal and another --snapshot"
            )

    def _step(self, step: MigrationStep, journal: Journal) -> ProcedureStep:
        source, destination = self.sides
        repository = self.migration.repository
        if step is MigrationStep.REGISTER_SOURCE:
            return ProcedureStep(step.value, lambda: _register(source, repository))
        if step is MigrationStep.SNAPSHOT:
            return ProcedureStep(step.value, lambda: self._snapshot(journal), lambda: self._first_look(journal))
        if step is MigrationStep.REGISTER_DESTINATION:
            return ProcedureStep(step.value, lambda: _register(destination, repository.read_only()))
        if step is MigrationStep.RESTORE:
            return ProcedureStep(step.value, self._restore, lambda: self._refuse_obstacles(journal))
        return ProcedureStep(step.value, lambda: self._verify(journal))

    def _first_look(self, journal: Journal) -> Mapping[str, str]:
        """What the indices are like before the first attempt at a snapshot."""
        if first_look(journal.entries) is not None:
            return {}
        cluster = self.sides[0].cluster
        names = read_names(cluster)
        return {
            FACTS: keep(take_inventory(cluster, select([*names.indices, *names.data_streams], self.migration.indices)))
        }

    def _snapshot(self, journal: Journal) -> StepOutcome:
        cluster, repository = self.sides[0].cluster, self.migration.repository.name
        before = first_look(journal.entries) or {}
        taken = snapshots.take(
            cluster, repository, self.migration.snapshot, self.migration.indices, self._progress(MigrationStep.SNAPSHOT)
        )
        after = take_inventory(cluster, taken.indices)
        facts = {name: before[name].until(later) if name in before else later for name, later in after.items()}
        written = sorted(name for name, one in facts.items() if one.fewest != one.most)
        warning = f"; somebody wrote meanwhile to {', '.join(written)}" if written else ""
        return StepOutcome(f"{len(taken.indices)} indices, {taken.shards} shards, whole{warning}", {FACTS: keep(facts)})

    def _restore_request(self) -> restore.RestoreRequest:
        return restore.RestoreRequest(
            self.migration.repository.name, self.migration.snapshot, EVERYTHING, self.migration.renaming
        )

    def _refuse_obstacles(self, journal: Journal) -> Mapping[str, str]:
        """What exists on the destination is this migration's own work only once a restore was begun."""
        if not journal.find(MigrationStep.RESTORE.value):
            cluster = self.sides[1].cluster
            expected = facts_in(journal.find(MigrationStep.SNAPSHOT.value, DONE))
            aliases = {alias for facts in expected.values() for alias in facts.alias_names}
            restore.refuse_obstacles(cluster, restore.plan_restore(cluster, self._restore_request()).targets, aliases)
        return {}

    def _restore(self) -> StepOutcome:
        cluster, request = self.sides[1].cluster, self._restore_request()
        planned = restore.plan_restore(cluster, request)
        existing = read_names(cluster)
        taken = existing.indices | existing.data_streams
        if missing := [name for name, target in planned.targets.items() if target not in taken]:
            restore.begin(cluster, request, missing)
        shards = restore.wait(cluster, planned.indices.values(), self._progress(MigrationStep.RESTORE))
        return StepOutcome(f"{len(planned.indices)} indices, {shards} shards")

    def _verify(self, journal: Journal) -> StepOutcome:
        expected = facts_in(journal.find(MigrationStep.SNAPSHOT.value, DONE))
        rename = self.migration.renaming or str
        names = {name: rename(name) for name in expected}
        found = take_inventory(self.sides[1].cluster, names.values())
        if differing := list(differences(expected, found, names)):
            raise ProcedureError(
                "\n".join(["not everything arrived as it was in the snapshot:", *(f"  - {one}" for one in differing)])
            )
        documents = sum(one.fewest or 0 for one in found.values())
        return StepOutcome(
            f"{len(found)} indices with {documents:,} documents, their aliases and mappings are as they were",
            {FACTS: keep(found)} if found else {},
        )

    def _progress(self, step: MigrationStep) -> snapshots.OnProgress:
        return lambda done, total: self._on_shards(step.value, done, total)


def _register(side: Side, repository: Repository) -> StepOutcome:
    if repository.secure_settings and side.session is not None and side.deployment_id is not None:
        set_secrets(side.session, side.deployment_id, repository.secure_settings)
    register(side.cluster, repository)
    nodes = verify(side.cluster, repository.name)
    how = "" if repository.writable else " read-only"
    return StepOutcome(
        f"registered{how} at {side.cluster.name}, {nodes} {'node reaches' if nodes == 1 else 'nodes reach'} it"
    )
