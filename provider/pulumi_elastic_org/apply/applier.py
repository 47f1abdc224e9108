"""The order in which a plan is carried out, so that nobody is without access longer than the API forces:

1. roles are added; where one role moves between "all" and named targets, it is removed and added as a pair
2. invitations are cancelled and sent again, new ones sent
3. what is to be taken away is looked at again, and judged as what it now is: without what the API refused so far
4. members are removed, right after the look at what they own; invitations cancelled, roles removed
5. everything is looked at once more: what the organization does not show was not done, whatever the API answered, and where nobody
   can look, it is not known
6. the API keys of those who were removed are deleted, where they are to go as well

A refusal by the API stops one entry, not the rest; a role that was removed to be exchanged is then put back. Whatever happens
half way, planning again from the live organization gives what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pulumi_elastic_org.apply.invitations import Sender
from pulumi_elastic_org.apply.notes import Notes
from pulumi_elastic_org.apply.roles import change_roles
from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.cloud.errors import ApiError
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
    identity,
)
from pulumi_elastic_org.model.effects import ACCEPTED_MEANWHILE, unseen
from pulumi_elastic_org.model.order import LostAccess, exchanged, exchanges, only_losses, still_agreed
from pulumi_elastic_org.model.outcome import NEVER, Outcome
from pulumi_elastic_org.model.people import Organization, email_key


class Applier:
    """Carries out one plan for one organization.

    Args:
        organizations: The API.
        expires_in: How long invitations last, as Elastic writes durations (``"72h"``).
        supervisor: Is asked and told.
        plan: Made from a fresh look at the organization, and passed by the guards.
        outcome: Takes what was done and what the API refused, as soon as it is known.
    """

    def __init__(
        self, organizations: Organizations, expires_in: str, supervisor: Supervisor, plan: Plan, outcome: Outcome
    ) -> None:
        self._organizations = organizations
        self._supervisor = supervisor
        self._plan = plan
        self._outcome = outcome
        self._notes = Notes(outcome, supervisor)
        self._sender = Sender(organizations, expires_in, plan, self._notes)

    def apply(self) -> None:
        """Carries it out.

        Raises:
            CloudError: The API cannot be used at all, for instance because it does not answer.
        """
        outcome = self._outcome
        try:
            self._add_grants()
            self._invite()
            losses = only_losses(self._plan)
            if losses.changes and (outcome.done or outcome.refusals):
                losses = self._still_agreed(losses)
            self._delete(losses.of(RemoveMember), self._organizations.remove)
            self._delete(losses.of(CancelInvitation), self._organizations.cancel)
            self._remove_grants(losses)
            if outcome.done and not self._listed():
                self._see()
            self._revoke_keys()
        finally:
            for change in outcome.done:
                if isinstance(change, LostAccess):
                    self._supervisor.record(change, None)

    def _listed(self) -> bool:
        """Whether invitations are all that was sent, and the list shows them: that is one call where a whole look is two."""
        outcome = self._outcome
        if not all(isinstance(change, Invite) for change in outcome.done):
            return False
        with self._notes.looking():
            self._sender.look()
        listed = {one.token for one in outcome.listed}
        return all(outcome.invitations[change.person].token in listed for change in outcome.done)

    def _see(self) -> Organization:
        """Looks until everything shows that was done; what never does was not done."""
        outcome = self._outcome

        def missing(organization: Organization) -> list[tuple[Change, str]]:
            return unseen(outcome.done, outcome.invitations, organization, self._plan.leavers.values())

        def settled(organization: Organization) -> bool:
            return all(reason == ACCEPTED_MEANWHILE for _, reason in missing(organization))

        with self._notes.looking():
            seen = self._supervisor.look(settled)
        outcome.listed = ()
        for change, reason in missing(seen):
            outcome.done.remove(change)
            outcome.unknown.append(change)
            self._notes.refused(change, reason, failed=True)
        return seen

    def _still_agreed(self, losses: Plan) -> Plan:
        """What was to be taken away and, after another look, still is: never more than was planned."""
        agreed = {identity(change) for change in losses.changes}
        planned = self._supervisor.replan(self._see())
        for change in planned.of(RemoveMember):
            if (CancelInvitation.verb, email_key(change.person)) in agreed and identity(change) not in agreed:
                self._notes.refused(change, ACCEPTED_MEANWHILE)
        refused = self._outcome.refused
        return self._supervisor.guard(still_agreed(losses, planned).without(refused), refused)

    def _add_grants(self) -> None:
        taken = exchanged(self._plan)
        added = self._plan.of(AddGrants)
        parts = [(one, exchanges(one.grants, taken.get(one.user_id, frozenset()))) for one in added]
        change_roles(self._organizations, self._plan.organization_id, parts, self._notes)

    def _remove_grants(self, losses: Plan) -> None:
        parts = [(one, exchanges(frozenset(), one.grants)) for one in losses.of(RemoveGrants)]
        change_roles(self._organizations, self._plan.organization_id, parts, self._notes)

    def _invite(self) -> None:
        again = self._plan.of(Reinvite)
        looked_at = self._supervisor.looked_at if not again and self._outcome == Outcome() else NEVER
        self._delete(again, self._organizations.cancel)
        refused = self._outcome.refused
        invitations: list[Invite | Reinvite] = [*self._plan.of(Invite), *again]
        self._sender.send([one for one in invitations if one.person not in refused], looked_at)

    def _revoke_keys(self) -> None:
        """Deletes keys of people who are out by now; of whom it does not succeed, it is remembered that it is to be done."""
        outcome = self._outcome
        staying = self._plan.leavers.keys() - {one.user_id for one in outcome.done if isinstance(one, RemoveMember)}
        for change in (one for one in self._plan.of(RevokeKeys) if one.user_id not in staying):
            outcome.unknown.append(change)
            self._supervisor.before_writes()
            try:
                for key in change.keys:
                    self._organizations.delete_key(key.id)
            except ApiError as error:
                self._notes.refused(change, error.reason)
                continue
            outcome.unknown.remove(change)
            self._notes.done(change)

    def _delete(
        self,
        ending: Sequence[RemoveMember | CancelInvitation | Reinvite],
        delete: Callable[[str, Iterable[str], Callable[[str, str | None], None]], Mapping[str, str]],
    ) -> None:
        """Ends memberships or invitations; one that is to be sent again is not done by that."""
        if not ending:
            return
        by_id = {one.user_id if isinstance(one, RemoveMember) else one.invitation.token: one for one in ending}

        def note(identifier: str, refusal: str | None) -> None:
            change = by_id[identifier]
            if refusal is not None:
                self._notes.refused(change, refusal)
            elif not isinstance(change, Reinvite):
                self._notes.done(change)

        with self._notes.writing(ending):
            delete(self._plan.organization_id, by_id, note)
        if not isinstance(ending[-1], Reinvite):
            self._supervisor.progress(ending[-1].verb, len(ending), len(ending), ending[-1].person)
