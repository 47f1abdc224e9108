"""Guards: each looks at a plan and refuses what people would regret. Pure; run at plan time and again before the first removal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    Report,
    RevokeKeys,
    Topic,
)
from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, is_admin
from pulumi_elastic_org.model.guard_settings import REFUSE, REPORT, Guards, Override, allowed_removals, tag_command
from pulumi_elastic_org.model.keys import NOT_LISTED, created_by, in_words, key_refusals
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import email_key, email_mistake
from pulumi_elastic_org.model.targets import given_targets
from pulumi_elastic_org.model.verdicts import Situation, Verdict, Violation, Waiver, names

SAY_WHOSE_KEY = (
    "Say whose key it is, by e-mail address or user id: EC_API_KEY_USER for the key in EC_API_KEY, elastic-org:apiKeyUser for the "
    "one in the Pulumi configuration, api_key_user for that of a Provider"
)


class Guard(ABC):
    """Looks at a situation and says what is wrong with it.

    Attributes:
        name: By which refusals and overrides call it.
    """

    name: ClassVar[str]

    @abstractmethod
    def violations(self, situation: Situation) -> Iterator[Violation]:
        """Yields one violation for each person or thing that is wrong, and none where all is well."""

    def refuse(self, person: str, reason: str, remedy: str) -> Violation:
        """Returns a violation about a person, whom an override lets past.

        Args:
            person: As the change names them.
            reason: What is wrong, after the person's name.
            remedy: What else there is to do, without a full stop.
        """
        return Violation(self.name, person, reason, f"{remedy}, or {self.override(person)}.")

    def override(self, person: str) -> str:
        """Returns what a remedy says of the override that lets a person past."""
        return f"override {self.name} for {person} with a reason"


class OwnsResources(Guard):
    """Nobody is removed who is known to own an active deployment or project.

    Elastic's guide lets a person leave only without them; Elastic's API does not check. Where an owner is not known, the plan says
    so, and `refuse_unknown_owners` refuses.
    """

    name = "owns-resources"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        leavers, owned, tag = situation.plan.leavers, situation.ownership, situation.settings.owner_tag
        if owned is None:
            reason = "may own deployments or projects: nobody has checked who owns what"
            for person in leavers.values():
                yield self.refuse(person, reason, "Preview again")
            return
        for user_id, person in leavers.items():
            if theirs := owned.by_user_id.get(user_id):
                listed = ", ".join(f"{resource} by its {resource.owners[0].evidence.value}" for resource in theirs)
                remedy = f"Hand over (`{tag_command(tag)}` sets the tag '{tag}') or delete"
                yield self.refuse(person, f"still owns {listed}", remedy)
        if owned.unknown and situation.settings.refuse_unknown_owners:
            listed = ", ".join(resource.unfound for resource in owned.unknown)
            for person in leavers.values():
                remedy = f"Set the tag '{tag}' on each (`{tag_command(tag)}`)"
                yield self.refuse(person, f"may own what has no known owner: {listed}", remedy)


class LastAdmin(Guard):
    """Enough members keep the role organization-admin; an invitation that nobody has accepted does not count.

    Application roles make no difference: with the console only, the role still administers the organization. But the API has no
    exchange of one form of a role for another, so the person is without it for a moment: then somebody else has to hold it.
    """

    name = "last-admin"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        plan, needed = situation.plan, situation.settings.min_admins
        losing = {one.user_id: one.person for one in demotions(plan)}
        promoted = {one.user_id for one in plan.of(AddGrants) if is_admin(one.grants)}
        lost, leavers = {one.user_id: one.grants for one in plan.of(RemoveGrants)}, plan.leavers
        keeping = {
            member.user_id
            for member in situation.actual.members
            if member.user_id not in leavers and is_admin(member.grants - lost.get(member.user_id, frozenset()))
        }
        left = keeping | promoted
        for user_id, person in losing.items():
            if user_id not in left and len(left) < needed:
                reason = (
                    f"would leave the organization with {len(left)} of at least {needed} accepted members who hold "
                    f"{ORGANIZATION_ADMIN}"
                )
                yield self.refuse(person, reason, f"Make another member {ORGANIZATION_ADMIN} first")
            elif user_id in promoted and not keeping and needed:
                reason = (
                    f"would be without {ORGANIZATION_ADMIN} while one form of it takes the place of another, and nobody else "
                    "holds it meanwhile"
                )
                yield self.refuse(
                    person, reason, f"Make another member {ORGANIZATION_ADMIN} in a change of its own first"
                )


class Self(Guard):
    """The user of the API key does not lock themselves out.

    Elastic Cloud does not say whose key calls it: until the operator does, every administrator may be the one.
    """

    name = "self"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        own, demoted = situation.own_user_id, demotions(situation.plan)
        if own is None:
            reason = f"holds {ORGANIZATION_ADMIN} and may be the user of this API key: Elastic Cloud does not say whose key it is"
            for one in demoted:
                yield Violation(self.name, one.person, reason, f"{SAY_WHOSE_KEY}; or {self.override(one.person)}.")
        for change in situation.plan.changes:
            if isinstance(change, RemoveMember) and change.user_id == own:
                reason = "owns the API key that would remove them"
            elif isinstance(change, RemoveGrants) and change.user_id == own and change in demoted:
                reason = f"owns the API key that would take {ORGANIZATION_ADMIN} from them"
            else:
                continue
            yield self.refuse(change.person, reason, "Apply with another administrator's key")


class MaxRemovals(Guard):
    """One apply takes out no more people than agreed; a roster that lost half its lines is a mistake more often than a wish."""

    name = "max-removals"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        removals = situation.plan.removals
        allowed = allowed_removals(situation.settings.max_removals, situation.plan.headcount)
        if len(removals) > allowed:
            people = names(sorted(change.person for change in removals))
            limit = situation.settings.max_removals
            yield Violation(
                self.name,
                None,
                f"{len(removals)} of {situation.plan.headcount} people would be taken out and max_removals is "
                f"{limit if limit == allowed else f'{limit} ({allowed})'}: {people}",
                f"Take fewer people out at a time, or raise max_removals to {len(removals)}.",
            )


class UnmanagedPeople(Guard):
    """Nobody whom the last apply did not know is removed silently: not on the first authoritative apply, not when the mode
    flips, and not a stranger who was added by hand since."""

    name = "unmanaged-people"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        for change in situation.plan.removals:
            if not change.managed:
                what = "is invited" if isinstance(change, CancelInvitation) else "is a member"
                remedy = f"Add them to the roster, or confirm the removal: {self.override(change.person)}."
                yield Violation(self.name, change.person, f"{what} but was never part of this roster", remedy)


class ProtectedPeople(Guard):
    """People named as protected are never removed and never lose a role."""

    name = "protected-people"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        losses = (*situation.plan.removals, *situation.plan.of(RemoveGrants))
        accounts = situation.accounts if losses else Accounts()
        declared = accounts.marks(*situation.settings.protected)
        before = accounts.marks(*situation.protected_before)
        for change in losses:
            user_id = {change.user_id} if isinstance(change, RemoveMember | RemoveGrants) else set()
            marks = {email_key(change.person), *user_id}
            if marks & (declared | before):
                verb = "lose roles" if isinstance(change, RemoveGrants) else "be removed"
                yield self.refuse(
                    change.person,
                    f"{'is' if marks & declared else 'was, when the roster was applied last,'} protected and would {verb}",
                    "Take them out of 'protected' in a change of its own",
                )


class ChangedAccount(Guard):
    """An address never beats the account that was known: what is declared for one person does not go to another who has come
    by the address."""

    name = "changed-account"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        changed = {one.person: one.text for one in situation.plan.reports if one.topic is Topic.ACCOUNT_CHANGED}
        for person in dict.fromkeys(change.person for change in situation.plan.changes if change.person in changed):
            remedy = (
                "Find out who has the address. For the account that was known, declare the address that it has now; for the other "
                f"one, {self.override(person)}."
            )
            yield Violation(self.name, person, changed[person], remedy)


class SoleMemberLeaves(Guard):
    """The last member leaves only when every deployment and project is deleted and the bills are attested as paid.

    The rule is that of Elastic's guide "Join or leave an organization".
    """

    name = "sole-member-leaves"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        leavers = situation.plan.leavers
        if {member.user_id for member in situation.actual.members} - leavers.keys():
            return
        owned, missing = situation.ownership, []
        if owned is None:
            missing.append("check whether a deployment or project is left")
        elif owned.resources:
            missing.append(f"delete {', '.join(map(str, owned.resources))}")
        if not situation.settings.bills_attested:
            missing.append("pay every bill and attest it (bills_attested; elastic-org offboard shows the invoices)")
        if missing:
            remedy = f"First {' and '.join(missing)}"
            for person in leavers.values():
                yield self.refuse(person, "would leave the organization without any member", remedy)


class AllowedDomains(Guard):
    """Only addresses of agreed domains are invited."""

    name = "allowed-domains"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        allowed = {domain.lower().lstrip("@") for domain in situation.settings.allowed_domains}
        for change in situation.plan.changes if allowed else ():
            domain = email_key(change.person).rpartition("@")[2]
            if isinstance(change, Invite | Reinvite) and domain not in allowed:
                reason = f"is not at an allowed domain ({', '.join(sorted(allowed))})"
                yield self.refuse(change.person, reason, "Add the domain to allowed_domains")


class InvalidAddress(Guard):
    """Nobody is invited at what is not an e-mail address; who is a member or invited is left in peace, whatever their address."""

    name = "invalid-address"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        for change in situation.plan.of(Invite):
            if (mistake := email_mistake(change.person)) is not None:
                reason = f"is neither a member nor invited, and is not an e-mail address: {mistake}"
                yield self.refuse(change.person, reason, "Write it as name@example.com")


class UnknownTargets(Guard):
    """Nobody gets a role on a deployment or project that is not there, where `refuse_unknown_targets` says so."""

    name = "unknown-targets"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        for person, target in given_targets(situation.plan) if situation.settings.refuse_unknown_targets else ():
            if (mistake := situation.targets.mistake(target)) is not None:
                yield self.refuse(person, mistake, "Write the id of one that is there")


class KeysOfLeavers(Guard):
    """Nobody leaves whose API keys were to be seen to first, and no key is revoked that the run or its stack needs."""

    name = "keys-of-leavers"

    def violations(self, situation: Situation) -> Iterator[Violation]:
        setting, keys = situation.settings.keys_of_leavers, situation.keys
        for user_id, person in situation.plan.leavers.items():
            if keys is None and setting != REPORT:
                yield self.refuse(person, f"leaves, and {NOT_LISTED}", "Use the key of an organization owner")
            elif setting != REPORT and (unclear := [key for key in keys or () if not key.user_id]):
                reason = f"leaves, and Elastic Cloud does not tell who created {in_words(unclear)}"
                yield self.refuse(person, reason, "Delete what nobody uses, and replace what somebody does")
            elif keys and setting == REFUSE and (own := created_by(keys, user_id)):
                remedy = "Replace them where automation uses them and delete them, or set keys_of_leavers to revoke"
                yield self.refuse(person, f"created {in_words(own)}, which would outlive them", remedy)
        for change in situation.plan.of(RevokeKeys):
            for refusal in key_refusals(change.keys, keys or (), situation.actual.members, {}, situation.keys_in_use):
                reason = f"created the API key {refusal.key}, which {refusal.reason}"
                yield self.refuse(change.person, reason, refusal.remedy.removesuffix("."))


ALL_GUARDS: tuple[Guard, ...] = (
    OwnsResources(),
    LastAdmin(),
    Self(),
    MaxRemovals(),
    UnmanagedPeople(),
    ProtectedPeople(),
    ChangedAccount(),
    SoleMemberLeaves(),
    AllowedDomains(),
    InvalidAddress(),
    UnknownTargets(),
    KeysOfLeavers(),
)
GUARD_NAMES: tuple[str, ...] = tuple(guard.name for guard in ALL_GUARDS)

REFUSED_ROLES = "refused-roles"
"""The override that takes note of roles that Elastic Cloud refuses to change: a run does the rest, reports them and succeeds."""

OVERRIDE_NAMES: tuple[str, ...] = (*GUARD_NAMES, REFUSED_ROLES)


def acknowledged_refusals(overrides: Mapping[str, Override], now: datetime) -> Mapping[str, str]:
    """Returns of whom refused roles are taken note of, by `email_key`, and why.

    Args:
        overrides: By e-mail address.
        now: The time by which they hold or have ended.
    """
    return {
        email_key(person): override.reason
        for person, override in overrides.items()
        if REFUSED_ROLES in override.guards and override.holds(now)
    }


def judge(situation: Situation, guards: tuple[Guard, ...] = ALL_GUARDS) -> Verdict:
    """Runs every guard and sets aside what overrides allow.

    Args:
        situation: The plan and what is known around it.
        guards: Which guards run; all of them unless a test leaves one out.

    Returns:
        Every violation at once, so that people fix all of them in one go.
    """
    found = [violation for guard in guards for violation in guard.violations(situation)]
    settings, made_at = situation.settings, situation.plan.made_at
    accounts = situation.accounts if found and settings.overrides else Accounts()
    overrides = [
        (accounts.marks(person), override) for person, override in settings.overrides.items() if override.holds(made_at)
    ]
    violations: list[Violation] = []
    waivers: list[Waiver] = []
    used: set[tuple[str, str]] = set()
    for violation in found:
        marks = accounts.marks(violation.person) if violation.person else frozenset()
        override = next((one for who, one in overrides if who & marks and violation.guard in one.guards), None)
        if override is None:
            violations.append(violation)
        else:
            waivers.append(Waiver(**violation.to_json(), override_reason=override.reason))
            used |= {(mark, violation.guard) for mark in marks}
    owned = situation.ownership
    unowned = (*owned.unknown, *owned.unclear) if owned else ()
    return Verdict(tuple(violations), tuple(waivers), unowned, tuple(_idle(settings, made_at, accounts, used)))


def _idle(settings: Guards, now: datetime, accounts: Accounts, used: Collection[tuple[str, str]]) -> Iterator[Report]:
    """Says which overrides let nothing pass; those of refused roles are known only when they are applied."""
    for person, override in sorted(settings.overrides.items()):  # on the way through an engine the order is lost
        needed = {guard for mark, guard in used if mark in accounts.marks(person)}
        idle = [guard for guard in override.guards if guard not in needed and guard != REFUSED_ROLES]
        if not override.holds(now):
            text = f"the override of {', '.join(override.guards)} ended on {override.until}: take it out, or give it a later day"
        elif idle:
            text = f"the override of {', '.join(idle)} lets nothing past: take it out, unless it is meant for a later change"
        else:
            continue
        yield Report(person, Topic.OVERRIDE, text)


def needs_ownership(plan: Plan) -> bool:
    """Whether the guards must know who owns what: only when somebody would be removed."""
    return bool(plan.leavers)


def needs_keys(plan: Plan) -> bool:
    """Whether the guards must know the API keys: only when somebody would be removed, or lose their keys."""
    return bool(plan.leavers or plan.of(RevokeKeys))


def demotions(plan: Plan) -> list[RemoveMember | RemoveGrants]:
    """Returns by what members lose organization-admin, be it with their membership: then it matters whose key is used."""
    return [one for one in plan.changes if isinstance(one, RemoveMember | RemoveGrants) and is_admin(one.grants)]
