"""Who is who: every address that an account is known by, and declared people found among members and invitations. Pure.

An account keeps its user id when its e-mail address changes, and an address can pass to another account. So nobody is told by
address alone where the account is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pulumi_elastic_org.model.people import Applied, Invitation, Member, Organization, email_key

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that an address may name: who has it now, and who was known by it.

    Args:
        by_address: User ids by `email_key`.
        user_ids: The accounts of those who are members now.
    """

    by_address: Mapping[str, frozenset[str]] = field(default_factory=dict)
    user_ids: frozenset[str] = NOBODY

    @classmethod
    def of(cls, members: Iterable[Member], *known: Mapping[str, str]) -> Accounts:
        """Puts together what is known.

        Args:
            members: The members of an organization as they are.
            known: User ids by `email_key`, as earlier applies knew people.
        """
        members = tuple(members)
        live = ((email_key(one.email), one.user_id) for one in members if one.email)
        found: dict[str, set[str]] = {}
        for key, user_id in (*live, *(pair for earlier in known for pair in earlier.items())):
            found.setdefault(key, set()).add(user_id)
        return cls(
            {key: frozenset(user_ids) for key, user_ids in found.items()},
            frozenset(one.user_id for one in members),
        )

    def named(self, person: str) -> frozenset[str]:
        """Returns the members whom an e-mail address, or a user id, may mean.

        Args:
            person: As somebody wrote it.
        """
        if person in self.user_ids:
            return frozenset([person])
        return self.by_address.get(email_key(person), NOBODY) & self.user_ids

    def marks(self, *people: str) -> frozenset[str]:
        """Returns what tells people: each address as `email_key`, since who is only invited has no account, and the accounts.

        Args:
            people: As somebody wrote them.
        """
        return frozenset(mark for person in people for mark in (email_key(person), *self.named(person)))


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """A declared address that another account has by now.

    Args:
        known: The user id of the account that was known by the address.
        known_member: This account where it still is a member.
        holder: The account that has the address now.
    """

    known: str
    known_member: Member | None
    holder: Member

    def __str__(self) -> str:
        if self.known_member is None:
            now = "is no longer a member"
        else:
            now = f"has {self.known_member.email or 'an address that is not shown'} now"
        return (
            f"this address belongs to another account now (user {self.holder.user_id}); "
            f"the account known by it (user {self.known}) {now}"
        )


@dataclass(frozen=True, slots=True)
class Match:
    """Declared people found in the organization, and everybody else in it.

    Args:
        members: Those who belong, by e-mail address as declared.
        invitations: Those who do not belong yet but are invited, likewise; of several invitations the one that lasts longest.
        other_members: Members who are not declared.
        other_invitations: Open invitations of people who are not declared, and of members who are not declared.
        namesakes: Whatever else has the address of a declared person: a second account, a second invitation.
        changed_accounts: By e-mail address as declared, those whose address another account has than was known by it.
    """

    members: Mapping[str, Member]
    invitations: Mapping[str, Invitation]
    other_members: tuple[Member, ...]
    other_invitations: tuple[Invitation, ...]
    namesakes: tuple[Member | Invitation, ...] = ()
    changed_accounts: Mapping[str, ChangedAccount] = field(default_factory=dict)


