"""Somebody in the console changes the organization between two calls of an apply: at every call, in every way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from elastic_cloud_emulator import ApiError, Cloud
from tests.trust.faults import AtCall, CallSite
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.organization import AFTER, DEMOTED, MIN_ADMINS, ORGANIZATION, PROMOTED, SECOND, roles_json
from tests.trust.phases import up
from tests.trust.trials import prepared

RUNS = 2
"""How many runs there are after the one that was disturbed, before the organization must be what the roster says."""


@dataclass(frozen=True)
class ByHand:
    """Something done in the console.

    Args:
        person: To whom, by e-mail address.
        act: Does it.
        refusal: What a run may say about it instead of converging, because a person has to decide; ``""`` where it must converge.
        min_admins: How many administrators there are at least, where the console itself takes one.
    """

    person: str
    act: Callable[[Cloud], object]
    refusal: str = ""
    min_admins: int = MIN_ADMINS


def _roles(email: str, roles: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.set_roles(ORGANIZATION, email, roles_json(roles))


def _leaves(email: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.leave(ORGANIZATION, email)


def _invites(email: str, roles: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.invite(ORGANIZATION, email, roles_json(roles))


def _accepts(email: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.accept(ORGANIZATION, email)


def _joins(email: str, roles: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.add_member(ORGANIZATION, email, roles_json(roles))


def _cancels(email: str) -> Callable[[Cloud], object]:
    def act(cloud: Cloud) -> None:
        if (invitation := cloud.invitation(ORGANIZATION, email)) is not None:
            cloud.cancel_invitations(ORGANIZATION, invitation.token)

    return act


def _comes_to_own(email: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.add_deployment(ORGANIZATION, "brand-new", owner=email)


def _named(name: str) -> str:
    return f"{name}@acme.example"


STRANGER = _named("stranger")
BY_HAND = {
    "gives a role that nobody planned": ByHand(_named("steady1"), _roles(_named("steady1"), "billing-admin")),
    "takes every role": ByHand(_named("loses1"), _roles(_named("loses1"), "no roles")),
    "takes a role that is just added": ByHand(_named("gains1"), _roles(_named("gains1"), "no roles")),
    "takes a role that is just exchanged": ByHand(_named("narrows1"), _roles(_named("narrows1"), "billing-admin")),
    "removes whom the plan changes": ByHand(_named("gains2"), _leaves(_named("gains2"))),
    "removes whom the plan leaves alone": ByHand(_named("steady2"), _leaves(_named("steady2"))),
    "removes whom the plan removes": ByHand(_named("leaving1"), _leaves(_named("leaving1"))),
    "removes whom the plan promotes": ByHand(PROMOTED, _leaves(PROMOTED), DEMOTED, MIN_ADMINS - 1),
    "demotes another administrator": ByHand(SECOND, _roles(SECOND, "no roles"), min_admins=MIN_ADMINS - 1),
    "invites whom the plan invites": ByHand(_named("new1"), _invites(_named("new1"), "deployment-viewer on all")),
    "invites whom the plan invites, with other roles": ByHand(
        _named("new-editor1"), _invites(_named("new-editor1"), "no roles")
    ),
    "invites a stranger": ByHand(STRANGER, _invites(STRANGER, "billing-admin"), refusal=STRANGER),
    "lets a stranger in": ByHand(STRANGER, _joins(STRANGER, "organization-admin"), refusal=STRANGER),
    "cancels an invitation": ByHand(_named("pending1"), _cancels(_named("pending1"))),
    "cancels an invitation that is sent again": ByHand(_named("rewritten1"), _cancels(_named("rewritten1"))),
    "cancels an expired invitation": ByHand(_named("lapsed1"), _cancels(_named("lapsed1"))),
    "accepts an invitation": ByHand(_named("pending2"), _accepts(_named("pending2"))),
    "accepts an invitation that is sent again": ByHand(_named("rewritten2"), _accepts(_named("rewritten2"))),
    "accepts an invitation that is cancelled": ByHand(
        _named("withdrawn1"), _accepts(_named("withdrawn1")), refusal=_named("withdrawn1")
    ),
    "creates a deployment for whom the plan removes": ByHand(
        _named("leaving2"), _comes_to_own(_named("leaving2")), refusal="still owns deployment 'brand-new'"
    ),
}
"""What a person may do in the console, in words."""


@dataclass(frozen=True)
class Interference:
    """What came of somebody's hand in an apply.

    Args:
        what: What was done, a key of `BY_HAND`.
        site: Before which call.
        done: Whether it could be done: who has gone cannot accept.
        converged: Whether the organization was what the roster says in the end.
        refused: Whether a run said instead what a person has to decide.
        violations: Everything that must not have been, at any moment.
        said: What the runs said, where they failed.
    """

    what: str
    site: CallSite
    done: bool
    converged: bool
    refused: bool
    violations: tuple[str, ...]
    said: tuple[str, ...]

    def __str__(self) -> str:
        return f"somebody {self.what} before {self.site}"

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with it; empty where nothing is."""
        settled = self.converged or self.refused
        return (*self.violations, *(() if settled else ("neither converged nor refused", *self.said)))


def interfere(what: str, site: CallSite) -> Interference:
    """Runs an update in which somebody's hand comes before a call, then others until nothing changes."""
    hand = BY_HAND[what]
    with prepared() as (emulator, state):
        timeline = Timeline(emulator)
        done: list[bool] = []

        def act() -> None:
            try:
                hand.act(emulator.cloud)
            except ApiError:
                done.append(False)
            else:
                done.append(True)
                timeline.worked("", "")

        emulator.watchers += [timeline, AtCall(site, act)]
        said = [reason for _ in range(1 + RUNS) if (reason := up(emulator, state, AFTER))]
        converged = not differences(timeline.now())
        refused = bool(hand.refusal) and any(hand.refusal in reason for reason in said)
        wrong = violations(timeline, by_hand=frozenset({hand.person}), min_admins=hand.min_admins)
    return Interference(what, site, any(done), converged, refused, tuple(wrong), tuple(said))
