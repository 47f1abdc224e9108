"""Whoever lives in the organization can be declared, also under an address at which nobody would be invited."""

from __future__ import annotations

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

DOTS, QUOTED = "first..last@docomo.example", '"a:b"@acme.example'


def roster_file(stack: Stack, *people: str) -> None:
    """A roster file with both administrators and these people."""
    lines = "".join(f"  '{email}': [billing-admin]\n" for email in people)
    (stack.directory / "roster.yaml").write_text(
        f"mode: authoritative\nmembers:\n  {ADMIN}: [organization-admin]\n  {SECOND_ADMIN}: [organization-admin]\n{lines}"
    )
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")


def declare(stack: Stack, by: str, *people: str) -> None:
    """A program that declares these people."""
    if by == "file":
        roster_file(stack, *people)
    elif by == "program":
        stack.roster({email: ["billing-admin"] for email in people})
    else:
        stack.program("".join(f"elastic.Member({email!r}, {email!r}, ['billing-admin'])\n" for email in people))


@pytest.mark.parametrize("by", ["file", "program", "member"])
def test_a_member_with_an_odd_address_is_kept_and_their_roles_are_changed(stack: Stack, acme: Acme, by: str) -> None:
    for email in (DOTS, QUOTED):
        acme.join(email)
    declare(stack, by, DOTS, QUOTED)
    stack.apply()
    assert [role["role_id"] for role in acme.people()[DOTS]["organization"]] == ["billing-admin"]
    assert [role["role_id"] for role in acme.people()[QUOTED]["organization"]] == ["billing-admin"]
    assert not stack.preview().has_changes
    assert not stack.refresh(preview_only=True).has_changes


@pytest.mark.parametrize("by", ["file", "program", "member"])
def test_nobody_new_is_invited_at_an_odd_address(stack: Stack, acme: Acme, by: str) -> None:
    declare(stack, by, DOTS)
    for run in (stack.preview, stack.up):
        result = run()
        assert not result.succeeded
        assert f"{DOTS}: is neither a member nor invited, and is not an e-mail address: 'first..last' begins" in text(
            result
        )
    assert acme.invited() == set()
