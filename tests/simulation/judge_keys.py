"""What must hold of API keys after every call: what a state holds works, nothing is left behind, nobody else's is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.model.grants import Grants, is_admin, parse_grants
from pulumi_elastic_org.model.key_rotation import KeyName, read_name
from pulumi_elastic_org.model.keys import as_on_a_key, parse_lifetime
from tests.simulation.declared import Key
from tests.simulation.moment import Look
from tests.simulation.pipeline import Kept, State
from tests.trust.organization import ORGANIZATION

_ENTRY = "ApiKey "


@dataclass(frozen=True)
class LiveKey:
    """A key that works.

    Args:
        id: Elastic's id of it.
        secret: What a client sends.
        description: What Elastic Cloud shows for it.
        user_id: Whose it is.
        created_at: When it was made.
        expires_at: When it ends; ``None`` where it does not.
        grants: What it may do; ``None`` for whatever its user may.
    """

    id: str
    secret: str
    description: str
    user_id: str
    created_at: datetime
    expires_at: datetime | None
    grants: Grants | None


@dataclass
class KeyConduct:
    """What one run is told of keys, and has done with them.

    Args:
        who: The pipeline's name.
        calling: The key that it calls with.
        needed: Keys that its stack is configured with.
        declared: What is declared, by the resource's name.
        state: What its engine keeps; it changes while the run goes on.
        prefix: What the names of its resources begin with.
        made: How many keys it made, by the resource's name.
        gone: The ids of keys that people deleted meanwhile, or that expired.
        began_with: The id of the key and the instance of each resource that the state had when it began, by name.
    """

    who: str
    calling: str
    needed: frozenset[str]
    declared: Mapping[str, Key]
    state: State
    prefix: str
    made: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    began_with: dict[str, tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.began_with = {
            name: (str(kept.outputs["key_id"]), str(kept.outputs["instance"])) for name, kept in self.held()
        }

    def held(self) -> Iterator[tuple[str, Kept]]:
        """Yields the resources that the state has, by name."""
        yield from ((name.removeprefix(_ENTRY), kept) for name, kept in self.state.items() if name.startswith(_ENTRY))

    def named(self, key: LiveKey) -> tuple[KeyName, str] | None:
        """Returns how a key is named, and for which resource of this stack; ``None`` where it is none of this stack's."""
        name = read_name(key.description)
        if name is None or not name.resource.startswith(self.prefix):
            return None
        return name, name.resource.removeprefix(self.prefix)

    def overrides(self, resource: str, kept: Kept, guard: str) -> bool:
        """Whether a resource's keys are let past a guard."""
        told = {
            *(kept.outputs.get("overrides") or {}),
            *(self.declared[resource].overrides if resource in self.declared else ()),
        }
        return guard in told


