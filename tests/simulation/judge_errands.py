"""What must hold of procedures after every call: whom they let go owns nothing and belongs somewhere; nobody is invited twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.model.grants import Grant, Grants, format_grants, overlap
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.procedures.route import TIME_TO_ACCEPT
from tests.simulation.judge import Judge
from tests.simulation.moment import Moment, Person
from tests.simulation.story import Errand
from tests.trust.invariants import covered
from tests.trust.organization import ORGANIZATION

OTHER = "2000000002"
"""Another organization, to which people go."""

Open = Mapping[str, tuple[str, str, datetime]]
"""Open invitations by token: of which organization, to which `email_key`, and until when."""


@dataclass
class ErrandConduct:
    """What one run of a procedure has seen and done.

    Args:
        errand: What it is to do.
        seen: The organization as it last read its members.
        seen_before: As it read them before that: where somebody stands is looked at first, and then whether they may go.
        owning: Who has owned something ever since.
        left: The organization after its last call.
        open: The open invitations then.
        listed: Those of each organization when it last listed them.
        account: Whose account its first run has seen with the address: a user id; ``""`` where a list that lags may have shown
            another one, and ``None`` before it has looked.
        mails: How many invitations it sent.
        disturbed: Whether somebody else changed something meanwhile.
    """

    errand: Errand
    seen: Moment
    seen_before: Moment
    owning: frozenset[str]
    left: Moment
    open: Open
    listed: dict[str, Open] = field(default_factory=dict)
    account: str | None = None
    mails: int = 0
    disturbed: bool = False


class ErrandJudge:
    """Sees every call of a procedure.

    Args:
        cloud: Where it is made.
        judge: Knows the organization.
    """

    def __init__(self, cloud: Cloud, judge: Judge) -> None:
        self._cloud, self._judge = cloud, judge

    def begin(self, errand: Errand, account: str | None) -> ErrandConduct:
        """Returns the conduct of a run that begins, or goes on from the journal of one that meant an account."""
        now = self._judge.moment
        return ErrandConduct(errand, now, now, now.owners, now, self._open(), account=account)

    def called(self, run: ErrandConduct, method: str, path: str, before: Moment) -> Iterator[str]:
        """Yields what is wrong with a call that has been made.

        Args:
            run: Which made it.
            method: Of the call.
            path: Likewise.
            before: The organization before it.
        """
        after, open_ = self._judge.moment, self._open()
        unseen, run.left = before != run.left, after
        run.disturbed |= unseen
        if path.endswith(f"/{ORGANIZATION}/members") and method == "GET":
            run.seen_before, run.seen, run.owning = run.seen, after, after.owners
            if run.account is None:
                run.account = "" if self._judge.lag else self._holder(after, run.errand.person)
        run.owning &= before.owners & after.owners
        for organization in (ORGANIZATION, OTHER):
            if path.endswith(f"/{organization}/invitations") and method == "GET":
                run.listed[organization] = {token: one for token, one in open_.items() if one[0] == organization}
        if after != before:
            yield from self._removals(run, before, after)
            yield from self._gains(run, before, after)
            yield from self._mails(run, before, after, unseen=unseen)
        run.open = open_

    def _removals(self, run: ErrandConduct, before: Moment, after: Moment) -> Iterator[str]:
        errand = run.errand
        for user_id in before.members.keys() - after.members.keys():
            who = before.members[user_id].email
            if errand.what == "accept":
                yield f"{who} was removed"
            if email_key(errand.person) not in self._judge.look.addresses[user_id]:
                yield f"{who} was removed, who is not {errand.person}"
            if run.account and user_id != run.account:
                yield f"{who} was removed, whose account is not that with which it began"
            if user_id in run.owning:
                yield f"{who} owns something, and was let go"
            administrators = run.seen.administrators - {user_id}
            was_one = user_id in run.seen.administrators & before.administrators
            if was_one and not administrators and not self._judge.lag:
                yield f"{who} was the last administrator, and was let go"
            joined = user_id in self._cloud.organization(OTHER).members
            if errand.what == "transfer after" and not joined:
                yield f"{who} was to join before they leave, and belongs nowhere"
            if errand.what == "transfer before" and not joined and not self._can_join(errand.person):
                yield f"{who} has left, and has no invitation"
            if errand.what == "consolidate" and not self._judge.lag:
                yield from self._unkept(run, before, user_id)
        for token in before.invitations.keys() - after.invitations.keys():
            one = before.invitations[token]
            if email_key(one.email) not in map(email_key, (errand.person, errand.other)):
                yield f"the invitation of {one.email} is gone"

    def _unkept(self, run: ErrandConduct, before: Moment, user_id: str) -> Iterator[str]:
        kept = [
            moment.members[holder]
            for moment in (before, run.seen, run.seen_before)
            if (holder := self._holder(moment, run.errand.other)) is not None
        ]
        if not kept:
            yield f"{run.errand.other} is no member, and {run.errand.person} was removed"
            return
        held = frozenset(grant for one in kept for grant in one.grants)
        had = run.seen.members.get(user_id, before.members[user_id]).grants & before.members[user_id].grants
        if lost := [one for one in had if not covered(one, held)]:
            yield f"{run.errand.other} was not given {format_grants(lost)} of {run.errand.person}, who was removed"

    def _gains(self, run: ErrandConduct, before: Moment, after: Moment) -> Iterator[str]:
        errand = run.errand
        for user_id, one in after.members.items():
            was = before.members.get(user_id)
            if was is None:
                if errand.what != "accept" or email_key(one.email) != email_key(errand.person):
                    yield f"{one.email} became a member"
            elif was.grants != one.grants:
                if errand.what != "consolidate" or email_key(one.email) != email_key(errand.other):
                    yield f"the roles of {one.email} changed"
                elif surplus := one.grants - was.grants - self._dropped(run, before):
                    yield f"{one.email} was given {format_grants(surplus)}, which {errand.person} does not have"
                elif lost := [grant for grant in was.grants if not self._may_miss(run, before, grant, one)]:
                    yield f"{one.email} lost {format_grants(lost)}"

    def _may_miss(self, run: ErrandConduct, before: Moment, grant: Grant, one: Person) -> bool:
        """Whether a grant is still there, or missing for the moment in which another one takes its place."""
        return covered(grant, one.grants) or any(overlap(grant, other) for other in self._dropped(run, before))

    def _mails(self, run: ErrandConduct, before: Moment, after: Moment, *, unseen: bool) -> Iterator[str]:
        errand, now = run.errand, self._cloud.clock.now()
        whom = (ORGANIZATION, errand.other) if errand.what == "consolidate" else (OTHER, errand.person)
        for message in self._cloud.outbox.messages[before.mails :]:
            run.mails += 1
            to = (message.organization, email_key(message.to))
            if to != (whom[0], email_key(whom[1])) or errand.what in ("leave", "accept"):
                yield f"{message.to} was invited to {message.organization}"
            sent = after.invitations.get(message.token)
            if sent is not None and sent.grants - self._dropped(run, before):
                yield f"{message.to} was invited to {format_grants(sent.grants)}, which {errand.person} does not have"
            was = before.invitations.get(message.token)
            if self._judge.lag or unseen or (was and sent and was.grants != sent.grants):
                continue
            standing = [one for token, one in run.listed.get(to[0], {}).items() if run.open.get(token) == one]
            if any(one[:2] == to and one[2] > now + TIME_TO_ACCEPT + timedelta(minutes=1) for one in standing):
                yield f"{message.to} was invited already, and got another e-mail"
            elif run.mails > 1 and not run.disturbed:
                yield f"{message.to} got {run.mails} e-mails in one run"

    def unlike(self, run: ErrandConduct) -> Iterator[str]:
        """Yields what is not as a run says that it made it."""
        errand, now = run.errand, self._judge.moment
        if run.account == "":
            return
        account = run.account or self._holder(now, errand.person)
        if errand.what == "accept":
            if account not in now.members:
                yield f"{errand.person} is no member"
            return
        if account in now.members:
            yield f"{errand.person} is still a member"
        if errand.what.startswith("transfer") and self._holder_of(OTHER, errand.person, account) is None:
            yield f"{errand.person} has not joined"
        if errand.what == "consolidate" and self._holder(now, errand.other) is None:
            yield f"{errand.other} is no member"

    def _dropped(self, run: ErrandConduct, before: Moment) -> Grants:
        """What the account that goes holds, or held when it was looked at."""
        people = [
            one
            for moment in (before, run.seen)
            for user_id, one in moment.members.items()
            if user_id == run.account or (not run.account and self._may_be_meant(run, user_id, one))
        ]
        return frozenset(grant for one in people for grant in one.grants)

    def _may_be_meant(self, run: ErrandConduct, user_id: str, one: Person) -> bool:
        """Whether a member may be who goes: where lists lagged when it began, whoever ever had the address."""
        had = [email_key(one.email)] if run.account is None else self._judge.look.addresses[user_id]
        return email_key(run.errand.person) in had

    @staticmethod
    def _holder(moment: Moment, person: str) -> str | None:
        """The user id of the member who has an address."""
        return next((id_ for id_, one in moment.members.items() if email_key(one.email) == email_key(person)), None)

    def _holder_of(self, organization: str, person: str, account: str | None) -> str | None:
        members = self._cloud.organization(organization).members
        if account is None and self._cloud.has_account(person):
            account = self._cloud.user(person).id
        return account if account in members else None

    def _can_join(self, person: str) -> bool:
        invitation = self._cloud.invitation(OTHER, person)
        return invitation is not None and not invitation.expired(self._cloud.clock.now())

    def _open(self) -> Open:
        return {
            token: (organization, email_key(one.email), one.expires_at)
            for organization in (ORGANIZATION, OTHER)
            for token, one in self._cloud.organization(organization).invitations.items()
        }
