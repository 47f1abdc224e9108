"""The part of a story that is about API keys and single sign-on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tests.simulation.chance import IGNORED, PartMaker, fault
from tests.simulation.declared import BREAK_GLASS, OWNERS, POOR_KEY, SHORT_KEY, SIGN_ON_EDITS, Edit, SignOn
from tests.simulation.hands import ABOUT_SIGN_ON
from tests.simulation.story import ENDS, Code, Configuring, Hand, Incident, Passing, Runs, Step

_LAST_KEY = 0.15
"""How often somebody drops the only API key that is left, of programs with keys."""
_MAPPINGS_BY_HAND = 0.7
"""How often there are role mappings by hand beside a program that declares none."""
_MAPPING_NAMES = ("owners", "owners", "analysts", "everybody")
_KEY_NAMES = ("deployer", "reader", "ci")
_KEY_ROLES = ("organization-admin", "organization-admin", "billing-admin", "deployment-viewer on all")
_KEY_EDITS = (
    "declare key",
    "drop key",
    "drop key",
    "roles of key",
    "description of key",
    "overlap of key",
    "lifetime of key",
    "adopt the pipeline's key as",
    "guard off for key",
)


class AccessMaker(PartMaker):
    """Gives a story API keys and single sign-on."""

    def with_keys(self, codes: list[Code], steps: list[Step], pipelines: int) -> tuple[list[Code], list[Step]]:
        """Returns programs with API keys, and the steps with what happens to those.

        Args:
            codes: The programs.
            steps: What happens without.
            pipelines: How many there are.
        """
        before = len(codes[0].edits)
        codes = [self._with_keys(code) for code in codes]
        steps = list(self._among(steps, lambda: self._about_keys(pipelines)))
        for revision in range(before, len(codes[0].edits)):
            steps += [
                self._about_keys(pipelines),
                self._more_runs(revision + 1, "keys", ("deletes the API key", _KEY_NAMES)),
            ]
        if self._random.random() < _LAST_KEY:
            codes[0], last = self._last_key(codes[0])
            steps += last
        return codes, steps

    def with_sign_on(self, code: Code, steps: list[Step], people: list[str]) -> tuple[Code, list[Step], list[Step]]:
        """Returns a program with single sign-on, the steps that come first, and the others with what happens to it.

        Args:
            code: The program, which gets further revisions before its own ones.
            steps: What happens without, by the numbers that the revisions had.
            people: Who may sign on.
        """
        before = len(code.edits)
        code = self._with_sign_on(code)
        steps = list(self._among(steps, lambda: self._about_sign_on(people)))
        first: list[Step] = []
        for revision in range(len(code.edits) - before):
            first += [self._about_sign_on(people)] if self._random.random() < 0.4 else []
            first.append(self._more_runs(revision + 1, "role_mappings", ("deletes the role mapping", _MAPPING_NAMES)))
        without = code.first.sign_on is not None and not code.first.sign_on.declares("RoleMappings")
        if without and self._aims.random() < _MAPPINGS_BY_HAND:
            first = [*self._mappings_by_hand(), *first]
        return code, first, steps

    def _with_keys(self, code: Code) -> Code:
        """The program with API keys."""
        random = self._random
        first = replace(code.first, keys={})
        for name in random.sample(_KEY_NAMES, random.choice((1, 1, 2))):
            first.edit(
                self._key_edit(random.choice(("declare key", "declare key", "adopt the pipeline's key as")), name)
            )
        edits = [(*some, *(self._any_key_edit() for _ in range(random.choice((0, 1, 2))))) for some in code.edits]
        edits += [(self._any_key_edit(),) for _ in range(random.choice((1, 2, 3)))]
        return Code(first, tuple(edits))

    def _last_key(self, code: Code) -> tuple[Code, list[Step]]:
        """The program with a key that makes the calls, which is dropped once it is the only one, and once that is allowed."""
        name, others = _KEY_NAMES[0], len(code.edits)
        edits = (
            (("declare key", "organization-admin"), ("roles of key", "organization-admin")),
            (("guard off for key", "key-in-use"), ("guard off for key", "stack-needs-key")),
            (("drop key", ""),),
        )
        more = tuple(tuple(Edit(next(self._numbers), what, name, value) for what, value in some) for some in edits)
        runs = [
            Runs(next(self._numbers), ((0, others + number),), (), 0, preview=False)
            for number in range(1, len(edits) + 1)
        ]
        called = Configuring(next(self._numbers), 0, name, calls=True)
        alone = Hand(next(self._numbers), "deletes every API key but those of", name)
        return replace(code, edits=(*code.edits, *more)), [runs[0], called, runs[1], alone, runs[2]]

    def _about_keys(self, pipelines: int) -> Step:
        random, number = self._random, next(self._numbers)
        what = random.choice(("passing", "passing", "configured", "deleted"))
        if what == "passing":
            return Passing(number, random.choice((2, 4, 30, 75, 100)))
        name = random.choice(_KEY_NAMES)
        if what == "deleted":
            return Hand(number, "deletes the API key", name)
        return Configuring(number, random.randrange(pipelines), name, calls=random.random() < 0.5)

    def _any_key_edit(self) -> Edit:
        return self._key_edit(self._random.choice(_KEY_EDITS), self._random.choice(_KEY_NAMES))

    def _key_edit(self, what: str, name: str) -> Edit:
        values: dict[str, tuple[str, ...]] = {
            "declare key": _KEY_ROLES,
            "roles of key": _KEY_ROLES,
            "description of key": ("for builds", "for deployments"),
            "overlap of key": ("1h", "3h", "1d"),
            "lifetime of key": ("3d", "4d", "9d"),
            "guard off for key": ("key-in-use", "stack-needs-key", "last-owner-key"),
        }
        return Edit(next(self._numbers), what, name, self._random.choice(values.get(what, ("",))))

    def _with_sign_on(self, code: Code) -> Code:
        """The program with single sign-on."""
        random = self._random
        mappings = (("owners", OWNERS), ("everybody", "email *@acme.example => deployment-viewer on all"))
        sign_on = SignOn(
            random.choice((2, 3, 4, 4)), mappings=mappings[: random.choice((1, 2))], enforced=random.random() < 0.5
        )
        first = replace(code.first, sign_on=sign_on)
        first.heeds_mappings = not first.apart and random.random() < 0.5
        edits = [(*some, *(self._sign_on_edit() for _ in range(random.choice((0, 1, 1, 2, 3))))) for some in code.edits]
        alone = [  # before anything else, which may be refused
            tuple(self._sign_on_edit() for _ in range(random.choice((1, 2, 3))))
            for _ in range(random.choice((1, 2, 3)))
        ]
        return Code(first, (*alone, *edits))

    def _about_sign_on(self, people: list[str]) -> Step:
        random, number = self._random, next(self._numbers)
        what = random.choice(("signs on", "signs on", *ABOUT_SIGN_ON))
        if what == "signs on":
            return Hand(number, what, random.choice(people), random.choice(("platform", "soc-1", "admins", "")))
        if what == "makes the identity provider":
            return Hand(number, what, "", random.choice(("enabled", "enabled", "disabled")))
        return Hand(number, what, random.choice((*_MAPPING_NAMES, "by-hand")) if "mapping" in what else "")

    def _mappings_by_hand(self) -> list[Step]:
        """Somebody adds a role mapping that makes no owners, and disables the identity provider, which the program enables."""

        def runs() -> Runs:
            return Runs(next(self._numbers), ((0, 0),), (), 0, preview=False)

        added = Hand(next(self._numbers), "adds the role mapping", "by-hand")
        disabled = Hand(next(self._numbers), "makes the identity provider", "", "disabled")
        return [runs(), added, disabled, runs()]

    def _sign_on_edit(self) -> Edit:
        random = self._random
        what = random.choice((*SIGN_ON_EDITS, "mapping", "mapping of owners", "mapping of owners"))
        values: dict[str, tuple[str, ...]] = {
            "parts": ("0", "1", "2", "3", "4", "4"),
            "enforcement": ("on", "off"),
            "provider": ("enabled", "disabled"),
            "break-glass key": (BREAK_GLASS, SHORT_KEY, POOR_KEY),
            "mode of mappings": ("authoritative", "additive"),
            "mapping": (
                OWNERS,
                f"disabled: {OWNERS}",
                "group soc-* => security-t1-analyst on all",
                "email *@acme.example => deployment-viewer on all",
                "group admins => organization-admin",
            ),
        }
        return Edit(next(self._numbers), what, random.choice(_MAPPING_NAMES), random.choice(values.get(what, ("",))))

    def _more_runs(self, revision: int, path: str, hand: tuple[str, tuple[str, ...]]) -> Runs:
        """A run of the first pipeline, in which a write may be answered wrongly, and somebody may do something by hand."""
        random, number = self._random, next(self._numbers)
        incidents = [
            fault(next(self._numbers), random, random.randrange(25)) for _ in range(random.choice((0, 1, 2, 3)))
        ]
        if random.random() < 0.4:
            what = random.choice((IGNORED, IGNORED, "500 after the effect"))
            incidents.append(Incident(next(self._numbers), 0, what, other=path))
        if random.random() < 0.25:
            incidents.append(Incident(next(self._numbers), random.randrange(25), random.choice(tuple(ENDS))))
        if random.random() < 0.3:
            incidents.append(Incident(next(self._numbers), random.randrange(25), hand[0], random.choice(hand[1])))
        incidents.sort(key=lambda one: one.at)
        return Runs(number, ((0, revision),), tuple(incidents), random.getrandbits(32), preview=random.random() < 0.3)

    def _among(self, steps: Iterable[Step], make_one: Callable[[], Step]) -> Iterator[Step]:
        for step in steps:
            yield step
            if self._random.random() < 0.5:
                yield make_one()
