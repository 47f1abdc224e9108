"""Declared, last applied and live compared, person by person, and the changes that each person's delta asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.matching import ChangedAccount, Match, headcount, match_people
from pulumi_elastic_org.model.people import (
    Applied,
    Desired,
    Invitation,
    Member,
    Organization,
    email_key,
    has_ended,
)


class Known(Enum):
    """How the code knows a person."""

    DECLARED = auto()
    FORMER = auto()
    """The last apply knew them, or their last day has passed."""
    FORMER_ELSEWHERE = auto()
    """Another resource of the program declared them when the last apply was made."""
    STRANGER = auto()
    LEFT_ALONE = auto()
    """Somebody who is only shown: a second account with a declared address, a member without one."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One person as declared, as last applied and as live.

    Args:
        person: The address as declared; of who is not declared the live one, or ``user ID`` where none is shown.
        known: How the code knows them.
        live: The member or the open invitation; ``None`` where there is neither.
        lapsed: Whether `live` is an invitation that can no longer be accepted.
        declared: The roles that are declared; ``None`` where none are, or where they are not known yet.
        applied: The roles that were applied last, in text form; ``None`` where none were.
        accepted: Whether the last apply knew the person's account.
        resends: How often the open invitation was sent again.
        max_resends: How often an expired invitation is sent again.
        single_sign_on: Whether an identity provider lets the person in and gives roles.
        last_day: The last day with access; of who is not declared one that has passed.
        account: The account that has the person's address by now, where another one was known by it.
        account_accepted: Whether the code says that the address decides.
    """

    person: str
    known: Known
    live: Member | Invitation | None = None
    lapsed: bool = False
    declared: Grants | None = None
    applied: str | None = None
    accepted: bool = False
    resends: int = 0
    max_resends: int = 0
    single_sign_on: bool = False
    last_day: date | None = None
    account: ChangedAccount | None = None
    account_accepted: bool = False

    @property
    def held(self) -> Grants | None:
        """The roles that the person holds, or will on acceptance; ``None`` where nothing gives access."""
        return None if self.live is None or self.lapsed else self.live.grants

    @property
    def changes(self) -> tuple[Change, ...]:
        """What makes the person what the code says; empty where nothing is to be done."""
        return tuple(self._changes())

    def _changes(self) -> Iterator[Change]:
        live = self.live
        if self.known is Known.LEFT_ALONE or self.single_sign_on:
            return
        if self.known is Known.DECLARED:
            if self.declared is not None:
                yield from self._declared_changes(self.declared)
        elif isinstance(live, Member):
            yield RemoveMember(self.person, live.user_id, live.grants, self.known is not Known.STRANGER)
        elif live is not None:
            yield CancelInvitation(self.person, live, self.lapsed, self.known is not Known.STRANGER)

    def _declared_changes(self, declared: Grants) -> Iterator[Change]:
        live = self.live
        if live is None:
            yield Invite(self.person, declared)
        elif isinstance(live, Member):
            if added := declared - live.grants:
                yield AddGrants(self.person, live.user_id, added)
            if removed := live.grants - declared:
                yield RemoveGrants(self.person, live.user_id, removed)
        elif self.lapsed:
            if self.resends < self.max_resends:
                yield Reinvite(self.person, declared, live, Cause.EXPIRED)
        elif declared != live.grants:
            yield Reinvite(self.person, declared, live, Cause.ROLES_CHANGED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An organization compared with what is declared and what was applied.

    Args:
        organization_id: Which organization.
        deltas: Declared people in the order of their declaration, then everybody else whom the code has to do with.
        made_at: The time that expiry and last days were judged by.
        headcount: Members and pending invitations.
    """

    organization_id: str
    deltas: tuple[Delta, ...]
    made_at: datetime
    headcount: int


def compare(desired: Desired, actual: Organization, now: datetime, applied: Applied) -> Comparison:
    """Compares, person by person.

    Args:
        desired: The people who are wanted, and whether they are all.
        actual: The organization as it is.
        now: The time by which invitations are pending or expired, with a time zone.
        applied: What the last apply left behind.
    """
    deltas = tuple(_Comparing(desired, actual, now, applied).deltas())
    return Comparison(actual.id, deltas, now, headcount(actual, now))


