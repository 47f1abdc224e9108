"""`elastic-org whoami`, and errors that name the organizations which the key sees."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cli import main

MARTA, TOMASZ = "marta.lindqvist@acme.example", "tomasz.wieczorek@acme.example"


def call(emulator: Emulator, *arguments: str, **environment: str) -> Result:
    given = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": "demo-admin-key", **environment}
    return CliRunner().invoke(main, arguments, env=given)


def test_it_says_whose_key_it_is_with_which_roles_in_which_organization(emulator: Emulator) -> None:
    result = call(emulator, "whoami", EC_API_KEY_USER=MARTA)
    assert (result.exit_code, result.stdout) == (
        0,
        f"  endpoint       {emulator.endpoint}\n"
        "  until          Elastic Cloud names no end\n"
        f"  whose          {MARTA}, as EC_API_KEY_USER says\n"
        "  roles          organization-admin\n"
        "  organizations  2871506934 (acme)\n"
        "  sees roles     everybody's\n",
    )


def test_a_key_that_is_not_utf_8_is_told_as_a_wrong_key_and_not_shown(emulator: Emulator) -> None:
    result = call(emulator, "whoami", EC_API_KEY="k\udce9y")
    assert "the API key contains a space, a quote, a line break or another character that no key has" in result.stderr
    assert "dce9" not in result.stderr


def test_what_nobody_said_is_not_made_up(emulator: Emulator) -> None:
    said = call(emulator, "whoami").stdout
    assert "not said: Elastic Cloud does not tell." in said
    assert MARTA in said
    assert "Set EC_API_KEY_USER to your e-mail address" in " ".join(said.split())


def test_somebody_who_is_no_member_is_told(emulator: Emulator) -> None:
    said = call(emulator, "whoami", EC_API_KEY_USER="nobody@acme.example").stdout
    assert "nobody@acme.example, who is not seen among the members" in said


def test_a_key_that_sees_no_roles_is_told_what_a_roster_needs(emulator: Emulator) -> None:
    emulator.switches.hide_role_assignments = True
    said = call(emulator, "whoami", EC_API_KEY_USER=MARTA).stdout
    assert "nobody's: a roster needs the key of an organization owner" in said
    assert "organization-admin" not in said


def test_a_program_gets_the_same(emulator: Emulator) -> None:
    document = json.loads(call(emulator, "whoami", "--json", EC_API_KEY_USER=MARTA).stdout)
    assert document["user"] == {"user_id": "3100000001", "email": MARTA, "roles": "organization-admin"}
    assert document["organizations"] == [{"id": "2871506934", "name": "acme"}]
    assert document["sees_roles"] is True


def test_an_organization_that_the_key_does_not_see_is_no_end_of_the_answer(emulator: Emulator) -> None:
    said = call(emulator, "whoami", EC_ORGANIZATION_ID="2871507001").stdout
    assert "2871506934 (acme)" in said


@pytest.mark.parametrize("organization", ["2871507001", "999"])
def test_an_error_about_an_organization_names_those_that_the_key_sees(emulator: Emulator, organization: str) -> None:
    refused = call(emulator, "owners", EC_ORGANIZATION_ID=organization)
    assert refused.exit_code == 1
    assert "The API key sees 2871506934 (acme)." in refused.stderr
