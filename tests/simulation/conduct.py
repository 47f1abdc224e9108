"""What a run is told to make so, what its pipeline was told before, and what it has seen and done so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pulumi_elastic_org.model.grants import Grants, parse_grants
from pulumi_elastic_org.model.guard_settings import Guards, allowed_removals
from pulumi_elastic_org.model.people import email_key
from tests.simulation.declared import Declared
from tests.simulation.moment import Moment


@dataclass
class Wanted:
    """What a run is told to make so.

    Args:
        members: Grants by `email_key`.
        authoritative: Whether whoever is not named is to go.
        guards: What is allowed.
        single_sign_on: Whom an identity provider manages, by `email_key`.
        ended: Whose last day has passed, by `email_key`.
        invitations: Of whom only the invitation is declared, by `email_key`.
        heeds_mappings: Whether those are left alone to whom a single sign-on gave their roles.
    """

    members: Mapping[str, Grants]
    authoritative: bool
    guards: Guards
    single_sign_on: frozenset[str]
    ended: frozenset[str]
    invitations: frozenset[str] = frozenset()
    heeds_mappings: bool = False

    @staticmethod
    def of(declared: Declared, now: datetime) -> Wanted:
        """Reads a declaration.

        Args:
            declared: What a program declares.
            now: The time by which last days have passed.
        """
        ended = {email_key(email) for email, day in declared.until.items() if date.fromisoformat(day) < now.date()}
        return Wanted(
            {
                key: parse_grants(roles)
                for email, roles in declared.members.items()
                if (key := email_key(email)) not in ended
            },
            declared.mode == "authoritative",
            declared.guards,
            frozenset(map(email_key, declared.single_sign_on)),
            frozenset(ended),
            declared.invitations & set(map(email_key, declared.members)),
            declared.heeds_mappings,
        )


@dataclass
class Ledger:
    """What a pipeline has been told in all its runs, as the judge remembers it.

    Args:
        declared: Everybody whom an earlier run was told of, by `email_key`.
        managed: Everybody whom a run that succeeded was told of, or to whom one that failed gave something.
        accounts: Which account had an address when the pipeline last succeeded, by `email_key`.
        known: Whose accounts the pipeline has ever seen with an address that it declared, by `email_key`.
        protected: Whom it protected then.
        invitations: Of whom only the invitation was declared, by `email_key`.
        guards: What the resource of each person was told to allow, by `email_key`, where each has one: what is taken out goes by
            what it was told last.
    """

    declared: set[str] = field(default_factory=set)
    managed: set[str] = field(default_factory=set)
    accounts: dict[str, str] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    invitations: set[str] = field(default_factory=set)
    guards: dict[str, Guards] = field(default_factory=dict)

    def before(self, wanted: Wanted) -> None:
        """Forgets the accounts of resources that are of another kind now: another one knows nothing of the one before."""
        for key in self.invitations ^ wanted.invitations:
            self.accounts.pop(key, None)

    def after_success(self, run: Conduct) -> None:
        """Takes in what a run that succeeded was told, and whose accounts it has seen."""
        wanted, members = run.wanted, run.looked.members
        holders = {email_key(one.email): user_id for user_id, one in members.items()}
        self.accounts = {key: user_id for key, user_id in self.accounts.items() if key in wanted.members}
        for key in wanted.members:
            known = self.accounts.get(key)
            if known not in members or run.overrides("changed-account", {key}):
                self.accounts.pop(key, None)
                self.accounts |= {key: holders[key]} if key in holders else {}
        for key, user_id in self.accounts.items():
            self.known.setdefault(key, set()).add(user_id)
        self.protected = wanted.guards.protected
        self.managed = set(wanted.members)
        self.invitations = set(wanted.invitations)

    def after_failure(self, run: Conduct, now: Moment) -> None:
        """Takes in what a run that failed did; whoever is gone is invited anew, by their address alone."""
        self.managed |= run.given
        self.accounts = {key: user_id for key, user_id in self.accounts.items() if user_id in now.members}

    def after(self, run: Conduct) -> None:
        """Takes in what any run was told and has seen."""
        self.declared |= {*run.wanted.members, *run.wanted.ended}
        for user_id, one in run.looked.members.items():
            if (key := email_key(one.email)) in run.wanted.members:
                self.known.setdefault(key, {user_id})


@dataclass
class Conduct:
    """What one run was told and has done.

    Args:
        who: The pipeline's name.
        own: Whose key it has: a user id.
        wanted: What it is told.
        ledger: Of its pipeline.
        seen: The organization as it last saw it, or as it was when it last gave somebody something.
        first: As it was when the run began.
        looked: The members as it last read them.
        listed: The invitations as it last read them.
        shown: What lists that lag may have shown when it began.
        mapped: Who had the roles of a single sign-on when it began, where those are left alone, by `email_key`.
        given: Whom it gave something, by `email_key`.
        taken_out: Whom it took out.
        invited: How often it invited whom, by `email_key`.
        most: The most people that it has been told to have taken out.
        disturbed: Whether somebody else changed something meanwhile.
        refused: How often in a row it was refused to give somebody roles, by user id.
    """

    who: str
    own: str
    wanted: Wanted
    ledger: Ledger
    seen: Moment
    first: Moment
    looked: Moment
    listed: Moment
    shown: tuple[Moment, ...]
    mapped: frozenset[str] = frozenset()
    given: set[str] = field(default_factory=set)
    taken_out: set[str] = field(default_factory=set)
    invited: dict[str, int] = field(default_factory=dict)
    most: int = 0
    disturbed: bool = False
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def guards(self) -> tuple[Guards, ...]:
        """Everything that may say what is allowed."""
        return (self.wanted.guards, *self.ledger.guards.values())

    def overrides(self, guard: str, addresses: set[str]) -> bool:
        """Whether somebody is let past a guard."""
        return any(
            guard in one.guards
            for guards in self.guards
            for who, one in guards.overrides.items()
            if email_key(who) in addresses
        )

    def protects(self, addresses: set[str]) -> bool:
        """Whether somebody is protected, by what is declared or was applied last."""
        if not self.ledger.guards:
            protected = {*self.wanted.guards.protected, *self.ledger.protected}
        else:
            own = [guards for key, guards in self.ledger.guards.items() if key in addresses]
            own += [self.wanted.guards] if addresses & self.wanted.members.keys() else []
            protected = {one for guards in own for one in guards.protected}
        return bool(addresses & set(map(email_key, protected))) and not self.overrides("protected-people", addresses)

    @property
    def min_admins(self) -> int:
        """How many administrators are to stay."""
        return min(guards.min_admins for guards in self.guards)

    def most_removals(self, headcount: int) -> int:
        """How many people it may take out.

        Args:
            headcount: Members and pending invitations.
        """
        return max(allowed_removals(guards.max_removals, headcount) for guards in self.guards)
