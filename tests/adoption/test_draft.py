"""What import writes, as people read it."""

from __future__ import annotations

from datetime import timedelta

from pulumi_elastic_org.adoption.draft import draft
from pulumi_elastic_org.adoption.python_text import python_text
from pulumi_elastic_org.adoption.yaml_text import yaml_text
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, ownership
from pulumi_elastic_org.model.people import Invitation, Member, Organization
from tests.support.builders import NOW, invitation, member, organization

SEARCH, LOGS, GONE = ("1a" * 16, "2b" * 16, "3c" * 16)
RESOURCES = (
    CloudResource("deployment", SEARCH, "Search production", (Owner("ada@acme.io", Evidence.TAG),)),
    CloudResource("elasticsearch", LOGS, "Größe", (Owner("left", Evidence.CREATED_BY),)),
)
ACME = organization(
    member("ada@acme.io", "organization-admin"),
    member("bob@acme.io", f"deployment-editor on {SEARCH}; elasticsearch-viewer on {LOGS} as soc"),
    member("cy@acme.io", f"deployment-editor on {SEARCH}; elasticsearch-viewer on {LOGS} as soc"),
    invitation("di@acme.io", f"deployment-editor on {SEARCH}; elasticsearch-viewer on {LOGS} as soc"),
    member("ed@acme.io", f"vectordb:vectordb-admin on all; deployment:night on {GONE} (console only)"),
    member("fay@acme.io"),
    member(None, "billing-admin", user_id="u7"),
    invitation("gil@acme.io", "billing-admin", sent=NOW - timedelta(hours=72)),
    member("hal@acme.io", "billing-admin", unmodelled={"platform": []}),
    member("a..b@acme.io", "organization-admin (console only)"),
    member("nobody", "billing-admin"),
)

YAML = f"""\
# yaml-language-server: $schema=roster.schema.json
# The people of organization acme, as `elastic-org import` found them.
#
# Not written below:
#   nobody: cannot be written: 'nobody' is not an e-mail address: it needs one '@'; write it as name@example.com
#   user u7: a member without an e-mail address, left alone
#   hal@acme.io: also holds role assignments of a kind that is left alone: platform
#   gil@acme.io: an invitation expired at 2026-03-02 12:00 UTC; add the person to invite again

mode: additive

targets:
  search-production: {SEARCH}  # deployment 'Search production', owned by ada@acme.io (owner tag)
  grosse: {LOGS}  # elasticsearch project 'Größe', owner unknown: left (creator) is not a member
  unlisted-3c3c3c3c: {GONE}  # not among the deployments and projects that are listed

groups:
  deployment-editor-search-production-and-1-more:
    roles: [deployment-editor on search-production, elasticsearch-viewer on grosse as soc]
    members:
      - bob@acme.io
      - cy@acme.io
      - di@acme.io  # invited, can accept until 2026-03-05 12:00 UTC

members:
  a..b@acme.io: [organization-admin (console only)]
  ada@acme.io: [organization-admin]
  ed@acme.io: ["deployment:night on unlisted-3c3c3c3c (console only)", "vectordb:vectordb-admin on all"]
  fay@acme.io: []
  hal@acme.io: [billing-admin]
"""


def written(actual: Organization, *resources: CloudResource) -> str:
    return yaml_text(
        draft(actual, ownership(resources, Accounts.of(actual.members)), NOW), "additive", "roster.schema.json"
    )


def test_an_organization_as_a_roster_file() -> None:
    assert written(ACME, *RESOURCES) == YAML