class _Comparing:
    def __init__(self, desired: Desired, actual: Organization, now: datetime, applied: Applied) -> None:
        self._desired = desired
        self._applied = applied
        self._now = now
        self._last_days = {email_key(email): day for email, day in desired.until.items()}
        self._wanted = {email: grants for email, grants in desired.people.items() if not self._ended(email_key(email))}
        self._roles_applied = {email_key(email): roles for email, roles in applied.members.items()}
        self._managed = self._roles_applied.keys() | set(filter(self._ended, self._last_days))
        self._seen: set[str] = set()
        """The addresses of whoever is not declared and is live."""
        self._match: Match = match_people(
            (*self._wanted, *desired.undetermined), actual, applied, desired.changed_accounts
        )

    def deltas(self) -> Iterator[Delta]:
        for email in (*self._wanted, *self._desired.undetermined):
            yield self._declared(email)
        yield from self._other_members()
        yield from self._other_invitations()
        yield from self._namesakes()
        for email in self._desired.people:
            if self._ended(key := email_key(email)) and key not in self._seen:
                yield Delta(email, Known.FORMER, last_day=self._last_days[key])

    def _ended(self, key: str) -> bool:
        return key in self._last_days and has_ended(self._last_days[key], self._now)

    def _declared(self, email: str) -> Delta:
        key = email_key(email)
        live = self._match.members.get(email) or self._match.invitations.get(email)
        return Delta(
            email,
            Known.DECLARED,
            live,
            self._lapsed(live),
            self._wanted.get(email),
            self._roles_applied.get(key),
            accepted=key in self._applied.user_ids,
            resends=self._applied.resends.get(key, 0),
            max_resends=self._desired.max_resends,
            single_sign_on=key in self._desired.single_sign_on,
            last_day=self._last_days.get(key),
            account=self._match.changed_accounts.get(email),
            account_accepted=key in self._desired.changed_accounts,
        )

    def _other_members(self) -> Iterator[Delta]:
        user_ids = self._applied.user_ids
        keys_of: dict[str, set[str]] = {}
        for key, user_id in user_ids.items():
            keys_of.setdefault(user_id, set()).add(key)
        by_user_id = {one.user_id: one for one in (*self._match.members.values(), *self._match.other_members)}
        for member in self._match.other_members:
            keys = keys_of.get(member.user_id, set())
            address = {email_key(member.email)} if member.email else set()
            if (keys | address) & self._desired.managed_elsewhere:
                continue
            taken_over = {key for key in address - keys if key in user_ids}
            account = next(
                (
                    ChangedAccount(user_ids[key], by_user_id.get(user_ids[key]), member)
                    for key in taken_over & self._managed
                ),
                None,
            )
            yield from self._other(keys | address - taken_over, member, account)

    def _other_invitations(self) -> Iterator[Delta]:
        for invitation in self._match.other_invitations:
            if (key := email_key(invitation.email)) not in self._desired.managed_elsewhere:
                yield from self._other({key}, invitation, None)

    def _other(self, keys: set[str], live: Member | Invitation, account: ChangedAccount | None) -> Iterator[Delta]:
        """Somebody who is not declared; nothing where the code has nothing to do with them."""
        if keys & self._managed:
            known = Known.FORMER
        elif not self._desired.authoritative:
            known = Known.LEFT_ALONE
        else:
            beside = keys & self._applied.managed_elsewhere
            known = Known.FORMER_ELSEWHERE if beside else Known.STRANGER
        if known is Known.LEFT_ALONE and account is None:
            return
        self._seen |= keys
        nameless = isinstance(live, Member) and not live.email
        yield Delta(
            live.email or f"user {live.user_id}" if isinstance(live, Member) else live.email,
            Known.LEFT_ALONE if nameless else known,
            live,
            self._lapsed(live),
            applied=next((self._roles_applied[key] for key in sorted(keys) if key in self._roles_applied), None),
            last_day=next((self._last_days[key] for key in sorted(keys) if self._ended(key)), None),
            account=account,
        )

    def _namesakes(self) -> Iterator[Delta]:
        holders = {changed.holder.user_id for changed in self._match.changed_accounts.values()}
        for one in self._match.namesakes:
            if isinstance(one, Invitation) or one.user_id not in holders:
                yield Delta(str(one.email), Known.LEFT_ALONE, one, self._lapsed(one))

    def _lapsed(self, live: Member | Invitation | None) -> bool:
        return isinstance(live, Invitation) and live.lapsed(self._now)
