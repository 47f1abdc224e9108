"""What a program has to see to: who is claimed by which of its resources, no key in the clear, no traceback of an interrupt.

Nobody may be claimed twice, or two resources would undo each other. The engine gives a provider no names, so this is found in the
program, where the resources are made."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import TracebackType
from typing import NamedTuple
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import SETTINGS

from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.model.printable import listed
from pulumi_elastic_org.model.stored_people import write_addresses
from pulumi_elastic_org.variables import API_KEY, VARIABLES


@dataclass(frozen=True, slots=True)
class _Claims:
    """The claims of one run of a program.

    Args:
        calls: The calls that Pulumi's SDK has under way for the run; a new list marks a new run.
        people: Which resource claims whom, by organization and address.
        told: Organizations of which a roster was told who is claimed elsewhere.
    """

    calls: object
    people: dict[tuple[str, str], str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)


_by_manager: WeakKeyDictionary[object, _Claims] = WeakKeyDictionary()


def claim(resource: str, people: Iterable[str], opts: pulumi.ResourceOptions | None) -> None:
    """Notes that a resource manages people.

    Args:
        resource: How a message names the resource.
        people: E-mail addresses.
        opts: The resource's options; resources of different explicit providers manage different organizations.

    Raises:
        pulumi.RunError: Some of the people are claimed by another resource, all of them are named; or a roster of the same
            organization has been told already who is claimed elsewhere.
    """
    claims, organization = _of_this_run(), organization_of(opts)
    twice = []
    for person in people:
        earlier = claims.people.setdefault((organization, email_key(person)), resource)
        if earlier != resource:
            twice.append(f"{person} is claimed by {earlier} and by {resource}")
    if twice:
        raise pulumi.RunError(listed("a person can be managed by one resource only:", twice))
    if organization in claims.told:
        raise pulumi.RunError(
            f"{resource} is made after a roster of the same organization was registered, which could remove whom it "
            "manages: make it in the program itself, not inside an output's apply"
        )


def managed_elsewhere(resource: str, opts: pulumi.ResourceOptions | None) -> pulumi.Output[str | None]:
    """Returns whom other resources claim in the same organization, in the form of `write_addresses`.

    The answer is given once the program has made its resources, which it does before the first of them is registered.

    Args:
        resource: Who asks, under the name that it claimed with.
        opts: The resource's options.
    """
    claims, organization = _of_this_run(), organization_of(opts)

    async def answer() -> str | None:
        claims.told.add(organization)
        return write_addresses(
            person for (where, person), by in claims.people.items() if where == organization and by != resource
        )

    return pulumi.Output.from_input(answer())


class RunKey(NamedTuple):
    """By which a run of a program is told from others.

    One process may run several programs: those of the Automation API, also at the same time, and unit tests. Pulumi's SDK has a
    manager of calls for each program and each `pulumi.runtime.set_mocks`, and each `pulumi.runtime.test` has the manager begin a
    new list of calls. Its root resource would not do: mocks share one.
    """

    manager: object
    calls: object


def run_key() -> RunKey:
    """Returns the key of the run that goes on."""
    manager = SETTINGS.rpc_manager
    return RunKey(manager, manager.rpcs)


def _of_this_run() -> _Claims:
    key = run_key()
    claims = _by_manager.get(key.manager)
    if claims is None or claims.calls is not key.calls:
        claims = _by_manager[key.manager] = _Claims(key.calls)
    return claims


def organization_of(opts: pulumi.ResourceOptions | None) -> str:
    """Returns what tells the organization of a resource from others: the name of its explicit provider, if any.

    Args:
        opts: The resource's options.
    """
    provider = opts.provider if opts is not None else None
    return provider._name if isinstance(provider, pulumi.ProviderResource) else ""


_NAMESPACE = "elastic-org"
_SETTINGS = tuple(VARIABLES)


def check_key_is_secret() -> None:
    """Refuses a key in plain configuration, which would be readable in the repository and in state, and a misspelled setting.

    Raises:
        pulumi.RunError: There is one.
    """
    for key in pulumi.runtime.get_config_env():
        if key.startswith(f"{_NAMESPACE}:") and key not in _SETTINGS:
            raise pulumi.RunError(_unknown(key))
    config = pulumi.Config(_NAMESPACE)
    if config.get("apiKey") and not pulumi.runtime.is_config_secret(API_KEY):
        raise pulumi.RunError(
            f"{API_KEY} is stored in the clear: revoke that key, then run 'pulumi config set --secret {API_KEY}' with a new one"
        )


def _unknown(key: str) -> str:
    spellings = {one.partition(":")[2].casefold(): one for one in _SETTINGS}
    near = get_close_matches(key.partition(":")[2].casefold(), spellings, 1)
    meant = spellings[near[0]] if near else ""
    hint = f"did you mean {meant}?" if meant else f"the settings are {', '.join(_SETTINGS)}."
    text = f"there is no setting {key}: {hint}"
    if meant == API_KEY and not pulumi.runtime.is_config_secret(key):
        text += " What is there is stored in the clear: if it is a key, revoke it."
    return f"{text} Run 'pulumi config rm {key}', and set the right one"


def hide_interrupts() -> None:
    """Makes this process end an interrupt without a traceback; every other exception is shown as before."""
    if getattr(sys.excepthook, "hides_interrupts", False):
        return
    show = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            show(kind, error, traceback)

    hook.hides_interrupts = True  # type: ignore[attr-defined]
    sys.excepthook = hook
