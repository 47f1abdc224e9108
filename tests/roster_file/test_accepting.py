"""A roster file is edited so that it says what somebody holds: nothing else in it changes, and nobody else's access."""

from __future__ import annotations

from datetime import date

import pytest

from pulumi_elastic_org.model.grants import Grants, parse_grants
from pulumi_elastic_org.roster_file.accepting import NotAcceptable, accepted, origins
from pulumi_elastic_org.roster_file.reading import RosterFileError, parse_rosters

SEARCH = "1a" * 16
FILE = f"""\
# The people of acme.
mode: authoritative

targets:
  search: {SEARCH}  # Ada's
bundles:
  support: [deployment-viewer on search]
groups:
  soc:
    roles: [security-t1-analyst on all]
    members:
      - ada@acme.io
      - bob@acme.io    # since May
  viewers:
    roles: [support]
    members: [bob@acme.io, cy@acme.io]
members:
  ada@acme.io: [organization-admin]  # the founder
  bob@acme.io: [billing-admin]
  di@acme.io: {{roles: [billing-admin], until: 2027-01-31}}
  eve@acme.io:
    - billing-admin
    - deployment-editor on search
single_sign_on: [cy@acme.io]
"""


def grants(*texts: str) -> Grants:
    return frozenset().union(*map(parse_grants, texts)) if texts else frozenset()


def changed(person: str, live: Grants | None, text: str = FILE) -> dict[str, str]:
    """The lines that go, marked by -, and those that come, marked by +, as `was` to `is`."""
    after = accepted({"roster.yaml": text}, person, live).get("roster.yaml", text)
    before, now = text.splitlines(), after.splitlines()
    return {
        "-": "\n".join(line for line in before if line not in now),
        "+": "\n".join(line for line in now if line not in before),
    }


@pytest.mark.parametrize(
    ("person", "live", "gone", "come"),
    [
        pytest.param("ada@acme.io", grants("security-t1-analyst on all", "organization-admin"), "", "", id="as it is"),
        pytest.param(
            "ada@acme.io",
            grants("security-t1-analyst on all"),
            "  ada@acme.io: [organization-admin]  # the founder",
            "",
            id="a line that a group makes needless goes",
        ),
        pytest.param(
            "bob@acme.io",
            grants("billing-admin", f"deployment-viewer on {SEARCH}"),
            "      - bob@acme.io    # since May",
            "",
            id="a group that gives more is left, one that does not is kept",
        ),
        pytest.param(
            "Bob@acme.io",
            grants(f"deployment-editor on {SEARCH}"),
            "      - bob@acme.io    # since May\n    members: [bob@acme.io, cy@acme.io]\n  bob@acme.io: [billing-admin]",
            "    members: [cy@acme.io]\n  bob@acme.io: [deployment-editor on search]",
            id="targets by the names of the file",
        ),
        pytest.param(
            "cy@acme.io",
            None,
            "    members: [bob@acme.io, cy@acme.io]\nsingle_sign_on: [cy@acme.io]",
            "    members: [bob@acme.io]\nsingle_sign_on: []",
            id="who is gone is gone everywhere",
        ),
        pytest.param(
            "eve@acme.io",
            None,
            "  eve@acme.io:\n    - billing-admin\n    - deployment-editor on search",
            "",
            id="a list of lines goes as a whole",
        ),
        pytest.param(
            "di@acme.io",
            grants("organization-admin"),
            "  di@acme.io: {roles: [billing-admin], until: 2027-01-31}",
            "  di@acme.io: {roles: [organization-admin], until: 2027-01-31}",
            id="a last day stays",
        ),
        pytest.param(
            "eve@acme.io",
            grants("billing-admin", "organization-admin"),
            "    - deployment-editor on search",
            "    - organization-admin",
            id="a list of lines stays one",
        ),
        pytest.param(
            "eve@acme.io",
            grants(),
            "    - billing-admin\n    - deployment-editor on search",
            "    []",
            id="nothing is said as nothing",
        ),
        pytest.param(
            "new@acme.io",
            grants("deployment-viewer on all"),
            "",
            "  new@acme.io: [deployment-viewer on all]",
            id="a stranger gets a line",
        ),
    ],
)
def test_the_file_says_what_is_live(person: str, live: Grants | None, gone: str, come: str) -> None:
    assert changed(person, live) == {"-": gone, "+": come}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mode: additive\n", "mode: additive\nmembers:\n  new@acme.io: [billing-admin]\n"),
        ("mode: additive\nmembers:\n", "mode: additive\nmembers:\n  new@acme.io: [billing-admin]\n"),
        ("mode: additive\nmembers: {}", "mode: additive\nmembers: {new@acme.io: [billing-admin]}"),
        ("{mode: additive}", "{mode: additive, members: {new@acme.io: [billing-admin]}}"),
        (
            "mode: additive\nmembers: {a@b.io: []}\n",
            "mode: additive\nmembers: {a@b.io: [], new@acme.io: [billing-admin]}\n",
        ),
    ],
)
def test_a_line_fits_into_the_style_of_the_file(before: str, after: str) -> None:
    assert accepted({"r": before}, "new@acme.io", grants("billing-admin")) == {"r": after}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mode: additive\nmembers: {ada@b.io: [], bob@b.io: []}\n", "mode: additive\nmembers: {bob@b.io: []}\n"),
        ("mode: additive\nmembers:\n  ada@b.io: []\n", "mode: additive\nmembers:\n  {}\n"),
        (
            "mode: additive\ngroups:\n  g:\n    members:\n      - ada@b.io\n",
            "mode: additive\ngroups:\n  g:\n    members:\n      []\n",
        ),
        (
            "mode: additive\nmembers:\n  bob@b.io: []\n  ada@b.io: []",
            "mode: additive\nmembers:\n  bob@b.io: []\n",
        ),
    ],
)
def test_who_is_gone_leaves_a_file_in_its_own_style(before: str, after: str) -> None:
    assert accepted({"r": before}, "ada@b.io", None) == {"r": after}


