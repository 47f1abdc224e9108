"""`RoleMappings`: who gets which roles at each single sign-on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.cloud.errors import ChangedMeanwhile, CloudError
from pulumi_elastic_org.cloud.identity_providers import set_identity_provider
from pulumi_elastic_org.cloud.role_mappings import add_role_mappings, change_role_mapping, delete_role_mapping
from pulumi_elastic_org.kinds.sign_on import MAPPINGS, ORGANIZATION, DeclaredMappings, SignOnKind
from pulumi_elastic_org.lifecycle.interface import Failed, Refused, State, Unfinished, refuse
from pulumi_elastic_org.lifecycle.properties import Properties, Property, PropertyError, Type, Where, known, plain
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.mapping_changes import (
    MappingChange,
    after,
    change_effects,
    mapping_violations,
    plan_mappings,
)
from pulumi_elastic_org.model.people import ADDITIVE, AUTHORITATIVE
from pulumi_elastic_org.model.role_mappings import RoleMapping, RoleMappingError, parse_mapping
from pulumi_elastic_org.model.targets import TargetNames

_PATH = "/organizations/{organization}/role_mappings"


class RoleMappings(SignOnKind):
    """Makes the role mappings of an organization what is declared, one call a mapping and never one that could delete all.

    An enabled mapping gives organization-admin after each of them. Deleting the resource deletes the mappings that it made, once
    single sign-on is not enforced; where none would be left that makes somebody an owner, the identity provider is disabled before.
    """

    name = "RoleMappings"
    what = "role mappings"
    properties = (
        ORGANIZATION,
        Property(
            "mode",
            Type.TEXT,
            '``"authoritative"``: mappings that are not named are deleted. ``"additive"``: they are left alone.',
            required=True,
            choices=(AUTHORITATIVE, ADDITIVE),
            early=True,
        ),
        Property(
            "mappings",
            Type.MAP,
            "Rules and roles by the mapping's name, such as ``group platform or email *@acme.example => organization-admin``.",
            required=True,
        ),
        Property(
            "target_names",
            Type.MAP,
            "Names of deployments and projects by what stands for them.",
            Where.INPUT,
            early=True,
        ),
        Property("applied", Type.LIST, "The names of the mappings that the last apply left behind.", Where.OUTPUT),
    )

    def mistakes(self, news: Properties) -> Iterator[str]:
        if isinstance(news["mappings"], Unknown):
            yield "mappings: is only known after another resource exists; make the map here, with outputs inside a mapping's roles"
            return
        for name, text in sorted(news["mappings"].items()):
            if not isinstance(text, Unknown):
                try:
                    parse_mapping(name, text)
                except RoleMappingError as error:
                    yield from (f"mappings, {mistake}" for mistake in error.mistakes)

    def resolve(self, news: Properties) -> dict[str, Any]:
        resolved = dict(news)
        target_names: Mapping[str, str] = resolved.pop("target_names", None) or {}
        names = TargetNames(target_names, self.phase.organization.resources()) if target_names else None
        mappings: dict[str, Any] = {}
        for name, text in sorted(news["mappings"].items()):
            mappings[name] = text
            if not isinstance(text, Unknown):
                mapping = parse_mapping(name, text)
                mappings[name] = str(replace(mapping, grants=names.resolve(mapping.grants)) if names else mapping)
        if names is not None and names.mistakes:
            raise PropertyError(names.mistakes.values())
        return {**resolved, "mappings": mappings}

    def declare(self, inputs: Properties, olds: Properties) -> None:
        before = {"applied": list(olds.get("mappings") or ())}
        self._declare(inputs, self._plan(inputs, before, self.sign_on.live_mappings()))

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        yield from map(_named, inputs["mappings"])

    def _declare(self, inputs: Properties, changes: tuple[MappingChange, ...]) -> None:
        authoritative = inputs.get("mode") == AUTHORITATIVE
        self.sign_on.role_mappings[plain(inputs)] = DeclaredMappings(
            frozenset(inputs["mappings"]), authoritative, changes
        )

    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if beside := [*self._declared_beside(inputs)]:
            yield from beside
            return
        if not known(inputs, ("mappings",)):
            self.phase.say(
                "Role mappings: some roles are only known when what they are for is made; they are judged then"
            )
            return
        sign_on = self.sign_on
        live = sign_on.live_mappings()
        changes = self._plan(inputs, outputs, live)
        self._declare(inputs, changes)
        yield from map(str, mapping_violations(sign_on.mappings_to_be(but=plain(inputs)), changes))
        if not changes:
            return
        if any(change.before is None for change in changes) and not sign_on.enabled_to_be():
            remedy = (
                "enable the one that is declared"
                if sign_on.provider_declared
                else "declare an IdentityProvider, on which they depend"
            )
            yield f"role mappings need an enabled identity provider: {remedy}"
        lines = [f"Role mappings of organization {self.phase.organization_id}:", *(f"  {one}" for one in changes)]
        effects = change_effects(changes, self.phase.organization.read().members)
        self.phase.say("\n".join((*lines, *(f"    {one}" for one in effects))))

    def _declared_beside(self, inputs: Properties) -> Iterator[str]:
        """Yields what another resource of the program contradicts."""
        others = [one for given, one in self.sign_on.role_mappings.items() if given != plain(inputs)]
        if others and (inputs["mode"] == AUTHORITATIVE or any(one.authoritative for one in others)):
            yield (
                "mode: an authoritative RoleMappings deletes the mappings of every other one: declare all in one resource, "
                "or make each additive"
            )
        for name in sorted({name for one in others for name in one.names & inputs["mappings"].keys()}):
            yield f"mappings, {name}: is in another RoleMappings of the program too: keep it in one of them"

    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        if not known(inputs, ("mappings",)):
            yield "role mappings", "are not known yet"
            return
        for change in self._plan(inputs, outputs, self.sign_on.live_mappings()):
            is_now = "is not there" if change.before is None else f"is '{change.before}'"
            wanted = "does not have it" if change.after is None else f"says '{change.after}'"
            yield f"role mapping {change.name}", f"{is_now}, and the code {wanted}"

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        """Reads, plans and guards once more, then makes the calls; anew where somebody changed something at the same time."""
        applied = set(map(str, olds.get("applied") or ()))

        def attempt() -> None:
            seen = self.sign_on.live_mappings(fresh=True)
            changes = self._plan(news, olds, seen)
            refuse(mapping_violations(seen, changes))
            applied.update({one.name for one in seen} & news["mappings"].keys())
            for change in changes:
                seen = self._see_another_owner_mapping(change, seen)
                self._carry_out(change)
                (applied.discard if change.after is None else applied.add)(change.name)

        try:
            with self.sign_on.changing_mappings:
                self.phase.session.pacing.retrying(ChangedMeanwhile)(attempt)
        except (CloudError, Failed, Refused) as error:
            if applied == set(olds.get("applied") or ()):
                raise
            kept = {**self.kept(news), **self.kept(olds)}
            raise Unfinished(error, id_, {**kept, "applied": sorted(applied)}) from None
        return State(id_, {**self.kept(news), "applied": sorted(news["mappings"])})

    def read(self, id_: str, outputs: Properties) -> State | None:
        live = {one.name: str(one) for one in self.sign_on.live_mappings() if one.rule is not None}
        mode = outputs.get("mode", AUTHORITATIVE)
        applied = outputs.get("applied") or ()
        shown = live if mode == AUTHORITATIVE else {name: live[name] for name in applied if name in live}
        declared = {
            "organization_id": self.phase.organization_id,
            "mode": mode,
            "mappings": dict(sorted(shown.items())),
        }
        return State(id_, {**declared, "applied": list(applied or live)}, declared)

    def delete(self, id_: str, outputs: Properties) -> None:
        sign_on = self.sign_on
        with sign_on.changing_mappings:
            live = sign_on.live_mappings(fresh=True)
            changes = _deletions([one for one in outputs.get("applied") or () if not self.stays(_named(one))], live)
            if not changes:
                return
            if not any(one.gives_owner for one in after(live, changes)):
                self._close(changes)
            for change in changes:
                self._carry_out(change)
            names = {change.name for change in changes}
            sign_on.see(
                "that the mappings are gone",
                sign_on.live_mappings,
                lambda live: names.isdisjoint(one.name for one in live),
            )

    def refused_delete(self, outputs: Properties) -> str | None:
        sign_on = self.sign_on
        goes = [one for one in outputs.get("applied") or () if not self.phase.is_held(_named(one))]
        changes = _deletions(goes, sign_on.mappings_to_be(but=plain(outputs)))
        sign_on.role_mappings[plain(outputs)] = DeclaredMappings(frozenset(), False, changes)
        if not changes or any(one.gives_owner for one in sign_on.mappings_to_be()):
            return None
        provider = sign_on.provider_to_be()
        return self._why_kept(changes, sign_on.enforced_to_be(), provider is not None and provider.enabled)

    def _close(self, changes: tuple[MappingChange, ...]) -> None:
        """Sees to it that nobody signs on while no mapping would make anybody an owner.

        Raises:
            Refused: Single sign-on is enforced, or the program keeps its identity provider.
        """
        sign_on = self.sign_on
        enforced, found = sign_on.live_settings(fresh=True).enforced, sign_on.live_provider(fresh=True)
        enabled = found is not None and found.provider.enabled
        if reason := self._why_kept(changes, enforced, enabled):
            raise Refused(reason)
        if found is None or not enabled:
            return
        disabled = replace(found.provider, enabled=False)
        with self.phase.writing(
            "disable", f"identity provider {disabled.issuer}", "PUT /organizations/{organization}/idp"
        ):
            set_identity_provider(self.phase.session, self.phase.organization_id, disabled)
        sign_on.see(
            "that it is disabled", sign_on.live_provider, lambda live: live is None or not live.provider.enabled
        )

    def _why_kept(self, changes: tuple[MappingChange, ...], enforced: bool, enabled: bool) -> str | None:
        """Why the last mappings that make owners are not deleted; ``None`` where they are."""
        if enforced:
            return (
                "the role mappings are not deleted: single sign-on is enforced, and nobody could come in as an owner. Take "
                "enforce_authentication_method out of OrganizationSettings first"
            )
        if enabled and self.sign_on.provider_declared:
            refused = mapping_violations([change.before for change in changes if change.before], changes)
            return (
                "\n".join(map(str, refused))
                + " The program keeps its identity provider: remove it as well, or keep RoleMappings"
            )
        return None

    def _plan(
        self, inputs: Properties, outputs: Properties, live: tuple[RoleMapping, ...]
    ) -> tuple[MappingChange, ...]:
        """What is to be done of what is known; a mapping whose roles are not known yet is left as it is."""
        known_texts = {name: text for name, text in inputs["mappings"].items() if not isinstance(text, Unknown)}
        declared = [parse_mapping(name, text) for name, text in known_texts.items()]
        applied = [name for name in outputs.get("applied") or () if not self.phase.is_held(_named(name))]
        changes = plan_mappings(declared, applied, live, authoritative=inputs.get("mode") == AUTHORITATIVE)
        return tuple(one for one in changes if one.name in known_texts or one.name not in inputs["mappings"])

    def _see_another_owner_mapping(
        self, change: MappingChange, seen: tuple[RoleMapping, ...]
    ) -> tuple[RoleMapping, ...]:
        """Looks, before a call after which none that was seen would give organization-admin, whether another one is really there.

        Args:
            change: What the call does.
            seen: The mappings as they were last seen.

        Returns:
            The mappings as they are seen now.
        """
        if any(one.gives_owner for one in after(seen, [change])):
            return seen
        another = "another enabled role mapping that gives organization-admin"
        self.sign_on.see(
            another, self.sign_on.live_mappings, lambda live: any(one.gives_owner for one in after(live, [change]))
        )
        return self.sign_on.live_mappings()

    def _carry_out(self, change: MappingChange) -> None:
        session, organization_id, mapping = self.phase.session, self.phase.organization_id, change.after
        if mapping is None:
            verb, request = "delete", f"DELETE {_PATH}/NAME"
        elif change.before is None:
            verb, request = "add", f"POST {_PATH}"
        else:
            verb, request = "change", f"PUT {_PATH}/NAME"
        about = mapping or change.before
        roles = format_grants(about.grants) if about else None
        self.sign_on.forget(MAPPINGS)
        with self.phase.writing(verb, f"role mapping {change.name}", request, roles):
            if mapping is None:
                delete_role_mapping(session, organization_id, change.name)
            elif change.before is None:
                add_role_mappings(session, organization_id, [mapping])
            else:
                change_role_mapping(session, organization_id, mapping)


def _named(name: str) -> str:
    return f"role mapping {name}"


def _deletions(names: Collection[str], live: Iterable[RoleMapping]) -> tuple[MappingChange, ...]:
    """What deleting mappings does, last to those that make owners."""
    gone = [one for one in live if one.name in names]
    return tuple(MappingChange(one, None) for one in sorted(gone, key=lambda one: (one.gives_owner, one.name)))
