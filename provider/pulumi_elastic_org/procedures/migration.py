"""What a migration of data is: what moves, its steps, what its journal keeps, and its report. Pure.

The steps are those of Elastic's guide "Migrate your hosted deployments": a snapshot into a private repository, the same repository
in the other organization, a restore from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi_elastic_org.procedures.journal import BEGUN, DONE, Entry, completed
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, Renaming
from pulumi_elastic_org.snapshots.repositories import Repository
from pulumi_elastic_org.snapshots.verify import IndexFacts

DEFAULT_SNAPSHOT = "elastic-org-migration"

FACTS = "indices"
"""Under which name a journal's entry keeps what the indices are like."""

Inventory = Mapping[str, IndexFacts]


class MigrationStep(str, Enum):
    """What a migration does; the values are what its journal says."""

    REGISTER_SOURCE = "register-source"
    SNAPSHOT = "snapshot"
    REGISTER_DESTINATION = "register-destination"
    RESTORE = "restore"
    VERIFY = "verify"


BACK_UP = (MigrationStep.REGISTER_SOURCE, MigrationStep.SNAPSHOT)
BRING_BACK = (MigrationStep.REGISTER_DESTINATION, MigrationStep.RESTORE, MigrationStep.VERIFY)


@dataclass(frozen=True, slots=True)
class Migration:
    """What moves, and by which way.

    Args:
        repository: The private repository that both clusters reach.
        snapshot: The name of the snapshot in it.
        indices: Names and patterns of the indices and data streams that move.
        renaming: Their new names; ``None`` to keep them.
    """

    repository: Repository
    snapshot: str = DEFAULT_SNAPSHOT
    indices: tuple[str, ...] = EVERYTHING
    renaming: Renaming | None = None

    @property
    def subject(self) -> dict[str, str]:
        """What tells this migration from others in a journal."""
        renaming = f"{self.renaming.pattern} to {self.renaming.replacement}" if self.renaming else "none"
        return {
            "repository": f"{self.repository.type} {self.repository.name}",
            "snapshot": self.snapshot,
            "data": ",".join(self.indices),
            "renaming": renaming,
        }

    def mistakes(self) -> Iterable[str]:
        """Returns everything that is invalid."""
        found = [*self.repository.mistakes(), *(self.renaming.mistakes() if self.renaming else ())]
        if not self.repository.writable:
            found.append(f"repository {self.repository.name} is read-only: a snapshot cannot be taken into it")
        if not self.indices:
            found.append("no index is named")
        return found


def report(migration: Migration, entries: Iterable[Entry]) -> dict[str, Any]:
    """Returns what a journal says of a migration, as JSON.

    Args:
        migration: What moves.
        entries: Of the journal.

    Returns:
        Whether it is finished, what moves, what came of each completed step, and the indices in the snapshot, each as it was
        there and as it was found at the destination.
    """
    done = {entry.step: entry for entry in entries if entry.state == DONE}
    expected = facts_in(done.get(MigrationStep.SNAPSHOT.value))
    found = {name: facts.documents for name, facts in facts_in(done.get(MigrationStep.VERIFY.value)).items()}
    rename = migration.renaming or str
    return {
        "finished": MigrationStep.VERIFY.value in done,
        "repository": {"name": migration.repository.name, "type": migration.repository.type},
        "snapshot": migration.snapshot,
        "steps": [{"step": step, "outcome": outcome} for step, outcome in completed(done.values()).items()],
        "indices": [
            {
                "source": name,
                "destination": rename(name),
                "documents": {"expected": facts.documents, "found": found.get(rename(name))},
                "aliases": list(facts.alias_names),
            }
            for name, facts in sorted(expected.items())
        ],
    }


def whereabouts(entries: Iterable[Entry]) -> str:
    """Returns what a journal says is done, for whoever stops a run half way.

    Args:
        entries: Of the journal.
    """
    state = {entry.step: entry.state for entry in entries}
    done = ", ".join(step for step, reached in state.items() if reached == DONE) or "nothing"
    begun = ", ".join(step for step, reached in state.items() if reached == BEGUN)
    return f"Completed steps: {done}{f'; started: {begun}' if begun else ''}. The source's data is unchanged."


def keep(facts: Inventory) -> str:
    """Returns what indices are like as one text of a journal.

    Args:
        facts: By name of the index.
    """
    return json.dumps({name: str(one) for name, one in sorted(facts.items())})


def facts_in(entry: Entry | None) -> dict[str, IndexFacts]:
    """Returns what a journal's entry kept of indices; nothing where there is no such entry.

    Args:
        entry: Of the journal.
    """
    kept: dict[str, str] = json.loads(entry.facts.get(FACTS, "{}")) if entry is not None else {}
    return {name: IndexFacts.parse(text) for name, text in kept.items()}


def first_look(entries: Iterable[Entry]) -> dict[str, IndexFacts] | None:
    """Returns what the indices were like before the snapshot was begun, by the run that began it.

    Args:
        entries: Of the journal.

    Returns:
        The facts; ``None`` where no run has begun it.
    """
    begun = (entry for entry in entries if entry.step == MigrationStep.SNAPSHOT.value and entry.state == BEGUN)
    entry = next(begun, None)
    return facts_in(entry) if entry is not None else None
