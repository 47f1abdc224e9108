"""Single sign-on and settings, as import writes them."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator.model import IdentityProvider as LiveProvider
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.adoption.access import Access, access, program_notes, python_lines, yaml_lines
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.role_mappings import RoleMapping as Mapping
from pulumi_elastic_org.model.role_mappings import parse_mapping
from pulumi_elastic_org.model.signing_certificates import read_certificate
from pulumi_elastic_org.model.single_sign_on import IdentityProvider, Settings
from tests.adoption.test_end_to_end import run, writes
from tests.support.acme import Acme, Stack, acme, emulator, stack, text
from tests.support.builders import key
from tests.support.certificates import certificate

__all__ = ["acme", "emulator", "stack"]  # fixtures

OWNERS = parse_mapping("owners", "group platform => organization-admin")


def test_nothing_is_written_where_there_is_nothing() -> None:
    found = access((), Settings(name="acme", enforce_authentication_method="none"))
    assert found == Access((), found.settings)
    assert [*yaml_lines(found, {})] == [*python_lines(found, "additive", "people")] == []


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        (Mapping("new", None, parse_grants("billing-admin")), "newer than this package"),
        (Mapping("new", OWNERS.rule, OWNERS.grants, True, {"kind": [1]}), "a kind that is left alone"),
        (Mapping("a,b", OWNERS.rule, OWNERS.grants), "another list of names"),
    ],
)
def test_what_cannot_be_written_is_noted_and_no_mapping_is_written(mapping: Mapping, why: str) -> None:
    found = access((OWNERS, mapping), None)
    assert found.mappings == ()
    assert why in found.notes[0]


def test_an_identity_provider_that_no_program_can_declare_is_noted_and_not_written() -> None:
    provider = IdentityProvider("urn:idp", "https://idp.acme.example", ("no certificate",), "acme")
    found = access((OWNERS,), None, provider=provider)
    assert (found.provider, found.mappings) == (None, (OWNERS,))
    [note] = found.notes
    assert note.startswith("identity provider urn:idp: certificates, 1: ")


def test_an_identity_provider_that_is_disabled_stays_so() -> None:
    provider = IdentityProvider("urn:idp", "https://idp.acme.example", (certificate(),), "acme", enabled=False)
    assert "    enabled=False," in [*python_lines(access((), None, provider=provider), "additive", "x")]


def test_a_roster_file_tells_what_only_a_program_has() -> None:
    provider = IdentityProvider("urn:idp", "https://idp.acme.example", (certificate(),), "acme")
    found = access((), Settings(billing_contacts=("pay@acme.example",)), (key(),), ("acme.example",), provider)
    assert [*program_notes(found)] == [
        "claimed domains, the identity provider, settings of the organization, API keys: only a program has them, such as "
        "`elastic-org import --format python` writes"
    ]
    assert [*program_notes(access((OWNERS,), None, (key("forever", days=None),)))] == []


def test_mappings_that_a_guard_would_refuse_are_not_written() -> None:
    found = access((parse_mapping("viewers", "group x => billing-admin"),), None)
    assert found.mappings == ()
    assert "organization-admin" in found.notes[0]


@pytest.mark.parametrize("form", ["yaml", "python"])
@pytest.mark.parametrize("mode", ["additive", "authoritative"])
def test_what_is_written_previews_clean_and_writes_nothing(acme: Acme, stack: Stack, form: str, mode: str) -> None:
    organization = acme.cloud.organization(acme.id)
    organization.domains += ["acme.example", "acme.test"]
    signing = [read_certificate(certificate(name)).encoded for name in ("old", "new")]
    organization.identity_provider = LiveProvider(True, "acme", "urn:idp", "https://idp.acme.example", signing)
    search = acme.cloud.add_deployment(acme.id, "Search").id

    def roles(**kinds: object) -> RoleSet:
        return RoleSet(parse_role_assignments(kinds, acme.id))

    editor = roles(
        deployment=[{"role_id": "deployment-editor", "deployment_ids": [search], "application_roles": ["a b"]}]
    )
    acme.cloud.add_role_mappings(
        acme.id,
        [
            RoleMapping(
                "Platform owners",
                True,
                "any",
                [{"group": "platform"}],
                roles(organization=[{"role_id": "organization-admin"}]),
            ),
            RoleMapping("soc", False, "all", [{"group": 'a "b"'}, {"email": "*@acme.example"}], editor),
        ],
    )
    organization.settings |= {"billing_contacts": ["pay@acme.example"], "enforce_authentication_method": "sso"}
    output = "__main__.py" if form == "python" else "roster.yaml"
    imported = run(stack, "import", "--format", form, "--mode", mode, "--output", output)
    assert imported.returncode == 0, imported.stderr
    assert "2 role mappings" in imported.stderr
    if form == "yaml":
        stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    else:
        kinds = ("DomainClaim", "IdentityProvider", "RoleMappings", "OrganizationSettings", "Roster")
        written = (stack.directory / output).read_text()
        assert [kind for kind in kinds if f"elastic.{kind}(" not in written] == []
    acme.emulator.calls.reset()
    first = stack.preview()
    assert first.succeeded, text(first)
    assert "becomes" not in text(first)
    stack.apply()
    assert not stack.preview().has_changes
    refreshed = stack.refresh()
    assert refreshed.succeeded, text(refreshed)
    assert not refreshed.has_changes
    assert not stack.preview().has_changes
    assert writes(acme) == 0
