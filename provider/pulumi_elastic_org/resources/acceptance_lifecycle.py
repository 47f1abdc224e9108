"""What `AcceptanceProvider` does: membership as the invited person has it, by their own key."""

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

from pulumi_elastic_org.audit import AuditError
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.invitations import find_invitation, open_invitations
from pulumi_elastic_org.cloud.members import read_members
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.people import Invitation, email_key
from pulumi_elastic_org.model.verdicts import Guards
from pulumi_elastic_org.procedures.accept import ASK_FOR_ANOTHER, accept, acceptable
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.resources.failures import one_clear_line
from pulumi_elastic_org.resources.live import connect, live, say
from pulumi_elastic_org.resources.properties import Properties, read_guards
from pulumi_elastic_org.resources.provider_process import prepare_process
from pulumi_elastic_org.resources.unfinished import Unfinished

KEPT = ("organization_id", "person", "guards", "overrides")
"""Inputs that state keeps in clear; the token and the inviter's key are secrets and never become outputs."""


class AcceptanceLifecycle(ResourceProvider):
    """Accepts an invitation on create, and leaves the organization on delete."""

    @one_clear_line
    def configure(self, req: ConfigureRequest) -> None:
        prepare_process()
        connect(req.config.get)

    @one_clear_line
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        mistakes: list[str] = []
        read_guards(news, mistakes)
        if (news.get("person") is None) != (news.get("inviter_api_key") is None):
            mistakes.append("person and inviter_api_key are given together: by both, the invitation is found")
        if not mistakes and olds.get("organization_id") != news.get("organization_id"):
            try:
                _look_ahead(news)
            except PreconditionsUnmet as error:
                mistakes.append(str(error))
        return CheckResult(news, [CheckFailure("", "\n".join(mistakes))] if mistakes else [])

    @one_clear_line
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        organization_id = news.get("organization_id")
        moves = not isinstance(organization_id, Unknown) and olds.get("organization_id") != organization_id
        return DiffResult(
            changes=moves or _kept(olds) != _kept(news) or "user_id" not in olds,
            replaces=["organization_id"] if moves else [],
        )

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        found = _join(props)
        return CreateResult(
            f"{props['organization_id']}/{found['user_id'] or found['email']}", {**_kept(props), **found}
        )

    @one_clear_line
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        if "user_id" not in olds:
            return UpdateResult({**_kept(news), **_join(news, str(olds["email"]))})
        return UpdateResult({**_kept(news), **{key: olds[key] for key in ("user_id", "email") if key in olds}})

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        organization_id = str(props["organization_id"])
        membership = _account(props).membership(organization_id)
        if membership is False:
            return ReadResult(None, {})
        if membership is None:
            say(
                f"Organization {organization_id}: the person's API key does not show whether they still belong; give the provider "
                "a key that was made in this organization, and say whose it is (api_key_user)"
            )
        return ReadResult(id_, {key: value for key, value in props.items() if key != PROVIDER_KEY})

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        organization_id = str(props["organization_id"])
        leaving = Leaving(_account(props), organization_id, None, _guards(props))
        departure = leaving.leave(now())
        if departure is not None:
            say(f"Organization {organization_id}: {departure.person} has left")


def _account(properties: Properties) -> Account:
    """The person of a resource with their own key, as well as they are known."""
    known = (properties.get(key) for key in ("user_id", "email", "person"))
    person = next((str(one) for one in known if one and not isinstance(one, Unknown)), live().api_key_user)
    return Account(live().session, person)


def _join(props: Properties, invited: str | None = None) -> dict[str, str]:
    """Sees to it that the person belongs to the organization; returns who they are.

    Args:
        props: The inputs.
        invited: Whose invitation an earlier run may have accepted; ``None`` where none did.

    Raises:
        Unfinished: The invitation may have been accepted, which is to be known when the person is to leave; without `user_id`.
    """
    organization_id = str(props["organization_id"])
    account = _account({"email": invited, **props})
    belongs = account.membership(organization_id)
    token = None if belongs else _find_token(props)
    if token is not None and invited is not None and belongs is None:
        found = find_invitation(account.session, token)
        token = None if found is None or found.accepted else token
    if token is None:
        say(f"Organization {organization_id}: the person is a member already")
        return {"user_id": account.user_id(organization_id) or "", "email": account.person or ""}
    begun: list[str] = []
    try:
        acceptance = accept(account, token, now(), organization_id, begun.append)
    except (AuditError, CloudError) as error:
        if not begun or (isinstance(error, CloudError) and not error.maybe_done):
            raise
        outputs = {**_kept(props), "email": begun[0], PROVIDER_KEY: props.get(PROVIDER_KEY)}
        raise Unfinished(error, f"{organization_id}/{begun[0]}", outputs) from None
    say(f"Organization {acceptance.organization}: the invitation is accepted")
    return {"user_id": acceptance.user_id, "email": acceptance.email}


def _look_ahead(news: Properties) -> None:
    """Refuses in the preview an invitation that can be seen to be unusable; a roster may yet send one that is looked up."""
    organization_id, token = news.get("organization_id"), news.get("token")
    account = _account(news)
    if isinstance(organization_id, Unknown) or account.membership(str(organization_id)):
        return
    if token is not None and not isinstance(token, Unknown):
        acceptable(find_invitation(account.session, str(token)), now(), str(organization_id), account.person)


def _find_token(props: Properties) -> str | None:
    """The token of the invitation; ``None`` where the inviter sees that the person is a member already."""
    if props.get("token") is not None:
        return str(props["token"])
    organization_id, person = str(props["organization_id"]), props.get("person")
    missing = f"{person or 'the person'} has no invitation to organization {organization_id}"
    if person is None:
        raise PreconditionsUnmet(
            f"{missing} that this resource knows of: give its token, or person and inviter_api_key; for a membership that exists, "
            "api_key_user of the Provider, since no key tells whose it is"
        )
    inviter = Session(live().session.endpoint, str(props["inviter_api_key"]), warn=say)
    members = read_members(inviter, organization_id)
    if members.find(str(person)) is not None:
        return None
    invitations = [
        one for one in open_invitations(inviter, organization_id) if email_key(one.email) == email_key(str(person))
    ]
    latest: Invitation | None = max(invitations, key=lambda one: one.expires_at, default=None)
    if latest is None:
        raise PreconditionsUnmet(
            f"{missing}: add them to its roster, let this resource depend on the roster, or {ASK_FOR_ANOTHER}"
        )
    return latest.token


def _kept(properties: Properties) -> dict[str, Any]:
    return {key: properties[key] for key in KEPT if properties.get(key) is not None}


def _guards(properties: Properties) -> Guards:
    mistakes: list[str] = []
    guards = read_guards(properties, mistakes)
    if mistakes:
        raise PreconditionsUnmet("\n".join(mistakes))
    return guards