class KeyJudge:
    """Sees every call.

    Args:
        cloud: Where it is made.
        look: Reads roles.
    """

    def __init__(self, cloud: Cloud, look: Look) -> None:
        self._cloud, self._look = cloud, look
        self.keys = self.now()
        self.secrets = {one.secret for one in self.keys.values()}
        """Every key that there ever was."""
        self.states: list[State] = []
        """What all engines keep."""

    def now(self) -> dict[str, LiveKey]:
        """Returns the keys that work, by id."""
        now = self._cloud.clock.now()
        return {
            key.id: LiveKey(
                key.id,
                key.secret,
                key.description,
                key.user_id,
                key.created_at,
                key.expires_at,
                None if key.roles is None else self._look.grants(key.roles.to_json(ORGANIZATION)),
            )
            for key in self._cloud.keys.values()
            if (key.expires_at is None or key.expires_at > now) and key.organization_id == ORGANIZATION
        }

    def by_hand(self, under_way: Iterable[KeyConduct] = ()) -> None:
        """Takes note of what people did, or time; and tells the runs that are under way."""
        before, self.keys = self.keys, self.now()
        self.secrets |= {one.secret for one in self.keys.values()}
        for run in under_way:
            run.gone |= before.keys() - self.keys.keys()

    def called(self, run: KeyConduct) -> Iterator[str]:
        """Yields what is wrong with a call that has been made."""
        before, now = self.keys, self._cloud.clock.now()
        self.by_hand()
        for id_ in self.keys.keys() - before.keys():
            yield from self._made(run, self.keys[id_], before, now)
        for id_ in before.keys() - self.keys.keys():
            if (ends := before[id_].expires_at) is None or ends > now:
                yield from self._deleted(run, before[id_], now)

    def _made(self, run: KeyConduct, key: LiveKey, before: Mapping[str, LiveKey], now: datetime) -> Iterator[str]:
        found = run.named(key)
        declared = run.declared.get(found[1]) if found else None
        if found is None or declared is None or found[0].description != declared.description:
            yield f"an API key was made that is not declared: {key.description}"
            return
        resource = found[1]
        run.made[resource] = run.made.get(resource, 0) + 1
        if run.made[resource] > 1:
            yield f"{run.made[resource]} API keys were made for {resource} in one run"
        if key.grants != as_on_a_key(parse_grants(declared.roles)):
            yield f"the API key for {resource} was made with other roles"
        if key.expires_at is None or key.expires_at > now + parse_lifetime(declared.expiration) + timedelta(seconds=1):
            yield f"the API key for {resource} lasts longer than is declared"
        for held, kept in run.held():
            known = before.get(str(kept.outputs["key_id"]))
            if held == resource and known and not self._due(known, kept, declared, now):
                yield f"another API key was made for {resource}, whose key works and is as declared"

    def _due(self, key: LiveKey, kept: Kept, declared: Key, now: datetime) -> bool:
        """Whether a resource needs another key than the one that its state holds."""
        same = all(
            kept.outputs[name] == value
            for name, value in (("description", declared.description), ("expiration", declared.expiration))
        ) and as_on_a_key(parse_grants(str(kept.outputs["roles"]))) == as_on_a_key(parse_grants(declared.roles))
        return not same or (
            key.expires_at is not None and now >= key.expires_at - parse_lifetime(declared.rotate_before)
        )

    def _deleted(self, run: KeyConduct, key: LiveKey, now: datetime) -> Iterator[str]:
        own = [
            (resource, kept)
            for resource, kept in run.held()
            if key.id in (kept.outputs["key_id"], *(kept.outputs["superseded"] or ()))
            or ((name := read_name(key.description)) and name.instance == kept.outputs["instance"])
        ]
        if not own:
            yield f"the API key {key.id} {key.description!r} of somebody else was deleted"
            return
        resource, kept = next(
            (one for one in own if run.overrides(*one, "key-in-use")), own[0]
        )  # two may have adopted it
        for state in self.states:
            for other in state.values():
                if (
                    other.kind == "ApiKey"
                    and other.outputs["key_id"] == key.id
                    and (other is not kept or resource in run.declared)
                ):
                    yield f"the API key {key.id} was deleted, and a state holds it"
        if not any(self._is_over(run, *one, now) for one in own):
            yield f"a superseded API key of {resource} was deleted before its overlap was over"
        if key.secret == run.calling and not run.overrides(resource, kept, "key-in-use"):
            yield "the API key was deleted that makes the calls"
        if (
            key.secret in run.needed
            and self._made_here(key, kept)
            and not run.overrides(resource, kept, "stack-needs-key")
        ):
            yield "the API key was deleted that the stack is configured with"
        last = self._administers(key) and not any(map(self._administers, self.keys.values()))
        if last and not run.overrides(resource, kept, "last-owner-key"):
            yield "the last API key was deleted that administers the organization"

    def _is_over(self, run: KeyConduct, resource: str, kept: Kept, now: datetime) -> bool:
        """Whether a resource waits no more before it deletes what its key superseded."""
        current = self.keys.get(str(kept.outputs["key_id"]))
        if (
            resource not in run.declared or str(kept.outputs["key_id"]) in run.gone
        ):  # which nobody has to be spared any more
            return True
        return current is not None and now >= current.created_at + parse_lifetime(run.declared[resource].overlap)

    def _made_here(self, key: LiveKey, kept: Kept) -> bool:
        """Whether its secret was ever seen by the resource: only then it can be told that it is configured."""
        return key.id in (kept.outputs.get("fingerprints") or {})

    def _administers(self, key: LiveKey) -> bool:
        if key.grants is not None:
            return is_admin(key.grants)
        member = self._look.now().members.get(key.user_id)
        return member is not None and is_admin(member.grants)

    def ended(self, run: KeyConduct) -> Iterator[str]:
        """Yields the keys that still work of resources that were deleted, but the one that made the calls."""
        held = dict(run.held())
        elsewhere = {
            str(one.outputs["key_id"]) for state in self.states for one in state.values() if one.kind == "ApiKey"
        }
        gone = {resource: known for resource, known in run.began_with.items() if resource not in held}
        for key in self.keys.values():
            name = read_name(key.description)
            for resource, (key_id, instance) in gone.items():
                own = key.id == key_id or (name is not None and name.instance == instance)
                if own and key.secret != run.calling and key.id not in elsewhere:
                    yield f"{run.who} deleted {resource}, and its API key {key.id} works"

    def succeeded(self, run: KeyConduct) -> Iterator[str]:
        """Yields what is not as a run says that it made it."""
        now, held = self._cloud.clock.now(), dict(run.held())
        for resource, declared in run.declared.items():
            if resource not in held:
                yield f"{run.who} said that it succeeded, and has no API key for {resource}"
                continue
            kept = held[resource]
            live = self.keys.get(str(kept.outputs["key_id"]))
            if kept.outputs["key_id"] in run.gone:
                continue
            if live is None:
                yield f"{run.who} said that it succeeded, and the API key for {resource} does not work"
            elif self._due(live, kept, declared, now):
                yield f"{run.who} said that it succeeded, and the API key for {resource} is not as declared"
            elif kept.outputs["key"] not in (live.secret, ""):
                yield f"{run.who} keeps another secret than that of the API key for {resource}"
        for resource in held.keys() - run.declared.keys():
            yield f"{run.who} said that it succeeded, and still has the API key for {resource}"

    def left_behind(self, run: KeyConduct, told: str) -> Iterator[str]:
        """Yields the keys of a stack that nobody will ever delete; at rest.

        Args:
            run: The last one, which succeeded.
            told: Everything that it said.
        """
        now = self._cloud.clock.now()
        held = dict(run.held())
        for key in self.keys.values():
            found = run.named(key)
            if found is None or found[1] not in held:
                continue
            kept = held[found[1]]
            current = self.keys.get(str(kept.outputs["key_id"]))
            waits = current is not None and now < current.created_at + parse_lifetime(str(kept.outputs["overlap"]))
            own = found[0].instance == kept.outputs["instance"]  # is kept only where a guard says so
            said = [line for line in told.splitlines() if key.id in line and not (own and " leaves " in line)]
            if key is not current and not waits and not said:
                yield f"the API key {key.id} of {found[1]} is left behind, and nothing is said of it"
