"""What a preview cannot ask a provider: whether the guards let a program take its members and invitations out.

Pulumi calls a provider's delete when it deletes, in no preview. So what a preview would delete is judged here, with the
organization as it is, by the guards of each resource and in the light of all that would be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.engine.port import StoredResource
from pulumi_elastic_org.resources.invitation_provider import InvitationProvider
from pulumi_elastic_org.resources.live import LiveOrganization
from pulumi_elastic_org.resources.member_provider import MemberProvider
from pulumi_elastic_org.resources.person_provider import PersonProvider
from pulumi_elastic_org.resources.phase import judge_together
from pulumi_elastic_org.resources.phase_plans import PhasePlans
from pulumi_elastic_org.resources.settings import Settings, SettingsError, find_settings
from pulumi_elastic_org.review.leaving import INVITATION_TYPE, MEMBER_TYPE, Declared
from pulumi_elastic_org.review.plan_log import plan_data
from pulumi_elastic_org.review.records import PlanRecord

_PROVIDERS: Mapping[str, PersonProvider] = {MEMBER_TYPE: MemberProvider(), INVITATION_TYPE: InvitationProvider()}


class RemovalsUnclear(Exception):
    """It cannot be told what the guards say. The message says why."""


def plan_removals(
    stored: Iterable[StoredResource], declared: Declared, environment: Mapping[str, str]
) -> tuple[PlanRecord, ...]:
    """Plans and guards what deleting members and invitations would do.

    Args:
        stored: What would be deleted, as the last update left it.
        declared: Whom the program declares in other resources: they stay.
        environment: Where credentials are looked for first, as a provider does.

    Returns:
        A plan for each resource whose person would be removed, or whose invitation would be cancelled.

    Raises:
        RemovalsUnclear: An organization cannot be read, or its key is missing.
    """
    try:
        return tuple(
            plan
            for settings, resources in _by_settings(stored, environment).items()
            for plan in _judged(LiveOrganization(settings, warn=_said_already), resources, declared)
        )
    except (CloudError, SettingsError) as error:
        raise RemovalsUnclear(f"the removals cannot be judged by the guards: {error}") from None


def _by_settings(
    stored: Iterable[StoredResource], environment: Mapping[str, str]
) -> Mapping[Settings, Sequence[StoredResource]]:
    found: dict[Settings, list[StoredResource]] = {}
    for resource in stored:
        if not resource.retained:
            found.setdefault(find_settings(resource.configuration.get, environment), []).append(resource)
    return found


def _judged(
    organization: LiveOrganization, resources: Sequence[StoredResource], declared: Declared
) -> Iterator[PlanRecord]:
    for resource in resources:
        if other := organization.other_organization(
            _PROVIDERS[resource.type].what, resource.outputs["organization_id"]
        ):
            raise RemovalsUnclear(other)
    actual = organization.read()
    claimed = frozenset(person for where, person in declared if where == actual.id)
    requests = [_PROVIDERS[resource.type].removal(resource.outputs) for resource in resources]
    plans = [request.plan(actual, claimed) for request in requests]
    phase = PhasePlans()
    together = [phase.add(request.resource, planned) for request, planned in zip(requests, plans, strict=True)][-1]
    for request, planned in zip(requests, plans, strict=True):
        if planned.changes:
            verdict = judge_together(organization, request, planned, together, actual)
            yield PlanRecord.model_validate(plan_data(planned, verdict))


def _said_already(text: str) -> None:
    """What there is to say of the key, such as that it is about to expire, the provider says in the preview itself."""
