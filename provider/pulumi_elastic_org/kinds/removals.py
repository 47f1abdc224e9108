"""What a preview cannot ask a provider: whether the guards let a program take out people, single sign-on and API keys.

Pulumi calls a provider's delete when it deletes, in no preview. So what a preview would delete is judged here, with the
organization as it is, by the guards of each resource and in the light of all that would be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.kinds import find as kind_named
from pulumi_elastic_org.kinds.people import PeopleKind
from pulumi_elastic_org.kinds.sign_on import SignOnKind
from pulumi_elastic_org.lifecycle.people import judge_together
from pulumi_elastic_org.lifecycle.phase import Phase, Settings, SettingsError, find_settings
from pulumi_elastic_org.lifecycle.properties import UNKNOWN as MARKER
from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.coverage import coverage
from pulumi_elastic_org.model.matching import headcount
from pulumi_elastic_org.model.plan import plan_of
from pulumi_elastic_org.model.targets import touched_targets
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.findings import find, refusal
from pulumi_elastic_org.review.leaving import (
    GUARDED_KINDS,
    Declared,
    declared,
    declared_beside_people,
    declared_in_rosters,
    kind_of,
)
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_embedded.port import UNKNOWN, Step, StoredResource


class RemovalsUnclear(Exception):
    """It cannot be told what the guards say. The message says why."""


@dataclass(frozen=True, slots=True)
class Removals:
    """What deleting resources would do, and why it is refused.

    Args:
        plans: One for each resource whose person would be removed, or whose invitation would be cancelled.
        refused: Why other resources would not be deleted, as findings: in a drift review they are such, else errors.
    """

    plans: tuple[JudgedPlan, ...] = ()
    refused: tuple[JudgedPlan, ...] = ()


def plan_removals(
    stored: Iterable[StoredResource],
    steps: Sequence[Step],
    previewed: Sequence[JudgedPlan],
    environment: Mapping[str, str],
) -> Removals:
    """Plans and guards what deleting resources would do.

    Args:
        stored: What would be deleted, as the last update left it, in the flat form.
        steps: All steps of the preview, in the flat form: who and what is declared in other resources of the same provider stays.
        previewed: What the other resources would do, which counts with it.
        environment: Where credentials are looked for first, as a provider does.

    Raises:
        RemovalsUnclear: An organization cannot be read, or its key is missing.
    """
    plans, refused = list[JudgedPlan](), list[JudgedPlan]()
    try:
        for (settings, provider), resources in _by_process(stored, steps, environment).items():
            phase, beside = _phase(settings), [step for step in steps if step.provider == provider]
            kinds = [(kind_named(kind_of(one.type))(phase), one) for one in resources]
            people = [(kind, one.outputs) for kind, one in kinds if isinstance(kind, PeopleKind)]
            if people:
                plans += _judged(phase, people, declared(beside), declared_in_rosters(beside), previewed)
            others = [one for kind, one in kinds if not isinstance(kind, PeopleKind)]
            if reasons := tuple(map(refusal, _refused(phase, others, beside))):
                nothing = Plan(phase.organization_id, (), ())
                refused.append(JudgedPlan(nothing, Verdict((), ()), reasons))
    except (CloudError, SettingsError) as error:
        raise RemovalsUnclear(f"the removals cannot be judged by the guards: {error}") from None
    return Removals(tuple(plans), tuple(refused))


def _by_process(
    stored: Iterable[StoredResource], steps: Iterable[Step], environment: Mapping[str, str]
) -> Mapping[tuple[Settings, str], Sequence[StoredResource]]:
    """The resources by the process that will delete them: each provider is one, and hears of no resource of another one."""
    providers = {step.urn: step.provider for step in steps}
    found: dict[tuple[Settings, str], list[StoredResource]] = {}
    for resource in stored:
        if not resource.retained:
            settings = find_settings(resource.configuration.get, environment, resource.configuration)
            found.setdefault((settings, providers.get(resource.urn, "")), []).append(resource)
    return found


def _phase(settings: Settings) -> Phase:
    """What there is to say of the key, such as that it is about to expire, the provider says in the preview itself."""
    return Phase(lambda: settings, say=lambda _: None)


def _judged(
    phase: Phase,
    people: Sequence[tuple[PeopleKind, Mapping[str, Any]]],
    declared: Declared,
    in_rosters: Declared,
    previewed: Sequence[JudgedPlan],
) -> Iterator[JudgedPlan]:
    for kind, outputs in people:
        if other := kind.elsewhere(outputs):
            raise RemovalsUnclear(other)
    actual = phase.organization.read()
    claimed, rosters = (
        frozenset(person for where, person in those if where == actual.id) for those in (declared, in_rosters)
    )
    asked = (kind.removal(outputs, rosters) for kind, outputs in people)
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
            yield JudgedPlan(planned, verdict, found, target_names=names, coverage=coverage(of_one, actual))


def _refused(phase: Phase, resources: Sequence[StoredResource], steps: Iterable[Step]) -> Iterator[str]:
    """Why resources of single sign-on and API keys would not be deleted, asked in the order in which they go."""
    going = sorted(resources, key=lambda one: GUARDED_KINDS.index(kind_of(one.type)))
    if not going:
        return
    for step in declared_beside_people(steps):
        inputs = _known(step.new_inputs or {})
        kind = kind_named(kind_of(step.type))(phase)
        if kind.elsewhere(inputs):
            continue
        phase.hold(kind.holds(inputs, {}))
        if isinstance(kind, SignOnKind):
            kind.declare(inputs, _known(step.old_inputs or {}))
    for resource in going:
        kind = kind_named(kind_of(resource.type))(phase)
        if reason := kind.elsewhere(resource.outputs) or kind.refused_delete(resource.outputs):
            yield f"{kind.name} '{resource.urn.rpartition('::')[2]}': {reason}"


def _known(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as a kind takes them, of inputs as a step shows them."""
    return {name: _marked(value) for name, value in shown.items() if value is not None}


def _marked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _marked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return list(map(_marked, value))
    return MARKER if value == UNKNOWN else value
