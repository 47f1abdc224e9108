"""`elastic-org preview` refuses to take out keys and single sign-on as an update would; Pulumi's own preview asks no provider."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.cli.runs.operations import Operation, Run, perform
from tests.integration.test_sign_on_resources import (
    CLAIM,
    MAPPINGS,
    PROVIDER,
    SETTINGS,
    SignInWatch,
    watch,
    writes,
)
from tests.support.acme import Acme, Stack, text

__all__ = ["watch"]  # a fixture

NOT_ENFORCED = "elastic.OrganizationSettings('acme', billing_contacts=['pay@acme.example'])\n"
ADDITIVE = "elastic.RoleMappings('more', mode='additive', mappings={'more': 'group x => organization-admin'})\n"


def preview(stack: Stack, operation: Operation = Operation.PREVIEW) -> Run:
    return perform(stack.engine, operation, stack.workspace, preview=True, on_event=lambda _: None)


@pytest.fixture
def enforced(stack: Stack, watch: SignInWatch) -> Stack:
    """With everything set up, and `more` mappings that give owner."""
    stack.program(CLAIM + PROVIDER + MAPPINGS.replace("authoritative", "additive") + SETTINGS)
    stack.apply()
    assert watch.lockouts == []
    return stack


@pytest.mark.parametrize(
    ("program", "reasons"),
    [
        (
            CLAIM + PROVIDER + SETTINGS,
            ["RoleMappings 'acme': the role mappings are not deleted: single sign-on is enforced"],
        ),
        (
            CLAIM + PROVIDER + NOT_ENFORCED,
            ["RoleMappings 'acme': no enabled role mapping would give organization-admin"],
        ),
        (CLAIM + PROVIDER + ADDITIVE + SETTINGS, []),
        (CLAIM + SETTINGS, ["RoleMappings 'acme'", "IdentityProvider 'acme': single sign-on is enforced"]),
        (CLAIM + NOT_ENFORCED, []),
        (PROVIDER + MAPPINGS, ["DomainClaim 'acme': the domain acme.example is not given up"]),
        ("", []),
    ],
    ids=[
        "enforced",
        "provider kept",
        "another mapping gives owner",
        "mappings and provider of an enforced one",
        "no more enforced",
        "domain under a provider",
        "everything",
    ],
)
def test_a_preview_refuses_what_an_update_would_refuse(
    enforced: Stack, acme: Acme, program: str, reasons: list[str]
) -> None:
    enforced.program(program)
    acme.emulator.calls.reset()
    run = preview(enforced)
    assert run.result.succeeded == (not reasons), text(run.result)
    assert [reason for reason in reasons if reason not in text(run.result)] == []
    assert writes(acme) == []


def test_in_a_drift_review_it_is_a_finding_like_others(enforced: Stack, acme: Acme) -> None:
    enforced.program(CLAIM + PROVIDER + SETTINGS + "elastic.DomainClaim('more', domain='more.example')\n")
    acme.cloud.organization(acme.id).domains.clear()
    run = preview(enforced, Operation.DRIFT)
    assert run.result.errors == ()
    details = [f"{one.person}: {one.detail}" for judged in run.plans for one in judged.findings]
    assert [one for one in details if "RoleMappings 'acme': the role mappings are not deleted" in one]
    assert {"domain acme.example: is not claimed", "domain more.example: is not claimed"} <= set(details)


def test_what_goes_in_its_order_is_not_refused_and_the_update_does_it(enforced: Stack, acme: Acme) -> None:
    assert preview(enforced, Operation.DESTROY).result.succeeded
    destroyed = enforced.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert acme.cloud.organization(acme.id).identity_provider is None


def test_a_key_that_the_stack_needs_is_refused_and_another_one_is_not(stack: Stack) -> None:
    stack.program("ci = elastic.ApiKey('ci', roles='billing-admin')\npulumi.export('key', ci.key)\n")
    stack.apply()
    secret = stack.engine.outputs(stack.workspace, show_secrets=True)["key"]
    stack.program("")
    assert preview(stack).result.succeeded
    stack.config["people:another"] = secret
    for operation in (Operation.PREVIEW, Operation.UP, Operation.DESTROY):
        run = preview(stack, operation)
        assert not run.result.succeeded
        assert "ApiKey 'ci': no API key is deleted:" in text(run.result)
        assert "is the key in the Pulumi configuration people:another [stack-needs-key]" in text(run.result)
        assert secret not in text(run.result)
