"""Faults planted in the product, each in a process of its own: the simulation has to find every one.

Each is a protection that is off, an order of safety that is turned, a look that is left out, or a mistake that the simulation has
found before. Stand-ins are put in place as `tests.protections` does. Not among them is the look at who owns what: without it the
guard refuses every removal, and nothing goes wrong that could be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import pytest

from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.apply.notes import Notes
from pulumi_elastic_org.cloud.errors import CloudError, Unreachable
from pulumi_elastic_org.cloud.role_change import RoleChange
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.kinds.api_key import ApiKey
from pulumi_elastic_org.kinds.people import PeopleKind
from pulumi_elastic_org.kinds.role_mappings import RoleMappings
from pulumi_elastic_org.kinds.sign_on import SignOn
from pulumi_elastic_org.lifecycle.interface import Difference
from pulumi_elastic_org.lifecycle.people import People
from pulumi_elastic_org.lifecycle.properties import Properties
from pulumi_elastic_org.model import key_rotation, mapping_changes
from pulumi_elastic_org.model.changes import AddGrants, CancelInvitation, Change, Plan, RemoveGrants, RemoveMember
from pulumi_elastic_org.model.key_rotation import DeclaredKey, Rotation, read_name
from pulumi_elastic_org.model.mapping_changes import MappingChange
from pulumi_elastic_org.model.order import Exchange, Invitations, all_given, all_taken
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import Member, Organization
from pulumi_elastic_org.model.role_mappings import RoleMapping
from pulumi_elastic_org.procedures.route import Leave, Position, TransferStep
from tests.protections.table import PROTECTIONS, Protection, in_parts
from tests.simulation.shrink import replay

MOST_SEEDS = 1_000
"""How many seeds a planted fault is looked for in."""

_original_call = Session.call
_original_send = Session._send
_original_make = ApiKey._make
_original_rotation = key_rotation.rotation
_original_turn = mapping_changes._turn
_original_live = SignOn._live
_original_look = RoleMappings._see_another_owner_mapping


def _without(kind: type | tuple[type, ...], plan: Plan) -> Plan:
    return replace(plan, changes=tuple(one for one in plan.changes if not isinstance(one, kind)))


def _only(kind: type | tuple[type, ...], plan: Plan) -> Plan:
    return replace(plan, changes=tuple(one for one in plan.changes if isinstance(one, kind)))


_LOSSES = (RemoveMember, CancelInvitation, RemoveGrants)


def _losses_first(applier: Applier) -> None:
    plan = applier._plan
    in_parts(applier, _only(_LOSSES, plan).changes, _without(_LOSSES, plan).changes)


def _all_at_once(change: RoleChange, parts: Sequence[Exchange]) -> None:
    change._carry_out(parts)


def _adds_first(change: RoleChange, parts: Sequence[Exchange]) -> None:
    change._add(all_given(parts))
    change._remove(all_taken(parts))


def _nothing(*_: object, **__: object) -> None:
    """Does nothing."""


def _nobody(*_: object) -> dict[str, Any]:
    return {}


def _everybody(_standing: object, changes: Invitations, _outcome: Outcome) -> Invitations:
    return changes


def _repeats_everything(session: Session, *path: str, **how: Any) -> Any:
    return _original_call(session, *path, **{**how, "repeatable": True})


def _sees_nothing(applier: Applier) -> Organization:
    return applier._supervisor.look(lambda _: True)


@contextmanager
def _believes(_notes: Notes) -> Iterator[None]:
    yield


def _forgets(applied: Any, *_: object) -> dict[str, str]:
    return dict(applied.members)


def _as_it_is_refused(look: Callable[[], Any]) -> Any:
    return look()


def _no_difference(_kind: PeopleKind, _id: str, _olds: object, _news: object) -> Difference:
    return Difference(changes=False)


@property  # type: ignore[misc]
def _members_only(plan: Plan) -> tuple[RemoveMember, ...]:
    return tuple(one for one in plan.changes if isinstance(one, RemoveMember))


def _shows_the_key(session: Session, request: Any) -> Any:
    answer = _original_send(session, request)
    shown = Unreachable(f"cannot {request.action} with the key {session._key}")
    return shown if isinstance(answer, CloudError) else answer


def _old_key_first(kind: ApiKey, inputs: Properties, *how: Any) -> dict[str, Any]:
    for key in kind.phase.keys:
        name = read_name(key.description)
        if name is not None and name.instance == how[1]:
            kind._delete(key)
    return _original_make(kind, inputs, *how)


def _no_overlap(declared: DeclaredKey, *more: Any) -> Rotation:
    return _original_rotation(replace(declared, overlap=timedelta()), *more)


def _goes_on_adding(keep: str, kept: Member, dropped: Member) -> tuple[Change, ...]:
    missing = dropped.grants - kept.grants
    return (AddGrants(keep, kept.user_id, missing),) if missing else ()


def _leaves_first(at: Position, leave: Leave, **_: bool) -> TransferStep | None:
    if at.leaver is not None and leave is not Leave.NEVER:
        return TransferStep.LEAVE
    return None if at.joined is not None else TransferStep.INVITE if at.inviting is not None else TransferStep.ACCEPT


def _by_name_alone(change: MappingChange) -> tuple[int, int, str]:
    return 0, 0, change.name


def _deletions_first(change: MappingChange) -> tuple[int, int, str]:
    owner, kind, name = _original_turn(change)
    return -kind, owner, name


def _additions_first(change: MappingChange) -> tuple[int, int, str]:
    owner, kind, name = _original_turn(change)
    return kind, owner, name


def _trusts_the_first(kind: RoleMappings, change: MappingChange, seen: tuple[RoleMapping, ...]) -> Any:
    takes = change.before is not None and change.before.gives_owner
    return _original_look(kind, change, seen) if takes else seen


def _as_read_first(sign_on: SignOn, what: str, read: Callable[[], Any], _fresh: bool) -> Any:
    return _original_live(sign_on, what, read, False)


@property  # type: ignore[misc]
def _claims_nobody(_people: People) -> frozenset[str]:
    return frozenset()


def _planted(where: str, stand_in: Callable[..., Any]) -> Protection:
    return Protection(f"pulumi_elastic_org.{where}", stand_in, "")


_GUARDS = (
    "owns-resources",
    "last-admin",
    "self",
    "max-removals",
    "unmanaged-people",
    "protected-people",
    "changed-account",
    "allowed-domains",
    "unknown-targets",
    "key-in-use",
    "stack-needs-key",
    "last-owner-key",
    "enforcement",
    "enforced-provider",
    "owner-mapping",
)
_OTHERS = (
    "whom the last apply protected is protected",
    "promotions come before demotions",
    "roles that overlap are exchanged",
    "what is to be taken away is looked at again",
    "members are judged together",
    "a rotation deletes no key in use",
    "the way back is tried before anything is enforced",
    "while it is enforced role mappings stay",
    "an identity provider is enabled only beside a mapping that makes owners",
    "another way to be an owner is seen before one is taken",
)

PLANTED: Mapping[str, Protection] = {
    **{f"the guard {name} is off": PROTECTIONS[name] for name in _GUARDS},
    **{f"off: {name}": PROTECTIONS[name] for name in _OTHERS},
    "what takes away comes first": _planted("apply.applier:Applier.apply", _losses_first),
    "several roles are exchanged at once": _planted("cloud.role_change:RoleChange.carry_out", _all_at_once),
    "an exchange adds before it removes": _planted("cloud.role_change:RoleChange._send", _adds_first),
    "a role whose exchange is refused is not put back": _planted("cloud.role_change:RoleChange._put_back", _nothing),
    "an update does not look before it judges": _planted("lifecycle.batch:_Batch.look_again", _nothing),
    "invitations are not looked at again": _planted("apply.invitations:_Standing.unsent", _everybody),
    "a request to invite that waited is not looked at again": _planted(
        "apply.invitations:_Standing.counts", lambda _: True
    ),
    "an invitation is sent again without a look": _planted("cloud.invitations:Delivery._recognize", _nothing),
    "every call is repeated, whatever became of it": _planted("cloud.session:Session.call", _repeats_everything),
    "what was done is not looked at": _planted("apply.applier:Applier._see", _sees_nothing),
    "a look that fails is no failure": _planted("apply.notes:Notes.looking", _believes),
    "why a look was refused is taken for an answer": _planted("cloud.invitations:look_back", _as_it_is_refused),
    "what a failing run did is forgotten": _planted("model.outcome:applied_so_far", _forgets),
    "accounts are not remembered": _planted("model.matching:known_accounts", _nobody),
    "single sign-on is not heeded": _planted("kinds.declaration:read_addresses", lambda _: frozenset()),
    "last days do not end": _planted("model.people:has_ended", lambda *_: False),
    "an error of one part of a batch is nobody's": _planted("lifecycle.batch:_all_settled", lambda *_: True),
    "an update finds no difference": _planted("kinds.people:PeopleKind.diff", _no_difference),
    "cancelled invitations are no removals": _planted("model.changes:Plan.removals", _members_only),
    "what another resource declares is deleted all the same": _planted(
        "lifecycle.people:People.claimed", _claims_nobody
    ),
    "keys are not looked for once they are made or deleted": _planted("kinds.api_key:ApiKey._see", _nothing),
    "keys are read once, whatever happens": _planted("lifecycle.phase:Phase.forget_keys", _nothing),
    "superseded keys go without an overlap": _planted("model.key_rotation:rotation", _no_overlap),
    "the old key is deleted before the next one is made": _planted("kinds.api_key:ApiKey._make", _old_key_first),
    "keys are not known as one's own": _planted("model.key_rotation:is_named_for", lambda *_: False),
    "keys do not rotate": _planted("model.key_rotation:_reason", lambda _declared, held, *_: "" if held else "new"),
    "role mappings are changed in the order of their names": _planted("model.mapping_changes:_turn", _by_name_alone),
    "role mappings are deleted first": _planted("model.mapping_changes:_turn", _deletions_first),
    "role mappings are added before one comes to give owner": _planted("model.mapping_changes:_turn", _additions_first),
    "only what takes a way to be an owner waits for another one": _planted(
        "kinds.role_mappings:RoleMappings._see_another_owner_mapping", _trusts_the_first
    ),
    "role mappings are added though the provider is disabled": _planted(
        "kinds.sign_on:SignOn.enabled_to_be", lambda _: True
    ),
    "single sign-on is read once, whatever happens": _planted("kinds.sign_on:SignOn._live", _as_read_first),
    "single sign-on is not looked for once it is changed": _planted("kinds.sign_on:SignOn.see", _nothing),
    "a procedure lets go who owns something": _planted("procedures.departure:_guards", lambda *_: ()),
    "a transfer leaves first": _planted("procedures.route:Position.next_step", _leaves_first),
    "a procedure goes by the address, whose account ever that is": _planted(
        "procedures.journal:Journal.account", _nothing
    ),
    "a consolidation adds roles that others cover": _planted("procedures.consolidation:_adding", _goes_on_adding),
    "an error shows the key": _planted("cloud.session:Session._send", _shows_the_key),
}
"""What is planted, by what it is in words."""


def find(name: str, most: int = MOST_SEEDS) -> tuple[int, str]:
    """Goes through seeds with one fault planted.

    Args:
        name: A key of `PLANTED`.
        most: How many seeds to try.

    Returns:
        How many seeds it took, and what the judge said; 0 and nothing where none found it.
    """
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[name].disable(patch)
        for seed in range(most):
            try:
                violations = replay(seed).violations
            except Exception as error:  # a planted fault may as well break something: that is found, too
                violations = [repr(error)]
            if violations:
                return seed + 1, violations[0]
    return 0, ""


def find_all(names: Sequence[str] = tuple(PLANTED), processes: int = 2) -> dict[str, tuple[int, str]]:
    """Plants one fault after the other, a process each.

    Args:
        names: Which ones.
        processes: How many at a time.
    """
    with get_context("spawn").Pool(processes, maxtasksperchild=1) as pool:
        return dict(zip(names, pool.map(find, names, chunksize=1), strict=True))
