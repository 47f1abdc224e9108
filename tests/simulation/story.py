"""What happens in a simulated world, all of it made from one number before anything happens: so it can be told, and shortened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, Grant, format_grants, parse_grants
from pulumi_elastic_org.model.guard_settings import Guards, Override
from tests.simulation.hands import HANDS
from tests.trust.faults import FAULTS

DEPLOYMENTS = ("d-a", "d-b", "d-c")
GONE = "d-gone"
"""The id of a deployment that is not there."""


_ATOMS = (
    "billing-admin",
    "deployment-viewer on all",
    "deployment-editor on all",
    "deployment-editor on d-a",
    "deployment-editor on d-a, d-b",
    "deployment-admin on d-b",
    "deployment-viewer on d-c",
    "security-t1-analyst on all",
    f"deployment-viewer on {GONE}",
    "elasticsearch-viewer on all as reader",
)
_ADMIN = Grant("organization", ORGANIZATION_ADMIN)
_SIZES = (4, 6, 8, 8, 12, 12, 16, 20, 25, 40, 60, 200)


@dataclass(frozen=True)
class Part:
    """Something that a story can do without.

    Args:
        number: What names it in the story of its seed.
    """

    number: int


@dataclass(frozen=True)
class Edit(Part):
    """A line of the declaration that is changed."""

    what: str
    person: str = ""
    value: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.what, self.person, self.value and f"({self.value})")))


@dataclass
class Declared:
    """What a program declares."""

    members: dict[str, str] = field(default_factory=dict)
    mode: str = "authoritative"
    guards: Guards = field(default_factory=Guards)
    single_sign_on: set[str] = field(default_factory=set)
    until: dict[str, str] = field(default_factory=dict)

    def edit(self, edit: Edit) -> None:
        """Changes a line, where it is there."""
        if edit.what not in _OF_MEMBERS or edit.person in self.members:
            _CHANGES[edit.what](self, edit.person, edit.value)

    def remove(self, person: str) -> None:
        """Takes a person out."""
        del self.members[person]
        self.single_sign_on.discard(person)
        self.until.pop(person, None)

    def remove_half(self) -> None:
        """Loses every second line, but those of whom a key is."""
        for person in [email for email in self.members if not email.startswith("root")][::2]:
            self.remove(person)

    def protect(self, *people: str, no_more: str = "") -> None:
        """Protects people, or somebody no more."""
        protected = {*self.guards.protected, *people} - {no_more}
        self.guards = replace(self.guards, protected=tuple(sorted(protected)))

    def demote(self, person: str) -> None:
        """Takes the administrator's role from a person."""
        held = parse_grants(self.members[person])
        self.members[person] = format_grants(one for one in held if one.role_id != ORGANIZATION_ADMIN)

    def allow(self, **settings: object) -> None:
        """Changes what the guards allow."""
        self.guards = replace(self.guards, **settings)  # type: ignore[arg-type]

    def override(self, person: str, guard: str) -> None:
        """Lets a person past a guard."""
        known = self.guards.overrides.get(person, Override((), "it is meant"))
        guards = tuple(sorted({*known.guards, guard}))
        self.guards = replace(self.guards, overrides={**self.guards.overrides, person: replace(known, guards=guards)})

    def rename(self, old: str, new: str) -> None:
        """Writes an address otherwise."""
        self.members = {new if email == old else email: roles for email, roles in self.members.items()}
        self.until = {new if email == old else email: day for email, day in self.until.items()}
        self.single_sign_on = {new if email == old else email for email in self.single_sign_on}


_CHANGES: Mapping[str, Callable[[Declared, str, str], object]] = {
    "add": lambda declared, person, roles: declared.members.setdefault(person, roles),
    "remove": lambda declared, person, _: declared.remove(person),
    "roles of": lambda declared, person, roles: declared.members.update({person: roles}),
    "promote": lambda declared, person, _: declared.members.update({person: _with(declared.members[person], _ADMIN)}),
    "demote": lambda declared, person, _: declared.demote(person),
    "move roles of": lambda declared, person, _: declared.members.update({person: _moved(declared.members[person])}),
    "write in capitals": lambda declared, person, _: declared.rename(person, person.upper()),
    "lose half the lines": lambda declared, *_: declared.remove_half(),
    "protect": lambda declared, person, _: declared.protect(person),
    "protect no more": lambda declared, person, _: declared.protect(no_more=person),
    "at least administrators": lambda declared, _, number: declared.allow(min_admins=int(number)),
    "at most removals": lambda declared, _, most: declared.allow(max_removals=most),
    "by single sign-on": lambda declared, person, _: declared.single_sign_on.add(person),
    "by hand again": lambda declared, person, _: declared.single_sign_on.discard(person),
    "until": lambda declared, person, day: declared.until.update({person: day}),
    "mode": lambda declared, _, mode: setattr(declared, "mode", mode),
    "override": lambda declared, person, guard: declared.override(person, guard),
}
"""What each edit does to a declaration."""

_OF_MEMBERS = frozenset(
    {"remove", "roles of", "promote", "demote", "move roles of", "write in capitals", "by single sign-on", "until"}
)


