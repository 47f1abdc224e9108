"""Moving the data of one cluster to another by a snapshot: everything is checked first, then done step by step.

Each step is idempotent and noted in the journal before it begins and when it is done, so that a run may be killed anywhere and
started again. Two things cannot be seen any more by a later run and are taken from the journal: what the indices were like when
the snapshot was taken, and that what exists on the destination is this migration's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.keystore import set_secrets
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, WorkflowError
from pulumi_elastic_org.procedures.journal import BEGUN, DONE, Journal
from pulumi_elastic_org.procedures.migration import (
    BACK_UP,
    BRING_BACK,
    FACTS,
    OUTCOME,
    Inventory,
    Migration,
    Step,
    facts_in,
    first_look,
    keep,
)
from pulumi_elastic_org.procedures.preflight import Findings, Progress, Side, look
from pulumi_elastic_org.snapshots import restore, snapshots
from pulumi_elastic_org.snapshots.errors import ElasticsearchError
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, select
from pulumi_elastic_org.snapshots.repositories import Repository, register, verify
from pulumi_elastic_org.snapshots.verify import differences

OnShards = Callable[[Step, int, int], None]
"""Is told how many shards of how many a step has done."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken.

    Args:
        step: Which.
        told: What came of it, for people.
    """

    step: Step
    told: str


class Migrator:
    """Carries a migration out.

    Args:
        migration: What moves.
        source: Where from.
        destination: Where to.
        on_shards: Is told of progress.
    """

    def __init__(
        self, migration: Migration, source: Side, destination: Side, on_shards: OnShards = lambda *_: None
    ) -> None:
        self.migration = migration
        self.source = source
        self.destination = destination
        self._on_shards = on_shards

    def check(self, journal: Journal) -> Findings:
        """Looks for everything that would make the migration fail half way, and changes nothing.

        Args:
            journal: What earlier runs did.
        """
        backed_up = journal.find(Step.SNAPSHOT.value, DONE)
        progress = Progress(
            snapshot_begun=journal.find(Step.SNAPSHOT.value) is not None,
            expected=facts_in(backed_up) if backed_up else None,
            restore_begun=journal.find(Step.RESTORE.value) is not None,
        )
        return look(self.migration, self.source, self.destination, progress)

    def steps(self, journal: Journal) -> Iterator[Taken]:
        """Takes one step after another that is not done yet.

        Args:
            journal: What earlier runs did, and where this one notes what it does.

        Raises:
            PreconditionsUnmet: The check found something, and nothing was changed.
            WorkflowError: A step failed; the message says what to do.
        """
        findings = self.check(journal)
        if findings.problems:
            raise PreconditionsUnmet(refusal(findings))
        yield from self.back_up(journal)
        yield from self.bring_back(journal)

    def back_up(self, journal: Journal) -> Iterator[Taken]:
        """Takes the steps on the source; as `steps`, without the check."""
        return self._take(BACK_UP, journal)

    def bring_back(self, journal: Journal) -> Iterator[Taken]:
        """Takes the steps on the destination; as `steps`, without the check."""
        return self._take(BRING_BACK, journal)

    def _take(self, steps: Iterable[Step], journal: Journal) -> Iterator[Taken]:
        actions: Mapping[Step, Callable[[Journal], tuple[str, Inventory]]] = {
            Step.REGISTER_SOURCE: lambda _: self._register(self.source, self.migration.repository),
            Step.SNAPSHOT: self._snapshot,
            Step.REGISTER_DESTINATION: lambda _: self._register(
                self.destination, self.migration.repository.read_only()
            ),
            Step.RESTORE: self._restore,
            Step.VERIFY: self._verify,
        }
        for step in steps:
            if journal.find(step.value, DONE):
                continue
            try:
                told, facts = actions[step](journal)
            except (CloudError, ElasticsearchError, WorkflowError) as error:
                raise WorkflowError(f"{step.value}: {error}\n{STOPPED}") from None
            journal.note(step.value, DONE, **{OUTCOME: told, **({FACTS: keep(facts)} if facts else {})})
            yield Taken(step, told)

    def _register(self, side: Side, repository: Repository) -> tuple[str, Inventory]:
        if repository.secure_settings and side.session is not None and side.deployment_id is not None:
            set_secrets(side.session, side.deployment_id, repository.secure_settings)
        register(side.cluster, repository)
        nodes = verify(side.cluster, repository.name)
        how = "" if repository.writable else " read-only"
        return (
            f"registered{how} at {side.cluster.name}, {nodes} {'node reaches' if nodes == 1 else 'nodes reach'} it",
            {},
        )

    def _snapshot(self, journal: Journal) -> tuple[str, Inventory]:
        cluster, repository = self.source.cluster, self.migration.repository.name
        before = first_look(journal.entries)
        if before is None:
            names = read_names(cluster)
            before = take_inventory(cluster, select([*names.indices, *names.data_streams], self.migration.indices))
            journal.note(Step.SNAPSHOT.value, BEGUN, **{FACTS: keep(before)})
        taken = snapshots.take(
            cluster, repository, self.migration.snapshot, self.migration.indices, self._progress(Step.SNAPSHOT)
        )
        after = take_inventory(cluster, taken.indices)
        facts = {name: before[name].until(later) if name in before else later for name, later in after.items()}
        written = sorted(name for name, one in facts.items() if one.fewest != one.most)
        warning = f"; somebody wrote meanwhile to {', '.join(written)}" if written else ""
        return f"{len(taken.indices)} indices, {taken.shards} shards, whole{warning}", facts

    def _restore(self, journal: Journal) -> tuple[str, Inventory]:
        cluster = self.destination.cluster
        request = restore.RestoreRequest(
            self.migration.repository.name, self.migration.snapshot, EVERYTHING, self.migration.renaming
        )
        planned = restore.plan_restore(cluster, request)
        missing = dict(planned.targets)
        if journal.find(Step.RESTORE.value):
            existing = read_names(cluster)
            taken = existing.indices | existing.data_streams
            missing = {name: target for name, target in missing.items() if target not in taken}
        else:
            expected = facts_in(journal.find(Step.SNAPSHOT.value, DONE))
            aliases = {alias for facts in expected.values() for alias in facts.alias_names}
            restore.refuse_obstacles(cluster, planned.targets, aliases)
            journal.note(Step.RESTORE.value, BEGUN)
        if missing:
            restore.begin(cluster, request, list(missing))
        shards = restore.wait(cluster, planned.indices.values(), self._progress(Step.RESTORE))
        return f"{len(planned.indices)} indices, {shards} shards", {}

    def _verify(self, journal: Journal) -> tuple[str, Inventory]:
        expected = facts_in(journal.find(Step.SNAPSHOT.value, DONE))
        rename = self.migration.renaming or str
        names = {name: rename(name) for name in expected}
        found = take_inventory(self.destination.cluster, names.values())
        if differing := list(differences(expected, found, names)):
            raise WorkflowError(
                "\n".join(["not everything arrived as it was in the snapshot:", *(f"  - {one}" for one in differing)])
            )
        documents = sum(one.fewest or 0 for one in found.values())
        return f"{len(found)} indices with {documents:,} documents, their aliases and mappings are as they were", found

    def _progress(self, step: Step) -> snapshots.OnProgress:
        return lambda done, total: self._on_shards(step, done, total)


STOPPED = "Nothing is lost: run the same command again, and it goes on from this step"


def refusal(findings: Findings) -> str:
    """Returns why a migration does not begin: every problem at once.

    Args:
        findings: With at least one problem.
    """
    return "\n".join(["the migration does not begin:", *(f"  - {problem}" for problem in findings.problems)])
