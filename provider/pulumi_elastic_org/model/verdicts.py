"""What guards are asked and what they answer, as values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from pulumi_elastic_org.model.changes import Plan, Report, Topic
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.keys import ApiKey, KeysInUse
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import Organization
from pulumi_elastic_org.model.printable import listed
from pulumi_elastic_org.model.targets import TargetSearch

if TYPE_CHECKING:  # who owns what is only read where somebody leaves
    from pulumi_elastic_org.model.ownership import CloudResource, Ownership

ONLY_REVIEWED = "only-reviewed"
"""The guard of a run that is bound to a plan: what it refuses stops everything."""

SAME_ACCOUNT = "same-account"
"""What refuses two resources of a program that declare one account by two addresses; no override lets them past."""

_MOST_LISTED = 10
_EACH = "each of them"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*@[A-Za-z0-9.-]+")
"""An address that YAML takes for text without quotes."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a guard may look at.

    Args:
        plan: What would be done.
        actual: The organization as it is.
        settings: What is allowed.
        own_user_id: Whose API key this is, as the operator says; ``None`` where they have not said.
        ownership: Who owns what; ``None`` where it was not read because nobody would be removed.
        known: Which account was known by which address, as the resources of the phase know it: user ids by `email_key`.
        protected_before: Whom the guards protected when the last apply was made.
        targets: What a look at the deployments and projects found on which the plan gives roles.
        keys: The API keys of the organization, where somebody leaves; ``None`` where they cannot be listed.
        keys_in_use: What is known of the keys that the run and its stack need.
    """

    plan: Plan
    actual: Organization
    settings: Guards
    own_user_id: str | None = None
    ownership: Ownership | None = None
    known: tuple[Mapping[str, str], ...] = ()
    protected_before: tuple[str, ...] = ()
    targets: TargetSearch = field(default_factory=TargetSearch)
    keys: tuple[ApiKey, ...] | None = ()
    keys_in_use: KeysInUse = field(default_factory=lambda: KeysInUse(""))

    @property
    def accounts(self) -> Accounts:
        """Whom an address may mean."""
        return Accounts.of(self.actual.members, *self.known)


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a plan is refused.

    Args:
        guard: The guard's name.
        person: The e-mail address of the person it is about; ``None`` where it is about the plan.
        reason: What is wrong.
        remedy: What to do about it, the override included.
    """

    guard: str
    person: str | None
    reason: str
    remedy: str

    def __str__(self) -> str:
        who = f"{self.person}: " if self.person else ""
        return f"{who}{self.reason} [{self.guard}]. {self.remedy}"

    @property
    def overridable(self) -> bool:
        """Whether an override lets somebody past."""
        return f"override {self.guard} " in self.remedy

    def to_json(self) -> dict[str, Any]:
        """Returns the violation as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Reads what `to_json` returns."""
        return cls(**{field.name: data[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Waiver(Violation):
    """A violation that an override lets pass.

    Args:
        override_reason: Why, as the override says.
    """

    override_reason: str

    def __str__(self) -> str:
        who = f"{self.person}: " if self.person else ""
        return f"{who}{self.reason} [{self.guard}], overridden: {self.override_reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guards say of a plan: it may be applied when `violations` is empty.

    Args:
        violations: Why it may not be applied.
        waivers: What overrides let pass.
        unowned: The deployments and projects without a known owner, or with an owner tag that is not understood whole, where
            somebody would be removed who might own them.
        idle: What there is to know of overrides that let nothing pass.
        skipped: Why people are left as they are, where the settings say that the rest is done.
    """

    violations: tuple[Violation, ...]
    waivers: tuple[Waiver, ...]
    unowned: tuple[CloudResource, ...] = ()
    idle: tuple[Report, ...] = ()
    skipped: tuple[Violation, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """What the guards let pass, and whoever decides about the removals has to know."""
        misread = [resource for resource in self.unowned if resource.owners]
        silent = [str(resource) for resource in self.unowned if not resource.owners]
        text = "whoever is removed may own it: set its owner tag with `elastic-org tag-owner`"
        reports = [Report(resource.unfound, Topic.OWNER_UNKNOWN, text) for resource in misread]
        if silent:
            text = f"whoever is removed may own {names(silent)}; `elastic-org owners` lists all owners"
            reports.append(Report(f"{len(silent)} without an owner", Topic.OWNER_UNKNOWN, text))
        return (*reports, *self.idle)


def refused_people(plan: Plan, violations: Iterable[Violation]) -> frozenset[str]:
    """Returns whom a plan has to leave as they are so that what the guards refuse is not done.

    What is refused of the plan as a whole is refused of everybody who would lose something and, where nobody would, of everybody.

    Args:
        plan: What would be done.
        violations: Why it is refused.

    Returns:
        The people as the plan's changes name them.
    """
    everybody = frozenset(change.person for change in plan.changes)
    losing = frozenset(change.person for change in plan.losses) or everybody
    return frozenset(person for one in violations for person in ([one.person] if one.person in everybody else losing))


NOTHING_CHANGED = "nothing was changed"
PERSON_UNCHANGED = "nothing was changed about this person"
STOPPED_BEFORE_REMOVALS = (
    "stopped before anything was removed; invitations and roles that were to be added are in place"
)


def refusal(verdict: Verdict, so_far: str = NOTHING_CHANGED) -> str:
    """Returns what a person reads when the guards refuse: every reason at once, each with its way out.

    Args:
        verdict: What the guards said; with at least one violation.
        so_far: What the run has done when they refuse.
    """
    entries = override_entries(verdict.violations)
    return "\n".join([reasons(verdict, so_far), *((f"{OVERRIDE_HEADING}:", *entries) if entries else ())])


def reasons(verdict: Verdict, so_far: str = NOTHING_CHANGED) -> str:
    """Returns a refusal without the lines of a roster file, for where none is read; arguments as for `refusal`."""
    count = len(verdict.violations)
    return listed(f"{so_far}: {count} {'reason' if count == 1 else 'reasons'} to refuse", shared(verdict.violations))


OVERRIDE_HEADING = "To let somebody past, say why; in a roster file"


def shared(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Returns one violation for all people who are refused for the same reason, whose names it has in the place of one.

    Args:
        violations: Of one plan.
    """
    people: dict[tuple[str, str, str], list[str]] = {}
    for one in violations:
        remedy = one.remedy.replace(one.person, _EACH) if one.person else one.remedy
        people.setdefault((one.guard, one.reason, remedy), []).extend([one.person] if one.person else [])
    return tuple(
        Violation(
            guard, names(who) if who else None, reason, remedy.replace(_EACH, who[0]) if len(who) == 1 else remedy
        )
        for (guard, reason, remedy), who in people.items()
    )


def names(people: Sequence[str]) -> str:
    """Returns the names of people, of many the first ones and how many more there are."""
    more = f" and {len(people) - _MOST_LISTED} more" if len(people) > _MOST_LISTED else ""
    return ", ".join(people[:_MOST_LISTED]) + more


def override_entries(violations: Iterable[Violation]) -> tuple[str, ...]:
    """Returns the lines of a roster file that let people past the guards, once somebody has written the reasons.

    Args:
        violations: Of one plan; what no override lets pass is left out.

    Returns:
        Nothing where there are so many people that writing a reason for each would be no answer.
    """
    guards: dict[str, list[str]] = {}
    for one in violations:
        if one.person is not None and one.overridable:
            guards.setdefault(one.person, []).append(one.guard)
    if not 0 < len(guards) <= _MOST_LISTED:
        return ()
    entries = (
        f"  {person if _PLAIN.fullmatch(person) else json.dumps(person, ensure_ascii=False)}: "
        f"{{guards: [{', '.join(dict.fromkeys(refusing))}], reason: ...}}"
        for person, refusing in guards.items()
    )
    return ("overrides:", *entries)
