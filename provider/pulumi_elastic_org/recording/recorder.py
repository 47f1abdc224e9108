"""Makes the calls of a recording in a test organization, and takes away again what they made."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import ApiError, CloudError, KeyRefused, RateLimited, ServerFailed
from pulumi_elastic_org.cloud.keys import delete_key, read_keys
from pulumi_elastic_org.cloud.network import DEFAULT_ENDPOINT, MAX_THREADS, Transport
from pulumi_elastic_org.cloud.organization_settings import read_settings
from pulumi_elastic_org.cloud.organizations import Organizations, open_invitations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.recording.document import Exchange, Recording
from pulumi_elastic_org.recording.made_up import published_code, texts, without_values
from pulumi_elastic_org.recording.probes import DOMAIN, LETTERS, NOBODY, PREFIX, Probe

HEADERS = (
    "retry-after",
    "x-cloud-error-codes",
    "x-elastic-api-key-expiration",
    "x-ratelimit-interval",
    "x-ratelimit-limit",
)
"""Headers that the product reads, beside those that every HTTP answer has."""

_PLACEHOLDER = re.compile(r"\{\w+\}")
_FOR_TESTS = re.compile(r"(?<![a-z])(test|tests|testing|sandbox|playground)(?![a-z])", re.IGNORECASE)


class NotForTests(ActionableError):
    """The organization is not one for tests, by its name."""


def is_for_tests(name: str) -> bool:
    """Whether an organization is called one for tests: by one of the words test, tests, testing, sandbox and playground.

    Args:
        name: The organization's name; a word ends where letters end, so that "Acme-Test 2" is one, and "Contest" is none.
    """
    return _FOR_TESTS.search(name) is not None


class Heard(Transport):
    """Connections over HTTP that keep the last answer as it came, whatever the session makes of it.

    Attributes:
        last: The last answer, once there was one.
    """

    last: requests.Response

    def adapter(self) -> BaseAdapter:
        """Returns what carries a request, as for every transport."""
        return _Hearing(self)


class _Hearing(HTTPAdapter):
    def __init__(self, heard: Heard) -> None:
        super().__init__(pool_maxsize=MAX_THREADS)
        self._heard = heard

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        response = super().send(*arguments, **options)
        response.content  # noqa: B018 - read here, it can be read again by the session
        self._heard.last = response
        return response


class _Left(NamedTuple):
    """What a recording has made and not taken away.

    Args:
        name: What it is, for people.
        request: The request that takes it away, for the audit trail.
        remove: Makes it.
    """

    name: str
    request: str
    remove: Callable[[], None]


@dataclass
class Recorder:
    """One recording.

    Args:
        session: The connection, with the key of an organization owner.
        heard: Its transport.
        organization_id: Elastic's id of the organization.
        say: Is told of each write, before it is done.
        mark: What the names of this recording's invitations and keys have in common.
    """

    session: Session
    heard: Heard
    organization_id: str
    say: Callable[[str], None]
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    _exchanges: list[tuple[Probe, Any, requests.Response]] = field(default_factory=list)
    _found: dict[str, str] = field(default_factory=dict)
    _standing: set[str] = field(default_factory=set)

    @property
    def own_names(self) -> str:
        """How the names of everything begin that this recording makes."""
        return f"{PREFIX}{self.mark}"

    def check(self) -> str:
        """Returns the organization's name.

        Raises:
            NotForTests: It is not the name of an organization for tests; nothing was changed.
            CloudError: As for `Session.call`.
        """
        name = read_settings(self.session, self.organization_id).name or ""
        if not is_for_tests(name):
            raise NotForTests(
                f"organization {self.organization_id} is called '{name}', which does not say that it is for tests: "
                "nothing was recorded. Make another organization for this, with one of the words test, testing, sandbox and "
                "playground in its name"
            )
        return name

    def leftovers(self) -> tuple[str, ...]:
        """Returns what recordings have made and not taken away.

        Raises:
            CloudError: As for `Session.call`.
        """
        return tuple(one.name for one in self._left())

    def clean_up(self) -> None:
        """Takes away what recordings have made, this one's and those of earlier runs; what cannot be keeps nothing else.

        Raises:
            CloudError: Something is still there, which is named, or it cannot be seen.
        """
        failed = []
        for one in self._left():
            try:
                with AuditTrail(self.organization_id).call("take away", one.name, one.request):
                    one.remove()
            except CloudError as error:
                failed.append(f"{one.name} is still there: {error}")
        if failed:
            raise CloudError(" ".join(failed))
        self._standing.clear()

    def play(self, probes: Sequence[Probe]) -> None:
        """Makes calls, one after the other; one that depends on an answer that did not come is left out, which is told.

        Args:
            probes: The calls.

        Raises:
            CloudError: Elastic Cloud was not to be reached, or what became of a write is not known.
        """
        for probe in probes:
            missing = {
                one for part in texts((probe.path, probe.body)) for one in _PLACEHOLDER.findall(part)
            } - self._values.keys()
            if missing:
                self.say(f"left out: {probe.name}, since nothing has {', '.join(sorted(missing))}")
                continue
            self._make(probe)

    def recording(self) -> Recording:
        """Returns what was answered, with made-up values."""
        own = {value: name for name, value in self._own().items()}
        plain = [[body, _document(answer)] for _, body, answer in self._exchanges]
        return Recording(
            recorded=now().date(),
            recorder=f"pulumi-elastic-org {version('pulumi-elastic-org')}",
            service="Elastic Cloud" if self.session.endpoint == DEFAULT_ENDPOINT else "another endpoint",
            exchanges=tuple(
                Exchange(
                    probe=probe.name,
                    operation=probe.operation,
                    request=request,
                    status=answer.status_code,
                    codes=_codes(answer),
                    headers=tuple(name for name in HEADERS if name in answer.headers),
                    body=body,
                    complete=probe.complete,
                )
                for (probe, _, answer), (request, body) in zip(self._exchanges, without_values(plain, own), strict=True)
            ),
        )

    @property
    def _values(self) -> Mapping[str, str]:
        tokens = {f"{{token_{letter}}}" for letter in ("b", "c")} & self._found.keys()
        several = {"{tokens_b_c}": ",".join(self._found[one] for one in sorted(tokens))} if tokens else {}
        own = {f"{{{name}}}": value for name, value in self._own().items()}
        return {"{organization_id}": self.organization_id, **own, **self._found, **several}

    def _own(self) -> Mapping[str, str]:
        """What this recording chose itself, by its name."""
        people = {f"person_{letter}": f"{self.own_names}-{letter}@{DOMAIN}" for letter in LETTERS}
        return {
            **people,
            **{f"key_name_{letter}": f"{self.own_names}-{letter}" for letter in LETTERS},
            "nothing": NOBODY,
        }

    def _make(self, probe: Probe) -> None:
        path, body = (json.loads(_filled(json.dumps(one), self._values)) for one in (probe.path, probe.body))
        if probe.writes:
            self.say(probe.writes)
        try:
            self._call(probe, path, body)
        except (KeyRefused, RateLimited):
            raise  # tells of the key or the moment, and nothing of the call
        except ServerFailed as error:
            if probe.writes:
                raise
            self.say(f"left out: {error}")
            return
        except ApiError:
            pass  # how a call is refused is recorded like any other answer
        answer = self.heard.last
        self._exchanges.append((probe, body, answer))
        made = _ids(_document(answer), {value: name for name, value in self._own().items()})
        self._found |= made
        self._standing |= set(made.values())
        if probe.method == "DELETE" and answer.ok:
            self._standing -= {one for part in texts((path, body)) for one in part.split(",")}

    def _call(self, probe: Probe, path: Sequence[str], body: Any) -> None:
        segments = [part.split(",") if "," in part else part for part in path]
        request = _PLACEHOLDER.sub(lambda found: found[0].strip("{}").upper(), probe.operation)
        trail = AuditTrail(self.organization_id).call(probe.writes, self.own_names, request)
        with trail if probe.writes else nullcontext():
            self.session.call(
                probe.method,
                *segments,
                action=f"record '{probe.name}'",
                body=body,
                repeatable=probe.method != "POST",
                secrets=tuple(self._found.values()),
            )

    def _left(self) -> Iterator[_Left]:
        """What there is by the lists, and what was made and not taken away, whether or not the lists show it yet."""
        session, here = self.session, self.organization_id
        keys = {one.id: one.description for one in read_keys(session, here) if one.description.startswith(PREFIX)}
        invitations = {one.token: one.email for one in open_invitations(session, here) if _is_ours(one.email)}
        for name, made in self._found.items():
            if made in self._standing:
                (keys if name.startswith("{key") else invitations).setdefault(made, self.own_names)
        for token, email in invitations.items():
            request = "DELETE /organizations/{organization}/invitations/TOKEN"
            yield _Left(f"the invitation of {email}", request, partial(_cancel, session, here, token))
        for key_id, description in keys.items():
            request = f"DELETE /users/auth/keys/{key_id}"
            yield _Left(f"the API key '{description}'", request, partial(delete_key, session, key_id))


def _is_ours(email: str) -> bool:
    return email.startswith(PREFIX) and email.endswith(f"@{DOMAIN}")


def _cancel(session: Session, organization_id: str, token: str) -> None:
    refused = Organizations(session).cancel(organization_id, [token])
    if refused:
        raise CloudError(f"cannot cancel an invitation: {' '.join(refused.values())}")


def _document(answer: requests.Response) -> Any:
    """The JSON of an answer; ``None`` for an empty one, and for one of something on the way."""
    with suppress(ValueError):
        return json.loads(answer.content)
    return None


def _codes(answer: requests.Response) -> tuple[str, ...]:
    body = _document(answer)
    entries = body.get("errors", ()) if isinstance(body, dict) else ()
    return tuple(code for one in entries or () if (code := published_code(str(one.get("code")))))


def _ids(value: Any, own: Mapping[str, str]) -> Mapping[str, str]:
    """What names the things made here in later calls, found in an answer by the names that were chosen for them."""
    if isinstance(value, list):
        return {name: found for one in value for name, found in _ids(one, own).items()}
    if not isinstance(value, dict):
        return {}
    found = dict(_ids(list(value.values()), own))
    for named_by, known_by, kind in (("email", "token", "token"), ("description", "id", "key")):
        name = own.get(str(value.get(named_by)))
        if name is not None and isinstance(value.get(known_by), str):
            found[f"{{{kind}_{name[-1]}}}"] = value[known_by]
    return found


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: json.dumps(values[found[0]])[1:-1], text)
