"""`OrganizationSettings`: name, contacts, and whether members come in by single sign-on only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import ConfigurationError
from pulumi_elastic_org.cloud.organization_settings import change_settings, end_enforcement, look_at_break_glass_key
from pulumi_elastic_org.kinds.sign_on import ORGANIZATION, SETTINGS, SignOnKind
from pulumi_elastic_org.lifecycle.interface import State, refuse
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.model.single_sign_on import (
    ENFORCED,
    KEY_LIFE_LEFT,
    NOT_ENFORCED,
    WAY_BACK,
    BreakGlassKey,
    Settings,
    enforcement_violations,
    settings_mistakes,
    settings_to_change,
)
from pulumi_elastic_org.model.verdicts import Violation

_ENFORCE = "enforce_authentication_method"
_ENFORCEMENT = "enforcement of single sign-on"
_KEY = "break_glass_key"
_KEY_ENDS, _KEY_DIGEST = "break_glass_key_ends", "break_glass_key_digest"
_NAMES = tuple(one.name for one in fields(Settings))
_PUT = "PUT /organizations/{organization}"


class OrganizationSettings(SignOnKind):
    """Changes the settings that are declared; all others are read and sent back as they are.

    Single sign-on is enforced only where an enabled identity provider and a mapping let an owner in, and a key was seen to be the
    way back. Deleting the resource, or the line, takes off the enforcement that it brought, and leaves the rest.
    """

    name = "OrganizationSettings"
    what = "organization's settings"
    properties = (
        ORGANIZATION,
        Property("name", Type.TEXT, "The organization's name, of 2 to 30 characters."),
        Property("default_disk_usage_alerts_enabled", Type.FLAG, "Whether alerts about disk usage are on by default."),
        Property("notifications_allowed_email_domains", Type.LIST, "Domains to which notifications may go."),
        Property("billing_contacts", Type.LIST, "Addresses that get bills."),
        Property(
            "operational_contacts", Type.LIST, "Addresses that get operational mail, also about API keys that end."
        ),
        Property(
            _ENFORCE,
            Type.TEXT,
            '``"sso"``: members come in by single sign-on only. ``"none"``: by any method. Left alone by default.',
            choices=(ENFORCED, NOT_ENFORCED),
        ),
        Property(
            _KEY,
            Type.TEXT,
            "An API key of an owner, by which enforcement can be taken off when nobody can sign in; it lasts 30 days at least.",
            Where.INPUT,
            secret=True,
        ),
        Property(
            _KEY_ENDS, Type.TEXT, "When the break-glass key ends (ISO 8601); empty where it has no end.", Where.OUTPUT
        ),
        Property(
            _KEY_DIGEST,
            Type.TEXT,
            "By which another break-glass key is noticed (SHA-256).",
            Where.OUTPUT,
            internal=True,
        ),
    )

    def mistakes(self, news: Properties) -> Iterator[str]:
        yield from settings_mistakes(_settings(news))

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if _settings(inputs).enforced:
            yield _ENFORCEMENT

    def declare(self, inputs: Properties, olds: Properties) -> None:
        if (method := _settings(inputs).enforce_authentication_method) is not None:
            self.sign_on.enforced = method == ENFORCED
        self.sign_on.enforcement_goes = _settings(olds).enforced

    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        changes = self._changes(inputs, outputs, self.sign_on.live_settings())
        if changes:
            lines = (f"  ~ {one}: {_shown(was)} becomes {_shown(will)}" for one, (was, will) in changes.items())
            self.phase.say("\n".join([f"Settings of organization {self.phase.organization_id}:", *lines]))
        if self._is_to_be_looked_at(inputs, outputs, changes):
            if isinstance(inputs.get(_KEY), Unknown):
                self.phase.say(
                    f"The break-glass key is made by this update, and tried before anything is enforced; {WAY_BACK}"
                )
                key: BreakGlassKey | None = BreakGlassKey(owner=True)
            else:
                key = self._look_at_key(inputs, rehearse=False)
                self.phase.say(f"Single sign-on is enforced: {WAY_BACK}")
            yield from map(str, self._refusals(key, declared=True))
        elif _settings(inputs).enforced and (ends := outputs.get(_KEY_ENDS)):
            left = datetime.fromisoformat(str(ends)) - now()
            if left < KEY_LIFE_LEFT:
                self.phase.say(f"The break-glass key ends on {str(ends)[:10]}: name another one in time")

    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        for name, (was, will) in self._changes(inputs, outputs, self.sign_on.live_settings()).items():
            yield f"setting {name}", f"is {_shown(was)}, and the code says {_shown(will)}"
        if outputs.get(_KEY_DIGEST, "") != _digest(inputs):
            yield "break-glass key", "is another one than was tried last"

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        sign_on = self.sign_on
        live = sign_on.live_settings(fresh=True)
        changes = {name: will for name, (_, will) in self._changes(news, olds, live).items()}
        key = {name: olds[name] for name in (_KEY_ENDS, _KEY_DIGEST) if name in olds}
        if self._is_to_be_looked_at(news, olds, changes):
            found = self._look_at_key(news, rehearse=not live.enforced)
            refuse(self._refusals(found, declared=False))
            ends = "" if found is None or found.ends is None else found.ends.isoformat()
            key = {_KEY_ENDS: ends, _KEY_DIGEST: _digest(news)}
        elif not _settings(news).enforced:
            key = {_KEY_DIGEST: _digest(news)} if news.get(_KEY) is not None else {}
        if changes.get(_ENFORCE) == NOT_ENFORCED:
            self._end_enforcement()
            del changes[_ENFORCE]
            live = sign_on.live_settings()
        if changes:
            enforced = {**self.kept(olds or news), _ENFORCE: ENFORCED, **key}
            put = self.phase.writing("change", f"settings: {', '.join(changes)}", _PUT)
            with self.kept_if_maybe_done(id_, enforced, needed=_ENFORCE in changes), put:
                change_settings(self.phase.session, self.phase.organization_id, live, changes)
            sign_on.forget(SETTINGS)
        return State(id_, {**self.kept(news), **key})

    def read(self, id_: str, outputs: Properties) -> State | None:
        live = _properties(self.sign_on.live_settings())
        declared = [name for name in _NAMES if outputs.get(name) is not None] if outputs else list(_NAMES)
        shown = {name: live[name] for name in declared if name in live}
        same = _settings(outputs).set if outputs else {}
        kept = {
            name: outputs[name]
            for name in shown
            if name in same and _settings({name: shown[name]}).set == {name: same[name]}
        }
        found = {"organization_id": self.phase.organization_id, **shown, **kept}
        return State(id_, {**outputs, **found}, found)

    def delete(self, id_: str, outputs: Properties) -> None:
        brought = _settings(outputs).enforced and not self.stays(_ENFORCEMENT)
        if brought and self.sign_on.live_settings(fresh=True).enforced:
            self._end_enforcement()
        else:
            self.phase.say(f"Organization {id_}: its settings stay as they are")

    def refused_delete(self, outputs: Properties) -> str | None:
        self.sign_on.enforcement_goes = _settings(outputs).enforced and not self.phase.is_held(_ENFORCEMENT)
        return None

    def _changes(self, inputs: Properties, outputs: Properties, live: Settings) -> dict[str, tuple[Any, Any]]:
        applied = _settings(outputs)
        if self.phase.is_held(_ENFORCEMENT):  # it does not go with this one's line
            applied = replace(applied, enforce_authentication_method=None)
        return settings_to_change(_settings(inputs), applied, live)

    def _is_to_be_looked_at(self, inputs: Properties, outputs: Properties, changes: Any) -> bool:
        """Whether single sign-on comes to be enforced, or the way back changes while it is."""
        return _settings(inputs).enforced and (_ENFORCE in changes or outputs.get(_KEY_DIGEST, "") != _digest(inputs))

    def _look_at_key(self, inputs: Properties, *, rehearse: bool) -> BreakGlassKey | None:
        if (given := inputs.get(_KEY)) is None:
            return None
        try:
            session = self.phase.session.with_key(str(given), _KEY)
        except ConfigurationError:
            return BreakGlassKey(problem="it contains a space or another character that no key has")
        told = self.phase.session.key_expires_at is not None
        return look_at_break_glass_key(session, self.phase.organization_id, rehearse=rehearse, others_are_told=told)

    def _refusals(self, key: BreakGlassKey | None, *, declared: bool) -> list[Violation]:
        """Why it is not enforced, as it is now or, for a preview, as the program will have it."""
        sign_on = self.sign_on
        if declared:
            return [*enforcement_violations(sign_on.enabled_to_be(), sign_on.mappings_to_be(), key, now())]
        return [*enforcement_violations(sign_on.enabled(fresh=True), sign_on.live_mappings(fresh=True), key, now())]

    def _end_enforcement(self) -> None:
        with self.phase.writing("take enforcement off", "single sign-on", _PUT):
            end_enforcement(self.phase.session, self.phase.organization_id)
        self.sign_on.see("that enforcement is off", self.sign_on.live_settings, lambda live: not live.enforced)


def _settings(properties: Properties) -> Settings:
    """What is declared of properties; what a preview does not know yet counts as not declared."""
    given: dict[str, Any] = {
        name: properties[name] for name in _NAMES if name in properties and known(properties, (name,))
    }
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
    return Settings(**values)


def _properties(settings: Settings) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.set.items()}


def _shown(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "not set" if value is None else str(value)


def _digest(inputs: Properties) -> str:
    """A key has far too many possible values for anybody to find it by its digest."""
    key = inputs.get(_KEY)
    return "" if key is None or isinstance(key, Unknown) else sha256(str(key).encode()).hexdigest()
