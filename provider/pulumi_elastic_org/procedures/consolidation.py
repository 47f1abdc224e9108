"""Two accounts of one person made one: Elastic's guide "Reconcile e-mail addresses", step by step.

The address to keep is invited with the roles of the other one; once it is accepted, what the other account owns is handed over, and
that account's membership ends behind the guards. Every step is found by looking at the organization, so a run may be killed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.cloud.organizations import Organizations, find_member
from pulumi_elastic_org.cloud.resources import active_ownership, hand_over, tag_request
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.changes import AddGrants, Change, Invite, Reinvite, RemoveGrants
from pulumi_elastic_org.model.grants import Grant, Grants, format_grants, overlap
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.keys import ApiKey, created_by
from pulumi_elastic_org.model.ownership import CloudResource
from pulumi_elastic_org.model.people import Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.procedures.accept import wait_for_link
from pulumi_elastic_org.procedures.applying import apply_one
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError, Waiting
from pulumi_elastic_org.procedures.journal import USER_ID, Journal
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.procedures.procedure import RUN_AGAIN, Outline, ProcedureStep, StepOutcome

KEPT = "kept_user_id"
"""Under which name the journal keeps the account that stays, from when it is seen."""

MOST_STEPS = 8
"""Invite, accept, add roles, hand over and remove are five; more than that is somebody who undoes them meanwhile."""


class ConsolidationStep(str, Enum):
    """What a consolidation does; the values are what its journal says."""

    INVITE = "invite"
    ACCEPT = "accept"
    ADD_ROLES = "add roles"
    HAND_OVER = "hand over"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where the two accounts stand.

    Args:
        dropped: The membership that is to end; ``None`` where it has.
        kept: The membership of the address to keep, if there is one.
        changes: What gives the address to keep what the other one has; empty where nothing is missing.
        conflict: Which roles of the two one member cannot hold together; empty where there are none.
        invitation: The open invitation of the address to keep, if there is one.
        owned: What the account that goes owns.
        keys: The API keys that it created, which go on working.
    """

    dropped: Member | None
    kept: Member | None
    changes: tuple[Change, ...] = ()
    conflict: str = ""
    invitation: Invitation | None = None
    owned: tuple[CloudResource, ...] = ()
    keys: tuple[ApiKey, ...] = ()

    @property
    def next_step(self) -> ConsolidationStep | None:
        """What is to be done; ``None`` at the end."""
        if self.dropped is None:
            return None
        if self.kept is None:
            return ConsolidationStep.INVITE if self.changes else ConsolidationStep.ACCEPT
        if self.changes:
            return ConsolidationStep.ADD_ROLES
        return ConsolidationStep.HAND_OVER if self.owned else ConsolidationStep.REMOVE


