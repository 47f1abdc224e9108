"""State is code: a dynamic provider that only the state names is run when somebody trusts the state, and not before."""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_elastic_org.engine import select
from pulumi_elastic_org.resources.acceptance_provider import AcceptanceProvider
from pulumi_elastic_org.resources.invitation_provider import InvitationProvider
from pulumi_elastic_org.resources.member_provider import MemberProvider
from pulumi_elastic_org.resources.restore_provider import RestoreProvider
from pulumi_elastic_org.resources.roster_provider import RosterProvider
from pulumi_elastic_org.resources.single_sign_on_providers import (
    DomainClaimProvider,
    IdentityProviderProvider,
    OrganizationSettingsProvider,
    RoleMappingsProvider,
)
from pulumi_elastic_org.resources.snapshot_provider import SnapshotProvider
from pulumi_elastic_org.resources.snapshot_repository_provider import SnapshotRepositoryProvider
from pulumi_embedded.port import UntrustedState
from pulumi_embedded.trust import Trust
from tests.releases.records import HERE
from tests.support.things_stack import Stack

OWN = (
    AcceptanceProvider,
    DomainClaimProvider,
    IdentityProviderProvider,
    InvitationProvider,
    MemberProvider,
    OrganizationSettingsProvider,
    RestoreProvider,
    RoleMappingsProvider,
    RosterProvider,
    SnapshotProvider,
    SnapshotRepositoryProvider,
)
OPERATIONS: dict[str, Callable[[Stack], object]] = {
    "refresh": lambda stack: stack.refresh(),
    "look for drift": lambda stack: stack.refresh(preview_only=True),
    "destroy": lambda stack: stack.destroy(),
    "preview of destroy": lambda stack: stack.destroy(preview_only=True),
    "up without it": lambda stack: stack.up(),
}


class Harm:
    """What a pickle may do to whoever loads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


class Distrusting(Stack):
    """A project whose state nobody has trusted."""

    @property
    def workspace(self) -> object:  # type: ignore[override]
        return replace(super().workspace, trust_state=False)


@pytest.fixture
def own() -> Trust:
    engine = select("embedded")
    return Trust(engine._known_providers)  # type: ignore[attr-defined]


@pytest.fixture
def distrusting(tmp_path: Path, python: Path) -> Distrusting:
    stack = Distrusting(tmp_path / "project", "embedded", python)
    stack.apply('Thing("one", {"value": "a"})')
    return stack


@pytest.mark.parametrize("provider", OWN, ids=lambda provider: provider.__name__)
def test_the_providers_of_this_package_are_known(own: Trust, provider: type) -> None:
    own.check("urn", {"__provider": serialize_provider(provider())})
    for protocol in (4, 5):
        own.check("urn", {"__provider": base64.b64encode(pickle.dumps(provider(), protocol)).decode()})


@pytest.mark.parametrize("path", sorted(HERE.glob("v*/*/*.json")), ids=lambda path: "-".join(path.parts[-3:]))
def test_the_providers_in_the_state_of_every_release_are_known(own: Trust, path: Path) -> None:
    for resource in json.loads(path.read_text())["deployment"]["resources"]:
        own.check(resource["urn"], resource.get("outputs", {}), resource.get("inputs", {}))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_foreign_provider_in_the_state_is_not_run(distrusting: Distrusting, tmp_path: Path, operation: str) -> None:
    harm = base64.b64encode(pickle.dumps(Harm(tmp_path / "harmed"))).decode()
    path = distrusting.directory / ".elastic-org" / "state" / "dev.json"
    state = json.loads(path.read_text())
    for resource in state["deployment"]["resources"]:
        for bag in (resource.get("inputs", {}), resource.get("outputs", {})):
            if "__provider" in bag:
                bag["__provider"] = harm
    path.write_text(json.dumps(state))
    distrusting.program("")
    with pytest.raises(UntrustedState, match=r"The state holds code: the provider of urn:.*::one .* it was not"):
        OPERATIONS[operation](distrusting)
    assert not (tmp_path / "harmed").exists()
    assert distrusting.calls == []
    assert json.loads(path.read_text())["deployment"]["resources"]


def test_what_the_program_registers_is_run_also_for_what_it_no_longer_has(distrusting: Distrusting) -> None:
    distrusting.program('Thing("other", {"value": "b"})')
    result = distrusting.up()
    assert result.succeeded, result.errors
    assert distrusting.call_names == ["check", "create", "delete"]


def test_a_state_that_is_trusted_is_run(distrusting: Distrusting) -> None:
    trusted = replace(distrusting.workspace, trust_state=True)  # type: ignore[type-var]
    assert distrusting.engine.destroy(trusted).succeeded  # type: ignore[arg-type]
    assert distrusting.call_names == ["delete"]


@pytest.mark.parametrize("damage", ["", "no base64!", base64.b64encode(b"\x80\x04garbage").decode()])
def test_what_cannot_be_read_is_not_trusted(own: Trust, damage: str) -> None:
    with pytest.raises(UntrustedState, match="cannot be read"):
        own.check("urn", {"__provider": damage})


def test_a_known_class_with_something_more_in_its_pickle_is_not_trusted(own: Trust) -> None:
    provider = RosterProvider()
    provider._checked = {"more"}
    with pytest.raises(UntrustedState, match="RosterProvider"):
        own.check("urn", {"__provider": serialize_provider(provider)})
