"""What happens in a simulated world, so written down that it can be told, and shortened."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

from tests.simulation.declared import Declared, Edit, Part


@dataclass(frozen=True)
class Incident(Part):
    """Something that happens at a call of a run.

    Args:
        at: The number of the call within the step, from 0.
        what: A fault of `FAULTS`, a hand of `HANDS`, or the end of the process: a key of `ENDS`.
        person: Whom a hand is about.
        other: What else it takes; of a fault, words of the method and path of the calls that meet it.
        calls: How many calls meet the fault; 0 for all until the run ends.
        then: The fault that all further calls meet once the first has been met as often; none by default.
    """

    at: int
    what: str
    person: str = ""
    other: str = ""
    calls: int = 1
    then: str = ""

    def __str__(self) -> str:
        more = "" if self.calls == 1 else ", until the run ends" if not self.calls else f", {self.calls} calls long"
        more += f", then {self.then} until the run ends" if self.then else ""
        return f"at call {self.at}: {self.what}{more} {self.person} {self.other}".rstrip()


@dataclass(frozen=True)
class Hand(Part):
    """Somebody does something between two runs."""

    what: str
    person: str
    other: str = ""

    def __str__(self) -> str:
        return f"somebody {self.what} {self.person} {self.other}".rstrip()


@dataclass(frozen=True)
class Passing(Part):
    """Time passes."""

    hours: float

    def __str__(self) -> str:
        return f"{self.hours:g} hours pass"


ERRANDS = ("leave", "accept", "transfer after", "transfer before", "consolidate")


@dataclass(frozen=True)
class Errand(Part):
    """An operator starts a procedure, or starts it again.

    Args:
        what: Of `ERRANDS`.
        person: Whom it is about.
        other: The address to keep where two accounts become one.
    """

    what: str
    person: str
    other: str = ""

    def __str__(self) -> str:
        return f"an operator has {self.person} {self.what} {self.other}".rstrip()


@dataclass(frozen=True)
class Runs(Part):
    """Pipelines run, and procedures, several at once.

    Args:
        pipelines: Which; by their number in the story, each with the revision that it runs.
        incidents: What happens meanwhile.
        seed: Says whose turn is next.
        preview: Whether a preview comes first.
        lag: For how many seconds lists show what was there before a write.
        errands: Which procedures.
    """

    pipelines: tuple[tuple[int, int], ...]
    incidents: tuple[Incident, ...]
    seed: int
    preview: bool
    lag: float = 0.0
    errands: tuple[Errand, ...] = ()

    def __str__(self) -> str:
        pipelines = (f"pipeline {name} runs revision {revision}" for name, revision in self.pipelines)
        who = " and ".join((*pipelines, *map(str, self.errands)))
        lag = f"; lists lag {self.lag:g} s behind" if self.lag else ""
        return f"{who}{', after a preview' if self.preview else ''}{lag}"


@dataclass(frozen=True)
class Configuring(Part):
    """Somebody configures a stack with an API key that it made.

    Args:
        pipeline: Which; by its number in the story.
        key: The resource's name.
        calls: Whether the pipeline calls with it from then on.
    """

    pipeline: int
    key: str
    calls: bool

    def __str__(self) -> str:
        return f"pipeline {self.pipeline} {'calls' if self.calls else 'is configured'} with the API key {self.key}"


Step = Hand | Passing | Configuring | Runs

ENDS = {"process killed before the effect": False, "process killed after the effect": True}
"""How a process ends at a call: whether the call has its effect."""

UNREACHABLE = "no connection"
"""A fault that only the client sees: nothing is sent."""


@dataclass(frozen=True)
class Code:
    """The program of one or more pipelines, through its revisions.

    Args:
        first: The first revision.
        edits: What each further one changes.
    """

    first: Declared
    edits: tuple[tuple[Edit, ...], ...]

    def at(self, revision: int) -> Declared:
        """Returns a revision; the last one where there are not so many."""
        declared = deepcopy(self.first)
        for edits in self.edits[:revision]:
            for edit in edits:
                declared.edit(edit)
        return declared


@dataclass(frozen=True)
class Story:
    """Everything that happens.

    Args:
        seed: What it is made from.
        members: Who belongs to the organization at first, and holds what.
        owners: Who owns a deployment or a project at first.
        codes: The programs.
        pipelines: Which program each pipeline runs.
        steps: What happens, in order.
    """

    seed: int
    members: dict[str, str]
    owners: tuple[str, ...]
    codes: tuple[Code, ...]
    pipelines: tuple[int, ...]
    steps: tuple[Step, ...]

    def parts(self) -> Iterator[Part]:
        """Yields everything that a shorter story can do without."""
        for step in self.steps:
            yield step
            if isinstance(step, Runs):
                yield from (*step.incidents, *step.errands)
        for code in self.codes:
            for edits in code.edits:
                yield from edits

    @property
    def errands(self) -> tuple[Errand, ...]:
        """Every start of a procedure."""
        return tuple(one for step in self.steps if isinstance(step, Runs) for one in step.errands)

    def keeping(self, numbers: frozenset[int]) -> Story:
        """Returns the story with these parts only."""

        def kept(code: Code) -> Code:
            return replace(
                code, edits=tuple(tuple(one for one in edits if one.number in numbers) for edits in code.edits)
            )

        steps = tuple(
            replace(
                step,
                incidents=tuple(one for one in step.incidents if one.number in numbers),
                errands=tuple(one for one in step.errands if one.number in numbers),
            )
            if isinstance(step, Runs)
            else step
            for step in self.steps
            if step.number in numbers
        )
        return replace(self, codes=tuple(map(kept, self.codes)), steps=steps)

    def with_people(self, wanted: int) -> Story:
        """Returns the story in a smaller organization, of those whom something happens to and as many others as make the number."""
        named = {getattr(part, "person", "") for part in self.parts()} | {
            getattr(part, "other", "") for part in self.parts()
        }
        keep = {email for email in self.members if email in named or email.startswith("root")} | set(self.owners)
        for email in self.members:
            if len(keep) < wanted:
                keep.add(email)

        def kept(code: Code) -> Code:
            members = {
                one: roles for one, roles in code.first.members.items() if one in keep or one not in self.members
            }
            return replace(code, first=replace(code.first, members=members))

        members = {one: roles for one, roles in self.members.items() if one in keep}
        return replace(self, members=members, codes=tuple(map(kept, self.codes)))
