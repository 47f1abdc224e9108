"""What a drift review finds: declared, last applied and live compared, person by person. Pure.

========================== ====================================================================================================
declared, applied, live    finding
========================== ====================================================================================================
no, no, yes                added by hand (authoritative rosters only; an additive one leaves others alone)
yes, yes, no               removed by hand; for who had not accepted at the last apply: invitation cancelled or expired
live differs from both     roles changed by hand
declared differs from all  pending change from the code
========================== ====================================================================================================

Elastic Cloud's API names nobody who did it, and dates little: when a member joined, when an invitation was sent and expires.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pulumi_elastic_org.model.changes import Plan, RemoveMember
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.guards import ChangedAccount, UnmanagedPeople
from pulumi_elastic_org.model.matching import Match, match_people
from pulumi_elastic_org.model.people import (
    Applied,
    Desired,
    Invitation,
    Member,
    Organization,
    email_key,
    unmodelled_text,
)
from pulumi_elastic_org.model.plan import without_ended
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.finding import DECLARE, SETTLED_WITH_OTHERS, TAKE_OUT, UP, Finding, Kind, declaring


def find_drift(desired: Desired, applied: Applied, actual: Organization, now: datetime) -> tuple[Finding, ...]:
    """Compares what the code declares, what was applied last and what is live.

    Args:
        desired: What the code declares.
        applied: What the last apply left behind.
        actual: The organization as it is.
        now: The time by which invitations are pending or expired, with a time zone.

    Returns:
        The findings by person; empty where only invitations are pending.
    """
    return _Comparison(desired, applied, actual, now).findings()


def find_obstacles(planned: Plan, verdict: Verdict, owner_tag: str) -> tuple[Finding, ...]:
    """Says what stands in the way of the next apply.

    Args:
        planned: What the next apply would do.
        verdict: What the guards say of it.
        owner_tag: The tag of deployments and projects that names their owner.
    """
    found = [
        Finding(
            violation.person,
            Kind.GUARD_REFUSES,
            f"{violation.reason} [{violation.guard}]",
            accept=SETTLED_WITH_OTHERS,
            enforce=f"{violation.remedy} Until then an apply changes nothing.",
        )
        for violation in verdict.violations
        if violation.guard not in (UnmanagedPeople.name, ChangedAccount.name)  # have findings of their own
    ]
    unowned = ", ".join(resource.unfound for resource in verdict.unowned)
    for change in planned.changes if unowned else ():
        if isinstance(change, RemoveMember):
            found.append(
                Finding(
                    change.person,
                    Kind.OWNER_UNKNOWN,
                    f"would be removed, and may own what names no owner among the members: {unowned}",
                    accept=SETTLED_WITH_OTHERS,
                    enforce=f"Set the tag '{owner_tag}' on each to its owner's e-mail address, then run elastic-org up.",
                )
            )
    return tuple(found)


class _Comparison:
    def __init__(self, desired: Desired, applied: Applied, actual: Organization, now: datetime) -> None:
        in_force = without_ended(desired, now)
        self._desired = in_force
        self._applied = applied
        self._now = now
        self._roles_applied = {email_key(email): text for email, text in applied.members.items()}
        declared = {email_key(email) for email in (*in_force.people, *in_force.undetermined)}
        ended = [email for email in desired.people if email_key(email) not in declared]
        self._former = {
            email_key(email): email
            for email in (*applied.members, *ended)
            if email_key(email) not in declared | in_force.managed_elsewhere
        }
        known = (*in_force.people, *in_force.undetermined, *self._former.values())
        self._match: Match = match_people(known, actual, applied, in_force.changed_accounts)

    def findings(self) -> tuple[Finding, ...]:
        order = list(Kind)
        found = [*self._changed_accounts(), *self._declared(), *self._no_longer_declared(), *self._strangers()]
        return tuple(sorted(found, key=lambda one: (one.person or "", order.index(one.kind))))

    def _changed_accounts(self) -> Iterator[Finding]:
        for email, changed in self._match.changed_accounts.items():
            if email_key(email) not in self._desired.changed_accounts:
                yield Finding(
                    email,
                    Kind.ACCOUNT_CHANGED,
                    str(changed),
                    self._roles_applied.get(email_key(email)),
                    format_grants(changed.holder.grants),
                    changed.holder.member_since,
                    by_hand=True,
                    accept=f"If the address means the other account, override {ChangedAccount.name} for {email} with a reason, "
                    "then run elastic-org up.",
                    enforce="If the account that was known is meant, declare the address that it has now.",
                )

    def _declared(self) -> Iterator[Finding]:
        wanted = {email: format_grants(grants) for email, grants in self._desired.people.items()}
        for email in (*wanted, *self._desired.undetermined):
            if email_key(email) in self._desired.single_sign_on:
                continue  # an identity provider lets these people in and gives them roles
            if email in self._match.changed_accounts and email_key(email) not in self._desired.changed_accounts:
                continue  # whose roles these would be is what is to be found out first
            declared, before = wanted.get(email), self._roles_applied.get(email_key(email))
            if (member := self._match.members.get(email)) is not None:
                now = format_grants(member.grants)
                yield from self._roles(email, declared, before, now, "", None)
                if member.unmodelled:
                    yield _left_alone(email, f"also holds {_kinds(member)}", member)
            elif (invitation := self._match.invitations.get(email)) is not None:
                yield from self._invited(email, declared, before, invitation)
            else:
                yield from self._absent(email, declared, before)

    def _roles(
        self, email: str, declared: str | None, before: str | None, now: str, where: str, since: datetime | None
    ) -> Iterator[Finding]:
        if before is not None and now not in (before, declared):
            accept, line = declaring(email, now, DECLARE, self._desired.until.get(email))
            yield Finding(
                email,
                Kind.ROLES_CHANGED,
                f"roles{where} are not those that were applied",
                before,
                now,
                since,
                by_hand=True,
                accept=accept,
                line=line,
                enforce=f"{UP}: it makes what the code declares so.",
            )
        if declared is not None and now != declared != before:
            yield _pending(email, "the code declares other roles", now, declared)

    def _invited(
        self, email: str, declared: str | None, before: str | None, invitation: Invitation
    ) -> Iterator[Finding]:
        roles = format_grants(invitation.grants)
        if not invitation.lapsed(self._now):
            yield from self._roles(email, declared, before, roles, " of the pending invitation", invitation.created_at)
            return
        sent_again = self._applied.resends.get(email_key(email), 0)
        limit = sent_again >= self._desired.max_resends
        times = f", and was sent again {sent_again} {'time' if sent_again == 1 else 'times'} before" if limit else ""
        yield Finding(
            email,
            Kind.RESEND_LIMIT if limit else Kind.INVITATION_LOST,
            f"the invitation expired{times}",
            roles if before is None else before,
            None,
            invitation.expires_at,
            accept=TAKE_OUT,
            enforce="Ask the person, then raise max_resends and run elastic-org up."
            if limit
            else f"{UP}: it sends the invitation again.",
        )
        yield from self._also_pending(email, declared, before)

    def _absent(self, email: str, declared: str | None, before: str | None) -> Iterator[Finding]:
        if before is None:
            if declared is not None:
                yield _pending(email, "the code adds this person", None, declared)
            return
        accepted = email_key(email) in self._applied.user_ids
        yield Finding(
            email,
            Kind.REMOVED if accepted else Kind.INVITATION_LOST,
            "is no longer a member"
            if accepted
            else "the invitation was cancelled, or accepted and the person removed since",
            before,
            None,
            by_hand=True,
            accept=TAKE_OUT,
            enforce=f"{UP}: it invites them again.",
        )
        yield from self._also_pending(email, declared, before)

    def _also_pending(self, email: str, declared: str | None, before: str | None) -> Iterator[Finding]:
        if before is not None and declared is not None and declared != before:
            yield _pending(email, "the code declares other roles", None, declared)

    def _no_longer_declared(self) -> Iterator[Finding]:
        ended = {email_key(email): day for email, day in self._desired.until.items()}
        for key, email in self._former.items():
            live = self._match.members.get(email) or self._match.invitations.get(email)
            if live is None:
                continue
            now, before = format_grants(live.grants), self._roles_applied.get(key)
            lapsed = isinstance(live, Invitation) and live.lapsed(self._now)
            if before is not None and now != before and not lapsed:
                yield from self._roles(email, None, before, now, "", None)
            why = f"had access until {ended[key]}" if key in ended else "is no longer declared"
            again = (
                "Give them a later last day or none: let their line read:" if key in ended else "Add the line again:"
            )
            yield _pending(email, why, None if lapsed else now, None, again)

    def _strangers(self) -> Iterator[Finding]:
        holders = {changed.holder.user_id for changed in self._match.changed_accounts.values()}
        for one in self._match.namesakes:
            if isinstance(one, Member) and one.user_id not in holders:
                yield _left_alone(str(one.email), f"shares the address with a second account, user {one.user_id}", one)
        if not self._desired.authoritative:
            return
        seen: set[str] = set()
        for member in self._match.other_members:
            if member.email is None:
                yield _left_alone(f"user {member.user_id}", "is a member without an e-mail address", member)
            else:
                seen.add(email_key(member.email))
                yield from self._stranger(member.email, member, "is a member", member.member_since)
        for invitation in self._match.other_invitations:
            if (key := email_key(invitation.email)) not in seen:
                seen.add(key)
                state = "expired" if invitation.lapsed(self._now) else "pending"
                what = f"has an invitation ({state})"
                yield from self._stranger(invitation.email, invitation, what, invitation.created_at)

    def _stranger(self, email: str, live: Member | Invitation, what: str, since: datetime | None) -> Iterator[Finding]:
        key, roles = email_key(email), format_grants(live.grants)
        if key in self._desired.managed_elsewhere:
            return
        if key in self._applied.managed_elsewhere:
            yield _pending(email, "is no longer declared by another resource", roles, None, "Add the line again:")
            return
        lapsed = isinstance(live, Invitation) and live.lapsed(self._now)
        accept, line = declaring(
            email, roles, "Add the line, and they are invited again:" if lapsed else "Add the line:"
        )
        yield Finding(
            email,
            Kind.ADDED,
            f"{what} and was never part of the code",
            None,
            roles,
            since,
            by_hand=True,
            accept=accept,
            line=line,
            enforce=f"Override {UnmanagedPeople.name} for {email} with a reason, then run elastic-org up: it removes them.",
        )


def _pending(email: str, detail: str, before: str | None, after: str | None, accept: str = DECLARE) -> Finding:
    if before is None:
        accept, line = TAKE_OUT if after is not None else "There is nothing live to declare.", ""
    else:
        accept, line = declaring(email, before, accept)
    enforce = f"{UP}: it makes the change."
    return Finding(email, Kind.PENDING_CHANGE, detail, before, after, accept=accept, line=line, enforce=enforce)


def _left_alone(person: str, detail: str, member: Member) -> Finding:
    held = format_grants(member.grants)
    return Finding(
        person,
        Kind.LEFT_ALONE,
        f"{detail}: this package leaves that alone",
        held,
        held,
        member.member_since,
        accept="Acknowledge it with a reason: code cannot declare it.",
        enforce="Change it in Elastic Cloud's console.",
    )


def _kinds(member: Member) -> str:
    return f"role assignments of a kind that code cannot declare: {unmodelled_text(member.unmodelled)}"
