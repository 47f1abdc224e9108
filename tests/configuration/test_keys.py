"""Keys that end, change or show too little: a clear error before any write, and the environment wins over what state holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elastic_cloud_emulator import Fault
from tests.configuration.test_mistakes import nothing_was_written, refused
from tests.support.acme import ADMIN, ADMIN_KEY, Acme, Stack, acme, emulator, stack, text

__all__ = ["acme", "emulator", "stack"]  # fixtures

NOT_KNOWN = (
    "The API key is unknown, expired or was rotated. It comes from EC_API_KEY in the environment: put another one there"
)
OWNER_NEEDED = "se the key of an organization owner (role organization-admin)"
LEAVER = "eve@acme.example"
LET_GO = (
    f"guards=elastic.Guards(max_removals=5, overrides={{'{LEAVER}': elastic.Override(('unmanaged-people',), 'gone')}})"
)
MEMBER = f"elastic.Member('eve', '{LEAVER}', ['billing-admin'], guards=elastic.Guards(max_removals=5))\n"


def expire(acme: Acme) -> None:
    acme.cloud.keys[ADMIN_KEY].expires_at = acme.emulator.clock.now()


def revoke(acme: Acme) -> None:
    acme.cloud.remove_key(acme.cloud.keys[ADMIN_KEY])


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
@pytest.mark.parametrize("end", [expire, pytest.param(revoke, marks=pytest.mark.trust)])
def test_a_key_that_has_ended_is_explained_in_every_phase(
    stack: Stack, acme: Acme, end: Callable[[Acme], None]
) -> None:
    acme.join(LEAVER)
    stack.program(MEMBER)
    stack.apply()
    end(acme)
    acme.emulator.calls.reset()
    for operation in ("preview", "up", "refresh", "destroy"):
        refused(stack, operation, NOT_KNOWN)
    nothing_was_written(acme)


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_key_in_the_configuration_that_has_ended_is_explained_with_what_state_keeps_of_it(
    stack: Stack, acme: Acme
) -> None:
    key = stack.environment.pop("EC_API_KEY")
    stack.engine.set_config(stack.workspace, "elastic-org:apiKey", key, secret=True)
    acme.join(LEAVER)
    stack.program(MEMBER)
    stack.apply()
    revoke(acme)
    acme.emulator.calls.reset()
    for operation in ("preview", "up", "refresh", "destroy"):
        refused(
            stack,
            operation,
            "It comes from the Pulumi configuration elastic-org:apiKey: put another one there, made at "
            "https://cloud.elastic.co/account/keys. `pulumi refresh` and `pulumi destroy` "
            "use the configuration stored in state: set EC_API_KEY for them, or run `pulumi up` first.",
        )
    nothing_was_written(acme)


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_key_that_is_revoked_between_preview_and_update_is_explained(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": []})
    assert stack.preview().succeeded
    revoke(acme)
    refused(stack, "up", NOT_KNOWN)
    nothing_was_written(acme)


def test_a_rotated_key_in_the_environment_wins_over_the_one_in_state(stack: Stack, acme: Acme) -> None:
    acme.join(LEAVER)
    stack.program(MEMBER)
    stack.apply()
    revoke(acme)
    acme.cloud.add_key(ADMIN, "rotated", organization=acme.id)
    stack.environment["EC_API_KEY"] = "rotated"

    refreshed = stack.refresh()
    assert refreshed.succeeded, text(refreshed)
    destroyed = stack.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert LEAVER not in acme.people()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
class TestNarrowViews:
    """A key that may less than an owner's."""

    def test_of_a_member_is_refused_for_the_roles_that_it_does_not_show(self, stack: Stack, acme: Acme) -> None:
        acme.join("mo@acme.example")
        acme.cloud.add_key("mo@acme.example", "key-of-mo", organization=acme.id)
        stack.roster({})
        stack.environment["EC_API_KEY"] = "key-of-mo"
        refused(stack, "up", f"the API key sees the members of organization {acme.id} and nobody's roles", OWNER_NEEDED)
        nothing_was_written(acme)

    @pytest.mark.parametrize(
        ("path", "what"),
        [
            ("deployments/_search", "list the deployments"),
            ("serverless/projects/elasticsearch", "list the elasticsearch projects"),
            ("/invitations", "read the invitations"),
            ("/members", "read the members"),
        ],
    )
    def test_that_a_removal_needs_is_refused_with_what_it_lacks(
        self, stack: Stack, acme: Acme, path: str, what: str
    ) -> None:
        acme.join(LEAVER)
        stack.roster({}, extra=LET_GO)
        acme.emulator.faults.add(Fault(kind="forbidden", path=path, times=None))
        refused(stack, "up", f"cannot {what} of organization {acme.id}", OWNER_NEEDED)
        assert LEAVER in acme.people()
        assert not any(call.method == "DELETE" for call in acme.emulator.calls.all())

    def test_that_may_read_and_not_write_is_told_at_the_first_write(self, stack: Stack, acme: Acme) -> None:
        stack.roster({"ada@acme.example": []})
        acme.emulator.faults.add(Fault(kind="forbidden", path="invitations", method="POST", times=None))
        refused(stack, "up", "cannot invite ada@acme.example", OWNER_NEEDED)
        assert acme.invited() == set()
