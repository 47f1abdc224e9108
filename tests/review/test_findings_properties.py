"""Whatever is done by hand is found, and nothing else: measured by a model of an organization as plain as can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_elastic_org.model.comparison import compare
from pulumi_elastic_org.model.people import Applied, Invitation, Member, Organization
from pulumi_elastic_org.review.findings import find_differences
from pulumi_elastic_org.review.model import Kind
from tests.support.builders import NOW, desired, invitation, lapsed, member, user_id

ROLES = ("no roles", "billing-admin", "deployment-editor on a", "deployment-editor on a, b", "organization-admin")
PEOPLE = tuple(f"{name}@acme.io" for name in "abcdefgh")


@dataclass(frozen=True)
class Person:
    """How somebody stands."""

    standing: Literal["member", "pending", "expired"]
    roles: str


People = dict[str, Person]
Act = tuple[str, str, str]

_roles = st.sampled_from(ROLES)
_acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "invite", "remove", "change roles", "accept", "expire"]),
        st.sampled_from(PEOPLE),
        _roles,
    ),
    max_size=12,
)
_organizations = st.dictionaries(
    st.sampled_from(PEOPLE), st.builds(Person, st.sampled_from(["member", "pending"]), _roles), max_size=6
)


def by_hand(people: People, act: Act) -> People:
    """What the organization is after somebody did something in the console, or the clock did."""
    what, email, roles = act
    person = people.get(email)
    pending = person is not None and person.standing == "pending"
    expired = person is not None and person.standing == "expired"
    now: Person | None = person
    if what == "add":
        now = Person("member", roles)
    elif what == "invite" and (person is None or expired):
        now = Person("pending", roles)
    elif what == "remove":
        now = None
    elif what == "change roles" and person is not None and not expired:
        now = replace(person, roles=roles)
    elif what == "accept" and person is not None and pending:
        now = replace(person, standing="member")
    elif what == "expire" and person is not None and pending:
        now = replace(person, standing="expired")
    others = {other: one for other, one in people.items() if other != email}
    return others if now is None else {**others, email: now}


def expected(before: People, after: People, *, authoritative: bool) -> set[tuple[str, Kind]]:
    """What differs between the two, by whoever knows both."""
    kinds = set()
    for email in {*before, *after}:
        was, now = before.get(email), after.get(email)
        if was is None:
            if authoritative:
                kinds.add((email, Kind.ADDED))
        elif now is None:
            kinds.add((email, Kind.REMOVED if was.standing == "member" else Kind.INVITATION_LOST))
        elif now.standing == "expired":
            kinds.add((email, Kind.INVITATION_LOST))
        elif now.roles != was.roles:
            kinds.add((email, Kind.ROLES_CHANGED))
    return kinds


def as_organization(people: People) -> Organization:
    def live(email: str, person: Person) -> Member | Invitation:
        if person.standing == "member":
            return member(email, person.roles)
        return (lapsed if person.standing == "expired" else invitation)(email, person.roles)

    return organization_of([live(email, person) for email, person in people.items()])


def organization_of(people: list[Member | Invitation]) -> Organization:
    return Organization(
        "acme",
        tuple(one for one in people if isinstance(one, Member)),
        tuple(one for one in people if isinstance(one, Invitation)),
    )


@settings(max_examples=1000, deadline=None)
@given(_organizations, _acts, st.booleans())
def test_every_change_by_hand_is_found_and_none_is_invented(
    before: People, acts: list[Act], authoritative: bool
) -> None:
    declared = {email: person.roles for email, person in before.items()}
    accepted = {email: user_id(email) for email, person in before.items() if person.standing == "member"}
    after = before
    for act in acts:
        after = by_hand(after, act)

    wanted = desired(declared, authoritative=authoritative)
    found = find_differences(compare(wanted, as_organization(after), NOW, Applied(declared, accepted)))

    assert {(one.person, one.kind) for one in found} == expected(before, after, authoritative=authoritative)
    assert len(found) == len({one.person for one in found})
    for one in found:
        was, now = before.get(one.person or ""), after.get(one.person or "")
        assert one.before == (was.roles if was else None)
        assert one.after == (now.roles if now and (one.kind is Kind.ADDED or now.standing != "expired") else None)


@given(_organizations, _organizations)
def test_what_only_the_code_changes_is_never_said_to_be_done_by_hand(live: People, declared: People) -> None:
    applied = {email: person.roles for email, person in live.items()}
    accepted = {email: user_id(email) for email, person in live.items() if person.standing == "member"}
    wanted = {email: person.roles for email, person in declared.items()}

    found = find_differences(compare(desired(wanted), as_organization(live), NOW, Applied(applied, accepted)))

    assert not any(one.by_hand for one in found)
    assert {one.person for one in found} == {
        email for email in {*applied, *wanted} if applied.get(email) != wanted.get(email)
    }