def test_an_organization_as_a_program() -> None:
    text = python_text(draft(ACME, ownership(RESOURCES, Accounts.of(ACME.members)), NOW), "additive", "people")

    assert (
        text.partition("import pulumi_elastic_org as elastic")[2]
        == f"""

SEARCH_PRODUCTION = "{SEARCH}"  # deployment 'Search production', owned by ada@acme.io (owner tag)
GROSSE = "{LOGS}"  # elasticsearch project 'Größe', owner unknown: left (creator) is not a member
UNLISTED_3C3C3C3C = "{GONE}"  # not among the deployments and projects that are listed

elastic.Roster(
    "people",
    mode="additive",
    members={{
        # deployment-editor-search-production-and-1-more
        **dict.fromkeys(
            [
                "bob@acme.io",
                "cy@acme.io",
                "di@acme.io",  # invited, can accept until 2026-03-05 12:00 UTC
            ],
            [
                elastic.deployment("editor", on=[SEARCH_PRODUCTION]),
                elastic.elasticsearch("viewer", on=[GROSSE], application_roles=["soc"]),
            ],
        ),
        "a..b@acme.io": [elastic.organization_admin(application_roles=[])],
        "ada@acme.io": [elastic.organization_admin()],
        "ed@acme.io": [
            elastic.deployment("deployment:night", on=[UNLISTED_3C3C3C3C], application_roles=[]),
            elastic.project("vectordb", "admin"),
        ],
        "fay@acme.io": [],
        "hal@acme.io": [elastic.billing_admin()],
    }},
)
"""
    )


def test_administrators_are_the_first_group() -> None:
    payers = [member(f"{name}@acme.io", "billing-admin") for name in "abc"]
    owners = [member(f"{name}@acme.io", "organization-admin") for name in "yz"]
    text = written(organization(*payers, *owners))
    assert text.index("roles: [organization-admin]") < text.index("roles: [billing-admin]")


def test_roles_that_many_share_become_a_bundle() -> None:
    shared = "observability-viewer on all; security-viewer on all"
    text = written(
        organization(
            member("a@acme.io", f"{shared}; billing-admin"),
            member("b@acme.io", f"{shared}; organization-admin"),
            member("c@acme.io", f"{shared}; security-editor on all"),
            member("d@acme.io", shared),
        )
    )

    name = "bundle-observability-viewer-and-security-viewer"
    assert f"  {name}: [observability-viewer on all, security-viewer on all]\n" in text
    assert f"  a@acme.io: [{name}, billing-admin]\n" in text
    assert f"  d@acme.io: [{name}]\n" in text


def test_two_who_share_roles_are_no_reason_for_a_bundle() -> None:
    text = written(organization(member("a@acme.io", "security-viewer on all; billing-admin"), member("b@acme.io")))

    assert "bundles" not in text


def test_the_same_organization_gives_the_same_text_in_whatever_order_it_is_listed() -> None:
    shuffled = Organization(ACME.id, ACME.members[::-1], ACME.invitations[::-1])

    def lines(actual: Organization) -> list[str]:
        return [line for line in written(actual, *RESOURCES).splitlines() if not line.startswith("#")]

    assert lines(shuffled) == lines(ACME)


def test_a_person_who_is_a_member_and_invited_again_is_written_once_with_the_roles_they_have() -> None:
    text = written(
        organization(member("Ada@acme.io", "billing-admin"), invitation("ada@acme.io", "organization-admin"))
    )

    assert text.count("@acme.io") == 1
    assert "  Ada@acme.io: [billing-admin]\n" in text


def test_tokens_are_not_written() -> None:
    actual = organization(Invitation("t0ken", "ada@acme.io", frozenset(), NOW, NOW + timedelta(1), expired=False))
    drafted = draft(actual, ownership((), Accounts()), NOW)

    assert "t0ken" not in yaml_text(drafted, "additive", "x") + python_text(drafted, "additive", "people") + repr(
        drafted
    )


def test_names_that_would_forge_lines_stay_on_theirs() -> None:
    forged = CloudResource("deployment", SEARCH, "x\nmode: authoritative", (Owner("y\nmembers:", Evidence.TAG),))
    actual = Organization("4242", (Member("u1", "ada@acme.io", frozenset()),), ())
    drafted = draft(actual, ownership([forged], Accounts.of(actual.members)), NOW)

    for text in (yaml_text(drafted, "additive", "x"), python_text(drafted, "additive", "people")):
        assert "mode: authoritative" not in text.splitlines()
        assert text.splitlines().count("members:") <= 1
