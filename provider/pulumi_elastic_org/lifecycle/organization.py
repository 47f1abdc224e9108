"""The organization as one phase of Pulumi sees it, and what the guards need to know of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import AccessDenied, ConfigurationError, IncompleteList, NotFound
from pulumi_elastic_org.cloud.organizations import Organizations, find_member
from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG, Guards
from pulumi_elastic_org.model.guards import (
    ALL_GUARDS,
    Guard,
    demotions,
    judge,
    needs_keys,
    needs_ownership,
)
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import NOTHING_APPLIED, Applied, Organization, email_key
from pulumi_elastic_org.model.targets import Target, TargetSearch, given_targets, unique_labels
from pulumi_elastic_org.model.verdicts import Situation, Verdict, Waiver
from pulumi_elastic_org.variables import REVIEWED_PLAN

if TYPE_CHECKING:
    from datetime import datetime

    from pulumi_elastic_org.cloud.targets import TargetIndex
    from pulumi_elastic_org.lifecycle.phase import Phase, Settings
    from pulumi_elastic_org.model.outcome import Outcome
    from pulumi_elastic_org.model.ownership import CloudResource, Ownership


class LiveOrganization:
    """One organization, read once and shared by all resources of a phase.

    Args:
        phase: Which one.
    """

    def __init__(self, phase: Phase) -> None:
        self._phase = phase
        self.session = phase.session
        self._lock = phase.lock
        self._snapshot: Organization | None = None
        self.looked_at: datetime
        """When the open invitations were last looked at."""
        self._resources: dict[str, list[CloudResource]] = {}
        self._labels: dict[str, str] = {}
        self._waivers: dict[str, dict[str, Waiver]] = {}
        self._known: list[Mapping[str, str]] = []
        self.organizations = Organizations(self.session)

    @property
    def id(self) -> str:
        """Which organization it is; reads no people."""
        return self._phase.organization_id

    @property
    def settings(self) -> Settings:
        """How it is reached."""
        return self._phase.settings

    @property
    def own_user_id(self) -> str | None:
        """Whose key it is, by user id; ``None`` where the operator has not said.

        Raises:
            ConfigurationError: They say that it is somebody's who is no member.
        """
        return self._phase.once("own user id", self._find_own_user_id)

    def _find_own_user_id(self) -> str | None:
        said = self.settings.api_key_user
        if said is None:
            return None
        members = self.read().members
        if (member := find_member(members, said)) is not None:
            return member.user_id
        unseen = (
            "; some are listed without an address: name the user id" if any(not one.email for one in members) else ""
        )
        raise ConfigurationError(
            f"the API key is declared to be that of {said}, who is not a member of organization {self.id}{unseen}. "
            "Correct it where the key comes from: EC_API_KEY_USER, elastic-org:apiKeyUser, or the Provider's api_key_user"
        )

    def read(self) -> Organization:
        """Returns the organization as it was when this phase first looked, or last wrote."""
        with self._lock:
            if self._snapshot is None:
                self.looked_at = now()
                self._snapshot = self.organizations.read(self.id)
            return self._snapshot

    def reread(self) -> Organization:
        """Returns the organization as it is now, and forgets what is known of its deployments and projects."""
        with self._lock:
            self._snapshot = None
            self._resources.clear()
            self._phase.forget_keys()
            return self.read()

    def reread_until(self, enough: Callable[[Organization], bool]) -> Organization:
        """Returns the organization as it is now, read for a while again and again until it is enough.

        Args:
            enough: Whether a read is.
        """
        return self.session.pacing.patiently(self.reread, enough)

    def forget(self) -> None:
        """Has `read` look again."""
        with self._lock:
            self._snapshot = None

    def note(self, outcome: Outcome) -> None:
        """Has `read` show what was done, and whom others were seen to have invited meanwhile.

        Args:
            outcome: Of an apply.
        """
        with self._lock:
            self._snapshot = outcome.after(self.read())
            self.looked_at = max(self.looked_at, outcome.listed_at)

    def waivers(self, person: str) -> tuple[Waiver, ...]:
        """Returns what overrides let pass for a person in this phase.

        Args:
            person: By e-mail address.
        """
        return tuple(self._waivers.get(email_key(person), {}).values())

    def ownership(self, owner_tag: str) -> Ownership:
        """Returns who owns which deployment or project; projects under deletion count as there.

        Args:
            owner_tag: The key of the tag that names the owner.
        """
        from pulumi_elastic_org.cloud.resources import active_ownership  # noqa: PLC0415 - only where it is needed

        return active_ownership(self.session, self.read(), owner_tag, leaving=())

    def resources(self) -> tuple[CloudResource, ...]:
        """Returns the deployments and projects of the organization."""
        return self.ownership(DEFAULT_OWNER_TAG).resources

    def judge(self, plan: Plan, actual: Organization, settings: Guards, applied: Applied) -> Verdict:
        """Runs the guards; arguments as for `situation`."""
        guards = self._phase.once("guards", self._find_guards)
        verdict = judge(self.situation(plan, actual, settings, applied), guards)
        with self._lock:
            for waiver in verdict.waivers:
                self._waivers.setdefault(email_key(waiver.person or ""), {})[waiver.guard] = waiver
        return verdict

    def _find_guards(self) -> tuple[Guard, ...]:
        """All of them, and for an update that is bound to a plan the one that holds it to that."""
        path = os.environ.get(REVIEWED_PLAN)
        if not path:
            return ALL_GUARDS
        from pulumi_elastic_org.model.reviewed import OnlyReviewed  # noqa: PLC0415 - only for a run that is bound to a plan
        from pulumi_elastic_org.review.saved_plan import read_saved_plan  # noqa: PLC0415

        return (*ALL_GUARDS, OnlyReviewed(read_saved_plan(Path(path)).reviewed))

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
        own = self.own_user_id
        if demotions(plan):
            self._check_possible(own)
        targets = self.look_up_targets(plan) if settings.refuse_unknown_targets else TargetSearch()
        keys = self.keys() if needs_keys(plan) else ()
        in_use = self._phase.keys_in_use
        return Situation(plan, actual, settings, own, owned, known, applied.protected, targets, keys, in_use)

    def keys(self) -> tuple[ApiKey, ...] | None:
        """Returns the API keys of the organization; ``None`` where Elastic Cloud does not list all of them to this key."""
        try:
            return self._phase.keys
        except (AccessDenied, IncompleteList, NotFound):
            return None

    @property
    def _targets(self) -> TargetIndex:
        from pulumi_elastic_org.cloud.targets import TargetIndex  # noqa: PLC0415 - only for roles on single targets

        return self._phase.once("targets", lambda: TargetIndex(self.session, self.id))

    def look_up_targets(self, plan: Plan) -> TargetSearch:
        """Returns which deployments and projects are not there on which a plan gives roles; looks nothing up where it gives none.

        Args:
            plan: What would be done.
        """
        targets = {target for _, target in given_targets(plan)}
        if not targets:
            return TargetSearch()
        with self._lock:
            return self._targets.search(targets)

    def label(self, labels: Mapping[str, str]) -> None:
        """Notes what a roster file calls deployments and projects.

        Args:
            labels: By id.
        """
        with self._lock:
            self._labels |= labels

    def target_names(self, targets: Collection[Target]) -> dict[str, str]:
        """Returns what people call deployments and projects, by id: as a roster file does, else as Elastic Cloud's console does.

        Args:
            targets: Which; those that nobody names are left out. Costs one listing a kind where there are any.
        """
        if not targets:
            return {}
        with self._lock:
            named = {one.id: one.name for owned in self._resources.values() for one in owned}
            named = named or dict(self._targets.names(target.scope for target in targets))
            labels = unique_labels({**named, **self._labels})
        return {target.id: labels[target.id] for target in sorted(targets) if target.id in labels}

    def _check_possible(self, own: str | None) -> None:
        """Refuses what the operator says of the key where the list of keys contradicts it."""
        if own is None:
            return
        from pulumi_elastic_org.cloud.keys import possible_users  # noqa: PLC0415 - only for who loses an administrator's role

        possible = self._phase.once("possible users", lambda: possible_users(self.session))
        if not possible or own in possible:
            return
        others = ", ".join(sorted(f"user {user_id}" for user_id in possible))
        raise ConfigurationError(
            f"the API key is declared to be that of {self.settings.api_key_user}, and by the list of API keys it is that of "
            f"{others}: no administrator is touched before that is cleared up. Correct it where the key comes from: "
            "EC_API_KEY_USER, elastic-org:apiKeyUser, or the Provider's api_key_user"
        )

    def _ownership(
        self, plan: Plan, actual: Organization, owner_tag: str, known: Iterable[Mapping[str, str]]
    ) -> Ownership:
        from pulumi_elastic_org.cloud.resources import cloud_resources, owners_of  # noqa: PLC0415 - only for who leaves

        with self._lock:
            if owner_tag not in self._resources:
                self._resources[owner_tag] = cloud_resources(self.session, actual.id, owner_tag)
            resources = self._resources[owner_tag]  # which another thread, that reads again, may clear
        accounts = Accounts.of(actual.members, *known)
        return owners_of(self.session, resources, actual, plan.leavers, accounts)
