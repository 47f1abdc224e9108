"""What `MemberProvider` and `InvitationProvider` do when Pulumi's engine calls them.

========== ============================================ ==========================================================
phase      the engine calls                             and this does
========== ============================================ ==========================================================
preview    check(old inputs, new), diff(old state, new) plans, prints and guards, in the light of all that the phase plans
update     the same, then create or update              plans and guards again; equal requests travel together
update     delete, after everything else                lets go of whom the program still declares; else as in destroy
refresh    read, then diff(state as read, OLD inputs)   returns live roles as an input; that diff stays silent
destroy    delete                                       guards, then ends what the resource made
========== ============================================ ==========================================================

Pulumi calls delete in no preview: what the guards refuse there is refused when it is applied. `elastic-org preview` and `destroy`
look ahead (see `resources.removals`).
"""

from __future__ import annotations

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
from pulumi.output import Unknown

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.changes import CancelInvitation, Change, Invite, Plan, Reinvite
from pulumi_elastic_org.model.grants import restate
from pulumi_elastic_org.model.people import Applied, Desired, email_key
from pulumi_elastic_org.model.plan import NOTHING_APPLIED
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.resources.failures import Refused, one_clear_line
from pulumi_elastic_org.resources.live import connect, live, say
from pulumi_elastic_org.resources.person import (
    SETTINGS,
    find_person,
    live_outputs,
    person_outputs,
    read_applied_person,
    read_person,
)
from pulumi_elastic_org.resources.phase import NOBODY, Request, batches, converge, review
from pulumi_elastic_org.resources.properties import ABSENT, Declaration, Properties, PropertyError, fingerprint, plain
from pulumi_elastic_org.resources.provider_process import prepare_process
from pulumi_elastic_org.resources.unfinished import Unfinished
from pulumi_elastic_org.review.finding import Finding
from pulumi_elastic_org.review.findings import find_drift, find_obstacles
from pulumi_elastic_org.review.plan_log import in_drift_review, log_plan
from pulumi_elastic_org.review.text import PERSON_UNCHANGED, change_lines, refusal


