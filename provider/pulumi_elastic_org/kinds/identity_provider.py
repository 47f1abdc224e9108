"""`IdentityProvider`: the SAML 2.0 identity provider through which members sign on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.identity_providers import (
    SingleSignOn,
    remove_identity_provider,
    service_provider_metadata,
    set_identity_provider,
)
from pulumi_elastic_org.kinds.sign_on import (
    LONGEST_WAIT,
    MAPPINGS,
    ORGANIZATION,
    PROVIDER,
    SETTINGS,
    SignOnKind,
    how_to_publish,
)
from pulumi_elastic_org.lifecycle.interface import Failed, State, Unfinished, refuse
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.model.mapping_changes import enabling_violations
from pulumi_elastic_org.model.signing_certificates import (
    CertificateError,
    certificate_mistakes,
    certificate_notes,
    read_certificate,
)
from pulumi_elastic_org.model.single_sign_on import WAY_BACK, provider_mistakes, provider_violations
from pulumi_elastic_org.model.single_sign_on import IdentityProvider as Declared
from pulumi_elastic_org.model.verdicts import Violation

_PATH = "/organizations/{organization}/idp"
_SETTINGS = ("issuer", "sso_url", "certificates", "login_identifier_prefix", "enabled")


class IdentityProvider(SignOnKind):
    """Sets the identity provider, once a domain is claimed; waits for domains that the program claims.

    While single sign-on is enforced it is neither removed nor disabled; beside role mappings it is enabled where one makes owners.
    """

    name = "IdentityProvider"
    what = "identity provider"
    properties = (
        ORGANIZATION,
        Property("issuer", Type.TEXT, "The identity provider's entity id.", required=True),
        Property("sso_url", Type.TEXT, "The address of its HTTP-POST binding, with ``https``.", required=True),
        Property(
            "certificates",
            Type.LIST,
            "The certificates by which it signs, in PEM form or as its metadata has them; several while it changes.",
            required=True,
        ),
        Property(
            "login_identifier_prefix",
            Type.TEXT,
            "What the login identifier begins with: lower-case letters, digits and hyphens.",
            required=True,
        ),
        Property("enabled", Type.FLAG, "Whether anybody can sign on.", default=True),
        Property(
            "owner_mapping_follows",
            Type.FLAG,
            "Whether a RoleMappings that comes later has an enabled mapping with organization-admin, which counts where the "
            "provider is to be enabled beside other mappings. A Python program finds it out by itself.",
            Where.INPUT,
        ),
        Property("login_identifier", Type.TEXT, "What people type on the login page.", Where.OUTPUT),
        Property("sso_login_url", Type.TEXT, "Where people sign on.", Where.OUTPUT),
        Property(
            "acs",
            Type.TEXT,
            "The assertion consumer service: where the identity provider sends its answers.",
            Where.OUTPUT,
        ),
        Property("sp_entity_id", Type.TEXT, "Who Elastic Cloud is to the identity provider.", Where.OUTPUT),
        Property("metadata", Type.TEXT, "Elastic Cloud's SAML metadata, as XML.", Where.OUTPUT),
        Property("metadata_url", Type.TEXT, "Where that metadata is read, with an API key.", Where.OUTPUT),
    )

    def mistakes(self, news: Properties) -> Iterator[str]:
        if known(news, ("certificates",)):
            for number, text in enumerate(news["certificates"], 1):
                try:
                    read_certificate(str(text))
                except CertificateError as error:
                    yield f"certificates, {number}: {error}"
        if known(news, _SETTINGS):
            yield from provider_mistakes(_declared(news, as_written=True))

    def declare(self, inputs: Properties, olds: Properties) -> None:
        self.sign_on.provider_declared = True
        self.sign_on.provider = _declared(inputs) if known(inputs, _SETTINGS) else None

    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        declared, sign_on = self.sign_on.provider, self.sign_on
        if declared is None:
            return
        certificates = [read_certificate(one) for one in declared.certificates]
        for note in certificate_notes(certificates, now()):
            self.phase.say(f"Identity provider {declared.issuer}: {note}")
        found = sign_on.live_provider()
        before = None if found is None else found.provider
        if before == declared:
            return
        yield from certificate_mistakes(certificates, now())
        if before is None and not (sign_on.domains or sign_on.live_domains()):
            yield "an identity provider needs a claimed domain: declare a DomainClaim, on which it depends"
        yield from map(str, self._violations(before, declared, inputs))
        if before is not None and sign_on.live_settings().enforced:
            self.phase.say(f"Single sign-on is enforced: should nobody get in with these settings, {WAY_BACK}")

    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        found = self.sign_on.live_provider()
        if not known(inputs, _SETTINGS):
            yield "identity provider", "is not known yet"
        elif found is None:
            yield "identity provider", "is not there"
        else:
            live = _properties(found.provider)
            for name, value in _properties(_declared(inputs)).items():
                if live[name] != value:
                    shown = "" if name == "certificates" else f": {live[name]}, where the code says {value}"
                    yield f"identity provider, {name}", f"is another one{shown}"

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        declared, found = _declared(news), self.sign_on.live_provider(fresh=True)
        if found is None or found.provider != declared:
            self._prepare(None if found is None else found.provider, declared, news)
            put = self.phase.writing("set", f"identity provider {declared.issuer}", f"PUT {_PATH}")
            with self.kept_if_maybe_done(id_, self.kept(news), needed=not olds), put:
                found = set_identity_provider(self.phase.session, self.phase.organization_id, declared)
            self.sign_on.forget(PROVIDER)
        outputs = {**self.kept(news), **_shown(found)}
        try:
            metadata = service_provider_metadata(self.phase.session, self.phase.organization_id)
        except CloudError as error:
            raise Unfinished(error, id_, outputs) from None
        return State(id_, {**outputs, "metadata": metadata})

    def read(self, id_: str, outputs: Properties) -> State | None:
        found = self.sign_on.live_provider()
        if found is None:
            return None
        live = {"organization_id": self.phase.organization_id, **_properties(found.provider)}
        if outputs and _declared(outputs) == found.provider:
            live = self.kept(outputs)  # in the words of the program
        return State(id_, {**outputs, **live, **_shown(found)}, live)

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        yield self.what

    def delete(self, id_: str, outputs: Properties) -> None:
        if self.stays(self.what):
            return
        sign_on = self.sign_on
        found = sign_on.live_provider(fresh=True)
        if found is None:
            return
        enforced = sign_on.live_settings(fresh=True).enforced
        refuse(provider_violations(found.provider, None, enforced=enforced))
        with self.phase.writing("remove", f"identity provider {found.provider.issuer}", f"DELETE {_PATH}"):
            remove_identity_provider(self.phase.session, self.phase.organization_id)
        sign_on.see("that the identity provider is gone", sign_on.live_provider, lambda live: live is None)

    def refused_delete(self, outputs: Properties) -> str | None:
        found = self.sign_on.live_provider()
        if found is None or self.phase.is_held(self.what):
            return None
        self.sign_on.provider_goes = True
        refused = provider_violations(found.provider, None, enforced=self.sign_on.enforced_to_be())
        return "\n".join(map(str, refused)) or None

    def _prepare(self, before: Declared | None, declared: Declared, inputs: Properties) -> None:
        """Waits for what has to be there, and refuses what would lock people out, right before the call."""
        if before is None:
            self._wait_for_domains()
        self.sign_on.forget(MAPPINGS, SETTINGS)
        refuse(self._violations(before, declared, inputs))

    def _violations(self, before: Declared | None, declared: Declared, inputs: Properties) -> Iterator[Violation]:
        """What is against the change, and against enabling where it is: in the light of the mappings as they will be by then."""
        if before is not None:
            yield from provider_violations(before, declared, enforced=self.sign_on.live_settings().enforced)
        if declared.enabled and (before is None or not before.enabled):
            follows = inputs.get("owner_mapping_follows") is True
            yield from enabling_violations(self.sign_on.mappings_to_be(), owner_mapping_follows=follows)

    def _wait_for_domains(self) -> None:
        """Waits for the domains that the program claims; one that is claimed is enough for the API, and not for the program."""
        sign_on = self.sign_on
        live = sign_on.live_domains(fresh=True)
        pending = {domain: code for domain, code in sign_on.domains.items() if domain not in live}
        left = sign_on.wait(pending, LONGEST_WAIT) if pending else ()
        if left:
            todo = "; ".join(how_to_publish(domain, pending[domain]) for domain in left)
            raise Failed(f"the identity provider is not set, since {', '.join(left)} is not claimed yet: {todo}")


def _declared(properties: Properties, *, as_written: bool = False) -> Declared:
    certificates = tuple(str(one) for one in properties["certificates"])
    return Declared(
        str(properties["issuer"]),
        str(properties["sso_url"]),
        certificates if as_written else tuple(read_certificate(one).pem for one in certificates),
        str(properties["login_identifier_prefix"]),
        properties.get("enabled", True) is not False,
    )


def _properties(provider: Declared) -> dict[str, Any]:
    return {**asdict(provider), "certificates": list(provider.certificates)}


def _shown(found: SingleSignOn) -> dict[str, Any]:
    return found.model_dump(exclude={"configuration"})
