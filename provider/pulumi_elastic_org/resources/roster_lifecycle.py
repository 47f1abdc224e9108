"""What `RosterProvider` does when Pulumi's engine calls it, and in which order.

========== ============================================ ==========================================================
phase      the engine calls                             and this does
========== ============================================ ==========================================================
preview    check(old inputs, new), diff(old state, new) reads live once; plans, prints, guards; writes nothing
update     the same, then create or update              reads again, plans again, guards again, applies
refresh    read, then diff(state as read, OLD inputs)   returns live people as inputs; that diff stays silent
destroy    delete                                       lets go of the roster and removes nobody
update     delete, after everything else                likewise, unless another roster took its people over: then see below
========== ============================================ ==========================================================

Only ``diff`` is given what the last apply left behind, so an existing roster is planned there, after ``check`` has validated the
same inputs in the same process; a new roster, which has no such past, is planned in ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.applied import applied_so_far
from pulumi_elastic_org.model.changes import Cause, Plan, Reinvite
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.matching import known_accounts, match_people
from pulumi_elastic_org.model.people import Applied, email_key
from pulumi_elastic_org.model.plan import NOTHING_APPLIED, plan
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.resources.failures import Refused, one_clear_line
from pulumi_elastic_org.resources.live import connect, live, say
from pulumi_elastic_org.resources.phase import NOBODY, Answer, Request, converge, review
from pulumi_elastic_org.resources.properties import (
    Declaration,
    Properties,
    PropertyError,
    as_stored,
    drift,
    fingerprint,
    live_members,
    open_invitations,
    plain,
    read_addresses,
    read_applied,
    read_declaration,
    read_guards,
    read_people,
    since_applied,
    write_accounts,
    write_people,
)
from pulumi_elastic_org.resources.provider_process import prepare_process
from pulumi_elastic_org.resources.resolution import resolve_inputs
from pulumi_elastic_org.resources.unfinished import Unfinished
from pulumi_elastic_org.review.finding import Finding
from pulumi_elastic_org.review.findings import find_drift, find_obstacles
from pulumi_elastic_org.review.plan_log import in_drift_review, log_plan
from pulumi_elastic_org.review.text import change_lines, plan_lines, refusal

SETTINGS = (
    "mode",
    "max_resends",
    "expires_in",
    "guards",
    "overrides",
    "organization_id",
    "single_sign_on",
    "managed_elsewhere",
    "until",
)
"""Inputs that say how people are managed, beside the people themselves; kept in state so that a refresh can return them."""

REVIEWED_DRIFT = "reviewed_drift"
"""Where state keeps the computed input `drift` of the last apply, so that a refresh returns it as it was."""


class RosterLifecycle(ResourceProvider):
    """Makes an organization's members what a roster says."""

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()  # fingerprints of the inputs that `check` has seen in this process

    @one_clear_line
    def configure(self, req: ConfigureRequest) -> None:
        prepare_process()
        connect(req.config.get)

    @one_clear_line
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        try:
            declaration = read_declaration(news)
            if other := live().other_organization("roster", news.get("organization_id"), olds.get("organization_id")):
                return CheckResult(news, [CheckFailure("", other)])
            if (resolved := resolve_inputs(news, now(), live().resources)) is not news:
                news, declaration = resolved, read_declaration(resolved)
        except PropertyError as error:
            return CheckResult(news, [CheckFailure("", str(error))])
        live().claim_for_roster(map(email_key, news["members"]))
        actual = live().read()
        inputs = {**news, "organization_id": actual.id}
        elsewhere = declaration.desired.managed_elsewhere
        members = live_members(news["members"], actual, NOTHING_APPLIED, now(), elsewhere)
        if found := drift(olds, news, members):
            inputs["drift"] = found
        self._checked.add(fingerprint(inputs))
        if not olds:
            _, verdict = _review(_request(inputs, declaration, NOTHING_APPLIED))
            if verdict.violations and not in_drift_review():
                return CheckResult(inputs, [CheckFailure("", refusal(verdict))])
        return CheckResult(inputs, [])

    @one_clear_line
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        declaration = read_declaration(news)
        applied = read_applied(olds)
        if fingerprint(news) in self._checked:
            planned, verdict = _review(_request(news, declaration, applied))
            if verdict.violations and not in_drift_review():
                raise Refused(refusal(verdict))
        else:
            planned = plan(declaration.desired, live().read(), now(), applied)
        return DiffResult(
            changes=bool(planned.changes)
            or bool(declaration.desired.undetermined)
            or dict(applied.members) != _applied_members(declaration)
            or any(plain(olds.get(key)) != plain(news.get(key)) for key in SETTINGS)
        )

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(str(props["organization_id"]), _converge(props, {}))

    @one_clear_line
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_converge(news, olds))

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        if other := live().other_organization("roster", id_):
            raise Refused(other)
        actual = live().read()
        applied = read_applied(props)
        members = live_members(applied.members, actual, applied, now(), applied.managed_elsewhere)
        signed_on = read_addresses(props.get("single_sign_on"))
        members |= {email: roles for email, roles in applied.members.items() if email_key(email) in signed_on}
        if props.get("mode") != "authoritative":
            members = {email: roles for email, roles in members.items() if email in applied.members}
        inputs = {key: props[key] for key in SETTINGS if key in props}
        if REVIEWED_DRIFT in props:
            inputs["drift"] = props[REVIEWED_DRIFT]
        match = match_people(applied.members, actual, applied)
        pending, expired = open_invitations(match.invitations, now())
        outputs = {key: value for key, value in props.items() if key != PROVIDER_KEY}
        return ReadResult(
            id_,
            outs={**outputs, "pending": pending, "expired": expired, "drift": since_applied(applied.members, members)},
            inputs={**inputs, "members": dict(sorted(as_stored(members, read_people(props.get("applied"))).items()))},
        )

    @one_clear_line
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        people = read_people(props.get("applied"))
        request = taken_out_by_successor(props, live().in_rosters)
        if request is None:
            say(f"Organization {id_}: the roster is let go; its {len(people)} people stay members")
            return
        if other := live().other_organization("roster", id_):
            raise Refused(other)
        answer = converge(request)
        if answer.error is not None:
            raise answer.error  # the resource stays, and so does what is known of its people
        say(f"Organization {id_}: the roster went to another one")
        for line in change_lines(answer.planned, Verdict((), ())):
            say(line)


