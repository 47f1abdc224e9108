"""Who is this: every known address of an account. Pure.

An account keeps its user id when its e-mail address changes, and an address can pass to another account. So nobody is told by
address alone where the account is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pulumi_elastic_org.model.people import Member, email_key

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
