"""`InvitationAcceptance`: membership as the invited person has it, by their own key."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi.output import Unknown

from pulumi_elastic_org.audit import AuditError
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.invitations import find_invitation
from pulumi_elastic_org.cloud.organizations import open_invitations, read_members
from pulumi_elastic_org.kinds.people import GUARDS
from pulumi_elastic_org.lifecycle.interface import Difference, Kind, State, Unfinished
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.model.guard_settings import Guards, read_guards
from pulumi_elastic_org.model.people import Invitation, check_somebody, email_key
from pulumi_elastic_org.procedures.accept import ASK_FOR_ANOTHER, accept, acceptable
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from pulumi_elastic_org.procedures.leave import Leaving


class InvitationAcceptance(Kind):
    """Accepts an invitation on create, and leaves the organization on delete.

    The token and the inviter's key are secrets and never become outputs.
    """

    name = "InvitationAcceptance"
    what = "acceptance of an invitation"
    importable = False
    properties = (
        Property(
            "organization_id",
            Type.TEXT,
            "Elastic's id of the organization; another one replaces the resource: the person joins, then leaves.",
            required=True,
            replaces=True,
        ),
        Property(
            "token",
            Type.TEXT,
            "The invitation's token, the last part of the link in its e-mail.",
            Where.INPUT,
            secret=True,
        ),
        Property(
            "person",
            Type.TEXT,
            "The invited person's e-mail address, as in the roster; with ``inviter_api_key``, in place of ``token``.",
        ),
        Property(
            "inviter_api_key",
            Type.TEXT,
            "The API key of an administrator of the organization.",
            Where.INPUT,
            secret=True,
        ),
        Property(
            "guards", Type.OBJECT, "For leaving: ``owner_tag`` and ``bills_attested``.", fields=GUARDS, early=True
        ),
        Property("overrides", Type.MAP, "For leaving: ``GUARD, GUARD: REASON`` by e-mail address.", early=True),
        Property("user_id", Type.TEXT, "Elastic's id of the person's account.", Where.OUTPUT),
        Property("email", Type.TEXT, "The person's e-mail address.", Where.OUTPUT, internal=True),
    )

    def mistakes(self, news: Properties) -> Iterator[str]:
        mistakes: list[str] = []
        read_guards(news, mistakes)
        yield from mistakes
        if (news.get("person") is None) != (news.get("inviter_api_key") is None):
            yield "person and inviter_api_key are given together: by both, the invitation is found"
        if None not in (news.get("token"), news.get("person")):
            yield "token: stands for person and inviter_api_key; give either one or the other two"
        if isinstance(person := news.get("person"), str):
            try:
                check_somebody(person)
            except ValueError as error:
                yield f"person: {error}"

    def look_ahead(self, olds: Properties, news: Properties) -> Iterator[str]:
        """Refuses in the preview an invitation that can be seen to be unusable; a roster may yet send one that is looked up."""
        organization_id, token = news.get("organization_id"), news.get("token")
        if olds.get("organization_id") == organization_id or isinstance(organization_id, Unknown):
            return
        account = self._account(news)
        try:
            belongs = account.membership(str(organization_id))
            if not belongs and token is not None and not isinstance(token, Unknown):
                found = find_invitation(account.session, str(token))
                acceptable(found, now(), str(organization_id), account.person)
        except PreconditionsUnmet as error:
            yield str(error)

    def elsewhere(self, *properties: Properties) -> None:
        """Each call names the resource's organization, and the person's key may have been made in another one."""

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        found = super().diff(id_, olds, news)
        replaces = () if isinstance(news.get("organization_id"), Unknown) else found.replaces
        return Difference(found.changes or "user_id" not in olds, replaces)

    def create(self, inputs: Properties) -> State:
        joined = self._join(inputs)
        id_ = f"{inputs['organization_id']}/{joined['user_id'] or joined['email']}"
        return State(id_, {**self.kept(inputs), **joined})

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        if "user_id" not in olds:
            return State(id_, {**self.kept(news), **self._join(news, str(olds["email"]))})
        return super().update(id_, olds, news)

    def read(self, id_: str, outputs: Properties) -> State | None:
        organization_id = str(outputs["organization_id"])
        membership = self._account(outputs).membership(organization_id)
        if membership is False:
            return None
        if membership is None:
            self.phase.say(
                f"Organization {organization_id}: the person's API key does not show whether they still belong; give the provider "
                "a key that was made in this organization, and say whose it is (api_key_user)"
            )
        return super().read(id_, outputs)

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if known(inputs, ("organization_id",)):  # the phase has one key, whose person it is about
            yield _membership(inputs)

    def delete(self, id_: str, outputs: Properties) -> None:
        if self.stays(_membership(outputs)):
            return
        organization_id = str(outputs["organization_id"])
        leaving = Leaving(self._account(outputs), organization_id, None, _guards(outputs))
        departure = leaving.leave()
        if departure is not None:
            self.phase.say(f"Organization {organization_id}: {departure.person} has left")

    def _account(self, properties: Properties) -> Account:
        """The person of a resource with their own key, as well as they are known."""
        known = (properties.get(key) for key in ("user_id", "email", "person"))
        person = next((str(one) for one in known if one and not isinstance(one, Unknown)), None)
        return Account(self.phase.session, person or self.phase.settings.api_key_user)

    def _join(self, inputs: Properties, invited: str | None = None) -> dict[str, str]:
        """Sees to it that the person belongs to the organization; returns who they are.

        Args:
            inputs: Everything is known.
            invited: Whose invitation an earlier run may have accepted; ``None`` where none did.

        Raises:
            Unfinished: The invitation may have been accepted, which is to be known when the person is to leave; without `user_id`.
        """
        organization_id = str(inputs["organization_id"])
        account = self._account({"email": invited, **inputs})
        belongs = account.membership(organization_id)
        token = None if belongs else self._find_token(inputs)
        if token is not None and invited is not None and belongs is None:
            found = find_invitation(account.session, token)
            token = None if found is None or found.accepted else token
        if token is None:
            self.phase.say(f"Organization {organization_id}: the person is already a member")
            return {"user_id": account.user_id(organization_id) or "", "email": account.person or ""}
        begun: list[str] = []
        try:
            acceptance = accept(account, token, organization_id, begun.append)
        except (AuditError, CloudError) as error:
            if not begun or (isinstance(error, CloudError) and not error.maybe_done):
                raise
            outputs = {**self.kept(inputs), "email": begun[0]}
            raise Unfinished(error, f"{organization_id}/{begun[0]}", outputs) from None
        self.phase.say(f"Organization {acceptance.organization}: the invitation is accepted")
        return {"user_id": acceptance.user_id, "email": acceptance.email}

    def _find_token(self, inputs: Properties) -> str | None:
        """The token of the invitation; ``None`` where the inviter sees that the person is already a member."""
        if inputs.get("token") is not None:
            return str(inputs["token"])
        organization_id, person = str(inputs["organization_id"]), inputs.get("person")
        missing = f"{person or 'the person'} has no invitation to organization {organization_id}"
        if person is None:
            raise PreconditionsUnmet(
                f"{missing} that this resource knows of: give its token, or person and inviter_api_key; for a membership "
                "that exists, api_key_user of the Provider, since no key tells whose it is"
            )
        inviter = self.phase.session.with_key(str(inputs["inviter_api_key"]), "inviter_api_key")
        if read_members(inviter, organization_id).find(str(person)) is not None:
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


def _membership(properties: Properties) -> str:
    return f"membership of organization {properties['organization_id']}"


def _guards(properties: Properties) -> Guards:
    mistakes: list[str] = []
    guards = read_guards(properties, mistakes)
    if mistakes:
        raise PreconditionsUnmet("\n".join(mistakes))
    return guards