def taken_out_by_successor(outputs: Properties, in_rosters: frozenset[str]) -> Request | None:
    """Returns what deleting a roster asks for when other rosters took its people over: a roster that got another name in Pulumi.

    Then whoever is in none of them was taken out by the same change, and is removed as by any other update. A roster that is
    deleted without a successor removes nobody.

    Args:
        outputs: The roster's, as the last update left them.
        in_rosters: Whom rosters of the program declare, by `email_key`.
    """
    applied = read_applied(outputs)
    if in_rosters.isdisjoint(map(email_key, applied.members)):
        return None
    guards = read_guards(outputs, [])
    resource = sha256(write_people(applied.members).encode()).hexdigest()
    return Request(f"let go {resource}", NOBODY, applied, guards, str(outputs.get("expires_in", "72h")))


def _request(inputs: Properties, declaration: Declaration, applied: Applied) -> Request:
    # The engine names no resource to a provider: what it is to be and what it was tell one roster from another.
    resource = sha256(f"{fingerprint(inputs)}\n{write_people(applied.members)}".encode()).hexdigest()
    return Request(resource, declaration.desired, applied, declaration.guards, declaration.expires_in)


def _review(request: Request) -> tuple[Plan, Verdict]:
    """Plans, guards and prints."""
    planned, verdict = review(request)
    desired = request.desired
    people = "\n".join(sorted(map(email_key, [*desired.people, *desired.undetermined])))

    def findings() -> tuple[Finding, ...]:
        drifted = find_drift(desired, request.applied, live().read(), now())
        return (*drifted, *find_obstacles(planned, verdict, request.guards.owner_tag))

    if not log_plan(planned, verdict, sha256(people.encode()).hexdigest(), findings):
        say("\n".join(plan_lines(planned, verdict)))
    return planned, verdict


def _converge(inputs: Properties, olds: Properties) -> dict[str, Any]:
    """Reads, plans and guards once more, then makes the organization what the inputs declare.

    Args:
        inputs: What is declared.
        olds: The outputs that the last apply left; empty where there was none.

    Returns:
        The outputs of the roster.

    Raises:
        Unfinished: Not everything was done, and its outputs say what was.
    """
    declaration, applied = read_declaration(inputs), read_applied(olds)
    if other := live().other_organization("roster", inputs["organization_id"]):
        raise Refused(other)
    answer = converge(_request(inputs, declaration, applied))
    so_far = applied_so_far(applied, declaration.desired, answer.actual, answer.done, answer.unknown)
    if answer.error is None:
        agreed = _applied_members(declaration).items()
        members = {email: roles for email, roles in agreed if email not in answer.acknowledged}
        members |= {email: so_far[email] for email in answer.acknowledged & so_far.keys()}
        return {**_settings(inputs), **_outputs(members, declaration, answer, applied)}
    outputs = {**(olds or _settings(inputs)), **_outputs(so_far, declaration, answer, applied)}
    raise Unfinished(answer.error, str(inputs["organization_id"]), {**outputs, PROVIDER_KEY: inputs.get(PROVIDER_KEY)})


def _settings(inputs: Properties) -> dict[str, Any]:
    reviewed = {REVIEWED_DRIFT: inputs["drift"]} if "drift" in inputs else {}
    return {**{key: inputs[key] for key in SETTINGS if key in inputs}, **reviewed}


def _outputs(members: Mapping[str, str], declaration: Declaration, answer: Answer, applied: Applied) -> dict[str, Any]:
    """The outputs that say who was managed and how they stand.

    Args:
        members: Who is managed: roles in text form by e-mail address as declared.
        declaration: What was asked for.
        answer: What was done.
        applied: What the apply before left behind.
    """
    changed_accounts = declaration.desired.changed_accounts
    match = match_people(members, answer.actual, applied, changed_accounts)
    watched = (*declaration.desired.managed_elsewhere, *declaration.guards.protected)
    accounts = known_accounts(members, answer.actual, applied, changed_accounts, watched)
    invitations = {**match.invitations, **answer.invitations}
    pending, expired = open_invitations(invitations, now())
    sent_again = {
        change.person for change in answer.done if isinstance(change, Reinvite) and change.cause is Cause.EXPIRED
    }
    resends = {
        email_key(email): applied.resends.get(email_key(email), 0) + (email in sent_again) for email in invitations
    }
    return {
        "drift": {},
        "applied": write_people(members),
        "accounts": write_accounts(accounts),
        "pending": pending,
        "expired": expired,
        "resends": {key: count for key, count in sorted(resends.items()) if count},
    }


def _applied_members(declaration: Declaration) -> dict[str, str]:
    return {email: format_grants(grants) for email, grants in sorted(declaration.desired.people.items())}