@dataclass(frozen=True)
class Incident(Part):
    """Something that happens at a call of a run.

    Args:
        at: The number of the call within the step, from 0.
        what: A fault of `FAULTS`, a hand of `HANDS`, or the end of the process: a key of `ENDS`.
        person: Whom a hand is about.
        other: What else it takes.
        calls: How many calls meet the fault; 0 for all until the run ends.
    """

    at: int
    what: str
    person: str = ""
    other: str = ""
    calls: int = 1

    def __str__(self) -> str:
        more = "" if self.calls == 1 else ", until the run ends" if not self.calls else f", {self.calls} calls long"
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


@dataclass(frozen=True)
class Runs(Part):
    """Pipelines run, several at once.

    Args:
        pipelines: Which; by their number in the story, each with the revision that it runs.
        incidents: What happens meanwhile.
        seed: Says whose turn is next.
        preview: Whether a preview comes first.
        lag: For how many seconds lists show what was there before a write.
    """

    pipelines: tuple[tuple[int, int], ...]
    incidents: tuple[Incident, ...]
    seed: int
    preview: bool
    lag: float = 0.0

    def __str__(self) -> str:
        who = " and ".join(f"pipeline {name} runs revision {revision}" for name, revision in self.pipelines)
        lag = f"; lists lag {self.lag:g} s behind" if self.lag else ""
        return f"{who}{', after a preview' if self.preview else ''}{lag}"