def match_people(
    people: Iterable[str], actual: Organization, applied: Applied, changed_accounts: frozenset[str] = frozenset()
) -> Match:
    """Finds each declared person by the account they were last known by, else by e-mail address.

    An account keeps its user id when its e-mail address changes, so a person who was applied once is known again, also when
    somebody else has the address by now. Who has a known address and is not the known account is found last, and marked.

    Args:
        people: E-mail addresses as declared, no two equal under `email_key`.
        actual: The organization as it is.
        applied: What the last apply left behind.
        changed_accounts: As in `Desired`: of these people the address alone tells who they are.
    """
    by_user_id = {member.user_id: member for member in actual.members}
    by_email: dict[str, Member] = {}
    for member in actual.members:
        if member.email and by_email.setdefault(key := email_key(member.email), member) is not member:
            by_email[key] = by_user_id.get(applied.user_ids.get(key, ""), by_email[key])
    invited: dict[str, Invitation] = {}
    for invitation in sorted(actual.invitations, key=_lasting):
        invited[email_key(invitation.email)] = invitation

    keys = {email: email_key(email) for email in people}
    changed = {}
    for email, key in keys.items():
        known, holder = applied.user_ids.get(key), by_email.get(key)
        if known is not None and holder is not None and holder.user_id != known:
            changed[email] = ChangedAccount(known, by_user_id.get(known), holder)
    certain = {
        email: by_email.get(key) for email, key in keys.items() if email not in changed or key in changed_accounts
    }
    renamed = {email: by_user_id.get(applied.user_ids.get(key, "")) for email, key in keys.items()}
    uncertain = {email: one.holder for email, one in changed.items()}
    members: dict[str, Member] = {}
    claimed: set[str] = set()
    for found in (certain, renamed, uncertain):
        for email, one in found.items():
            if one is not None and email not in members and one.user_id not in claimed:
                members[email] = one
                claimed.add(one.user_id)

    declared = set(keys.values())
    invitations = {email: invited[key] for email, key in keys.items() if email not in members and key in invited}
    others = [member for member in actual.members if member.user_id not in claimed]
    namesakes = {one.user_id: one for one in others if one.email and email_key(one.email) in declared}
    chosen = {email_key(one.email): one.token for one in invitations.values()}
    at_home = {keys[email] for email, one in members.items() if one.email and email_key(one.email) == keys[email]}

    def is_second(invitation: Invitation) -> bool:
        """Who accepts it is another one than the declared person, or that person once more."""
        key = email_key(invitation.email)
        return key in declared - at_home and chosen.get(key) != invitation.token

    return Match(
        members={email: members[email] for email in keys if email in members},
        invitations=invitations,
        other_members=tuple(member for member in others if member.user_id not in namesakes),
        other_invitations=tuple(one for one in actual.invitations if email_key(one.email) not in declared),
        namesakes=(*namesakes.values(), *filter(is_second, actual.invitations)),
        changed_accounts=changed,
    )


def known_accounts(
    people: Iterable[str],
    actual: Organization,
    applied: Applied,
    changed_accounts: frozenset[str] = frozenset(),
    others: Iterable[str] = (),
) -> dict[str, str]:
    """Returns by which addresses accounts are known from now on: user ids by `email_key`.

    An address that a known account had before goes on naming it, for instance in owner tags, until it is declared for somebody
    else or the account is no longer a member.

    Args:
        people: As for `match_people`.
        actual: The organization as it is.
        applied: What the last apply left behind.
        changed_accounts: As for `match_people`; everybody else stays the account that was known.
        others: Further addresses to know people by, such as those that guards name.
    """
    declared = {email_key(email): email for email in people}
    match = match_people(declared.values(), actual, applied, changed_accounts)
    user_ids = {member.user_id for member in actual.members}
    wanted = set(map(email_key, others))
    known = {key: one.user_id for one in actual.members if one.email and (key := email_key(one.email)) in wanted}
    known |= {key: user_id for key, user_id in applied.user_ids.items() if user_id in user_ids}
    known = {key: user_id for key, user_id in known.items() if key not in declared}
    for email, member in match.members.items():
        if member.email and (key := email_key(member.email)) not in declared:
            known[key] = member.user_id
        known[email_key(email)] = member.user_id
    for email, changed in match.changed_accounts.items():
        if (key := email_key(email)) not in changed_accounts:
            known[key] = changed.known
    return known


def headcount(actual: Organization, now: datetime) -> int:
    """Counts the members and those who could still become members by an open invitation.

    Args:
        actual: The organization as it is.
        now: The time, with a time zone.
    """
    return len(actual.members) + sum(not invitation.lapsed(now) for invitation in actual.invitations)


def _lasting(invitation: Invitation) -> tuple[bool, datetime]:
    return (invitation.expired is not True, invitation.expires_at)
