"""A pipeline: a program, the state that the engine keeps of it, and one provider process a phase; it may be killed at any call."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.transport import Transport
from pulumi_elastic_org.resources.failures import Failed, Refused
from pulumi_elastic_org.resources.live import LiveOrganization, serving
from pulumi_elastic_org.resources.properties import write_addresses, write_guards
from pulumi_elastic_org.resources.roster_provider import RosterProvider
from pulumi_elastic_org.resources.settings import Settings
from tests.dynamic_call import call
from tests.simulation.story import Declared
from tests.simulation.transport import ENDPOINT
from tests.trust.organization import ORGANIZATION


class Killed(BaseException):
    """The process is killed: nothing of it goes on, and nobody catches it."""


@dataclass
class State:
    """What the engine keeps of the roster from one run to the next.

    Args:
        inputs: As of the last update; empty where there was none.
        outputs: Likewise.
        unfinished: Whether the last update failed after it had done a part.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    unfinished: bool = False

    def keep(self, _id: str, outputs: dict[str, Any]) -> None:
        """Takes what a failing update did."""
        self.outputs, self.unfinished = outputs, True


@dataclass(frozen=True)
class Access:
    """How a pipeline reaches the organization.

    Args:
        key: Its API key.
        user: Whose key it is.
        patience: How long it waits.
        transport: How its calls travel.
    """

    key: str
    user: str
    patience: Patience
    transport: Transport


def run(access: Access, state: State, declared: Declared, said: list[str], *, preview: bool) -> str | None:
    """Makes the organization what is declared, in one update.

    Args:
        access: How to reach it.
        state: Takes the result.
        declared: What the program declares.
        said: Takes what is shown to people.
        preview: Whether a preview comes first, which refuses what the update would.

    Returns:
        Why it failed, as a person reads it; ``None`` where it did not.

    Raises:
        Killed: The process was killed; state is as the engine last wrote it.
    """
    news = inputs(declared)
    for update in (False, True) if preview else (True,):
        settings = Settings(access.key, ENDPOINT, ORGANIZATION, api_key_user=access.user)
        phase = LiveOrganization(settings, warn=said.append, patience=access.patience, transport=access.transport)
        shown = io.StringIO()
        with serving(phase), redirect_stdout(shown):
            try:
                if (reason := _phase(state, news, update=update)) is not None:
                    return reason
            except (Failed, Refused) as error:
                return f"{type(error).__name__}: {error}"
            finally:
                said.append(shown.getvalue())
    return None


def _phase(state: State, news: dict[str, Any], *, update: bool) -> str | None:
    provider = RosterProvider()
    checked = provider.check(state.inputs, news)
    if checked.failures:
        return "; ".join(failure.reason for failure in checked.failures)
    changes = not state.outputs or provider.diff(ORGANIZATION, state.outputs, checked.inputs).changes
    if not update:
        return None
    if not state.outputs:
        made = call(lambda: provider.create(checked.inputs), state.keep)
        state.outputs = dict(made.outs or {})
    elif changes or state.unfinished:
        olds = state.outputs
        changed = call(lambda: provider.update(ORGANIZATION, olds, checked.inputs), state.keep)
        state.outputs = dict(changed.outs or {})
    state.inputs, state.unfinished = checked.inputs, False
    return None


def inputs(declared: Declared) -> dict[str, Any]:
    """Returns what `Roster` registers, as Pulumi hands it to the provider."""
    given: dict[str, Any] = {
        "members": dict(sorted(declared.members.items())),
        "mode": declared.mode,
        "max_resends": 3,
        "expires_in": "72h",
        **write_guards(declared.guards),
    }
    if declared.single_sign_on:
        given["single_sign_on"] = write_addresses(map(str.lower, declared.single_sign_on))
    if declared.until:
        given["until"] = dict(declared.until)
    return given