class PersonLifecycle(ResourceProvider):
    """Makes one person what a resource declares, and leaves everybody else alone."""

    what = "resource"

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()

    @staticmethod
    def manages(change: Change) -> bool:
        """Whether a change is this kind of resource's to make."""
        raise NotImplementedError

    @one_clear_line
    def configure(self, req: ConfigureRequest) -> None:
        prepare_process()
        connect(req.config.get)

    @one_clear_line
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        batches.expect()
        try:
            declaration = read_person(news)
        except PropertyError as error:
            return CheckResult(news, [CheckFailure("", str(error))])
        if other := live().other_organization(self.what, news.get("organization_id"), olds.get("organization_id")):
            return CheckResult(news, [CheckFailure("", other)])
        live().claim([email_key(str(news["email"]))])
        actual = live().read()
        inputs = {**news, "organization_id": actual.id}
        if (drift := self._drift(olds, news)) is not None:
            inputs["drift"] = drift
        self._checked.add(fingerprint(inputs))
        if not olds:
            _, verdict = self._reviewed(self._request(declaration, NOTHING_APPLIED))
            if verdict.violations and not in_drift_review():
                return CheckResult(inputs, [CheckFailure("", refusal(verdict, PERSON_UNCHANGED))])
        return CheckResult(inputs, [])

    @one_clear_line
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        if email_key(str(olds["email"])) != email_key(str(news["email"])):
            return DiffResult(changes=True, replaces=["email"])
        declaration = read_person(news)
        request = self._request(declaration, read_applied_person(olds))
        if fingerprint(news) in self._checked:
            planned, verdict = self._reviewed(request)
            if verdict.violations and not in_drift_review():
                raise Refused(refusal(verdict, PERSON_UNCHANGED))
        else:
            planned = request.plan(live().read(), live().claimed)
        return DiffResult(
            changes=bool(planned.changes)
            or bool(declaration.desired.undetermined)
            or restate(str(olds.get("applied"))) != restate(str(news.get("roles")))
            or any(plain(olds.get(key)) != plain(news.get(key)) for key in SETTINGS)
        )

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        id_ = f"{props['organization_id']}/{email_key(str(props['email']))}"
        return CreateResult(id_, self._converge(id_, props, {}))

    @one_clear_line
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(self._converge(id_, news, olds))

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        if other := live().other_organization(self.what, props["organization_id"]):
            raise Refused(other)
        actual = live().read()
        found = find_person(str(props["email"]), actual, read_applied_person(props))
        signed_on = bool(props.get("single_sign_on"))
        if found.roles is None and not signed_on:
            return ReadResult("", {})
        roles = props["applied"]
        if self.owns_roles(member=found.member is not None) and not signed_on and found.roles != restate(str(roles)):
            roles = found.roles
        outputs = {key: value for key, value in props.items() if key != PROVIDER_KEY}
        settings = {key: props[key] for key in (*SETTINGS, "drift") if key in props}
        return ReadResult(id_, outs={**outputs, **live_outputs(found, now())}, inputs={**settings, "roles": roles})

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        email = str(props["email"])
        if other := live().other_organization(self.what, props["organization_id"]):
            raise Refused(other)
        answer = converge(self.removal(props))
        if answer.error is not None:
            raise answer.error  # the resource stays, and so does what is known of it
        if answer.planned.changes:
            for line in change_lines(answer.planned, Verdict((), ())):
                say(line)
        elif email_key(email) in live().claimed:
            say(f"  {email}: stays as declared by another resource")
        elif find_person(email, answer.actual, read_applied_person(props)).member is not None:
            say(f"  {email}: has accepted and stays a member")

    def removal(self, outputs: Properties) -> Request:
        """Returns what deleting a resource asks for.

        Args:
            outputs: The resource's, as the last update left them.
        """
        declaration = read_person({**outputs, "roles": outputs["applied"]})
        return self._request(declaration, read_applied_person(outputs), NOBODY)

    def owns_roles(self, *, member: bool) -> bool:
        """Whether this kind of resource cares for the roles of a member, or of somebody who is invited."""
        raise NotImplementedError

    def _drift(self, olds: dict[str, Any], news: dict[str, Any]) -> str | None:
        """Live roles that are neither declared now nor before, so that the preview shows them and an update plan binds them."""
        found = find_person(str(news["email"]), live().read(), NOTHING_APPLIED)
        known = (restate(str(olds.get("roles"))), news["roles"])
        owned = self.owns_roles(member=found.member is not None) and not news.get("single_sign_on")
        if not olds or not owned or isinstance(news["roles"], Unknown) or found.roles in known:
            return None
        return found.roles or ABSENT

    def _reviewed(self, request: Request) -> tuple[Plan, Verdict]:
        """Plans, guards and prints."""
        planned, verdict = review(request)
        [email] = request.desired.people or request.desired.undetermined

        def findings() -> tuple[Finding, ...]:
            actual = live().read()
            if not self.owns_roles(member=find_person(email, actual, request.applied).member is not None):
                return ()
            drifted = find_drift(request.desired, request.applied, actual, now())
            return (*drifted, *find_obstacles(planned, verdict, request.guards.owner_tag))

        if not log_plan(planned, verdict, email, findings):
            for line in change_lines(planned, verdict):
                say(line)
        return planned, verdict

    def _request(self, declaration: Declaration, applied: Applied, desired: Desired | None = None) -> Request:
        [email] = declaration.desired.people or declaration.desired.undetermined
        return Request(
            f"{'take out' if desired else self.what} {email_key(email)}",
            desired or declaration.desired,
            applied,
            declaration.guards,
            declaration.expires_in,
            self.manages,
            one_person=True,
        )

    def _converge(self, id_: str, inputs: dict[str, Any], olds: dict[str, Any]) -> dict[str, Any]:
        applied = read_applied_person(olds) if olds else NOTHING_APPLIED
        declaration = read_person(inputs)
        changed_accounts = declaration.desired.changed_accounts
        answer = converge(self._request(declaration, applied))
        outputs = person_outputs(inputs, answer.done, answer.actual, applied, now(), changed_accounts)
        if answer.error is None and not answer.acknowledged:
            return outputs
        # What was declared is not yet so, but what was given is to be known when the resource is deleted or goes back.
        found = find_person(str(inputs["email"]), answer.actual, applied, changed_accounts)
        outputs["applied"] = found.roles or inputs["roles"]
        if answer.error is None:
            return outputs
        so_far = {**outputs, **{key: olds[key] for key in SETTINGS if key in olds}}
        raise Unfinished(answer.error, id_, {**so_far, PROVIDER_KEY: inputs.get(PROVIDER_KEY)})


class MemberLifecycle(PersonLifecycle):
    """A person as a member with the declared roles; delete removes them, behind the guards."""

    what = "member"

    @staticmethod
    def manages(change: Change) -> bool:  # noqa: ARG004
        """Everything about the person is this resource's to change."""
        return True

    def owns_roles(self, *, member: bool) -> bool:  # noqa: ARG002
        """The roles are declared before and after the person accepts."""
        return True


class InvitationLifecycle(PersonLifecycle):
    """A person as invited; who has accepted is left alone, by delete too."""

    what = "invitation"

    @staticmethod
    def manages(change: Change) -> bool:
        """Invitations are this resource's to send and to cancel, members are not its concern."""
        return isinstance(change, Invite | Reinvite | CancelInvitation)

    def owns_roles(self, *, member: bool) -> bool:
        """The roles are those of the invitation; what becomes of them after it is accepted is not declared here."""
        return not member
