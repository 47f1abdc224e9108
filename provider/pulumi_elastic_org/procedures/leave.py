"""Leaving an organization: look, judge by the guide's preconditions, and only then go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.bills import bills
from pulumi_elastic_org.cloud.errors import AccessDenied, CloudError, KeyRefused, NotFound, OutcomeUnknown, RolesHidden
from pulumi_elastic_org.cloud.hosted import find_deployment
from pulumi_elastic_org.cloud.keys import may_do_all_that_its_user_may
from pulumi_elastic_org.cloud.organizations import Members, Organizations, read_members
from pulumi_elastic_org.cloud.resources import active_ownership
from pulumi_elastic_org.model.effects import NOT_SHOWN
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.people import Member, Organization
from pulumi_elastic_org.procedures.departure import Departure, departure_lines, display_name, judge_departure
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.procedure import RUN_AGAIN, Outline, ProcedureStep, StepOutcome

DEFAULTS = Guards()
_BELONGS_NO_MORE = frozenset({"organization.invalid_access", "organization.user_organization_does_not_belong"})


@dataclass(frozen=True, slots=True)
class Leaving:
    """The way out of one organization.

    Args:
        account: The key that is used, the person's own or an administrator's, and whose it is as far as that was said.
        organization_id: Elastic's id of the organization.
        person: The e-mail address or user id of who leaves; ``None`` for the account's person.
        settings: The owner tag, the word on bills, and overrides by person, as for a roster.
        override: Lets whoever leaves past guards, for a reason.
        gone: Ids of deployments that are shut down before the person leaves, and so keep nobody once they are.
        user_id: The account that leaves, whatever its address is by then; ``None`` for the one that `person` means now.
    """

    account: Account
    organization_id: str
    person: str | None = None
    settings: Guards = DEFAULTS
    override: Override | None = None
    gone: frozenset[str] = frozenset()
    user_id: str | None = None

    def check(self, journal: Journal) -> Outline:
        """Looks whether the person may leave; see `Procedure`."""
        departure = self._of(journal).survey()
        if departure is None:
            if self.person is not None:
                raise PreconditionsUnmet(
                    f"{self.person} is not a member of organization {self.organization_id}: nothing was changed"
                )
            nobody = f"The key's user is not a member of organization {self.organization_id}: nothing to leave"
            return Outline((nobody,), finished=True)
        _refuse(departure)
        journal.checked(departure.member.user_id)
        question = f"{departure.person} leaves organization {self.organization_id}. This cannot be undone. Go on?"
        return Outline(tuple(departure_lines(departure)), question)

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:
        """Yields the only step; see `Procedure`."""
        yield ProcedureStep("leave", self._of(journal)._take)

    def stopped(self, journal: Journal) -> str:
        """Returns whether the person has left; see `Procedure`."""
        member = self._of(journal).member()
        if member is None:
            return f"The person has left organization {self.organization_id}"
        return f"{display_name(member)} is still a member of organization {self.organization_id}. {RUN_AGAIN}"

    def _of(self, journal: Journal) -> Leaving:
        """The same, of the account that was checked."""
        return replace(self, user_id=journal.account() or self.user_id)

    def _take(self) -> StepOutcome:
        departure = self.leave()
        return StepOutcome(
            f"{departure.person if departure else self.person} has left organization {self.organization_id}"
        )

    def survey(self) -> Departure | None:
        """Looks at everything that decides whether the person may leave.

        Returns:
            What was found; ``None`` where the person does not belong to the organization (any more).

        Raises:
            PreconditionsUnmet: Nobody has said who leaves.
            CloudError: Elastic Cloud cannot be asked.
        """
        person = self._leaver()
        members = self._members()
        member = members.find(person) if members else None
        if members is None or member is None:
            return None
        organization = Organization(self.organization_id, members.people, ())
        settings = self.settings
        if self.override is not None:
            settings = replace(settings, overrides={**settings.overrides, display_name(member): self.override})
        owned = active_ownership(self.account.session, organization, settings.owner_tag, [member.user_id])
        owned = owned.without(resource for resource in owned.resources if resource.id in self.gone)
        # An administrator's key is shown roles unless it is limited: whose key is not limited and sees none, is none.
        known = members.roles_shown or may_do_all_that_its_user_may(self.account.session, member.user_id)
        sole = len(members.people) == 1
        return Departure(
            self.organization_id,
            member,
            sole,
            judge_departure(member, organization, owned, settings, now(), roles_known=known),
            owned.unknown,
            sees_everything=members.roles_shown,
            bills=bills(self.account.session, self.organization_id, now()) if sole else None,
        )

    def leave(self) -> Departure | None:
        """Looks again and, when every precondition is met, ends the membership; Elastic Cloud itself checks nothing.

        Returns:
            Who left; ``None`` where the person did not belong to the organization any more.

        Raises:
            PreconditionsUnmet: A precondition is not met; the message lists every reason and figure.
            ProcedureError: Elastic Cloud refused.
            OutcomeUnknown: The removal was asked for, and nobody can see whether it was done.
            CloudError: Elastic Cloud cannot be asked.
            AuditError: The audit trail cannot be written.
        """
        departure = replace(self, gone=frozenset(filter(self._is_shut_down, self.gone))).survey()
        if departure is None:
            return None
        _refuse(departure)
        trail = AuditTrail(self.organization_id)
        with trail.apply(departure.person), self._asked_for(departure):
            reason = self._remove(departure.member.user_id)
            failed = reason is None and self._still_listed(departure.member.user_id)
        if failed:
            reason = NOT_SHOWN[type(departure.change)]
        trail.record(departure.change, reason, departure.verdict.waivers, failed=failed)
        if reason is not None:
            raise ProcedureError(
                f"{departure.person} is still a member of organization {self.organization_id}: {reason}"
            )
        return departure

    def _remove(self, user_id: str) -> str | None:
        """Ends the membership; returns why it still stands, or ``None``."""
        try:
            return Organizations(self.account.session).remove(self.organization_id, [user_id]).get(user_id)
        except (AccessDenied, RolesHidden) as error:
            # A repeated call is refused because the first one was done: the key's own user does not belong any more.
            return str(error) if self._belongs(user_id) else None

    @contextmanager
    def _asked_for(self, departure: Departure) -> Iterator[None]:
        """Surrounds a removal and the look afterwards: once it was asked for, an error leaves open whether it was done."""
        try:
            yield
        except (CloudError, PreconditionsUnmet) as error:
            raise OutcomeUnknown(
                f"{str(error).rstrip('.')}. The removal of {departure.person} from organization {self.organization_id} was asked "
                "for; whether it was done could not be seen"
            ) from None

    def _still_listed(self, user_id: str) -> bool:
        """Whether the person is listed although Elastic Cloud answered that they were removed; a list may lag for a while."""

        def listed() -> bool:
            try:
                return self._belongs(user_id)
            except (
                AccessDenied,
                KeyRefused,
                PreconditionsUnmet,
            ):  # the key's own user has left, and sees nobody any more
                return False

        return self.account.session.pacing.patiently(listed, lambda still: not still)

    def _is_shut_down(self, deployment_id: str) -> bool:
        """Whether a deployment is seen to be shut down; one that the key does not show counts as far as lists show it."""
        try:
            return not find_deployment(self.account.session, deployment_id).running
        except (AccessDenied, NotFound):
            return False

    def member(self) -> Member | None:
        """Returns the person's membership, or ``None`` where there is none (any more)."""
        person = self._leaver()
        members = self._members()
        return members.find(person) if members else None

    def _members(self) -> Members | None:
        """Everybody; ``None`` where the key's user is sure not to belong to the organization."""
        try:
            return read_members(self.account.session, self.organization_id)
        except AccessDenied as error:
            if error.code not in _BELONGS_NO_MORE:
                raise
        its_own = self.person is None or self.person == self.account.person
        if not its_own or self.account.membership(self.organization_id) is not False:
            raise PreconditionsUnmet(
                f"the API key is linked to another organization and does not show who belongs to {self.organization_id}: "
                "use a key that was made there"
            )
        return None

    def _belongs(self, user_id: str) -> bool:
        members = self._members()
        return members is not None and members.find(user_id) is not None

    def _leaver(self) -> str:
        person = self.user_id or self.person or self.account.person
        if person is None:
            raise PreconditionsUnmet(
                "Elastic Cloud does not say whose API key this is: name the person who leaves, by e-mail address or user id"
            )
        return person


def _refuse(departure: Departure) -> None:
    if not departure.allowed:
        raise PreconditionsUnmet("\n".join(departure_lines(departure)))
