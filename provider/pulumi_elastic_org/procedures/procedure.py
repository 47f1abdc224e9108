"""How every procedure runs: everything is checked, then one step after another is taken, each noted in a journal.

A run may be killed anywhere and started again: steps can be repeated, and what a later run cannot see any more is in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError, Waiting
from pulumi_elastic_org.procedures.journal import BEGUN, DONE, OUTCOME, Entry, Journal, completed

RUN_AGAIN = "Run the same command again: it resumes from there"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a procedure will do.

    Args:
        lines: What it will do and what was found, for people.
        question: What to ask before the first step; empty where nothing needs to be asked.
        finished: Whether there is nothing left to do.
    """

    lines: tuple[str, ...]
    question: str = ""
    finished: bool = False


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What came of a step.

    Args:
        text: For people.
        facts: What later steps need to know; texts, and no secrets.
    """

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One step, which can be repeated.

    Args:
        name: Its name in the journal.
        take: Takes it.
        prepare: Looks before anything is changed; returns what the journal keeps from then on.
    """

    name: str
    take: Callable[[], StepOutcome]
    prepare: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True, slots=True)
class CompletedStep:
    """A step that was taken.

    Args:
        name: Its name in the journal.
        outcome: What came of it, for people.
    """

    name: str
    outcome: str


class Procedure(Protocol):
    """What accept, leave, transfer, migrate and move say of themselves."""

    def check(self, journal: Journal) -> Outline:
        """Looks for everything that would make it fail half way, and changes nothing.

        Args:
            journal: What earlier runs did.

        Raises:
            PreconditionsUnmet: It does not begin; the message has every reason.
            CloudError: Elastic Cloud cannot be asked.
            ElasticsearchError: A cluster cannot be asked.
        """
        ...

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Yields one step after another that is still to be taken; each is taken before the next is asked for.

        Args:
            journal: What was done so far.
        """
        ...

    def stopped(self, journal: Journal) -> str:
        """Returns where things are when a run stops half way, and how to go on; looks, and changes nothing.

        Args:
            journal: What was done so far.

        Raises:
            ActionableError: That cannot be seen.
        """
        ...


def run(procedure: Procedure, journal: Journal) -> Iterator[CompletedStep]:
    """Checks, and takes one step after another that is still to be taken.

    Args:
        procedure: What to do.
        journal: What earlier runs did, and where this one notes what it does.

    Raises:
        PreconditionsUnmet: It does not begin, and nothing was changed.
        Waiting: A person has to do something before it can go on.
        ProcedureError: A step failed; the message says where that leaves things, and what to do.
    """
    procedure.check(journal)
    steps = procedure.steps(journal)
    while True:
        name = ""
        try:
            step = next(steps, None)
            if step is None:
                return
            name = f"{step.name}: "
            journal.note(step.name, BEGUN, **step.prepare())
            outcome = step.take()
            journal.note(step.name, DONE, **{OUTCOME: outcome.text, **outcome.facts})
        except Waiting:
            raise
        except ActionableError as error:
            raise ProcedureError(f"{name}{error}\n{where_things_are(procedure, journal)}") from None
        yield CompletedStep(step.name, outcome.text)


def where_things_are(procedure: Procedure, journal: Journal) -> str:
    """Returns where things are when a run stops half way, and how to go on; also where that cannot be seen.

    Args:
        procedure: What was being done.
        journal: What was done so far.
    """
    try:
        return procedure.stopped(journal)
    except ActionableError as error:
        return f"Where things are cannot be seen: {str(error).rstrip('.')}. {RUN_AGAIN}"


def refused(what: str, problems: Iterable[str]) -> PreconditionsUnmet:
    """Returns why a procedure does not begin: every problem at once.

    Args:
        what: Such as ``"the transfer"``.
        problems: At least one.
    """
    return PreconditionsUnmet("\n".join([f"{what} does not begin:", *(f"  - {problem}" for problem in problems)]))


def report(entries: Iterable[Entry], *, finished: bool) -> dict[str, Any]:
    """Returns what a procedure has done so far, as JSON.

    Args:
        entries: Of its journal.
        finished: Whether nothing is left to do.
    """
    steps = [{"step": step, "outcome": outcome} for step, outcome in completed(entries).items()]
    return {"finished": finished, "steps": steps}
