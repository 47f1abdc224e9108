"""What guards are asked and what they answer, as values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_elastic_org.model.accounts import Accounts
from pulumi_elastic_org.model.changes import Plan, Report, Topic
from pulumi_elastic_org.model.ownership import DEFAULT_OWNER_TAG, CloudResource, Ownership
from pulumi_elastic_org.model.people import Organization
from pulumi_elastic_org.model.targets import TargetSearch

_MOST_DIGITS = 9
_LONGEST_SHOWN = 40
_MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class Override:
    """Lets one person past guards that would refuse, and says why; the plan repeats the reason.

    Args:
        guards: Names of guards, as a refusal gives them.
        reason: Why, for whoever reviews the plan.
    """

    guards: tuple[str, ...]
    reason: str


def _setting(default: Any, description: str) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, slots=True)
class Guards:
    """What the guards allow. Every setting has its description in the field's metadata, for whatever documents it.

    Args:
        max_removals: The most people that one apply may take out, cancelled invitations included: a number, or a share of all
            members and pending invitations such as ``"25%"`` (rounded up, so that one person can always leave).
        min_admins: How many accepted members must keep the role organization-admin.
        protected: E-mail addresses of people who are never removed and never lose a role.
        allowed_domains: Domains that may be invited; empty for any.
        owner_tag: The tag of deployments and projects that names their owner by e-mail address.
        refuse_unknown_owners: Whether a removal is refused while a deployment or project has no known owner (`True`), or only
            reported (`False`).
        refuse_unknown_targets: Whether to give a role on a deployment or project is refused where the organization does not have
            it, or where that could not be checked (`True`), or only reported (`False`).
        bills_attested: The operator's word that no bill is pending, which the API cannot show; asked for when the last member
            leaves.
        overrides: By e-mail address.
    """

    max_removals: int | str = _setting(
        "25%", "The most people that one apply may take out: a number, or a share such as 25%."
    )
    min_admins: int = _setting(1, "How many accepted members must keep the role organization-admin.")
    protected: tuple[str, ...] = _setting((), "People who are never removed and never lose a role.")
    allowed_domains: tuple[str, ...] = _setting((), "Domains that may be invited; empty for any.")
    owner_tag: str = _setting(
        DEFAULT_OWNER_TAG, "The tag of deployments and projects that names their owner by e-mail address."
    )
    refuse_unknown_owners: bool = _setting(
        False, "Whether a removal is refused while a deployment or project has no known owner."
    )
    refuse_unknown_targets: bool = _setting(
        False,
        "Whether to give a role on a deployment or project is refused where the organization does not have it.",
    )
    bills_attested: bool = _setting(
        False, "The operator's word that no bill is pending; asked for when the last member leaves."
    )
    overrides: Mapping[str, Override] = field(default_factory=dict, hash=False)


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
    """

    plan: Plan
    actual: Organization
    settings: Guards
    own_user_id: str | None = None
    ownership: Ownership | None = None
    known: tuple[Mapping[str, str], ...] = ()
    protected_before: tuple[str, ...] = ()
    targets: TargetSearch = field(default_factory=TargetSearch)

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
    def data(self) -> dict[str, Any]:
        """The violation as JSON."""
        return {"guard": self.guard, "person": self.person, "reason": self.reason, "remedy": self.remedy}


@dataclass(frozen=True, slots=True)
class Waiver:
    """A violation that an override lets pass, with the override's reason."""

    violation: Violation
    reason: str

    def __str__(self) -> str:
        return f"{self.violation.person}: {self.violation.reason} [{self.violation.guard}], overridden: {self.reason}"

    @property
    def data(self) -> dict[str, Any]:
        """The waiver as JSON."""
        return {**self.violation.data, "override_reason": self.reason}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guards say of a plan: it may be applied when `violations` is empty.

    Args:
        violations: Why it may not be applied.
        waivers: What overrides let pass.
        unowned: The deployments and projects without a known owner, or with an owner tag that is not understood whole, where
            somebody would be removed who might own them.
    """

    violations: tuple[Violation, ...]
    waivers: tuple[Waiver, ...]
    unowned: tuple[CloudResource, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """What the guards let pass, and whoever decides about the removals has to know."""
        misread = [resource for resource in self.unowned if resource.owners]
        silent = [str(resource) for resource in self.unowned if not resource.owners]
        text = "whoever is removed may own it: set its owner tag to the owner's e-mail address"
        reports = [Report(resource.unfound, Topic.OWNER_UNKNOWN, text) for resource in misread]
        if silent:
            more = f" and {len(silent) - _MOST_LISTED} more" if len(silent) > _MOST_LISTED else ""
            listed = f"{', '.join(silent[:_MOST_LISTED])}{more}"
            text = f"whoever is removed may own {listed}; `elastic-org owners` lists all owners"
            reports.append(Report(f"{len(silent)} without an owner", Topic.OWNER_UNKNOWN, text))
        return tuple(reports)


def allowed_removals(max_removals: int | str, headcount: int) -> int:
    """Returns how many people one apply may take out.

    Args:
        max_removals: A number, or a share such as ``"25%"``.
        headcount: Members and pending invitations.

    Raises:
        ValueError: It is neither a number nor a share between 0% and 100%.
    """
    text = str(max_removals).strip()
    share = text.removesuffix("%").strip()
    is_number = share.isdecimal() and len(share) <= _MOST_DIGITS
    if is_number and share == text:
        return int(text)
    if not is_number or int(share) > 100:
        raise ValueError(f"max_removals is a number or a share such as '25%', not '{text[:_LONGEST_SHOWN]}'")
    return math.ceil(headcount * int(share) / 100)
