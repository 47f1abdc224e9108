"""The organization as one phase of Pulumi sees it.

A preview, an update and a refresh each run in a provider process of their own, and in it every resource shares one read.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from pulumi_elastic_org.apply import Applier, Progress
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cloud.errors import CloudError, ConfigurationError
from pulumi_elastic_org.cloud.keys import possible_users
from pulumi_elastic_org.cloud.members import find_member
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.resources import active_ownership, cloud_resources, owners_of
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.cloud.targets import TargetIndex
from pulumi_elastic_org.garbage import collect_seldom
from pulumi_elastic_org.model.accounts import Accounts
from pulumi_elastic_org.model.changes import Change, Plan, RemoveMember
from pulumi_elastic_org.model.effects import carried_out
from pulumi_elastic_org.model.guards import ALL_GUARDS, Guard, demotes_administrators, judge, needs_ownership
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.ownership import DEFAULT_OWNER_TAG, CloudResource, Ownership
from pulumi_elastic_org.model.people import Applied, Organization, email_key
from pulumi_elastic_org.model.plan import NOTHING_APPLIED
from pulumi_elastic_org.model.printable import printable_lines
from pulumi_elastic_org.model.reviewed import OnlyReviewed
from pulumi_elastic_org.model.targets import TargetSearch, given_targets
from pulumi_elastic_org.model.verdicts import Guards, Situation, Verdict, Waiver
from pulumi_elastic_org.resources.engine_watch import EngineWatch
from pulumi_elastic_org.resources.failures import Failed, Refused, other_organization
from pulumi_elastic_org.resources.phase_plans import PhasePlans
from pulumi_elastic_org.resources.settings import Settings, find_settings
from pulumi_elastic_org.review.saved_plan import read_saved_plan
from pulumi_elastic_org.variables import REVIEWED_PLAN


def say(text: str) -> None:
    """Shows lines to whoever runs Pulumi, which passes on what a provider writes to its standard output.

    Args:
        text: One or several lines; written at once, since lines of several threads would mix.
    """
    sys.stdout.write(printable_lines(text) + "\n")
    sys.stdout.flush()


class LiveOrganization:
    """One organization, read once and shared by all resources of a phase.

    Args:
        settings: How to reach it.
        warn: Shows a line to a person.
        patience: How long and how often to try each call; ``None`` for the session's own.
    """

    def __init__(self, settings: Settings, warn: Callable[[str], None] = say, patience: Patience | None = None) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._snapshot: Organization | None = None
        self._resources: dict[str, list[CloudResource]] = {}
        self._targets: TargetIndex | None = None
        self._claimed: set[str] = set()
        self._in_rosters: set[str] = set()
        self._waivers: dict[str, dict[str, Waiver]] = {}
        self.phase = PhasePlans()
        self._known: list[Mapping[str, str]] = []
        self._session = Session(settings.endpoint, settings.api_key, warn=warn, patience=patience)
        self.organizations = Organizations(self._session)

    @property
    def session(self) -> Session:
        """The connection with the key of this process."""
        return self._session

    @cached_property
    def organization_id(self) -> str:
        """The organization that is meant: the configured one, or the only one that the key sees."""
        return self._settings.organization_id or self.organizations.find_id()

    def other_organization(self, what: str, *bound: object) -> str | None:
        """Returns why a resource of another organization is refused; ``None`` where it is of this one. Reads no people.

        Args:
            what: The kind of resource, in words.
            bound: The organization's ids as the resource declares them and as they were applied; ``None`` where there is none.
        """
        return other_organization(what, self.organization_id, self._settings.named_by, *bound)

    @property
    def api_key_user(self) -> str | None:
        """Whose key it is, by e-mail address or user id, as the operator says; ``None`` where they have not said."""
        return self._settings.api_key_user

    @cached_property
    def _own_user_id(self) -> str | None:
        said = self.api_key_user
        if said is None:
            return None
        members = self.read().members
        if (member := find_member(members, said)) is not None:
            return member.user_id
        unseen = (
            "; some are listed without an address: name the user id" if any(not one.email for one in members) else ""
        )
        raise ConfigurationError(
            f"the API key is said to be that of {said}, who is no member of organization {self.organization_id}{unseen}. "
            "Correct what is said where the key comes from: EC_API_KEY_USER, elastic-org:apiKeyUser, or the Provider's api_key_user"
        )

    @cached_property
    def _possible_users(self) -> frozenset[str]:
        return possible_users(self._session)

    def read(self) -> Organization:
        """Returns the organization as it was when this phase first looked, or last wrote."""
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self.organizations.read(self.organization_id)
            return self._snapshot

    def reread(self) -> Organization:
        """Returns the organization as it is now, and forgets what is known of its deployments and projects."""
        with self._lock:
            self._snapshot = None
            self._resources.clear()
            return self.read()

    def apply(
        self,
        planned: Plan,
        outcome: Outcome,
        expires_in: str,
        replan: Callable[[Organization], Plan],
        guard: Callable[[Plan, Mapping[str, str]], Plan],
        progress: Progress,
        acknowledged: Mapping[str, str],
    ) -> None:
        """Carries a plan out; what `read` returns afterwards shows what was done.

        Args:
            planned: What the guards let pass.
            outcome: Takes what was done, also when this ends by an exception.
            expires_in: How long invitations last, as Elastic writes durations.
            replan: As for `Applier`.
            guard: As for `Applier`.
            progress: As for `Applier`.
            acknowledged: As for `Applier`.
        """
        trail = AuditTrail(planned.organization_id)

        def record(change: Change, refusal: str | None, *, failed: bool = False) -> None:
            waivers = self._waivers.get(email_key(change.person), {}).values()
            trail.record(change, refusal, waivers, failed=failed)

        def look(enough: Callable[[Organization], bool]) -> Organization:
            return self._session.patiently(self.reread, enough)

        watch = EngineWatch.of_this_process()
        applier = Applier(
            self.organizations, expires_in, look, replan, guard, watch.check, progress, record, acknowledged
        )
        try:
            applier.apply(planned, outcome)
        except BaseException as error:
            with self._lock:
                self._snapshot = None  # what was written before it failed is not known
            trail.stop(str(error) if isinstance(error, CloudError | Failed | Refused) else type(error).__name__)
            raise
        for one in outcome.acknowledged:
            say(f"  ! {one.change.person}: {one}")
        with self._lock:
            self._snapshot = carried_out(self.read(), outcome.done, outcome.invitations)

    def claim(self, people: Iterable[str]) -> None:
        """Notes people whom the program declares, so that whatever else lets go of them in this phase does not remove them.

        Args:
            people: E-mail addresses as `email_key`.
        """
        with self._lock:
            self._claimed.update(people)

    def claim_for_roster(self, people: Iterable[str]) -> None:
        """Notes people whom a roster of the program declares, as `claim` does.

        Args:
            people: E-mail addresses as `email_key`.
        """
        with self._lock:
            self._in_rosters.update(people)
            self._claimed |= self._in_rosters

    @property
    def in_rosters(self) -> frozenset[str]:
        """Everybody whom a roster of the program was seen to declare in this phase, by `email_key`."""
        with self._lock:
            return frozenset(self._in_rosters)

    @property
    def claimed(self) -> frozenset[str]:
        """Everybody whom the program was seen to declare in this phase, by `email_key`."""
        with self._lock:
            return frozenset(self._claimed)

    def ownership(self, owner_tag: str) -> Ownership:
        """Returns who owns which deployment or project; projects under deletion count as there.

        Args:
            owner_tag: The key of the tag that names the owner.
        """
        return active_ownership(self._session, self.read(), owner_tag, leaving=())

    def resources(self) -> tuple[CloudResource, ...]:
        """Returns the deployments and projects of the organization."""
        return self.ownership(DEFAULT_OWNER_TAG).resources

    def judge(self, plan: Plan, actual: Organization, settings: Guards, applied: Applied) -> Verdict:
        """Runs the guards; arguments as for `situation`."""
        verdict = judge(self.situation(plan, actual, settings, applied), self._guards)
        with self._lock:
            for waiver in verdict.waivers:
                self._waivers.setdefault(email_key(waiver.violation.person or ""), {})[waiver.violation.guard] = waiver
        return verdict

    @cached_property
    def _guards(self) -> tuple[Guard, ...]:
        """All of them, and for an update that is bound to a plan the one that holds it to that."""
        path = os.environ.get(REVIEWED_PLAN)
        return (*ALL_GUARDS, OnlyReviewed(read_saved_plan(Path(path)).reviewed)) if path else ALL_GUARDS

    def situation(
        self, plan: Plan, actual: Organization, settings: Guards, applied: Applied = NOTHING_APPLIED
    ) -> Situation:
        """Returns what the guards look at, and reads what they need beside the organization only when they need it.

        Args:
            plan: What would be done.
            actual: The organization that the plan was made from.
            settings: What the guards allow.
            applied: What the last apply of the resource left behind; by which addresses it knows people is remembered for the
                other resources of the phase.
        """
        with self._lock:
            if applied.user_ids and applied.user_ids not in self._known:
                self._known.append(applied.user_ids)
            known = tuple(self._known)
        owned = self._ownership(plan, actual, settings.owner_tag, known) if needs_ownership(plan) else None
        own = self._own_user_id
        if demotes_administrators(plan):
            self._check_possible(own)
        targets = self.look_up_targets(plan) if settings.refuse_unknown_targets else TargetSearch()
        return Situation(plan, actual, settings, own, owned, known, applied.protected, targets)

    def look_up_targets(self, plan: Plan) -> TargetSearch:
        """Returns which deployments and projects are not there on which a plan gives roles; looks nothing up where it gives none.

        Args:
            plan: What would be done.
        """
        targets = {target for _, target in given_targets(plan)}
        if not targets:
            return TargetSearch()
        with self._lock:
            if self._targets is None:
                self._targets = TargetIndex(self._session, plan.organization_id)
            return self._targets.search(targets)

    def _check_possible(self, own: str | None) -> None:
        """Refuses what the operator says of the key where the list of keys contradicts it."""
        if own is None or not self._possible_users or own in self._possible_users:
            return
        others = ", ".join(sorted(f"user {user_id}" for user_id in self._possible_users))
        raise ConfigurationError(
            f"the API key is said to be that of {self.api_key_user}, and by the list of API keys it is that of {others}: no "
            "administrator is touched before that is cleared up. Correct what is said where the key comes from: "
            "EC_API_KEY_USER, elastic-org:apiKeyUser, or the Provider's api_key_user"
        )

    def _ownership(
        self, plan: Plan, actual: Organization, owner_tag: str, known: Iterable[Mapping[str, str]]
    ) -> Ownership:
        leaving = [change.user_id for change in plan.changes if isinstance(change, RemoveMember)]
        with self._lock:
            if owner_tag not in self._resources:
                self._resources[owner_tag] = cloud_resources(self._session, actual.id, owner_tag)
        accounts = Accounts.of(actual.members, *known)
        return owners_of(self._session, self._resources[owner_tag], actual, leaving, accounts)


_lock = threading.Lock()
_live: LiveOrganization | None = None


def connect(configured: Callable[[str], object]) -> None:
    """Finds out how to reach the organization; a provider process serves one configuration.

    Args:
        configured: Looks up a configuration key such as ``"elastic-org:apiKey"``.

    Raises:
        SettingsError: There is no API key.
    """
    global _live  # noqa: PLW0603 - one configuration a process, shared by all classes of resources
    with _lock:
        if _live is None:
            collect_seldom()
            _live = LiveOrganization(find_settings(configured, os.environ))


@contextmanager
def serving(organization: LiveOrganization) -> Iterator[None]:
    """Makes one organization that of this process for a while, for a process that goes through several phases.

    Args:
        organization: What `live` returns meanwhile.
    """
    global _live  # noqa: PLW0603 - as for `connect`
    before, _live = _live, organization
    try:
        yield
    finally:
        _live = before


def live() -> LiveOrganization:
    """Returns the organization of this process, once `connect` has found it."""
    if _live is None:
        raise RuntimeError("the provider was used before it was configured")
    return _live
