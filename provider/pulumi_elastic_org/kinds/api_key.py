"""`ApiKey`: a key for Elastic Cloud's API, with its rotation."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.keys import create_key, delete_key, find_key
from pulumi_elastic_org.cloud.organizations import visible_organizations
from pulumi_elastic_org.lifecycle.interface import Refused, State, Unfinished
from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Properties, Property, Type, Where, known
from pulumi_elastic_org.lifecycle.reviewed import ReviewedKind
from pulumi_elastic_org.model.grants import (
    GrantError,
    check_targets,
    format_grants,
    parse_grants,
    parse_stored_grants,
)
from pulumi_elastic_org.model.key_rotation import (
    GONE,
    DeclaredKey,
    HeldKey,
    KeyName,
    Rotation,
    is_named_for,
    keys_of_resource,
    read_name,
    rotation,
)
from pulumi_elastic_org.model.keys import (
    KEY_GUARD_NAMES,
    KeysInUse,
    Refusal,
    as_on_a_key,
    fingerprint,
    is_owner_key,
    key_refusals,
    parse_lifetime,
)
from pulumi_elastic_org.model.keys import ApiKey as Key
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.model.printable import is_blank, printable
from pulumi_elastic_org.review.findings import UP, find_keys
from pulumi_elastic_org.review.model import Finding
from pulumi_elastic_org.review.model import Kind as FindingKind
from pulumi_elastic_org.review.plan_log import in_drift_review

LIFETIME, OVERLAP = "90d", "1d"

_SAME_NAME = "it has the name of this one, and another stack may use it; delete it in the console if nobody does"
_WAYS_OUT = "Or say why in overrides and apply that before you take the resource out; with the option retain_on_delete it stays."
_FOUND = ("key", "key_id", "created_at", "expires_at")
_DECIDING = ("description", "roles", "expiration", "rotate_before", "overlap", "adopt")


class ApiKey(ReviewedKind):
    """Creates a key, and the next one before it expires; keeps the superseded one for an overlap, then deletes it."""

    name = "ApiKey"
    what = "API key"
    properties = (
        Property("description", Type.TEXT, "What the key is for. Another description is another key.", required=True),
        Property(
            "roles",
            Type.TEXT,
            "What the key may do, in text form. Application roles that are not given mean Elastic Cloud's API only. Others are "
            "another key.",
            required=True,
        ),
        Property(
            "expiration",
            Type.TEXT,
            "How long each key lives, in hours or days such as ``90d``. Another lifetime is another key.",
            default=LIFETIME,
        ),
        Property(
            "rotate_before",
            Type.TEXT,
            "How long before its end an update creates the next key, such as ``14d``; once it has expired by default.",
        ),
        Property("overlap", Type.TEXT, "How long an update keeps a superseded key, such as ``1d``.", default=OVERLAP),
        Property("adopt", Type.TEXT, "The id of a key that exists, to be taken over without its secret.", Where.INPUT),
        Property("overrides", Type.MAP, f"Why guards are passed, by guard: {', '.join(KEY_GUARD_NAMES)}.", early=True),
        Property("organization_id", Type.TEXT, "Which organization this must be.", replaces=True),
        # Another name alone changes no key.
        Property("resource", Type.TEXT, "Project, stack and name of the resource.", Where.INPUT, internal=True),
        Property(
            "key",
            Type.TEXT,
            "The key, which Elastic Cloud shows once; empty for an adopted one.",
            Where.OUTPUT,
            secret=True,
        ),
        Property("key_id", Type.TEXT, "Elastic's id of the key.", Where.OUTPUT),
        Property("created_at", Type.TEXT, "When the key was created.", Where.OUTPUT),
        Property("expires_at", Type.TEXT, "When the key expires.", Where.OUTPUT),
        Property("instance", Type.TEXT, "Tells the keys of this resource from others.", Where.OUTPUT, internal=True),
        Property("superseded", Type.LIST, "Ids of keys of before that were taken over.", Where.OUTPUT, internal=True),
        Property("fingerprints", Type.MAP, "Digests of the keys that were seen, by id.", Where.OUTPUT, internal=True),
    )

    def resolve(self, news: Properties) -> dict[str, Any]:
        defaults = {one.name: one.default for one in self.properties if one.is_input and one.default is not None}
        return {**defaults, **news}

    def mistakes(self, news: Properties) -> Iterator[str]:
        for name in ("description", "adopt"):
            if isinstance(text := news.get(name), str) and (is_blank(text) or printable(text) != text):
                yield f"{name}: is blank or holds what cannot be shown"
        if isinstance(roles := news.get("roles"), str):
            yield from _wrong_roles(roles)
        for guard, reason in (news.get("overrides") or {}).items():
            if guard not in KEY_GUARD_NAMES:
                yield f"overrides: there is no guard {guard}; there are {', '.join(KEY_GUARD_NAMES)}"
            elif isinstance(reason, str) and is_blank(reason):
                yield f"overrides, {guard}: give a reason in words for whoever reviews the change"
        yield from _wrong_lifetimes({"expiration": LIFETIME, **news})

    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if not outputs and isinstance(adopt := inputs.get("adopt"), str) and self._find(adopt) is None:
            yield f"adopt: there is no API key {adopt} that works; take the line out to create another one"
        elif known(inputs, _DECIDING) and not in_drift_review():
            planned = self._plan(inputs, outputs)
            self._tell(inputs, planned, *self._judge(planned.ended, outputs, inputs))

    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        if not self.phase.was_checked(inputs):
            return  # a refresh looks whether the key is there, and not whether it is time for another one
        if not known(inputs, _DECIDING):
            yield self.what, "is not known yet"
            return
        planned = self._plan(inputs, outputs)
        if planned.reason:
            yield self.what, planned.reason
        yield from ((str(key), "is superseded") for key in self._judge(planned.ended, outputs, inputs)[0])

    def findings(self, inputs: Properties, outputs: Properties) -> Iterator[Finding]:
        """Yields a key that is gone, keys that a guard keeps, and those of others that somebody should look at."""
        if not known(inputs, _DECIDING):
            return
        if self.phase.once("findings about keys", lambda: self) is self:  # one of all resources tells of everybody's
            yield from find_keys(self.phase.keys, self.phase.organization.read().members, now())
        planned = self._plan(inputs, outputs)
        if planned.reason == GONE:
            detail = f"API key '{inputs['description']}' does not work: {planned.reason}"
            yield Finding(person=None, kind=FindingKind.SETTING_DIFFERS, detail=detail, enforce=f"{UP}.")
        for kept in self._judge(planned.ended, outputs, inputs)[1]:
            yield Finding(person=None, kind=FindingKind.API_KEY, detail=str(kept))

    def create(self, inputs: Properties) -> State:
        self.phase.forget_keys()
        declared, planned = _declared(inputs), self._plan(inputs, {})
        instance = secrets.token_hex(4)
        id_ = f"{self.phase.organization_id}/{instance}"
        taken_over = tuple(key.id for key in planned.superseded)
        if planned.current is not None and not planned.reason:
            return State(id_, self._outputs(inputs, planned.current, "", instance, taken_over, {}))
        if planned.current is not None:
            taken_over = (*taken_over, planned.current.id)
        return State(id_, self._make(inputs, declared, instance, taken_over, {}))

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        self.phase.forget_keys()
        declared, held, planned = _declared(news), _held(olds), self._plan(news, olds)
        left = {key.id for key in (*planned.superseded, *planned.ended)} | {held.id}
        fingerprints = {id: one for id, one in _fingerprints(olds).items() if id in left}
        if planned.reason:
            current = planned.current
            by_hand = () if current is None or is_named_for(current, held) else (current.id,)
            return State(id_, self._make(news, declared, held.instance, (*held.superseded, *by_hand), fingerprints))
        for key in self._judge(planned.ended, olds, news)[0]:
            self._delete(key)
        return State(id_, {**self.found(olds), **self.kept(news), "fingerprints": fingerprints})

    def foresee(self, inputs: Properties, outputs: Properties) -> dict[str, Any]:
        foreseen = super().foresee(inputs, outputs)
        if outputs and known(inputs, _DECIDING) and not self._plan(inputs, outputs).reason:
            return foreseen
        return {**foreseen, **dict.fromkeys(_FOUND, UNKNOWN)}

    def read(self, id_: str, outputs: Properties) -> State | None:
        if not outputs:
            return self._imported(id_)
        held = _held(outputs)
        working = (key for key in self._listed(held.id) if key.expires_at is None or key.expires_at > now())
        return State(id_, dict(outputs)) if any(key.id == held.id for key in working) else None

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        key_id = outputs.get("key_id") if outputs else inputs.get("adopt")
        if isinstance(key_id, str):
            yield _with_id(key_id)

    def delete(self, id_: str, outputs: Properties) -> None:
        held = _held(outputs)
        self.phase.forget_keys()
        listed = self._listed(held.id, *held.superseded)
        doomed = tuple(key for key in keys_of_resource(held, listed) if not self.stays(_with_id(key.id)))
        if reason := self._why_kept(doomed, listed, outputs):
            raise Refused(reason)
        in_use, seen = self._in_use(doomed, outputs), _fingerprints(outputs)
        others = [
            key for key in doomed if not (seen[key.id] == in_use.calling if key.id in seen else in_use.may_be(key))
        ]
        for key in sorted(others, key=lambda one: one.id == held.id):
            self._delete(key)
        if others:
            gone = {key.id for key in others}
            self._see("that the keys are deleted", lambda keys: gone.isdisjoint(key.id for key in keys))
        for key in doomed:
            if key not in others:  # the key that makes the calls comes last, and sees nothing any more
                self._delete(key)

    def refused_delete(self, outputs: Properties) -> str | None:
        held = _held(outputs)
        # by the instance of each resource that was asked about
        going: dict[str, set[str]] = self.phase.once("keys that go", dict)
        gone = {id for instance, ids in going.items() if instance != held.instance for id in ids}
        listed = tuple(key for key in self._listed(held.id, *held.superseded) if key.id not in gone)
        doomed = tuple(key for key in keys_of_resource(held, listed) if not self.phase.is_held(_with_id(key.id)))
        going[held.instance] = {key.id for key in doomed}
        return self._why_kept(doomed, listed, outputs)

    def _why_kept(self, doomed: tuple[Key, ...], listed: Iterable[Key], outputs: Properties) -> str | None:
        """Why the keys of a resource are not deleted with it; ``None`` where they are."""
        refusals = self._refusals(doomed, listed, outputs, _overrides(outputs))
        if not refusals:
            return None
        return "\n".join(["no API key is deleted:", *(f"  x {one}" for one in refusals), f"    {_WAYS_OUT}"])

    def _plan(self, inputs: Properties, outputs: Properties) -> Rotation:
        held, own = _held(outputs) if outputs else None, [*self.holds(inputs, outputs)]
        listed = self._listed(held.id) if held else self.phase.keys
        free = [key for key in listed if (one := _with_id(key.id)) in own or not self.phase.is_held(one)]
        return rotation(_declared(inputs), _resource(inputs), held, free, now())

    def _listed(self, *ids: str) -> tuple[Key, ...]:
        """The keys of the organization; of those that state knows, none is missing that works, whatever the list shows.

        Args:
            ids: Of the keys that state knows.
        """
        listed = self.phase.keys
        missing = set(ids) - {key.id for key in listed}
        found = (self.phase.once(("API key", id), partial(self._look_for, id)) for id in sorted(missing))
        return (*listed, *(key for key in found if key is not None))

    def _look_for(self, key_id: str) -> Key | None:
        found = find_key(self.phase.session, self.phase.organization_id, key_id)
        if found is None:
            self.phase.organization.read()  # which only an owner's key does, and only such a key sees that there is none
        return found

    def _find(self, key_id: str) -> Key | None:
        return next((key for key in self.phase.keys if key.id == key_id), None)

    def _make(
        self,
        inputs: Properties,
        declared: DeclaredKey,
        instance: str,
        superseded: Iterable[str],
        fingerprints: Mapping[str, str],
    ) -> dict[str, Any]:
        """Creates a key; from here to the end of the run its secret is nowhere but in what is returned.

        Raises:
            Unfinished: It was created, and nobody can look whether it is there.
        """
        name = str(KeyName(declared.description, _resource(inputs), instance))
        session, organization_id = self.phase.session, self.phase.organization_id
        try:
            with self.phase.writing("create API key", name, "POST /users/auth/keys", inputs["roles"]):
                made = create_key(session, organization_id, name, declared.grants, declared.expiration)
        finally:
            self.phase.forget_keys()
        seen = {**fingerprints, made.key.id: fingerprint(made.secret)}
        outputs = self._outputs(inputs, made.key, made.secret, instance, superseded, seen)
        try:
            self._see(f"the API key {made.key.id}", lambda keys: any(key.id == made.key.id for key in keys))
        except CloudError as error:
            raise Unfinished(error, f"{organization_id}/{instance}", outputs) from None
        self.phase.say(f"API key '{declared.description}': created {made.key.id}, which {made.key.lifetime}")
        return outputs

    def _outputs(
        self,
        inputs: Properties,
        key: Key,
        secret: str,
        instance: str,
        superseded: Iterable[str],
        fingerprints: Mapping[str, str],
    ) -> dict[str, Any]:
        return {
            **self.kept(inputs),
            "key": secret,
            "key_id": key.id,
            "created_at": key.created_at.isoformat(),
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            "instance": instance,
            "superseded": list(superseded),
            "fingerprints": dict(fingerprints),
        }

    def _see(self, what: str, done: Callable[[tuple[Key, ...]], bool]) -> None:
        """As `Phase.see`, of the keys that are listed."""

        def look() -> tuple[Key, ...]:
            self.phase.forget_keys()
            return self.phase.keys

        self.phase.see(what, look, done)

    def _delete(self, key: Key) -> None:
        request = f"DELETE /users/auth/keys/{key.id}"
        try:
            with self.phase.writing("delete API key", key.description, request, key.roles):
                delete_key(self.phase.session, key.id)
        finally:
            self.phase.forget_keys()
        self.phase.say(f"API key {key} is deleted")

    def _judge(
        self, ended: Iterable[Key], olds: Properties, news: Properties
    ) -> tuple[tuple[Key, ...], tuple[Refusal, ...]]:
        """Those superseded keys that are deleted, and why others are kept: as long as somebody may use them."""
        ended = tuple(ended)
        refusals = self._refusals(ended, self.phase.keys, olds, _overrides(news))
        kept = {one.key.id for one in refusals}
        return tuple(key for key in ended if key.id not in kept), refusals

    def _refusals(
        self, doomed: tuple[Key, ...], listed: Iterable[Key], outputs: Properties, overrides: Mapping[str, str]
    ) -> tuple[Refusal, ...]:
        if not doomed:
            return ()
        in_use = self._in_use(doomed, outputs)
        found = key_refusals(doomed, listed, self._members(doomed), _fingerprints(outputs), in_use)
        return tuple(one for one in found if one.guard not in overrides)

    def _in_use(self, doomed: tuple[Key, ...], outputs: Properties) -> KeysInUse:
        """What is known of the keys in use.

        Where no answer told when the calling key ends, and the key in state, which has an end, is told its own, the calling one has
        none.
        """
        in_use, seen = self.phase.keys_in_use, _fingerprints(outputs)
        unclear = in_use.calling_expires_at is None and any(key.id not in seen for key in doomed)
        if unclear and outputs.get("key") and outputs.get("expires_at"):
            told = self.phase.once("ends of keys are told", partial(self._is_told_its_end, str(outputs["key"])))
            return replace(in_use, endless=told)
        return in_use

    def _is_told_its_end(self, key: str) -> bool:
        session = self.phase.session.with_key(key, "state")
        with suppress(CloudError):  # which tells the end as well
            visible_organizations(session)
        return session.key_expires_at is not None

    def _members(self, doomed: Iterable[Key]) -> tuple[Member, ...]:
        """The members, where it matters whose an unlimited key is; else nobody, for two calls less."""
        if not any(key.grants is None or is_owner_key(key, ()) for key in doomed):
            return ()
        return self.phase.organization.read().members

    def _imported(self, key_id: str) -> State | None:
        """The key with an id, as `pulumi import` names it, taken over without its secret."""
        found = self._find(key_id)
        if found is None or found.grants is None:
            return None
        name = read_name(found.description)
        inputs = {
            "description": name.description if name else found.description,
            "roles": format_grants(found.grants),
            "expiration": found.expiration or LIFETIME,
            "overlap": OVERLAP,
            "organization_id": self.phase.organization_id,
            "adopt": found.id,
        }
        instance = secrets.token_hex(4)
        outputs = self._outputs(inputs, found, "", instance, (), {})
        return State(f"{self.phase.organization_id}/{instance}", outputs, inputs)

    def _tell(self, inputs: Properties, planned: Rotation, deleted: Iterable[Key], kept: Iterable[Refusal]) -> None:
        """Says what an update would do, and what somebody should know."""
        lines = [f"  ! keeps {key} for the overlap of {inputs['overlap']}" for key in planned.superseded]
        if planned.reason:
            lines.insert(0, f"  + creates a key with {inputs['roles']}: {planned.reason}")
        lines += [f"  - deletes {key}, which is superseded" for key in deleted]
        lines += [f"  ! keeps a superseded key. {refusal}" for refusal in kept]
        lines += [f"  ! leaves {key} alone: {_SAME_NAME}" for key in planned.others]
        if lines:
            self.phase.say("\n".join([f"API key '{inputs['description']}'", *lines]))


def _with_id(key_id: str) -> str:
    return f"API key {key_id}"


def _declared(inputs: Properties) -> DeclaredKey:
    """What a program declares; the inputs are valid and known."""
    rotate_before = inputs.get("rotate_before")
    return DeclaredKey(
        str(inputs["description"]),
        as_on_a_key(parse_grants(str(inputs["roles"]))),
        str(inputs["expiration"]),
        parse_lifetime(str(rotate_before)) if rotate_before else timedelta(),
        parse_lifetime(str(inputs["overlap"])),
        str(inputs.get("adopt") or ""),
    )


def _held(outputs: Properties) -> HeldKey:
    """The key in state."""
    return HeldKey(
        str(outputs["key_id"]),
        str(outputs["instance"]),
        str(outputs["description"]),
        as_on_a_key(parse_stored_grants(str(outputs["roles"]))),
        str(outputs["expiration"]),
        tuple(map(str, outputs.get("superseded") or ())),
    )


def _resource(properties: Properties) -> str:
    return str(properties.get("resource") or "")


def _fingerprints(outputs: Properties) -> dict[str, str]:
    return {str(key_id): str(one) for key_id, one in (outputs.get("fingerprints") or {}).items()}


def _overrides(properties: Properties) -> Mapping[str, str]:
    return properties.get("overrides") or {}


def _wrong_lifetimes(news: Properties) -> Iterator[str]:
    """Yields what is none, and that each update would create another key where the next one is due as soon as one is created."""
    lifetimes: dict[str, timedelta] = {}
    for name in ("expiration", "rotate_before", "overlap"):
        try:
            if isinstance(text := news.get(name), str):
                lifetimes[name] = parse_lifetime(text)
        except ValueError as error:
            yield f"{name}: {error}"
    expiration, rotate_before = lifetimes.get("expiration"), lifetimes.get("rotate_before")
    if expiration and rotate_before and rotate_before >= expiration:
        yield f"rotate_before: is less than the {news['expiration']} that a key lives, not {news['rotate_before']}"


def _wrong_roles(text: str) -> Iterator[str]:
    try:
        grants = parse_grants(text)
        check_targets(grants)
    except GrantError as error:
        yield f"roles: {error}"
        return
    if not grants:
        yield "roles: name at least one: a key without any would have every role of its creator"
