"""What the resources of a program share, and what the program has to see to: who is claimed by which of them, in which order some
come, no key in the clear, no traceback of an interrupt.

Nobody may be claimed twice, or two resources would undo each other. The engine gives a provider no names, so this is found in the
program, where the resources are made."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.dynamic import Resource, ResourceProvider
from pulumi.output import Unknown
from pulumi.runtime.settings import SETTINGS

from pulumi_elastic_org.model.people import email_key, write_addresses
from pulumi_elastic_org.model.printable import listed
from pulumi_elastic_org.variables import API_KEY, LOST, NAMESPACE, VARIABLES, no_such_setting, setting_meant


class KindResource(Resource, module="elastic-org", name="Kind"):
    """A resource of one of the kinds.

    Args:
        provider: What the class path in state names.
        name: The resource's name in Pulumi.
        outputs: The names of what is found out.
        inputs: What is declared; what is ``None`` is not.
        opts: Pulumi's resource options.

    Raises:
        pulumi.RunError: An API key is configured in the clear, or there is no such setting.
    """

    def __init__(
        self,
        provider: ResourceProvider,
        name: str,
        outputs: Iterable[str],
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        hide_interrupts()
        check_key_is_secret()
        declared = {key: _with_lost(value) for key, value in inputs.items() if value is not None}
        super().__init__(provider, name, {**dict.fromkeys(outputs), **declared}, opts)


def _with_lost(value: Any) -> Any:
    """Returns an input, with `LOST` in the place of the entries of a map whose value an update does not come to know.

    That is so where another resource fails and the update goes on (`--continue-on-error`), or is left out of it: the engine would
    hand the map over without the entry, as if it had never been declared.
    """
    if not isinstance(value, Mapping) or pulumi.runtime.is_dry_run():
        return value
    return {
        name: entry.apply(lambda known: LOST if isinstance(known, Unknown) else known, run_with_unknowns=True)
        if isinstance(entry, pulumi.Output)
        else entry
        for name, entry in value.items()
    }


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run of a program has made.

    Args:
        calls: The calls that Pulumi's SDK has under way for the run; a new list marks a new run.
        people: Which resource claims whom, by organization and address.
        told: Organizations of which a roster was told who is claimed elsewhere.
        ranked: The resources of single sign-on: their organization, and when they come.
    """

    calls: object
    people: dict[tuple[str, str], str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    ranked: list[tuple[str, int, pulumi.Resource]] = field(default_factory=list)


_by_manager: WeakKeyDictionary[object, _Run] = WeakKeyDictionary()


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
    claims, organization = _of_this_run(), _organization(opts)
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
    claims, organization = _of_this_run(), _organization(opts)

    async def answer() -> str | None:
        claims.told.add(organization)
        return write_addresses(
            person for (where, person), by in claims.people.items() if where == organization and by != resource
        )

    return pulumi.Output.from_input(answer())


DOMAIN_CLAIM, IDENTITY_PROVIDER, OWNER_MAPPINGS, ROLE_MAPPINGS, ENFORCEMENT = range(5)
"""The order in which single sign-on is set up; it is taken down in the reverse, or somebody is locked out on the way.

Among role mappings, those that make owners come before the others."""


def in_order(resource: pulumi.Resource, rank: int, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Returns the options of a resource that depends on those before it, as if the program had said so (`depends_on`).

    The program may make them in any order: the answer is given once it has, which it does before the first of them is registered.
    Pulumi keeps dependencies in state, so that a destroy knows the order too.

    Args:
        resource: The resource, before it is registered.
        rank: When it comes, of the names above.
        opts: Its options; resources of different explicit providers are of different organizations.
    """
    made, organization = _of_this_run().ranked, _organization(opts)
    made.append((organization, rank, resource))

    async def before() -> Sequence[pulumi.Resource]:
        return [one for where, earlier, one in made if where == organization and earlier < rank]

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=pulumi.Output.from_input(before())))


def has_role_mappings(opts: pulumi.ResourceOptions | None, *, of_owners: bool = False) -> pulumi.Output[bool | None]:
    """Returns whether the program has role mappings of the same organization; nothing where it has none.

    Args:
        opts: The options of the resource that asks.
        of_owners: Whether only those count of which one surely makes owners.
    """
    ranks = (OWNER_MAPPINGS,) if of_owners else (OWNER_MAPPINGS, ROLE_MAPPINGS)
    made, organization = _of_this_run().ranked, _organization(opts)

    async def answer() -> bool | None:
        return any(where == organization and rank in ranks for where, rank, _ in made) or None

    return pulumi.Output.from_input(answer())


def _of_this_run() -> _Run:
    """One process may run several programs: those of the Automation API, also at the same time, and unit tests. Pulumi's SDK has a
    manager of calls for each program and each `pulumi.runtime.set_mocks`, and each `pulumi.runtime.test` has the manager begin a
    new list of calls. Its root resource would not do: mocks share one.
    """

    manager = SETTINGS.rpc_manager
    run = _by_manager.get(manager)
    if run is None or run.calls is not manager.rpcs:
        run = _by_manager[manager] = _Run(manager.rpcs)
    return run


def _organization(opts: pulumi.ResourceOptions | None) -> str:
    """What tells the organization of a resource from others: the name of its explicit provider, if any.

    That is its own, or one that a parent hands on, in the order of Pulumi's SDK (`Resource._get_providers`).
    """
    if opts is None:
        return ""
    given = opts.providers or ()
    every = (opts.provider, *(given.values() if isinstance(given, Mapping) else given))
    inherited = opts.parent.get_provider(_TYPE) if opts.parent is not None else None
    provider = next((one for one in every if one is not None and one.package == _PACKAGE), inherited)
    return provider._name if provider is not None else ""


_PACKAGE = "pulumi-python"
_TYPE = f"{_PACKAGE}:dynamic:Resource"
"""What every resource of a dynamic provider is to Pulumi's SDK."""


def check_key_is_secret() -> None:
    """Refuses a key in plain configuration, which would be readable in the repository and in state, and a misspelled setting.

    Raises:
        pulumi.RunError: There is one.
    """
    for key in pulumi.runtime.get_config_env():
        if key.startswith(f"{NAMESPACE}:") and key not in VARIABLES:
            raise pulumi.RunError(_unknown(key))
    config = pulumi.Config(NAMESPACE)
    if config.get("apiKey") and not pulumi.runtime.is_config_secret(API_KEY):
        raise pulumi.RunError(
            f"{API_KEY} is stored in the clear: revoke that key, then run 'elastic-org config set --secret {API_KEY}' "
            "with a new one"
        )


def _unknown(key: str) -> str:
    text = no_such_setting(key)
    if setting_meant(key) == API_KEY and not pulumi.runtime.is_config_secret(key):
        text += " What is there is stored in the clear: if it is a key, revoke it."
    return f"{text} Take it out of the stack's configuration file, and set the right one"


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
