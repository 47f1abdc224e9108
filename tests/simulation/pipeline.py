"""A pipeline: a program, the state that an engine keeps of it, and one provider process a phase; it may be killed at any call.

The engine is the smallest that does what Pulumi's engines do, as far as a provider can tell: `check`, `diff`, then `create` or
`update`; state is written when a step has ended, and what a failing step did is kept where the provider says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pulumi_elastic_org.cloud.network import Transport
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.kinds import serve
from pulumi_elastic_org.lifecycle.interface import Clear, Failed, Refused, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.guard_settings import write_guards
from pulumi_elastic_org.model.people import email_key, write_addresses
from tests.simulation.declared import Declared
from tests.simulation.transport import ENDPOINT
from tests.trust.organization import ORGANIZATION


class Killed(BaseException):
    """The process is killed: nothing of it goes on, and nobody catches it."""


@dataclass
class State:
    """What the engine keeps of the roster from one run to the next.

    Args:
        id: The resource's; empty where there is none.
        inputs: As of the last update.
        outputs: Likewise.
        unfinished: Whether the last update failed after it had done a part.
    """

    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    unfinished: bool = False


@dataclass(frozen=True)
class Access:
    """How a pipeline reaches the organization.

    Args:
        key: Its API key.
        user: Whose key it is.
        patience: How long it waits.
        transport: How its calls travel.
        organization: Which one it is.
    """

    key: str
    user: str
    patience: Patience
    transport: Transport
    organization: str = ORGANIZATION


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
    settings = Settings(access.key, ENDPOINT, access.organization, api_key_user=access.user)
    for update in (False, True) if preview else (True,):
        phase = Phase(lambda: settings, said.append, access.patience, at_once=1, transport=access.transport)
        try:
            if (reason := _phase(serve("Roster", phase), state, news, update=update)) is not None:
                return reason
        except Unfinished as unfinished:
            state.id, state.outputs, state.unfinished = unfinished.id, dict(unfinished.outputs), True
            return f"{type(unfinished.error).__name__}: {unfinished.error}"
        except (Failed, Refused) as error:
            return f"{type(error).__name__}: {error}"
    return None


def _phase(roster: Clear, state: State, news: dict[str, Any], *, update: bool) -> str | None:
    checked = roster.check(state.inputs, news)
    if checked.failures:
        return "; ".join(failure.reason for failure in checked.failures)
    changes = not state.id or roster.diff(state.id, state.outputs, checked.inputs).changes or state.unfinished
    if not update:
        return None
    if changes:
        olds = state.outputs
        made = roster.update(state.id, olds, checked.inputs) if state.id else roster.create(checked.inputs)
        state.id, state.outputs = made.id, made.outputs
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
        given["single_sign_on"] = write_addresses(map(email_key, declared.single_sign_on))
    if declared.until:
        given["until"] = dict(declared.until)
    return given