@dataclass(frozen=True, slots=True)
class Consolidation:
    """The consolidation of one person's accounts.

    Args:
        session: The connection of an administrator.
        organization_id: Elastic's id of the organization.
        keep: The e-mail address that stays.
        drop: The e-mail address or user id of the account whose membership ends.
        api_key_user: Whose key the administrator's is, as far as that was said.
        settings: The owner tag and the word on bills.
        override: Lets the account that goes past guards, for a reason.
        places: Where roster files name the address that goes, such as ``roster.yaml:12:3``.
    """

    session: Session
    organization_id: str
    keep: str
    drop: str
    api_key_user: str | None
    settings: Guards
    override: Override | None
    places: tuple[str, ...] = ()

    @property
    def subject(self) -> Mapping[str, str]:
        """What tells this consolidation from others in a journal."""
        return {"keep": email_key(self.keep), "drop": email_key(self.drop), "organization": self.organization_id}

    @property
    def journal(self) -> Path:
        """The file that holds the journal where nobody names another."""
        return Path(f"consolidate-{email_key(self.keep)}-{email_key(self.drop)}.jsonl".replace("/", "_"))

    def check(self, journal: Journal) -> Outline:
        """Looks for everything that would make it fail half way; see `Procedure`."""
        at = self.look(journal)
        if at.dropped is None:
            if journal.find(ConsolidationStep.REMOVE.value) is None and at.kept is None:
                raise PreconditionsUnmet(
                    f"neither {self.keep} nor {self.drop} is a member of organization {self.organization_id}: nothing was changed"
                )
            return Outline(
                (f"{self.drop} is not a member of organization {self.organization_id}: nothing to do",), "", True
            )
        if at.kept is not None and at.kept.user_id == at.dropped.user_id:
            raise PreconditionsUnmet(f"{self.keep} and {self.drop} are the same account: nothing was changed")
        if at.conflict:
            raise PreconditionsUnmet(f"{at.conflict}: nothing was changed")
        return Outline(
            tuple(self._outline(at, at.dropped)),
            f"Keep {self.keep} and end the membership of {self.drop}? That cannot be undone.",
        )

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Yields one step after another until only one account is left; see `Procedure`."""
        for _ in range(MOST_STEPS):
            at = self.look(journal)
            if (step := at.next_step) is None:
                return
            yield ProcedureStep(step.value, partial(self._take, step, at))
        raise ProcedureError("somebody undoes what this consolidation does")

    def stopped(self, journal: Journal) -> str:
        """Returns where the accounts stand; see `Procedure`."""
        at = self.look(journal)
        belongs = [who for who, one in ((self.keep, at.kept), (self.drop, at.dropped)) if one is not None]
        return f"Now {' and '.join(belongs) or 'neither of the two'} is a member. {RUN_AGAIN}"

    def look(self, journal: Journal) -> Accounts:
        """Returns where the accounts stand.

        Args:
            journal: What earlier runs did: the accounts are those with which they began, whatever their addresses are now.

        Raises:
            CloudError: Elastic Cloud cannot be asked.
        """
        organization = Organizations(self.session).read(self.organization_id)
        dropped, kept = (
            find_member(organization.members, journal.account(name) or address)
            for name, address in ((USER_ID, self.drop), (KEPT, self.keep))
        )
        for name, member in ((USER_ID, dropped), (KEPT, kept)):
            if member is not None:
                journal.checked(member.user_id, name)
        if dropped is None:
            return Accounts(None, kept)
        changes, conflict = self._inviting(organization, dropped), ""
        if kept is not None:
            changes, conflict = _adding(self.keep, kept, dropped), _conflict(self.keep, kept, self.drop, dropped)
        invited = (one for one in organization.invitations if email_key(one.email) == email_key(self.keep))
        latest = max(invited, key=lambda one: one.expires_at, default=None)
        owned = self._owned(organization, dropped) if kept is not None else ()
        keys = created_by(read_keys(self.session, self.organization_id), dropped.user_id)
        return Accounts(dropped, kept, changes, conflict, latest, owned, keys)

    def _inviting(self, organization: Organization, dropped: Member) -> tuple[Change, ...]:
        wanted = Desired({self.keep: dropped.grants}, authoritative=False)
        changes = plan(wanted, organization, now()).changes
        return tuple(one for one in changes if isinstance(one, Invite | Reinvite))

    def _owned(self, organization: Organization, dropped: Member) -> tuple[CloudResource, ...]:
        owned = active_ownership(self.session, organization, self.settings.owner_tag, [dropped.user_id])
        return owned.by_user_id.get(dropped.user_id, ())

    def _outline(self, at: Accounts, dropped: Member) -> Iterator[str]:
        if at.kept is None:
            yield f"invite {self.keep} with the roles of {self.drop}: {format_grants(dropped.grants)}"
            yield f"wait until {self.keep} is accepted, by the link in the e-mail"
        for added in (one for one in at.changes if isinstance(one, AddGrants)):
            yield f"give {self.keep} the roles that only {self.drop} has: {format_grants(added.grants)}"
        if dropped.unmodelled:
            yield f"{self.drop} also holds roles of a kind that is left alone: give them to {self.keep} in the console"
        yield from (f"make {self.keep} the owner of {resource}" for resource in at.owned)
        yield f"end the membership of {self.drop}"
        yield from (f"{self.drop} created the API key {key}, which goes on working" for key in at.keys)
        change = f"change {self.drop} to {self.keep}, before the next update of the roster"
        yield from (f"{place}: {change}" for place in self.places or ("where a roster names the person",))

    def _take(self, step: ConsolidationStep, at: Accounts) -> StepOutcome:
        if step is ConsolidationStep.ACCEPT:
            if at.invitation is None:
                raise ProcedureError(f"the account of {self.keep} with which this began is not a member any more")
            raise Waiting(wait_for_link(at.invitation, self.organization_id))
        if step in (ConsolidationStep.INVITE, ConsolidationStep.ADD_ROLES):
            if at.conflict:
                raise ProcedureError(at.conflict)
            apply_one(self.session, self.organization_id, at.changes)
            invited = step is ConsolidationStep.INVITE
            return StepOutcome(f"{self.keep} {'is invited with' if invited else 'has'} the roles of {self.drop}")
        if step is ConsolidationStep.HAND_OVER and at.kept is not None and at.dropped is not None:
            former = {one for one in (at.dropped.email, at.dropped.user_id) if one}
            owner = replace(at.kept, email=at.kept.email or self.keep)
            trail = AuditTrail(self.organization_id)
            for resource in at.owned:
                with trail.call(f"make {owner.email} the owner", str(resource), tag_request(resource)):
                    hand_over(self.session, resource, self.settings.owner_tag, former, owner)
            return StepOutcome(f"{self.keep} owns {', '.join(map(str, at.owned))}")
        account = Account(self.session, self.api_key_user)
        person = at.dropped.user_id if at.dropped is not None else self.drop
        Leaving(account, self.organization_id, person, self.settings, self.override).leave()
        return StepOutcome(f"ended the membership of {self.drop}")


def _adding(keep: str, kept: Member, dropped: Member) -> tuple[Change, ...]:
    """What gives a member what somebody else holds; a role on all takes the place of the same one on named targets."""
    missing = _missing(kept, dropped)
    if not missing:
        return ()
    replaced = frozenset(one for one in kept.grants if any(overlap(one, other) for other in missing))
    added: tuple[Change, ...] = (AddGrants(keep, kept.user_id, missing),)
    return (*added, RemoveGrants(keep, kept.user_id, replaced)) if replaced else added


def _conflict(keep: str, kept: Member, drop: str, dropped: Member) -> str:
    for missing in sorted(_missing(kept, dropped), key=repr):
        for held in sorted(kept.grants, key=repr):
            if overlap(held, missing) and not _covers(missing, held):
                return (
                    f"{keep} holds '{format_grants([held])}' and {drop} '{format_grants([missing])}', which one member cannot hold "
                    "together: change the roles of one of the two first"
                )
    return ""


def _missing(kept: Member, dropped: Member) -> Grants:
    return frozenset(one for one in dropped.grants if not any(_covers(held, one) for held in kept.grants))


def _covers(one: Grant, other: Grant) -> bool:
    """Whether a grant gives what another one gives: a role on all targets covers the same role on a named one."""
    return (
        overlap(one, other) and one.target in (None, other.target) and one.application_roles == other.application_roles
    )