def test_a_last_day_without_roles_gets_them() -> None:
    before = "mode: additive\nmembers:\n  ada@b.io: {until: 2027-01-31}\n  bob@b.io:\n    until: 2027-01-31\n"
    after = accepted({"r": before}, "ada@b.io", grants("billing-admin"))["r"]
    assert "  ada@b.io: {until: 2027-01-31, roles: [billing-admin]}\n" in after
    after = accepted({"r": before}, "bob@b.io", grants("billing-admin"))["r"]
    assert "  bob@b.io:\n    until: 2027-01-31\n    roles: [billing-admin]\n" in after


def test_each_file_keeps_its_own() -> None:
    texts = {
        "main.yaml": "mode: authoritative\ngroups:\n  g: {roles: [billing-admin], members: [ada@b.io, bob@b.io]}\n",
        "team.yaml": "members:\n  bob@b.io: []\n",
    }
    edited = accepted(texts, "ada@b.io", grants("organization-admin"))
    assert edited == {
        "main.yaml": "mode: authoritative\ngroups:\n  g: {roles: [billing-admin], members: [bob@b.io]}\n",
        "team.yaml": "members:\n  bob@b.io: []\n  ada@b.io: [organization-admin]\n",
    }


def test_what_only_a_run_looks_up_is_edited_by_hand() -> None:
    text = "mode: additive\ntargets: {logs: {name: Logs}}\nmembers: {ada@b.io: [deployment-viewer on logs]}\n"
    with pytest.raises(NotAcceptable, match=r"ada@b\.io has roles on logs, whose id only a run looks up"):
        accepted({"r": text}, "ada@b.io", grants("billing-admin"))
    bound = "mode: additive\nmembers: {ada@b.io: [deployment-viewer on blue]}\n"
    with pytest.raises(NotAcceptable, match="blue"):
        accepted({"r": bound}, "ada@b.io", grants("billing-admin"), ["blue"])
    assert accepted({"r": text}, "ada@b.io", None) == {
        "r": "mode: additive\ntargets: {logs: {name: Logs}}\nmembers: {}\n"
    }


def test_what_is_shared_with_somebody_else_is_edited_by_hand() -> None:
    text = "mode: additive\nmembers:\n  ada@b.io: &both [billing-admin]\n  bob@b.io: *both\n"
    with pytest.raises(NotAcceptable, match="without what it says of somebody else"):
        accepted({"r": text}, "ada@b.io", grants("organization-admin"))
    with pytest.raises(NotAcceptable, match="without what it says of somebody else"):
        accepted({"r": text}, "ada@b.io", None)


def test_files_with_mistakes_are_not_edited() -> None:
    with pytest.raises(RosterFileError):
        accepted({"r": "mode: maybe\n"}, "ada@b.io", None)


def test_the_edited_file_is_valid_and_says_it() -> None:
    live = grants("organization-admin", f"deployment-viewer on {SEARCH}")
    after = accepted({"roster.yaml": FILE}, "bob@acme.io", live)
    assert parse_rosters(after).people["bob@acme.io"] == live


@pytest.mark.parametrize(
    ("live", "come"),
    [
        (grants("billing-admin"), "  di@acme.io: [billing-admin]"),
        (grants("organization-admin"), "  di@acme.io: [organization-admin]"),
    ],
)
def test_a_last_day_that_has_passed_goes(live: Grants, come: str) -> None:
    after = accepted({"r": FILE}, "di@acme.io", live, today=date(2027, 2, 1))["r"]
    assert [line for line in after.splitlines() if line not in FILE.splitlines()] == [come]
    assert parse_rosters({"r": after}).until == {}


def test_what_gives_each_role_is_told() -> None:
    text = FILE.replace("bob@acme.io: [billing-admin]", "bob@acme.io: [billing-admin, organization-admin, support]")
    assert origins({"r": text}, "Bob@acme.io") == {
        "group soc": grants("security-t1-analyst on all"),
        "group viewers": grants(f"deployment-viewer on {SEARCH}"),
        "their own line": grants("billing-admin", "organization-admin"),
        "bundle support, on their own line": grants(f"deployment-viewer on {SEARCH}"),
    }
    assert origins({"r": text}, "nobody@acme.io") == {}
