"""Members are found by address or user id, and an address that several accounts have finds nobody."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.cloud.errors import PersonUnclear
from pulumi_elastic_org.cloud.organizations import Members
from pulumi_elastic_org.model.people import Member

ADA, OTHER, BOB = (
    Member(f"u{number}", email, frozenset()) for number, email in enumerate(["ada@x.io", "ADA@x.io", "bob@x.io"])
)
MEMBERS = Members((ADA, OTHER, BOB), roles_shown=True)


@pytest.mark.parametrize(("person", "found"), [("Bob@X.io", BOB), ("u1", OTHER), ("cy@x.io", None), ("u9", None)])
def test_a_member_is_found_by_address_in_any_spelling_or_by_user_id(person: str, found: Member | None) -> None:
    assert MEMBERS.find(person) is found


def test_an_address_that_several_accounts_have_is_refused_naming_them() -> None:
    with pytest.raises(
        PersonUnclear, match=r"ada@x.io may be any of several accounts \(u0, u1\): name the person by the user id"
    ):
        MEMBERS.find("ada@x.io")
