"""What a preview cannot ask a provider: whether the guards let a program take its members and invitations out.

Pulumi calls a provider's delete when it deletes, in no preview. So what a preview would delete is judged here, with the
organization as it is, by the guards of each resource and in the light of all that would be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.kinds.invitation import Invitation
from pulumi_elastic_org.kinds.member import Member
from pulumi_elastic_org.kinds.people import PeopleKind
from pulumi_elastic_org.kinds.roster import Roster
from pulumi_elastic_org.lifecycle.people import judge_together
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.settings import Settings, SettingsError, find_settings
from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.matching import headcount
from pulumi_elastic_org.model.plan import plan_of
from pulumi_elastic_org.model.targets import touched_targets
from pulumi_elastic_org.review.findings import find
from pulumi_elastic_org.review.leaving import INVITATION_TYPE, MEMBER_TYPE, ROSTER_TYPE, Declared
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_embedded.port import StoredResource

_KINDS: Mapping[str, type[PeopleKind]] = {MEMBER_TYPE: Member, INVITATION_TYPE: Invitation, ROSTER_TYPE: Roster}


class RemovalsUnclear(Exception):
    """It cannot be told what the guards say. The message says why."""


def plan_removals(
    stored: Iterable[StoredResource],
    declared: Declared,
    in_rosters: Declared,
    previewed: Sequence[JudgedPlan],
    environment: Mapping[str, str],
) -> tuple[JudgedPlan, ...]:
    """Plans and guards what deleting members, invitations and rosters would do.

    Args:
        stored: What would be deleted, as the last update left it.
        declared: Whom the program declares in other resources: they stay.
        in_rosters: Whom of them in rosters.
        previewed: What the other resources would do, which counts with it.
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
            for plan in _judged(_phase(settings), resources, declared, in_rosters, previewed)
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


def _phase(settings: Settings) -> Phase:
    """What there is to say of the key, such as that it is about to expire, the provider says in the preview itself."""
    return Phase(lambda: settings, say=lambda _: None)


def _judged(
    phase: Phase,
    resources: Sequence[StoredResource],
    declared: Declared,
    in_rosters: Declared,
    previewed: Sequence[JudgedPlan],
) -> Iterator[JudgedPlan]:
    for resource in resources:
        if other := phase.other_organization(_KINDS[resource.type].what, resource.outputs["organization_id"]):
            raise RemovalsUnclear(other)
    actual = phase.organization.read()
    claimed, rosters = (
        frozenset(person for where, person in those if where == actual.id) for those in (declared, in_rosters)
    )
    asked = (_KINDS[resource.type](phase).removal(resource.outputs, rosters) for resource in resources)
    requests = [request for request in asked if request is not None]
    compared = [request.compare(actual, claimed) for request in requests]
    plans = list(map(plan_of, compared))
    for request, planned in zip(requests, plans, strict=True):
        phase.people.plans.add(request.resource, planned)
    nothing = Plan(actual.id, (), (), now(), headcount(actual, now()))
    losses = (loss for judged in previewed if judged.plan.organization_id == actual.id for loss in judged.plan.losses)
    together = phase.people.plans.add("previewed", replace(nothing, changes=tuple(losses)))
    for request, of_one, planned in zip(requests, compared, plans, strict=True):
        if planned.changes:
            verdict = judge_together(phase.organization, request, planned, together, actual)
            found = find(of_one, planned, verdict, request.guards.owner_tag)
            names = phase.organization.target_names(touched_targets(planned.changes))
            yield JudgedPlan(planned, verdict, found, target_names=names)
