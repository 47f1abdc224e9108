"""`DomainClaim`: an e-mail domain that the organization claims, so that people of that domain can sign on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.cloud.domains import release_domain, verification_code
from pulumi_elastic_org.cloud.errors import ConfigurationError
from pulumi_elastic_org.kinds.sign_on import (
    LONGEST_WAIT,
    ORGANIZATION,
    SignOnKind,
    how_to_publish,
    seconds,
)
from pulumi_elastic_org.lifecycle.interface import State
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.model.single_sign_on import MOST_DOMAINS, domain_mistake, record_name


class DomainClaim(SignOnKind):
    """Claims a domain by a TXT record that somebody publishes, be it the same program.

    A new claim does not wait for the record: what is to be published is an output, which goes to a DNS provider only once the
    resource is made. Whatever needs a claimed domain waits, and so does each later update as long as the domain is not claimed.
    """

    name = "DomainClaim"
    what = "domain claim"
    properties = (
        ORGANIZATION,
        Property("domain", Type.TEXT, "The domain, such as ``acme.example``.", required=True, replaces=True),
        Property(
            "wait",
            Type.TEXT,
            "How long to wait for the TXT record, such as ``10m``; by default a new claim does not wait, and a later update waits "
            "ten minutes.",
        ),
        Property("record", Type.TEXT, "The name of the TXT record to publish.", Where.OUTPUT),
        Property(
            "verification",
            Type.TEXT,
            "What the TXT record must hold; empty for a domain that was claimed before.",
            Where.OUTPUT,
        ),
        Property(
            "claimed", Type.FLAG, "Whether the domain was claimed when the resource was last updated.", Where.OUTPUT
        ),
    )

    def mistakes(self, news: Properties) -> Iterator[str]:
        domain, wait = news.get("domain"), news.get("wait")
        if not isinstance(domain, Unknown) and (mistake := domain_mistake(str(domain))) is not None:
            yield f"domain: {mistake}"
        if wait is not None and not isinstance(wait, Unknown):
            try:
                seconds(str(wait))
            except ConfigurationError as error:
                yield str(error)

    def declare(self, inputs: Properties, olds: Properties) -> None:
        if known(inputs, ("domain",)):
            self.sign_on.domains.setdefault(_domain(inputs), None)

    def review(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if not known(inputs, ("domain",)):
            return
        domain, live = _domain(inputs), self.sign_on.live_domains()
        if domain not in live and len(live | self.sign_on.domains.keys()) > MOST_DOMAINS:
            yield f"domain: an organization claims at most {MOST_DOMAINS} domains, and {domain} would be one more"

    def differences(self, inputs: Properties, outputs: Properties) -> Iterator[tuple[str, str]]:
        if not known(inputs, ("domain",)):
            yield "domain", "is not known yet"
        elif (domain := _domain(inputs)) not in self.sign_on.live_domains():
            yield f"domain {domain}", "is not claimed"

    def makes_another(self, name: str, olds: Properties, news: Properties) -> bool:
        return super().makes_another(name, olds, news) and (not known(news, (name,)) or _domain(olds) != _domain(news))

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        if known(inputs, ("domain",)):
            yield f"domain {_domain(inputs)}"

    def create(self, inputs: Properties) -> State:
        return self.update(f"{self.phase.organization_id}/{_domain(inputs)}", {}, inputs)

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        domain, code, sign_on = _domain(news), str(olds.get("verification") or ""), self.sign_on
        if domain in sign_on.live_domains(fresh=bool(olds)):
            return self._state(id_, news, code, claimed=True)
        if olds.get("claimed") or not code:  # it is new, or somebody gave it up since
            code = verification_code(self.phase.session, self.phase.organization_id, domain)
        sign_on.domains[domain] = code
        wait = seconds(str(news["wait"])) if news.get("wait") else LONGEST_WAIT if olds else 0.0
        unclaimed = self._state(id_, news, code, claimed=False)
        with self.kept_if_maybe_done(id_, unclaimed.outputs, needed=not olds):
            left = sign_on.wait([domain], wait)
        if left:
            self.phase.say(f"The domain {domain} is not claimed yet: {how_to_publish(domain, code)}")
            return unclaimed
        return self._state(id_, news, code, claimed=True)

    def imported(self, id_: str) -> dict[str, Any]:
        organization_id, _, domain = id_.rpartition("/")
        return {"domain": domain, "organization_id": organization_id or self.phase.organization_id}

    def read(self, id_: str, outputs: Properties) -> State | None:
        known_as = outputs or self.imported(id_)
        claimed = _domain(known_as) in self.sign_on.live_domains()
        if not claimed and (outputs.get("claimed") or not outputs):
            return None
        return self._state(id_, known_as, str(outputs.get("verification") or ""), claimed=claimed)

    def delete(self, id_: str, outputs: Properties) -> None:
        domain, sign_on = _domain(outputs), self.sign_on
        if not self.stays(f"domain {domain}") and domain in sign_on.live_domains(fresh=True):
            with self.phase.writing("give up", f"domain {domain}", "DELETE /organizations/{organization}/domains"):
                release_domain(self.phase.session, self.phase.organization_id, domain)
            sign_on.see(f"that {domain} is given up", sign_on.live_domains, lambda live: domain not in live)

    def refused_delete(self, outputs: Properties) -> str | None:
        domain, sign_on = _domain(outputs), self.sign_on
        goes = domain in sign_on.live_domains() and not self.phase.is_held(f"domain {domain}")
        if not goes or sign_on.provider_to_be() is None:
            return None
        return (
            f"the domain {domain} is not given up: Elastic Cloud keeps it while there is an identity provider. Remove the "
            "IdentityProvider as well, or keep this DomainClaim"
        )

    def _state(self, id_: str, inputs: Properties, code: str, *, claimed: bool) -> State:
        kept = self.kept(inputs)
        outputs = {**kept, "record": record_name(_domain(inputs)), "verification": code, "claimed": claimed}
        return State(id_, outputs, kept)


def _domain(properties: Properties) -> str:
    return str(properties["domain"]).lower()
