"""A story out of one number, before anything happens: equal numbers make equal stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from random import Random

from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, Grant, format_grants, parse_grants
from pulumi_elastic_org.model.guard_settings import Guards
from tests.simulation.chance import IGNORED, fault
from tests.simulation.declared import ADMIN, GONE, Declared, Edit, with_grant
from tests.simulation.hands import HANDS
from tests.simulation.maker_access import AccessMaker
from tests.simulation.maker_errands import ErrandMaker
from tests.simulation.story import ENDS, UNREACHABLE, Code, Hand, Incident, Passing, Runs, Step, Story

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
_MOST_APART, _APART = 16, 0.35
"""How many people there are at most where each may be a resource, and how often each is one."""

_WITH_KEYS = 0.35
_WITH_SIGN_ON = 0.3
_REFUSED = "400 with a newer code"
_AIMED = 0.3
"""How often a step has a fault that is aimed at one kind of call, and not at whichever comes."""
_FEWER_ADMINISTRATORS = 0.1
_AT = (
    ("POST role_assignments", _REFUSED, ""),
    ("POST role_assignments", IGNORED, ""),
    ("DELETE members", IGNORED, UNREACHABLE),
    ("POST invitations", IGNORED, UNREACHABLE),
)
"""A kind of call, by words of its method and path; the fault that one of it meets; and what all further calls meet."""
_WITH_ERRANDS = 0.4
_SIZES = (4, 6, 8, 8, 12, 12, 16, 20, 25, 40, 60, 200)


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
        self._more = Random(f"{seed}, keys and persons")
        self._aims = Random(f"{seed}, aims")
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
            members[person] = with_grant(members[person], ADMIN)
        fewer = shape != "teams" and len(people) > 1 and self._aims.random() < _FEWER_ADMINISTRATORS
        former = self._aims.sample(people, 2) if fewer else []
        members |= {person: with_grant(members[person], ADMIN) for person in former}
        codes = self._codes(shape, pipelines, members, newcomers)
        owners = tuple(random.sample(people, min(len(people), random.choice((1, 1, 2, 3)))))
        runs = range(len(codes)) if shape == "teams" else [0] * pipelines
        steps = self._steps(list(runs), codes, [*people, *newcomers], list(members))
        if fewer:
            codes[0], fewer_runs = self._fewer_administrators(codes[0], members, former, newcomers[0])
            steps.append(fewer_runs)
        if size <= _MOST_APART and self._more.random() < _APART:
            codes = [self._apart(code, newcomers[number :: len(codes)]) for number, code in enumerate(codes)]
        access = AccessMaker(self._more, self._aims, self._numbers)
        if self._more.random() < _WITH_KEYS:
            codes, steps = access.with_keys(codes, steps, pipelines)
        if self._more.random() < _WITH_SIGN_ON:
            before = len(codes[0].edits)
            codes[0], first, steps = access.with_sign_on(codes[0], steps, [*people, *newcomers])
            moved = [number for number, code in enumerate(runs) if not code]
            steps = [*first, *_later(steps, len(codes[0].edits) - before, moved)]
        errands = Random(f"{self._seed}, errands")
        if errands.random() < _WITH_ERRANDS:
            steps = ErrandMaker(errands, self._aims, self._numbers).with_errands(steps, people, newcomers, owners)
        steps = [self._aim(step, codes) if isinstance(step, Runs) else step for step in steps]
        return Story(self._seed, members, owners, tuple(codes), tuple(runs), tuple(steps))

    def _fewer_administrators(
        self, code: Code, members: dict[str, str], former: list[str], newcomer: str
    ) -> tuple[Code, Runs]:
        """The program once an administrator is none any more, while somebody takes that from another one by hand."""
        one, other = former
        least = sum(ORGANIZATION_ADMIN in roles for roles in members.values()) - 1
        first = replace(code.first, guards=replace(code.first.guards, min_admins=least))
        edits = (
            Edit(next(self._numbers), "add", newcomer, "billing-admin"),
            Edit(next(self._numbers), "demote", one),
        )
        hand = Incident(next(self._numbers), self._aims.randrange(2, 8), "takes every role from", other)
        runs = Runs(next(self._numbers), ((0, len(code.edits) + 1),), (hand,), 0, preview=False)
        return Code(first, (*code.edits, edits)), runs

    def _aim(self, runs: Runs, codes: list[Code]) -> Runs:
        """A step in which a fault may meet a call of one kind, and whoever is invited by hand may be so as a program says."""
        aims = self._aims
        declared = {
            edit.person: edit.value for code in codes for edits in code.edits for edit in edits if edit.what == "add"
        }
        incidents = [
            replace(one, other=declared.get(one.person, one.other))
            if one.what == "invites" and aims.random() < 0.5
            else one
            for one in runs.incidents
        ]
        if runs.incidents and aims.random() < _AIMED:
            calls, what, then = aims.choice(_AT)
            incidents.insert(0, Incident(next(self._numbers), 0, what, other=calls, then=then))
        return replace(runs, incidents=tuple(incidents))

    def _apart(self, code: Code, newcomers: list[str]) -> Code:
        """The program with a resource for each person; of some only the invitation is declared."""
        more = self._more
        people = [one for one in (*code.first.members, *newcomers) if not one.startswith("root")]
        first = replace(code.first, apart=True, mode="additive", until={}, members=dict(code.first.members))
        for person in more.sample(newcomers, min(len(newcomers), more.choice((0, 1, 2)))):
            first.members[person] = self._roles(more)
            first.only_invite(person)
        edits = [Edit(next(self._numbers), "by invitation only", more.choice(people)) for _ in code.edits]
        changed = tuple(
            (*some, edit) if more.random() < 0.2 else some for some, edit in zip(code.edits, edits, strict=True)
        )
        return Code(first, changed)

    def _codes(self, shape: str, pipelines: int, members: dict[str, str], newcomers: list[str]) -> list[Code]:
        random = self._random
        if shape != "teams":
            declared = Declared(dict(members), mode=random.choices(("authoritative", "additive"), (4, 1))[0])
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
            declared = Declared({one: members[one] for one in team}, mode="additive", guards=Guards(max_removals="50%"))
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
        if what in _OF_NOBODY:
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
        incidents = [fault(next(self._numbers), random, self._call()) for _ in range(faults)]
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

    def _roles(self, random: Random | None = None) -> str:
        random = random or self._random
        held: frozenset[Grant] = frozenset()
        for atom in random.sample(_ATOMS, random.choice((0, 1, 1, 2, 3))):
            grants = parse_grants(atom)
            if not {one.role_id for one in grants} & {one.role_id for one in held}:
                held |= grants
        return format_grants(held)


def _later(steps: Iterable[Step], revisions: int, pipelines: Sequence[int]) -> Iterator[Step]:
    """Yields steps as they are once other revisions come before those of some pipelines."""
    for step in steps:
        if isinstance(step, Runs):
            shifted = [(one, number + revisions if one in pipelines else number) for one, number in step.pipelines]
            yield replace(step, pipelines=tuple(shifted))
        else:
            yield step


_EDITS = {
    "add": 6,
    "remove": 5,
    "roles of": 5,
    "move roles of": 3,
    "promote": 2,
    "demote": 2,
    "write in capitals": 1,
    "lose half the lines": 0.5,
    "protect": 3,
    "protect no more": 0.5,
    "remove whoever is protected": 2.5,
    "at least administrators": 1,
    "at most removals": 0.7,
    "by single sign-on": 1,
    "by hand again": 0.5,
    "until": 1,
    "mode": 0.4,
    "override": 1,
}
"""How often each line of a declaration is changed, as weights."""

_OF_NOBODY = (
    "at least administrators",
    "at most removals",
    "mode",
    "lose half the lines",
    "remove whoever is protected",
)
"""Which of them are about no person in particular."""
