"""Whether a person may leave an organization: the preconditions of Elastic's guide "Join or leave an organization". Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pulumi_elastic_org.cloud.bills import Bills
from pulumi_elastic_org.model.changes import Plan, RemoveMember
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import Guard, LastAdmin, OwnsResources, SoleMemberLeaves, judge
from pulumi_elastic_org.model.matching import headcount
from pulumi_elastic_org.model.ownership import CloudResource, Ownership
from pulumi_elastic_org.model.people import Member, Organization
from pulumi_elastic_org.model.verdicts import Situation, Verdict, Violation, reasons


@dataclass(frozen=True, slots=True)
class Departure:
    """A person who would leave, and everything that decides whether they may.

    Args:
        organization_id: Which organization.
        member: Who would leave.
        sole: Whether nobody would stay.
        verdict: What the guards say.
        without_owner: Deployments and projects that nobody here is known to own, and so perhaps this person.
        sees_everything: Whether the key sees every role, and so surely every deployment and project.
        bills: For a sole member, what is shown of the organization's bills.
    """

    organization_id: str
    member: Member
    sole: bool
    verdict: Verdict
    without_owner: tuple[CloudResource, ...]
    sees_everything: bool
    bills: Bills | None = None

    @property
    def person(self) -> str:
        """What the person is called."""
        return display_name(self.member)

    @property
    def change(self) -> RemoveMember:
        """What would be done."""
        return leaving(self.member)

    @property
    def allowed(self) -> bool:
        """Whether every precondition is met."""
        return not self.verdict.violations


class AdminsUnseen(Guard):
    """A key that is shown nobody's roles cannot show that another administrator stays."""

    name = LastAdmin.name

    def violations(self, situation: Situation) -> Iterator[Violation]:
        for change in situation.plan.changes:
            yield self.refuse(
                change.person,
                "may be the last administrator: the API key is shown nobody's roles",
                "Let an administrator do it with their key",
            )


def judge_departure(
    member: Member,
    organization: Organization,
    owned: Ownership,
    settings: Guards,
    now: datetime,
    *,
    roles_known: bool,
) -> Verdict:
    """Runs the guards that stand for the guide's preconditions.

    Args:
        member: Who would leave.
        organization: As it is.
        owned: Who owns which active deployment or project.
        settings: What the guards allow, with the word on bills and overrides.
        now: The time, with a time zone.
        roles_known: Whether it is known who is an administrator.
    """
    plan = Plan(organization.id, (leaving(member),), (), now, headcount(organization, now))
    return judge(Situation(plan, organization, settings, None, owned), _guards(organization, roles_known))


def _guards(organization: Organization, roles_known: bool) -> tuple[Guard, ...]:
    if len(organization.members) == 1:
        return (SoleMemberLeaves(),)  # it asks for everything to be deleted: there is nobody to hand anything over to
    return (OwnsResources(), LastAdmin() if roles_known else AdminsUnseen())


def leaving(member: Member) -> RemoveMember:
    """Returns the end of somebody's membership as a change."""
    return RemoveMember(display_name(member), member.user_id, member.grants, managed=True)


def display_name(member: Member) -> str:
    """Returns the e-mail address of a member, else the user id."""
    return member.email or f"user {member.user_id}"


def departure_lines(departure: Departure) -> Iterator[str]:
    """Yields whether a person may leave, every reason against it with what to do, and every figure.

    Args:
        departure: The person and what was found.
    """
    of = f"organization {departure.organization_id}"
    if departure.allowed:
        alone = ", whose only member they are" if departure.sole else ""
        yield f"{departure.person} may leave {of}{alone}"
    else:
        yield f"{departure.person} may not leave {of}; {reasons(departure.verdict)}"
        if guards := dict.fromkeys(one.guard for one in departure.verdict.violations if one.overridable):
            options = " ".join(f"--override {guard}" for guard in guards)
            yield f"To let them past: {options} --reason TEXT; in a program, an override of the InvitationAcceptance"
    for waiver in departure.verdict.waivers:
        yield f"  ! {waiver}"
    if departure.without_owner and not departure.sole:
        listed = ", ".join(map(str, departure.without_owner))
        yield f"  ! without a known owner: {listed}: see that none of it is {departure.person}'s"
    if not departure.sees_everything:
        yield "  ! checked with a key that may not see every deployment and project of the organization"
    if departure.bills is not None:
        yield from (f"  ! {line}" for line in departure.bills.lines())
