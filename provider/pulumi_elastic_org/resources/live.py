"""The organization as one phase of Pulumi sees it.

A preview, an update and a refresh each run in a provider process of their own, and in it every resource shares one read.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cached_property

from pulumi_elastic_org.cloud.keys import own_user_id
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.resources import cloud_resources, under_deletion
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.resources.settings import Settings, find_settings
from pulumi_elastic_org.roster.changes import Plan, RemoveMember
from pulumi_elastic_org.roster.guards import judge, needs_own_user, needs_ownership
from pulumi_elastic_org.roster.ownership import Ownership, ownership
from pulumi_elastic_org.roster.people import Organization
from pulumi_elastic_org.roster.verdicts import Guards, Situation, Verdict


def say(text: str) -> None:
    """Shows lines to whoever runs Pulumi, which passes on what a provider writes to its standard output.

    Args:
        text: One or several lines; written at once, since lines of several threads would mix.
    """
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class LiveOrganization:
    """One organization, read once and shared by all resources of a phase.

    Args:
        settings: How to reach it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._snapshot: Organization | None = None
        self._session = Session(settings.endpoint, settings.api_key, warn=say)
        self.organizations = Organizations(self._session)

    @cached_property
    def organization_id(self) -> str:
        """The organization that is meant: the configured one, or the only one that the key sees."""
        return self._settings.organization_id or self.organizations.find_id()

    @cached_property
    def own_user_id(self) -> str | None:
        """Whose key this is; ``None`` where the API does not tell."""
        return own_user_id(self._session)

    def read(self) -> Organization:
        """Returns the organization as it was when this phase first looked, or last wrote."""
        with self._lock:
            if self._snapshot is None:
                self._snapshot = self.organizations.read(self.organization_id)
            return self._snapshot

    def reread(self) -> Organization:
        """Returns the organization as it is now."""
        with self._lock:
            self._snapshot = None
            return self.read()

    def forget(self) -> None:
        """Makes the next `read` look again, after a write."""
        with self._lock:
            self._snapshot = None

    def judge(self, plan: Plan, actual: Organization, settings: Guards) -> Verdict:
        """Runs the guards, and reads what they need beside the organization only when they need it.

        Args:
            plan: What would be done.
            actual: The organization that the plan was made from.
            settings: What the guards allow.
        """
        owned = self._ownership(plan, actual, settings.owner_tag) if needs_ownership(plan) else None
        own = self.own_user_id if needs_own_user(plan) else None
        return judge(Situation(plan, actual, settings, own, owned))

    def _ownership(self, plan: Plan, actual: Organization, owner_tag: str) -> Ownership:
        owned = ownership(cloud_resources(self._session, actual.id, owner_tag), actual.members)
        leaving = [change.user_id for change in plan.changes if isinstance(change, RemoveMember)]
        blocking = [resource for user_id in leaving for resource in owned.by_user_id.get(user_id, ())]
        return owned.without(under_deletion(self._session, blocking))


def now() -> datetime:
    """Returns the time by which invitations are pending or expired."""
    return datetime.now(timezone.utc)


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
            _live = LiveOrganization(find_settings(configured, os.environ))


def live() -> LiveOrganization:
    """Returns the organization of this process, once `connect` has found it."""
    if _live is None:
        raise RuntimeError("the provider was used before it was configured")
    return _live
