"""A key of another organization than the one in which a resource was applied: it is neither read nor changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pulumi_elastic_org import kinds
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from tests.support.provided import Provided
from tests.support.sign_on import DOMAIN, ORGANIZATION, OWNER, SignOnStack

BEA = f"bea@{DOMAIN}"
GLOBEX = "42"
REFUSED = f"belongs to organization {ORGANIZATION}, but the API key leads to {GLOBEX}: nothing was changed"

APPLIED: dict[str, Callable[[SignOnStack], Provided]] = {
    "ApiKey": lambda stack: Provided("ApiKey", stack, {"description": "pipeline", "roles": "billing-admin"}),
    "DomainClaim": lambda stack: stack.claim,
    "IdentityProvider": lambda stack: stack.provider,
    "Invitation": lambda stack: Provided("Invitation", stack, {"email": BEA, "roles": "no roles"}),
    "Member": lambda stack: Provided("Member", stack, {"email": BEA, "roles": "no roles"}),
    "OrganizationSettings": lambda stack: stack.settings_of,
    "RoleMappings": lambda stack: stack.mappings,
    "Roster": lambda stack: Provided("Roster", stack, {"mode": "additive", "members": {BEA: "no roles"}}),
}
"""The kinds that are of the organization which the key leads to."""


def test_every_kind_is_here_that_is_of_the_organization_of_the_key() -> None:
    """An acceptance names the organization in each call; what lives in a cluster is reached by the cluster's address."""
    named = {kind for kind in kinds.KINDS if any(one.name == "organization_id" for one in kinds.find(kind).properties)}
    assert named - {"InvitationAcceptance"} == set(APPLIED)


@pytest.fixture(params=APPLIED)
def applied(request: pytest.FixtureRequest, up: SignOnStack) -> tuple[SignOnStack, str, Provided]:
    """A resource that was applied, whose key is now that of another organization, which has everything too."""
    stack, kind = up, request.param
    one = APPLIED[kind](stack)
    one.urn = one.urn.replace("::people::", "::acme::")
    one.up()
    acme, globex = stack.cloud.organization(ORGANIZATION), stack.cloud.add_organization("globex", id=GLOBEX)
    stack.cloud.add_member(GLOBEX, "boss@globex.example", OWNER, key="globex-key")
    assert acme.identity_provider is not None
    globex.domains.append("globex.example")
    globex.identity_provider = replace(acme.identity_provider, issuer="https://idp.globex.example")
    globex.role_mappings["theirs"] = replace(acme.role_mappings["owners"], name="theirs")
    stack.settings = lambda: Settings("globex-key", stack.emulator.endpoint)  # type: ignore[method-assign]
    stack.emulator.calls.reset()
    return stack, kind, one


def asked(stack: SignOnStack) -> set[str]:
    """What was asked beside which organization the key leads to."""
    return {f"{one.method} {one.route}" for one in stack.emulator.calls.all()} - {"GET /organizations"}


def test_neither_refresh_nor_update_nor_delete_reaches_it(applied: tuple[SignOnStack, str, Provided]) -> None:
    stack, kind, one = applied
    before = one.outputs
    for run in (one.refresh, one.up, one.refresh, one.up):
        with pytest.raises((Refused, Failed), match=REFUSED):
            run()
        assert one.outputs == before
    if kind == "Roster":
        one.delete()  # which lets go, and asks for nothing
    else:
        with pytest.raises((Refused, Failed), match=REFUSED):
            one.delete()
    assert asked(stack) == set()


def test_none_of_an_engine_s_calls_reaches_it_by_itself(applied: tuple[SignOnStack, str, Provided]) -> None:
    stack, kind, one = applied
    outputs = one.outputs
    with stack.phase():
        driver = stack.driver(kind)
        calls: list[Callable[[], Any]] = [
            lambda: driver.diff("id", outputs, outputs),
            lambda: driver.update("id", outputs, outputs),
            lambda: driver.create(outputs),
            lambda: driver.read("id", outputs),
        ]
        for call in calls:
            with pytest.raises((Refused, Failed), match=REFUSED):
                call()
    assert asked(stack) == set()


def test_a_look_ahead_at_its_delete_does_not_reach_it(applied: tuple[SignOnStack, str, Provided]) -> None:
    stack, kind, one = applied
    refusal = kinds.serve(kind, Phase(stack.settings)).refused_delete(one.outputs)
    assert kind == "Roster" or REFUSED in str(refusal)
    assert asked(stack) == set()
