"""What must hold of single sign-on after every call: somebody can sign in as an owner, and there is a way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.model.grants import Grants, is_admin
from pulumi_elastic_org.model.role_mappings import parse_mapping
from pulumi_elastic_org.model.single_sign_on import KEY_LIFE_LEFT
from tests.simulation.declared import SignOn
from tests.simulation.judge_keys import KeyJudge
from tests.simulation.moment import Look
from tests.simulation.pipeline import State
from tests.support.sign_on import DOMAIN
from tests.trust.organization import ORGANIZATION

Mappings = Mapping[str, tuple[bool, Grants]]
"""Whether each is enabled, and what it gives, by name."""


@dataclass(frozen=True)
class SignOnMoment:
    """Single sign-on between two calls, or as a run knows it.

    Args:
        domains: The domains that are claimed.
        provider: Whether the identity provider is enabled; ``None`` where there is none.
        mappings: The role mappings.
        enforced: Whether it is the only way in.
        administered: Whether any member is an administrator.
    """

    domains: tuple[str, ...]
    provider: bool | None
    mappings: Mappings
    enforced: bool
    administered: bool

    @property
    def gives_owner(self) -> bool:
        """Whether a mapping makes somebody an owner."""
        return any(enabled and is_admin(grants) for enabled, grants in self.mappings.values())

    @property
    def lets_owner_in(self) -> bool:
        """Whether somebody can sign in as an owner."""
        by_sign_on = bool(self.provider and self.domains and self.gives_owner)
        return by_sign_on or (self.administered and not self.enforced)

    @property
    def keeps_owners(self) -> bool:
        """Whether an owner who signs on may still be one then."""
        enabled = any(enabled for enabled, _ in self.mappings.values())
        return not (self.provider and enabled) or self.gives_owner


@dataclass
class SignOnConduct:
    """What one run is told of single sign-on, and what it knows.

    Args:
        declared: What it is told.
        named: The mappings that its pipeline was ever told of.
        known: What it saw since it began to change the resource that it is at, and did itself.
        applied: The mappings that its pipeline's state has.
        enforced: Whether that state has enforcement.
        disturbed: Whether somebody changed something by hand meanwhile.
    """

    declared: SignOn | None
    named: set[str]
    known: SignOnMoment
    applied: frozenset[str] = frozenset()
    enforced: bool = False
    disturbed: bool = False
    seen: set[str] = field(default_factory=set)


_READ = {
    "domains": "domains",
    "idp": "provider",
    "role_mappings": "mappings",
    ORGANIZATION: "enforced",
    "members": "administered",
}


class SignOnJudge:
    """Sees every call.

    Args:
        cloud: Where it is made.
        look: Reads roles.
        keys: Knows the API keys.
    """

    def __init__(self, cloud: Cloud, look: Look, keys: KeyJudge) -> None:
        self._cloud, self._look, self._keys = cloud, look, keys
        self.moment = self.now()

    def now(self) -> SignOnMoment:
        """Returns single sign-on as it is."""
        found = self._cloud.organization(ORGANIZATION)
        return SignOnMoment(
            tuple(found.domains),
            None if found.identity_provider is None else found.identity_provider.enabled,
            {
                name: (one.enabled, self._look.grants(one.roles.to_json(ORGANIZATION)))
                for name, one in found.role_mappings.items()
            },
            bool(found.settings.get("enforce_authentication_method")),
            any(is_admin(self._look.grants(one.roles.to_json(ORGANIZATION))) for one in found.members.values()),
        )

    def begin(self, declared: SignOn | None, named: set[str], state: State) -> SignOnConduct:
        """Returns the conduct of a run that begins."""
        mappings, settings = (
            state[kind].outputs if kind in state else {} for kind in ("RoleMappings", "OrganizationSettings")
        )
        applied = frozenset(mappings.get("applied") or ())
        enforced = settings.get("enforce_authentication_method") == "sso"
        return SignOnConduct(declared, named, self.moment, applied, enforced)

    def by_hand(self, under_way: Iterable[SignOnConduct]) -> None:
        """Takes note of what people did."""
        before, self.moment = self.moment, self.now()
        if self.moment != before:
            for run in under_way:
                run.disturbed = True

    def called(self, run: SignOnConduct, method: str, path: str) -> Iterator[str]:
        """Yields what is wrong with a call that has been made."""
        if method == "GET":
            aspect = _READ.get(path.rpartition("/")[2])
            if aspect is not None:
                run.known = replace(run.known, **{aspect: getattr(self.moment, aspect)})
            return
        before, after = self.moment, self.now()
        self.moment = after
        changed = {name for name in _READ.values() if getattr(before, name) != getattr(after, name)}
        if not changed:
            return
        knew = run.known
        mappings = _changed_alike(knew.mappings, before.mappings, after.mappings)
        run.known = replace(knew, **{name: getattr(after, name) for name in changed} | {"mappings": mappings})
        if knew.lets_owner_in and not run.known.lets_owner_in:
            yield "nobody can sign in as an owner any more"
        enabled = run.known.provider and not knew.provider  # mappings can be added only after that
        follows = enabled and run.declared is not None and run.declared.makes_owners
        if knew.keeps_owners and not run.known.keeps_owners and not follows:
            yield "every owner who signs on would lose that"
        if "enforced" in changed and after.enforced:
            yield from self._way_back(run)
        yield from self._mappings(run, before, after)
        if set(before.domains) - set(after.domains) and self._declares(run, "DomainClaim"):
            yield "a domain was given up that is declared"
        if before.provider is not None and after.provider is None and self._declares(run, "IdentityProvider"):
            yield "the identity provider was removed, which is declared"
        if (
            before.enforced
            and not after.enforced
            and run.declared is not None
            and run.declared.enforced
            and self._declares(run, "OrganizationSettings")
        ):
            yield "enforcement was taken off, which is declared"

    def succeeded(self, run: SignOnConduct) -> Iterator[str]:
        """Yields what a run says that it took away, and what is still there: no state knows of it any more."""
        if run.disturbed:
            return
        if not self._declares(run, "RoleMappings") and (left := run.applied & self.moment.mappings.keys()):
            yield f"the role mappings {', '.join(sorted(left))} are still there"
        keeps = self._declares(run, "OrganizationSettings") and run.declared is not None and run.declared.enforced
        if run.enforced and not keeps and self.moment.enforced:
            yield "single sign-on is still enforced"

    def failed(self, run: SignOnConduct, reason: str) -> Iterator[str]:
        """Yields why a refusal is none that a person can act on."""
        if "[owner-mapping]" in reason and run.declared is not None and run.declared.makes_owners:
            yield f"a role mapping that makes owners is declared, and yet: {reason}"

    def _way_back(self, run: SignOnConduct) -> Iterator[str]:
        declared = run.declared
        if declared is None or not declared.enforced:
            yield "single sign-on was enforced, which is not declared"
            return
        key = next((one for one in self._keys.keys.values() if one.secret == declared.key), None)
        lasts = key is not None and (
            key.expires_at is None or key.expires_at - self._cloud.clock.now() >= KEY_LIFE_LEFT - timedelta(minutes=30)
        )
        if key is None or not lasts or (key.grants is not None and not is_admin(key.grants)):
            yield "single sign-on was enforced without a key that would take it off"

    def _mappings(self, run: SignOnConduct, before: SignOnMoment, after: SignOnMoment) -> Iterator[str]:
        declared = dict(run.declared.mappings) if self._declares(run, "RoleMappings") and run.declared else {}
        authoritative = bool(declared) and run.declared is not None and run.declared.mode == "authoritative"
        for name, live in after.mappings.items():
            if before.mappings.get(name) == live:
                continue
            wanted = parse_mapping(name, declared[name]) if name in declared else None
            if wanted is None or (wanted.enabled, wanted.grants) != live:
                yield f"the role mapping {name} was made, which is not declared"
        for name in before.mappings.keys() - after.mappings.keys():
            if name in declared:
                yield f"the role mapping {name} was deleted, which is declared"
            elif not authoritative and name not in run.named:
                yield f"the role mapping {name} was deleted, which is somebody else's"

    @staticmethod
    def _declares(run: SignOnConduct, kind: str) -> bool:
        return run.declared is not None and run.declared.declares(kind)

    def differences(self, declared: SignOn | None) -> Iterator[str]:
        """Yields where single sign-on is not exactly what is declared."""
        if declared is None:
            return
        now, parts = self.moment, declared.parts
        if parts > 0 and DOMAIN not in now.domains:
            yield f"{DOMAIN} is not claimed"
        if parts > 1 and now.provider is not declared.enabled:
            yield f"the identity provider is {now.provider}"
        wanted = {name: parse_mapping(name, text) for name, text in declared.mappings} if parts > 2 else {}
        for name, one in wanted.items():
            if now.mappings.get(name) != (one.enabled, one.grants):
                yield f"the role mapping {name} is another one"
        if wanted and declared.mode == "authoritative" and (surplus := now.mappings.keys() - wanted.keys()):
            yield f"the role mappings {', '.join(sorted(surplus))} should not be there"
        if parts > 3 and declared.enforced and not now.enforced:
            yield "single sign-on is not enforced"


def _changed_alike(known: Mappings, before: Mappings, after: Mappings) -> Mappings:
    """What a run knows of role mappings once it has changed some: what somebody did right before that call is not seen yet."""
    kept = {name: one for name, one in known.items() if name in after or name not in before}
    return kept | {name: one for name, one in after.items() if before.get(name) != one}