Step = Hand | Passing | Runs

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
                yield from step.incidents
        for code in self.codes:
            for edits in code.edits:
                yield from edits

    def keeping(self, numbers: frozenset[int]) -> Story:
        """Returns the story with these parts only."""

        def kept(code: Code) -> Code:
            return replace(
                code, edits=tuple(tuple(one for one in edits if one.number in numbers) for edits in code.edits)
            )

        steps = tuple(
            replace(step, incidents=tuple(one for one in step.incidents if one.number in numbers))
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


def make(seed: int) -> Story:
    """Makes a story.

    Args:
        seed: Any number; equal ones make equal stories.
    """
    return _Maker(seed).story()


class _Maker:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)
        self._numbers = count(1)

    def story(self) -> Story:
        random = self._random
        size = random.choice(_SIZES)
        shape = random.choices(("alone", "twins", "teams"), (6, 2, 2))[0]
        self._teams = shape == "teams"
        pipelines = 1 if shape == "alone" else random.choice((2, 2, 3))
        people = [f"p{number}@acme.example" for number in range(1, size + 1)]
        newcomers = [f"n{number}@{'acme' if number % 4 else 'other'}.example" for number in range(1, 3 + size // 3)]
        roots = {f"root{number}@acme.example": ORGANIZATION_ADMIN for number in range(1, pipelines + 1)}
        members = roots | {person: self._roles() for person in people}
        for person in random.sample(people, min(len(people), random.choice((0, 1, 1, 2)))):
            members[person] = _with(members[person], _ADMIN)
        codes = self._codes(shape, pipelines, members, newcomers)
        owners = tuple(random.sample(people, min(len(people), random.choice((1, 1, 2, 3)))))
        runs = range(len(codes)) if shape == "teams" else [0] * pipelines
        steps = self._steps(list(runs), codes, [*people, *newcomers], list(members))
        return Story(self._seed, members, owners, tuple(codes), tuple(runs), tuple(steps))

    def _codes(self, shape: str, pipelines: int, members: dict[str, str], newcomers: list[str]) -> list[Code]:
        random = self._random
        if shape != "teams":
            declared = Declared(dict(members), random.choices(("authoritative", "additive"), (4, 1))[0])
            declared.guards = Guards(
                max_removals=random.choice(("25%", "25%", 3, 10, "100%")),
                min_admins=random.choice((0, 1, 1, 2)),
                allowed_domains=random.choice(((), (), ("acme.example",))),
                refuse_unknown_targets=random.random() < 0.3,
            )
            spared = (
                "root" if pipelines > 1 else "nobody"
            )  # the key of one pipeline is that of somebody whom another one manages
            return [Code(declared, self._revisions([one for one in members if not one.startswith(spared)], newcomers))]
        codes = []
        for number in range(pipelines):
            team = list(members)[number::pipelines]
            fresh = newcomers[number::pipelines]
            declared = Declared({one: members[one] for one in team}, "additive", Guards(max_removals="50%"))
            codes.append(Code(declared, self._revisions(team, fresh)))
        return codes

    def _revisions(self, people: list[str], newcomers: list[str]) -> tuple[tuple[Edit, ...], ...]:
        random = self._random
        return tuple(
            tuple(self._edit(people, newcomers) for _ in range(random.choice((1, 2, 3, 4, 6))))
            for _ in range(random.choice((1, 2, 2, 3)))
        )

    def _edit(self, people: list[str], newcomers: list[str]) -> Edit:
        random, number = self._random, next(self._numbers)
        person = random.choice([one for one in people if not one.startswith("root")] or people)
        anybody = random.choice([*people, *newcomers])
        what = random.choices(tuple(_EDITS), tuple(_EDITS.values()))[0]
        if self._teams and what == "mode":  # one team that takes out the others is a quarrel, and no story with an end
            what = "add"
        values: dict[str, Callable[[], str]] = {
            "add": self._roles,
            "roles of": self._roles,
            "at least administrators": lambda: str(random.choice((0, 1, 2, 3))),
            "at most removals": lambda: random.choice(("25%", "10%", "100%", "2", "0")),
            "until": lambda: f"2026-01-{random.choice((5, 6, 7, 9, 12, 30)):02}",
            "mode": lambda: random.choice(("authoritative", "additive")),
            "override": lambda: random.choice(("owns-resources", "unmanaged-people", "last-admin", "changed-account")),
        }
        value = values.get(what, str)()
        if what == "add":
            return Edit(number, what, random.choice(newcomers or people), value)
        if what in ("at least administrators", "at most removals", "mode", "lose half the lines"):
            return Edit(number, what, "", value)
        return Edit(number, what, anybody if what in ("remove", "roles of", "demote") else person, value)

    def _steps(self, pipelines: list[int], codes: list[Code], people: list[str], members: list[str]) -> list[Step]:
        random = self._random
        steps: list[Step] = []
        for index in range(len(pipelines)):
            if random.random() < 0.8:  # as a rule, what is there was taken over in peace
                steps.append(Runs(next(self._numbers), ((index, 0),), (), 0, preview=False))
        for _ in range(random.choice((2, 3, 3, 4, 5))):
            if random.random() < 0.3:
                steps.append(Passing(next(self._numbers), random.choice((0.1, 1, 20, 50, 80))))
            if random.random() < 0.3:
                steps.append(Hand(next(self._numbers), *self._hand(people, members)))
            steps.append(self._runs(pipelines, codes, people, members))
        return steps

    def _runs(self, pipelines: list[int], codes: list[Code], people: list[str], members: list[str]) -> Runs:
        random = self._random
        number = next(self._numbers)
        which = random.sample(range(len(pipelines)), random.choice((1, len(pipelines))))
        chosen = tuple((index, random.randint(1, len(codes[pipelines[index]].edits))) for index in which)
        faults = random.choices((0, 1, 2, 4, 8), (2, 3, 3, 2, 1))[0]
        hands = random.choices((0, 1, 2, 4), (5, 2, 1, 1))[0]
        incidents = [self._fault() for _ in range(faults)]
        incidents += [Incident(next(self._numbers), self._call(), *self._hand(people, members)) for _ in range(hands)]
        if random.random() < 0.15:
            incidents.append(Incident(next(self._numbers), self._call(), random.choice(tuple(ENDS))))
        lag = random.choices((0.0, 1.0, 4.0, 10.0), (8, 1, 1, 1))[0]
        return Runs(
            number,
            chosen,
            tuple(sorted(incidents, key=lambda one: one.at)),
            random.getrandbits(32),
            preview=random.random() < 0.3,
            lag=lag,
        )

    def _fault(self) -> Incident:
        what = self._random.choice((*FAULTS, UNREACHABLE))
        return Incident(next(self._numbers), self._call(), what, calls=self._random.choice((1, 1, 1, 2, 3, 6, 0)))

    def _call(self) -> int:
        return int(self._random.triangular(0, 40, 8))

    def _hand(self, people: list[str], members: list[str]) -> tuple[str, str, str]:
        random = self._random
        what = random.choice(tuple(HANDS))
        person = random.choice(
            [one for one in (*members, *people) if not one.startswith("root")] or ["stranger1@acme.example"]
        )
        if random.random() < 0.15:
            person = f"stranger{random.choice((1, 2))}@acme.example"
        return what, person, self._roles() if HANDS[what].takes_roles else ""

    def _roles(self) -> str:
        random = self._random
        held: frozenset[Grant] = frozenset()
        for atom in random.sample(_ATOMS, random.choice((0, 1, 1, 2, 3))):
            grants = parse_grants(atom)
            if not {one.role_id for one in grants} & {one.role_id for one in held}:
                held |= grants
        return format_grants(held)


_EDITS = {
    "add": 6,
    "remove": 5,
    "roles of": 5,
    "move roles of": 3,
    "promote": 2,
    "demote": 2,
    "write in capitals": 1,
    "lose half the lines": 0.5,
    "protect": 1,
    "protect no more": 0.5,
    "at least administrators": 1,
    "at most removals": 0.7,
    "by single sign-on": 1,
    "by hand again": 0.5,
    "until": 1,
    "mode": 0.4,
    "override": 1,
}
"""How often each line of a declaration is changed, as weights."""


def _with(roles: str, grant: Grant) -> str:
    return format_grants(parse_grants(roles) | {grant})


def _moved(roles: str) -> str:
    """Roles on all on one target instead, and the other way round."""
    moved = {
        one if one.scope != "deployment" else one._replace(target=DEPLOYMENTS[0] if one.target is None else None)
        for one in parse_grants(roles)
    }
    return format_grants(moved)
