"""Random organizations: every kind of role assignment that the API allows, and names that nobody would choose."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import DEPLOYMENT, KNOWN_ROLES, ORGANIZATION, PROJECT_TYPES, Grant, Grants
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner
from pulumi_elastic_org.model.people import Invitation, Member, Organization
from tests.support.builders import NOW

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
IDS = st.integers(0, 40).map(lambda number: f"{number:032x}") | st.text("abz059", min_size=1, max_size=4)
NEW_TYPES = ("chat", "vector store", "on")
NAMES = st.sampled_from(["search", "Search production", "Suche Köln", "all", "on", "日本", "a" * 80, "0" * 32]) | TEXTS


def _roles(scope: str) -> st.SearchStrategy[str]:
    known = KNOWN_ROLES.get(scope, (f"{scope}-viewer",))
    return st.sampled_from([*known, f"{scope}-night watch", "custom", f"{scope}-{scope}-x"]) | TEXTS


@st.composite
def held_roles(draw: st.DrawFn) -> Grants:
    """What one person may hold: a role is for all or for named targets, each target with its own application roles."""
    grants: set[Grant] = set()
    for scope in draw(st.lists(st.sampled_from([ORGANIZATION, DEPLOYMENT, *PROJECT_TYPES, *NEW_TYPES]), max_size=3)):
        role_id = draw(_roles(scope))
        if any((one.scope, one.role_id) == (scope, role_id) for one in grants):
            continue
        inside = st.none() | st.lists(TEXTS, max_size=2).map(lambda names: tuple(sorted(set(names))))
        if scope == ORGANIZATION:
            grants.add(Grant(scope, role_id, None, draw(inside)))
            continue
        targets = draw(st.just([None]) | st.lists(IDS, min_size=1, max_size=4, unique=True))
        grants |= {Grant(scope, role_id, target, draw(inside)) for target in targets}
    return frozenset(grants)


EMAILS = st.builds(
    lambda name, domain: f"{name}@{domain}",
    st.text("abcdef'&*!%#{}-?|`=~ßñ日", min_size=1, max_size=6) | st.sampled_from(["null", "true", "-", "0x1", "a.b"]),
    st.sampled_from(["acme.io", "ACME.io", "münchen.example"]),
)


@st.composite
def organizations(draw: st.DrawFn, *, expired: bool = True) -> Organization:
    """An organization of up to 25 people, many of whom hold the same roles."""
    common = draw(st.lists(held_roles(), min_size=1, max_size=5))
    held = st.sampled_from(common) | held_roles()
    emails = draw(st.lists(EMAILS, max_size=25, unique_by=str.lower))
    members, invitations = [], []
    for index, email in enumerate(emails):
        life = draw(st.sampled_from([None, None, None, 10, -10] if expired else [None, None, None, 10]))
        if life is None:
            unmodelled = draw(st.sampled_from([{}, {}, {"platform": [{"role_id": "x"}]}]))
            shown = draw(st.sampled_from([email, email, email, email, None]))
            members.append(Member(f"user-{index}", shown, draw(held), unmodelled))
        else:
            ends = NOW + timedelta(hours=life)
            sent = ends - timedelta(hours=72)
            invitations.append(Invitation(f"token-{index}", email, draw(held), sent, ends, expired=life < 0))
    return Organization("4242", tuple(members), tuple(invitations))


@st.composite
def resources(draw: st.DrawFn) -> list[CloudResource]:
    """Deployments and projects, with owners and without."""
    owners = st.sampled_from(
        [(), (Owner("user-0", Evidence.CREATED_BY),), (Owner("gone@acme.io\n", Evidence.TAG),)],
    )
    ids = draw(st.lists(IDS, max_size=12, unique=True))
    kinds = st.sampled_from([DEPLOYMENT, *PROJECT_TYPES])
    return [CloudResource(draw(kinds), id_, draw(NAMES), draw(owners)) for id_ in ids]
