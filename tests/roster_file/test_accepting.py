"""A roster file is edited so that it says what somebody holds: nothing else in it changes, and nobody else's access."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ADA, ROLES = "ada@b.io", ("billing-admin", "deployment-editor on all")
LISTS = {
    "each on a line of its own": (
        "\n    - billing-admin  # until the audit is over\n    # the cluster\n    - deployment-editor on all  # hers",
        "\n    - billing-admin  # until the audit is over\n    # the cluster\n    - organization-admin",
        "\n    - organization-admin\n    # the cluster\n    - deployment-editor on all  # hers",
        "\n    - billing-admin  # until the audit is over\n    # the cluster\n    - deployment-editor on all  # hers"
        "\n    - organization-admin",
        "\n    - billing-admin  # until the audit is over\n    # the cluster",
        "\n    # the cluster\n    - deployment-editor on all  # hers",
        "\n    []",
    ),
    "in brackets over lines": (
        " [\n    billing-admin,  # until the audit is over\n    deployment-editor on all  # hers\n  ]",
        " [\n    billing-admin,  # until the audit is over\n    organization-admin\n  ]",
        " [\n    organization-admin,\n    deployment-editor on all  # hers\n  ]",
        " [\n    billing-admin,  # until the audit is over\n    deployment-editor on all,  # hers\n    organization-admin\n  ]",
        " [\n    billing-admin  # until the audit is over\n  ]",
        " [\n    deployment-editor on all  # hers\n  ]",
        " []",
    ),
    "with a comma behind the last": (
        " [\n    billing-admin,\n    deployment-editor on all,  # hers\n  ]",
        " [\n    billing-admin,\n    organization-admin,\n  ]",
        " [\n    organization-admin,\n    deployment-editor on all,  # hers\n  ]",
        " [\n    billing-admin,\n    deployment-editor on all,  # hers\n    organization-admin,\n  ]",
        " [\n    billing-admin,\n  ]",
        " [\n    deployment-editor on all,  # hers\n  ]",
        " []",
    ),
    "from the bracket on": (
        " [billing-admin,  # until the audit is over\n    deployment-editor on all]  # hers",
        " [billing-admin,  # until the audit is over\n    organization-admin]  # hers",
        " [organization-admin,\n    deployment-editor on all]  # hers",
        " [billing-admin,  # until the audit is over\n    deployment-editor on all, organization-admin]  # hers",
        " [billing-admin  # until the audit is over\n    ]  # hers",
        " [\n    deployment-editor on all]  # hers",
        " []  # hers",
    ),
    "on one line": (
        " &of_ada [billing-admin, deployment-editor on all]  # hers",
        " &of_ada [billing-admin, organization-admin]  # hers",
        " &of_ada [organization-admin, deployment-editor on all]  # hers",
        " &of_ada [billing-admin, deployment-editor on all, organization-admin]  # hers",
        " &of_ada [billing-admin]  # hers",
        " &of_ada [deployment-editor on all]  # hers",
        " &of_ada []  # hers",
    ),
}
HELD = (
    ("billing-admin", "organization-admin"),
    ("deployment-editor on all", "organization-admin"),
    (*ROLES, "organization-admin"),
    ("billing-admin",),
    ("deployment-editor on all",),
    (),
)


@pytest.mark.parametrize(
    ("before", "held", "after"),
    [(before, held, one) for before, *after in LISTS.values() for held, one in zip(HELD, after, strict=True)],
)
def test_an_entry_goes_with_its_comment_and_every_other_one_keeps_its_own(
    before: str, held: tuple[str, ...], after: str
) -> None:
    text = "mode: additive\nmembers:\n  ada@b.io:{}\n  bob@b.io: []  # bob's\n"
    assert accepted({"r": text.format(before)}, ADA, grants(*held)) == {"r": text.format(after)}


def test_several_entries_go_and_several_come() -> None:
    text = "mode: additive\nmembers:\n  ada@b.io: {}\n"
    held = grants("organization-admin", "deployment-viewer on all")
    for before, after in (
        ("[billing-admin, deployment-editor on all]", "[deployment-viewer on all, organization-admin]"),
        (
            "[\n    billing-admin,  # a\n    deployment-editor on all  # b\n  ]",
            "[\n    deployment-viewer on all,\n    organization-admin\n  ]",
        ),
        (
            "\n    - billing-admin  # a\n    - deployment-editor on all  # b",
            "\n    - deployment-viewer on all\n    - organization-admin",
        ),
        ("[]", "[deployment-viewer on all, organization-admin]"),
        (
            "[\n    deployment-viewer on all\n  ]",
            "[\n    deployment-viewer on all,\n    organization-admin\n  ]",
        ),
    ):
        assert accepted({"r": text.format(before)}, ADA, held) == {"r": text.format(after)}


PEOPLE = "mode: additive\ngroups:\n  g:\n    roles: [billing-admin]\n    members: {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[\n      bob@b.io,  # bob's\n      ada@b.io   # ada's\n    ]",
            "[\n      bob@b.io  # bob's\n    ]",
        ),
        ("[bob@b.io, ada@b.io, Ada@b.io]", "[bob@b.io]"),
        ("[ada@b.io, bob@b.io, Ada@b.io]", "[bob@b.io]"),
        ("[ada@b.io, bob@b.io,  # both\n      cy@b.io]", "[bob@b.io,  # both\n      cy@b.io]"),
        ("[bob@b.io, ada@b.io,  # both\n      cy@b.io]", "[bob@b.io,   # both\n      cy@b.io]"),
        ("[bob@b.io\n      , ada@b.io\n      , cy@b.io]", "[bob@b.io\n      , \n      cy@b.io]"),
        ("[\n      ada@b.io  # ada's\n    ]", "[]"),
        (
            "\n      - bob@b.io  # bob's\n      - ada@b.io  # ada's\n      # the end",
            "\n      - bob@b.io  # bob's\n      # the end",
        ),
        ("\n      - ada@b.io  # ada's", "\n      []"),
    ],
)
def test_who_leaves_a_group_takes_no_comment_on_others_along_and_leaves_none(before: str, after: str) -> None:
    assert accepted({"r": PEOPLE.format(before)}, ADA, None) == {"r": PEOPLE.format(after)}


def test_what_stands_in_no_usual_way_is_edited_by_hand() -> None:
    with pytest.raises(NotAcceptable):
        accepted({"r": PEOPLE.format("[\n      ada@b.io  # ada's\n      , bob@b.io]")}, ADA, None)


def test_who_comes_behind_somebody_leaves_them_their_comment() -> None:
    before = "mode: additive\nmembers: {\n  bob@b.io: []  # bob's\n}\n"
    after = "mode: additive\nmembers: {\n  bob@b.io: [],  # bob's\n  ada@b.io: [billing-admin]\n}\n"
    assert accepted({"r": before}, ADA, grants("billing-admin")) == {"r": after}
    before = "mode: additive\nmembers: &all\n  bob@b.io: []\n  # the end\n"
    after = before.replace("  # the end", "  ada@b.io: [billing-admin]\n  # the end")
    assert accepted({"r": before}, ADA, grants("billing-admin")) == {"r": after}


EVERY_ROLE = (
    "billing-admin",
    "organization-admin",
    "deployment-editor on all",
    "deployment-viewer on all",
    "security-viewer on all",
)


@given(
    roles=st.lists(st.sampled_from(EVERY_ROLE), unique=True, min_size=1),
    held=st.frozensets(st.sampled_from(EVERY_ROLE)),
    style=st.sampled_from(["- {}", "{},", "{}"]),
    commented=st.frozensets(st.sampled_from(EVERY_ROLE)),
)
def test_whatever_is_accepted_comments_stay_with_their_roles(
    roles: list[str], held: frozenset[str], style: str, commented: frozenset[str]
) -> None:
    lines = [style.format(role) + (f"  # of {role}, who #knows" if role in commented else "") for role in roles]
    if style == "{}":
        lines[:-1] = [line.replace(role, f"{role},", 1) for role, line in zip(roles, lines[:-1], strict=False)]
    body = "".join(f"\n    {line}" for line in lines)
    text = f"mode: additive\nmembers:\n  ada@b.io:{body if style == '- {}' else f' [{body}{chr(10)}  ]'}\n  bob@b.io: []  # bob's\n"

    after = accepted({"r": text}, ADA, grants(*held)).get("r", text)

    assert parse_rosters({"r": after}).people[ADA] == grants(*held)
    stayed = {role for role in roles if role in held}
    for line in after.splitlines():
        role, _, of = line.partition("  # of ")
        assert not of or of == f"{role.strip(' -,')}, who #knows"
    assert {role for role in EVERY_ROLE if f"# of {role}" in after} == stayed & commented


def test_a_last_day_that_has_passed_goes_with_its_comment_alone() -> None:
    before = "mode: additive\nmembers:\n  ada@b.io:\n    roles: [billing-admin]  # HR-12\n    until: 2027-01-31  # the contract\n"
    after = "mode: additive\nmembers:\n  ada@b.io:\n    roles: [billing-admin]  # HR-12\n"
    assert accepted({"r": before}, ADA, grants("billing-admin"), today=date(2027, 2, 1)) == {"r": after}


def test_lines_that_end_as_on_windows_still_do() -> None:
    before = "mode: additive\nmembers:\n  ada@b.io:\n    - billing-admin  # a\n    - deployment-editor on all\n  bob@b.io: []\n"
    after = before.replace("billing-admin  # a", "organization-admin")
    held = grants("deployment-editor on all", "organization-admin")
    assert accepted({"r": before.replace("\n", "\r\n")}, ADA, held) == {"r": after.replace("\n", "\r\n")}


def test_what_gives_each_role_is_told() -> None:
    text = FILE.replace("bob@acme.io: [billing-admin]", "bob@acme.io: [billing-admin, organization-admin, support]")
    assert origins({"r": text}, "Bob@acme.io") == {
        "group soc": grants("security-t1-analyst on all"),
        "group viewers": grants(f"deployment-viewer on {SEARCH}"),
        "their own line": grants("billing-admin", "organization-admin"),
        "bundle support, on their own line": grants(f"deployment-viewer on {SEARCH}"),
    }
    assert origins({"r": text}, "nobody@acme.io") == {}
