"""The sending of invitations: everybody with equal roles in one request, several requests at once, and nobody twice.

Right before requests leave the open invitations are looked at, unless it is one request alone, the last look was seconds ago and
nothing was written since; and once more where a request had to wait. Somebody else may have invited the same people meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pulumi_elastic_org.apply.notes import Notes, left_open, settle
from pulumi_elastic_org.apply.roles import CONCURRENT_WRITES
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.network import BATCH_SIZE
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.changes import Invite, Plan, Reinvite
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.order import Invitations, equal_invitations, unmodelled
from pulumi_elastic_org.model.outcome import NEVER, Outcome
from pulumi_elastic_org.model.people import Invitation, email_key

LOOK_COUNTS = timedelta(seconds=5)
"""How long a look at the open invitations counts: later, somebody else may have sent one, and another would be a second e-mail."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends the invitations of one plan.

    Args:
        organizations: The API.
        expires_in: How long they last, as Elastic writes durations (``"72h"``).
        plan: The plan.
        notes: Take what became of them.
    """

    organizations: Organizations
    expires_in: str
    plan: Plan
    notes: Notes

    def send(self, invitations: Invitations, looked_at: datetime) -> None:
        """Sends them, but those that stand already.

        Args:
            invitations: Who is to be invited; of those who are to be invited again, the invitation before is cancelled by now.
            looked_at: When the open ones were last looked at, with nothing written since.

        Raises:
            CloudError: The API cannot be used at all.
        """
        outcome, supervisor = self.notes.outcome, self.notes.supervisor
        requests = list(equal_invitations(invitations, BATCH_SIZE))
        with self.organizations.side_by_side(CONCURRENT_WRITES) as pool:
            for start in range(0, len(requests), CONCURRENT_WRITES):
                together = requests[start : start + CONCURRENT_WRITES]
                standing = _Standing(looked_at, {})
                if len(together) > 1 or not standing.counts():
                    standing = self._standing(together)
                left = [unsent for changes in together if (unsent := standing.unsent(changes, outcome))]
                self._send_together(pool, left, standing)
                looked_at = NEVER
                last = together[-1][-1]
                supervisor.progress(Invite.verb, len(outcome.invitations), len(invitations), last.person)

    def look(self) -> None:
        """Looks at the open invitations alone; what is seen is kept for whoever plans next."""
        outcome = self.notes.outcome
        outcome.listed_at = now()
        outcome.listed = self.organizations.invitations(self.plan.organization_id)

    def _send_together(self, pool: Executor, requests: Sequence[Invitations], standing: _Standing) -> None:
        """Makes requests beside each other; where they had to wait, another look comes first, one for all of them."""
        if not requests:
            return
        noting, looking = threading.Lock(), threading.Lock()
        outcome = self.notes.outcome

        def send(changes: Invitations) -> None:
            by_person = {change.person: change for change in changes}

            def note(person: str, sent: Invitation | str) -> None:
                with noting:
                    if isinstance(sent, str):
                        self.notes.refused(by_person[person], sent)
                    else:
                        outcome.invitations[person] = sent
                        self.notes.done(by_person[person])

            def unsent(people: Sequence[str]) -> set[str]:
                nonlocal standing
                with looking:
                    if not standing.counts():
                        standing = self._standing(requests)
                    return {one.person for one in standing.unsent([by_person[person] for person in people], outcome)}

            self.organizations.invite(
                self.plan.organization_id,
                by_person,
                changes[0].grants,
                unmodelled(changes[0]),
                self.expires_in,
                note,
                unsent,
            )

        self.notes.supervisor.before_writes()
        attempts = [pool.submit(send, changes) for changes in requests]
        settle(attempts, [partial(self._note_unknown, changes) for changes in requests])

    def _note_unknown(self, changes: Invitations, attempt: Future[None]) -> None:
        """Notes of whom it is not known whether they were invited by a request; whoever was, is noted already."""
        if left_open(attempt):
            self.notes.unknown(changes)

    def _standing(self, requests: Sequence[Invitations]) -> _Standing:
        """Looks at the open invitations, those aside that are to be sent again."""
        self.look()
        outcome = self.notes.outcome
        replaced = {one.invitation.token for changes in requests for one in changes if isinstance(one, Reinvite)}
        standing = (one for one in outcome.listed if one.token not in replaced and not one.lapsed(self.plan.made_at))
        return _Standing(outcome.listed_at, {(email_key(one.email), one.grants): one for one in standing})


@dataclass(frozen=True, slots=True)
class _Standing:
    """The invitations that can be accepted, by address and roles, when they were last looked at."""

    looked_at: datetime
    invitations: Mapping[tuple[str, Grants], Invitation]

    def counts(self) -> bool:
        return now() - self.looked_at <= LOOK_COUNTS

    def unsent(self, changes: Invitations, outcome: Outcome) -> Invitations:
        """What is still to be sent of a request: where an invitation stands that says the same, another is a second e-mail."""
        keys = {change.person: (email_key(change.person), change.grants) for change in changes}
        sent = {person: self.invitations[key] for person, key in keys.items() if key in self.invitations}
        outcome.invitations |= sent
        return [change for change in changes if change.person not in sent]
