"""What the kinds share that declare one person, and leave everybody else alone: `Member`, `Invitation`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pulumi.output import Unknown

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.kinds.declaration import ABSENT, Declaration, read_one_person
from pulumi_elastic_org.kinds.people import HOW_PEOPLE_ARE_MANAGED, PeopleKind
from pulumi_elastic_org.lifecycle.interface import Failed, State
from pulumi_elastic_org.lifecycle.people import NOBODY, Answer, Request
from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Properties, Property, Type, Where
from pulumi_elastic_org.model.changes import Cause, Reinvite
from pulumi_elastic_org.model.comparison import Delta
from pulumi_elastic_org.model.grants import format_grants, restate
from pulumi_elastic_org.model.matching import known_accounts, match_people
from pulumi_elastic_org.model.people import (
    NOTHING_APPLIED,
    Applied,
    Desired,
    Invitation,
    Member,
    Organization,
    check_somebody,
    email_key,
    read_protected,
)
from pulumi_elastic_org.model.printable import shortened
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.plan_log import JudgedPlan

MEMBER = "member"
INVITED = "invited"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Found:
    """One person as they are in the organization.

    Args:
        member: Who belongs; ``None`` for who does not.
        invitation: The open invitation of somebody who does not belong.
        user_id: The account by which the person is known; ``None`` where there is none.
    """

    member: Member | None
    invitation: Invitation | None
    user_id: str | None

    @property
    def roles(self) -> str | None:
        """The roles that the person holds or was invited with, in text form; ``None`` where there is nobody."""
        who = self.member or self.invitation
        return None if who is None else format_grants(who.grants)


def read_applied_person(outputs: Properties) -> Applied:
    """Reads what the last apply left in state about the person.

    Args:
        outputs: The outputs of a resource that declares one person.
    """
    email = str(outputs["email"])
    key = email_key(email)
    user_id = outputs.get("user_id")
    return Applied(
        members={email: restate(str(outputs.get("applied") or ""))},
        user_ids={key: str(user_id)} if user_id else {},
        resends={key: int(outputs.get("resends") or 0)},
        protected=read_protected(outputs),
    )


def find_person(
    email: str, actual: Organization, applied: Applied, changed_accounts: frozenset[str] = frozenset()
) -> Found:
    """Finds the person in the organization, by the account they were last known by, else by address.

    Args:
        email: The address as declared.
        actual: The organization as it is.
        applied: What the last apply left behind.
        changed_accounts: As in `Desired`.
    """
    match = match_people([email], actual, applied, changed_accounts)
    known = known_accounts([email], actual, applied, changed_accounts)
    return Found(match.members.get(email), match.invitations.get(email), known.get(email_key(email)))


def live_outputs(found: Found, now: datetime) -> dict[str, Any]:
    """Returns the outputs that say how the person stands.

    Args:
        found: The person in the organization.
        now: The time by which an invitation is pending or expired.
    """
    if found.member is not None:
        return {"status": MEMBER, "user_id": found.user_id, "expires_at": None}
    if found.invitation is None:
        return {"status": None, "user_id": None, "expires_at": None}
    lapsed = found.invitation.lapsed(now)
    return {
        "status": EXPIRED if lapsed else INVITED,
        "user_id": None,
        "expires_at": found.invitation.expires_at.isoformat(),
    }


class PersonKind(PeopleKind):
    """Makes one person what a resource declares, and leaves everybody else alone."""

    one_person = True
    properties: ClassVar[tuple[Property, ...]] = (
        Property(
            "email",
            Type.TEXT,
            "The person's e-mail address, compared without regard to case. Another address is another person.",
            required=True,
            replaces=True,
            early=True,
        ),
        Property("roles", Type.TEXT, "The roles, in text form.", Where.INPUT, required=True),
        *HOW_PEOPLE_ARE_MANAGED,
        Property(
            "single_sign_on",
            Type.FLAG,
            "Whether an identity provider lets the person in and gives roles at each login.",
            default=False,
            early=True,
        ),
        Property("applied", Type.TEXT, "The roles that were applied last, in text form.", Where.OUTPUT),
        Property("status", Type.TEXT, '``"member"``, ``"invited"`` or ``"expired"``.', Where.OUTPUT),
        Property("user_id", Type.TEXT, "Elastic's id of the account, once the person has accepted.", Where.OUTPUT),
        Property("expires_at", Type.TEXT, "Until when an open invitation can be accepted, or could be.", Where.OUTPUT),
        Property("drift", Type.TEXT, "The roles by hand that the last apply undid.", Where.OUTPUT, internal=True),
        Property("resends", Type.COUNT, "How often the invitation was sent again.", Where.OUTPUT, internal=True),
    )

    @abstractmethod
    def owns_roles(self, *, member: bool) -> bool:
        """Whether this kind of resource cares for the roles of a member, or of somebody who is invited."""

    def id(self, inputs: Properties) -> str:
        return f"{inputs['organization_id']}/{email_key(str(inputs['email']))}"

    def declare(self, inputs: Properties) -> Declaration:
        return read_one_person(inputs)

    def applied(self, outputs: Properties) -> Applied:
        return read_applied_person(outputs)

    def drift(self, olds: Properties, news: Properties, declaration: Declaration, actual: Organization) -> object:
        found = find_person(str(news["email"]), actual, NOTHING_APPLIED)
        known = (restate(str(olds.get("roles"))), news["roles"])
        owned = self.owns_roles(member=found.member is not None) and not self._left_alone(found, news)
        if not olds or not owned or isinstance(news["roles"], Unknown) or found.roles in known:
            return None
        return found.roles or ABSENT

    def makes_another(self, name: str, olds: Properties, news: Properties) -> bool:
        return super().makes_another(name, olds, news) and email_key(str(olds[name])) != email_key(str(news[name]))

    def declares_others(self, olds: Properties, news: Properties, declaration: Declaration, applied: Applied) -> bool:
        return restate(str(olds.get("applied"))) != restate(str(news.get("roles")))

    def manages(self, delta: Delta) -> bool:
        return self.owns_roles(member=isinstance(delta.live, Member))

    def request(self, inputs: Properties, declaration: Declaration, applied: Applied) -> Request:
        return self._request(self.what, declaration.desired, declaration, applied)

    def removal(self, outputs: Properties, in_rosters: frozenset[str]) -> Request:
        declaration = read_one_person({**outputs, "roles": outputs["applied"]})
        return self._request("take out", NOBODY, declaration, read_applied_person(outputs))

    def _request(self, doing: str, desired: Desired, declaration: Declaration, applied: Applied) -> Request:
        return Request(
            f"{doing} {email_key(_email(declaration.desired))}",
            desired,
            applied,
            declaration.guards,
            declaration.expires_in,
            self.manages,
            one_person=True,
        )

    def farewell(self, outputs: Properties, answer: Answer) -> Iterator[str]:
        email = str(outputs["email"])
        if answer.planned.changes:
            yield self.shown(JudgedPlan(answer.planned, Verdict((), ())))
        elif email_key(email) in self.phase.people.claimed:
            yield f"  {email}: stays as declared by another resource"
        elif (member := find_person(email, answer.actual, read_applied_person(outputs)).member) is not None:
            if not member.email and self.owns_roles(member=True):
                raise Failed(
                    f"{email} (user {member.user_id}) is a member of whom Elastic Cloud shows no address, and is left alone: "
                    "remove them in its console, then run again"
                )
            yield f"  {email}: has accepted and stays a member"

    def kept(self, inputs: Properties) -> dict[str, Any]:
        return {**super().kept(inputs), **({"drift": inputs["drift"]} if "drift" in inputs else {})}

    def outputs(self, inputs: Properties, declaration: Declaration, applied: Applied, answer: Answer) -> dict[str, Any]:
        email = str(inputs["email"])
        found = find_person(email, answer.actual, applied, declaration.desired.changed_accounts)
        sent_again = any(isinstance(one, Reinvite) and one.cause is Cause.EXPIRED for one in answer.done)
        # What was declared may not yet be so, but what was given is to be known when the resource is deleted or goes back.
        whole = answer.error is None and not answer.acknowledged
        return {
            **live_outputs(found, now()),
            "applied": inputs["roles"] if whole else found.roles or inputs["roles"],
            "resends": 0 if found.member else applied.resends.get(email_key(email), 0) + sent_again,
        }

    def read(self, id_: str, outputs: Properties) -> State | None:
        outputs = outputs or self.imported(id_)
        found = find_person(str(outputs["email"]), self.phase.organization.read(), read_applied_person(outputs))
        signed_on = self._left_alone(found, outputs)
        if found.roles is None and not signed_on:
            return None
        roles = outputs.get("applied", found.roles)
        if self.owns_roles(member=found.member is not None) and not signed_on and found.roles != restate(str(roles)):
            roles = found.roles
        seen = {"applied": roles, **outputs, **live_outputs(found, now())}
        return State(id_, seen, {**self.kept(outputs), "roles": roles})

    def _left_alone(self, found: Found, properties: Properties) -> bool:
        """Whether an identity provider gives the person's roles, by what the program or a role mapping says."""
        mapped = found.member is not None and bool(self.signed_on(properties)([found.member]))
        return bool(properties.get("single_sign_on")) or mapped

    def imported(self, id_: str) -> dict[str, Any]:
        organization_id, _, email = id_.partition("/")
        try:
            check_somebody(email)
        except ValueError as error:
            raise Failed(
                f"a {self.what} is imported by ORGANIZATION_ID/ADDRESS, such as 2871506934/bea@acme.example, not by "
                f"{shortened(id_)!r}: {error}"
            ) from None
        return {"organization_id": organization_id, "email": email}

    def unforeseen(self, desired: Desired, invited: Collection[str], found: Properties) -> dict[str, Any]:
        return {"status": INVITED, "expires_at": UNKNOWN} if invited else {}


def _email(desired: Desired) -> str:
    [email] = desired.people or desired.undetermined
    return email
