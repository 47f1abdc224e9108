"""Procedures beside pipelines: an operator starts one, and again after whatever ended it, and its journal says where it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.procedures.accept import Accepting
from pulumi_elastic_org.procedures.consolidation import Consolidation
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import DEFAULTS, Leaving
from pulumi_elastic_org.procedures.procedure import Procedure, run
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from tests.simulation.declared import BREAK_GLASS
from tests.simulation.judge_errands import OTHER
from tests.simulation.network import Caller, Network
from tests.simulation.story import Errand
from tests.simulation.transport import ENDPOINT
from tests.support.sign_on import OWNER
from tests.trust.organization import ORGANIZATION

ROOT = "root1@acme.example"
_OTHER_ROOT = "root@other.example"
_OTHER_KEY = "key-of-the-other-administrator"
_ROLES = "billing-admin; deployment-editor on all"

_BY_HAND: Mapping[str, Callable[[Errand], tuple[str, str]]] = {
    r"\[owns-resources\]": lambda errand: ("deletes what is owned by", errand.person),
    r"\[last-admin\]": lambda _: ("makes an administrator of", ROOT),
    r"cannot hold together": lambda errand: ("takes every role from", errand.other),
    r"by the link in its e-mail": lambda errand: ("accepts the invitation of", errand.other),
}
"""What a person does by hand whom a refusal asks for it."""

_NOTHING_LEFT = re.compile(
    r"is not a member of organization|neither \S+ nor \S+ is a member|there is no open invitation with this token"
    r"|expired at|was accepted before|are the same account|use a key of that person's own account|nobody has invited"
    r"|the key that is to accept is by the list of API keys that of|with which this began"
)
"""Why there is nothing that the operator could do with this procedure any more."""


def found(cloud: Cloud, errands: tuple[Errand, ...]) -> dict[str, str]:
    """Makes what procedures take: another organization, and the keys of those who act for themselves.

    Returns:
        The user ids of those whom procedures are about, by the address that they have at first.
    """
    if not errands:
        return {}
    cloud.add_organization("other", id=OTHER)
    cloud.add_member(OTHER, _OTHER_ROOT, OWNER, key=_OTHER_KEY)
    people = sorted({one.person for one in errands})
    for person in people:
        if cloud.has_account(person):
            cloud.add_key(person, _own_key(person))
        else:
            cloud.add_user(person, key=_own_key(person))
    return {person: cloud.user(person).id for person in people}


class Operator:
    """Somebody with one errand.

    Args:
        errand: What they are to have done.
        cloud: Where.
        network: Carries their calls.
        folder: Where the journal is.
        user: The user id of whom it is about.
    """

    def __init__(self, errand: Errand, cloud: Cloud, network: Network, folder: Path, user: str) -> None:
        self.errand = errand
        self.account: str | None = None
        self.ended = False
        self._cloud, self._network, self._folder = cloud, network, folder
        self._procedure = errand.what.partition(" ")[0]
        self._path = folder / f"{self._procedure}-{errand.person}-{errand.other}.jsonl"
        self._key = _own_key(errand.person)
        self._user = user

    @property
    def begun(self) -> bool:
        """Whether anything was begun, as the journal says."""
        return self._path.exists()

    def journal(self) -> str:
        """Everything that the journal says."""
        return self._path.read_text(encoding="utf-8") if self.begun else ""

    def run(self, caller: Caller, said: list[str]) -> str | None:
        """Starts the procedure, or starts it again.

        Args:
            caller: Its process.
            said: Takes what is shown to people.

        Returns:
            Why it did not come to its end, as a person reads it; ``None`` where it did.

        Raises:
            Killed: Its process was killed.
        """
        procedure = self._prepared(caller, said)
        if procedure is None:
            return "nobody has invited them"
        try:
            subject = {"person": self.errand.person, "other": self.errand.other}
            with Journal(self._path, self._procedure, subject) as journal:
                said += [step.outcome for step in run(procedure, journal)]
        except ActionableError as error:
            return f"{type(error).__name__}: {error}".replace(f"{self._folder}/", "")
        return None

    def follow(self, reason: str, by_hand: Callable[[str, str, str], None]) -> bool:
        """Does what a refusal advises; returns whether there was anything to do.

        Args:
            reason: As `run` returned it.
            by_hand: Has a person do something: what, to whom, and with what.
        """
        if "run the same command with --leave before" in reason:
            self.errand = replace(self.errand, what="transfer before")
            return True
        if "use a key of theirs that expires" in reason:
            self._key = f"{self._key}-that-expires"
            self._cloud.add_key(self.errand.person, self._key, expires_at=now() + timedelta(days=300))
            return True
        if "unknown, expired or was rotated" in reason:
            return self._get_other_keys()
        for pattern, act in _BY_HAND.items():
            if re.search(pattern, reason):
                by_hand(*act(replace(self.errand, person=self.account or self.errand.person)), "")
                return True
        return False

    def _get_other_keys(self) -> bool:
        """Has keys made in the place of those that somebody deleted; returns whether there were any."""
        people = {
            BREAK_GLASS: (ROOT, ORGANIZATION),
            _OTHER_KEY: (_OTHER_ROOT, OTHER),
            self._key: (self._user, None),
        }
        gone = people.keys() - self._cloud.keys.keys()
        made = [key for key in sorted(gone) if self._has_account(people[key][0])]
        for key in made:
            user, organization = people[key]
            self._cloud.add_key(user, key, organization=organization)
        return bool(made)

    def _has_account(self, user: str) -> bool:
        return self._cloud.has_account(user) or user in self._cloud.users

    def _prepared(self, caller: Caller, said: list[str]) -> Procedure | None:
        errand = self.errand

        def session(key: str) -> Session:
            patience, transport = self._network.patience(), self._network.transport(caller)
            return Session(ENDPOINT, key, warn=said.append, patience=patience, transport=transport)

        old, new, own = map(session, (BREAK_GLASS, _OTHER_KEY, self._key))
        if errand.what == "leave":
            return Leaving(Account(old, None), ORGANIZATION, errand.person)
        if errand.what == "accept":
            invited = [one for one in self._cloud.outbox.to(errand.person) if one.organization == ORGANIZATION]
            return Accepting(Account(own, errand.person), invited[-1].token, ORGANIZATION) if invited else None
        if errand.what == "consolidate":
            return Consolidation(old, ORGANIZATION, errand.other, errand.person, ROOT, DEFAULTS, None)
        leave = Leave.BEFORE if errand.what == "transfer before" else Leave.AFTER
        move = Move(errand.person, ORGANIZATION, OTHER, parse_grants(_ROLES), leave)
        return Transfer(move, old=old, new=new, own=own)


def nothing_left(reason: str) -> bool:
    """Whether a refusal says that there is nothing left that this procedure could do."""
    return _NOTHING_LEFT.search(reason) is not None


def _own_key(person: str) -> str:
    return f"key-of-{person.partition('@')[0]}"
