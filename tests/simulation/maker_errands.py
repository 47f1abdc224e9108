"""The part of a story that is about procedures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.simulation.chance import PartMaker
from tests.simulation.hands import HANDS
from tests.simulation.story import ENDS, ERRANDS, UNREACHABLE, Errand, Hand, Incident, Runs, Step
from tests.trust.faults import FAULTS

_ANOTHER_ACCOUNT = 0.15
"""How often the address of somebody who is about to go is another account's when their procedure goes on."""
_ABOUT_ERRANDS = (
    "creates a deployment for",
    "creates a project for",
    "deletes what is owned by",
    "removes",
    "makes an administrator of",
    "takes every role from",
    "changes the address of",
    "lets another account have the address of",
)


class ErrandMaker(PartMaker):
    """Gives a story procedures."""

    def with_errands(
        self, steps: list[Step], people: list[str], newcomers: list[str], owners: Sequence[str]
    ) -> list[Step]:
        """Returns the steps with procedures in some of them, each started several times.

        Args:
            steps: What happens without.
            people: Members who may be named, and whom no procedure is about yet.
            newcomers: Those who are no members.
            owners: Members who own something.
        """
        random = self._random
        free = [*people]
        for what in random.sample(ERRANDS, random.choice((1, 1, 2))):
            person = random.choice(newcomers if what == "accept" else free if random.random() < 0.6 else owners)
            if what != "accept" and person not in free:
                continue
            other = ""
            if what == "consolidate":
                other = random.choice((f"{person.partition('@')[0]}.new@acme.example", *newcomers[:1], *free[:1]))
            free = [one for one in free if one not in (person, other)] or ["stranger1@acme.example"]
            first = random.randrange(len(steps) + 1)
            if what == "accept" and random.random() < 0.7:
                steps = [*steps[:first], Hand(next(self._numbers), "invites", person, "billing-admin"), *steps[first:]]
            for _ in range(random.choice((1, 2, 3, 4))):
                at = random.randint(first, len(steps))
                beside = steps[at] if at < len(steps) else None
                if not isinstance(beside, Runs):
                    beside = Runs(next(self._numbers), (), (), random.getrandbits(32), preview=False)
                    steps = [*steps[:at], beside, *steps[at:]]
                steps[at] = self._beside(beside, what, person, other)
                if what != "accept" and self._aims.random() < _ANOTHER_ACCOUNT:
                    hand = Hand(
                        next(self._numbers), "lets another account have the address of", person, "billing-admin"
                    )
                    steps = [*steps[: at + 1], hand, *steps[at + 1 :]]
        return steps

    def _beside(self, runs: Runs, what: str, person: str, other: str) -> Runs:
        """A step in which a procedure is started as well."""
        random = self._random
        incidents = [
            Incident(next(self._numbers), random.randrange(40), random.choice((*FAULTS, UNREACHABLE)))
            for _ in range(random.choice((0, 1, 2)))
        ]
        if random.random() < 0.4:
            incidents.append(Incident(next(self._numbers), random.randrange(40), random.choice(tuple(ENDS))))
        if random.random() < 0.4:
            hand, whom = random.choice(_ABOUT_ERRANDS), person
            if other and random.random() < 0.6:
                hand, whom = "accepts the invitation of", other
            roles = "billing-admin" if HANDS[hand].takes_roles else ""
            incidents.append(Incident(next(self._numbers), random.randrange(40), hand, whom, roles))
        errand = Errand(next(self._numbers), what, person, other)
        return replace(
            runs,
            incidents=tuple(sorted((*runs.incidents, *incidents), key=lambda one: one.at)),
            errands=(*runs.errands, errand),
        )
