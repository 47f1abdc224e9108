"""People whom an identity provider lets in and gives roles are information, never drift."""

from __future__ import annotations

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ADA = "ada@acme.example"
MARK = f"single_sign_on=['{ADA.title()}']"

IN_A_ROSTER = (
    f"elastic.Roster('acme', members={{'{ADMIN}': ['organization-admin'], '{SECOND_ADMIN}': ['organization-admin'], "
    f"'{ADA}': ['billing-admin']}}, mode='authoritative', single_sign_on=['{ADA.title()}'])\n"
)
IN_A_FILE = "elastic.Roster.from_file('acme', 'roster.yaml')\n"
IN_A_MEMBER = f"elastic.Member('ada', '{ADA}', ['billing-admin'], single_sign_on=True)\n"
FILE = f"""
mode: authoritative
members:
  {ADMIN}: [organization-admin]
  {SECOND_ADMIN}: [organization-admin]
  {ADA}: [billing-admin]
single_sign_on: [{ADA}]
"""


@pytest.mark.parametrize("program", [IN_A_ROSTER, IN_A_FILE, IN_A_MEMBER], ids=["roster", "file", "member"])
def test_their_roles_are_information_and_never_drift(stack: Stack, acme: Acme, program: str) -> None:
    (stack.directory / "roster.yaml").write_text(FILE)
    stack.program(program)
    result = stack.apply()
    assert f"{ADA}: joins at the first login by single sign-on" in text(result)
    assert acme.invited() == set()
    acme.join(ADA, organization=[{"role_id": "organization-admin"}])
    result = stack.preview()
    assert not result.has_changes
    assert f"{ADA}: holds organization-admin by single sign-on where billing-admin is declared: left alone" in text(
        result
    )
    assert not stack.refresh(preview_only=True).has_changes
    stack.apply()
    assert acme.people()[ADA]["organization"][0]["role_id"] == "organization-admin"


def test_who_is_taken_out_of_the_code_is_removed(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.roster({ADA: []}, extra=MARK)
    stack.apply()
    stack.roster({})
    stack.apply()
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN}


def test_a_mark_on_nobody_is_a_mistake(stack: Stack) -> None:
    stack.roster({}, extra=MARK)
    result = stack.preview()
    assert not result.succeeded
    assert f"single_sign_on: {ADA.title()} is not among the members" in text(result)
