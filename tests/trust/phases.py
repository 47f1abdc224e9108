"""The provider, driven in this process as Pulumi's engine drives it: real calls over HTTP, and waits that pass at once.

It is what makes thousands of runs cheap. What a whole process adds (an engine, its state, being killed) is `processes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.dynamic.face import DynamicFace
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from tests.support.dynamic_call import call
from tests.support.scripted import FakeTime
from tests.trust.organization import KEY, MIN_ADMINS, ORGANIZATION, ROOT, Roster

PATIENT = replace(FakeTime().patience(), read_timeout=30.0)
"""As a session is by default, but for the waits."""

IMPATIENT = replace(FakeTime().patience(attempts=3), read_timeout=1.0)
"""For calls that are never answered, since each time-out is waited for."""


@dataclass
class State:
    """What Pulumi keeps of a roster from one update to the next; a failing update leaves it as it was, or with what was done.

    Args:
        inputs: As of the last update; empty where there was none.
        outputs: Likewise.
        mode: The roster's mode from here on.
        unfinished: Whether the last update failed after it had done a part.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    mode: str = "authoritative"
    unfinished: bool = False

    def keep(self, _id: str, outputs: dict[str, Any]) -> None:
        """Takes what a failing update did."""
        self.outputs, self.unfinished = outputs, True


def up(emulator: Emulator, state: State, roster: Roster, patience: Patience = PATIENT) -> str | None:
    """Makes the organization what a roster says, in one update.

    Args:
        emulator: Where the organization lives.
        state: Takes the result.
        roster: Roles in text form by e-mail address.
        patience: How long and how often to try each call.

    Returns:
        Why it failed, as a person would read it; ``None`` where it did not.
    """
    settings = Settings(KEY, emulator.endpoint, ORGANIZATION, api_key_user=ROOT)
    provider = DynamicFace("Roster", Phase(lambda: settings, say=lambda _: None, patience=patience))
    try:
        return _update(provider, state, {**_inputs(roster), "mode": state.mode})
    except (Failed, Refused) as error:
        return f"{type(error).__name__}: {error}"


def _update(provider: DynamicFace, state: State, news: dict[str, Any]) -> str | None:
    checked = provider.check(state.inputs, news)
    if checked.failures:
        return "; ".join(failure.reason for failure in checked.failures)
    if not state.outputs:
        state.outputs = dict(provider.create(checked.inputs).outs or {})
    elif provider.diff(ORGANIZATION, state.outputs, checked.inputs).changes or state.unfinished:
        olds = state.outputs
        state.outputs = dict(call(lambda: provider.update(ORGANIZATION, olds, checked.inputs), state.keep).outs or {})
    state.inputs, state.unfinished = checked.inputs, False
    return None


def _inputs(roster: Roster) -> dict[str, Any]:
    """What `Roster` registers, so that Pulumi hands it to the provider."""
    return {
        "members": dict(sorted(roster.items())),
        "max_resends": 3,
        "expires_in": "72h",
        **write_guards(Guards(min_admins=MIN_ADMINS)),
    }
