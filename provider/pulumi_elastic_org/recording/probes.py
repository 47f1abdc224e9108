"""The fixed calls of a recording, and what each of them writes.

Invited are addresses at example.com, which is reserved (RFC 2606) and takes no mail (RFC 7505), so that nobody can accept. What
is made may look at serverless Elasticsearch projects and do nothing, and ends by itself within a day. Members, their roles,
settings and everything else that was there are only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOBODY = "elastic-org-record-nothing-has-this-id"
"""An id that nothing has: calls with it are refused."""

PREFIX = "elastic-org-record-"
"""How everything begins that a recording makes, so that a later run finds what one that was killed has left."""

DOMAIN = "example.com"
LETTERS = ("c", "a", "b")
"""One person each, in an order that tells whether a list is in the order of the request, of the alphabet or of anything else."""

_ORGANIZATION = ("organizations", "{organization_id}")
_INVITATIONS = (*_ORGANIZATION, "invitations")
_KEYS = ("users", "auth", "keys")
_VIEWER = {
    "project": {
        "elasticsearch": [{"organization_id": "{organization_id}", "role_id": "elasticsearch-viewer", "all": True}]
    }
}
_BILLING = {"organization": [{"organization_id": "{organization_id}", "role_id": "billing-admin"}]}


@dataclass(frozen=True)
class Probe:
    """One call.

    Args:
        name: What it is called in a recording.
        method: The HTTP method.
        path: The segments after ``/api/v1``; names in braces are filled in.
        body: The JSON to send, filled in likewise.
        writes: What it changes, for people; empty for a call that changes nothing.
        complete: Whether the answer is about nothing but what was made here.
        named: What the published operation calls segments that are ids.
    """

    name: str
    method: str
    path: tuple[str, ...]
    body: Any = None
    writes: str = ""
    complete: bool = False
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The operation as it is published."""
        names = [self.named.get(part, _PUBLISHED.get(part, part)) for part in self.path]
        return f"{self.method} /{'/'.join(names)}"


_PUBLISHED = {
    **{f"{{token_{letter}}}": "{invitation_tokens}" for letter in LETTERS},
    **{f"{{key_{letter}}}": "{api_key_id}" for letter in LETTERS},
    "{tokens_b_c}": "{invitation_tokens}",
}

READS = (
    Probe("organizations", "GET", ("organizations",)),
    Probe("organization", "GET", _ORGANIZATION),
    Probe("members", "GET", (*_ORGANIZATION, "members")),
    Probe("invitations", "GET", _INVITATIONS),
    Probe("API keys", "GET", _KEYS),
    Probe("domains", "GET", (*_ORGANIZATION, "domains")),
    Probe("identity provider", "GET", (*_ORGANIZATION, "idp")),
    Probe("role mappings", "GET", (*_ORGANIZATION, "role_mappings")),
    Probe("deployments", "GET", ("deployments",)),
    *(
        Probe(f"{kind} projects", "GET", ("serverless", "projects", kind))
        for kind in ("elasticsearch", "observability", "security")
    ),
)


def _refused(name: str, method: str, segments: Iterable[str], published: str, *rest: str, body: Any = None) -> Probe:
    """A call about what nothing has: the id comes after the segments, and the published operation calls it so."""
    return Probe(name, method, (*segments, NOBODY, *rest), body, complete=True, named={NOBODY: published})


REFUSED = (
    _refused("unknown organization", "GET", ("organizations",), "{organization_id}"),
    _refused("members of an unknown organization", "GET", ("organizations",), "{organization_id}", "members"),
    _refused("invitations of an unknown organization", "GET", ("organizations",), "{organization_id}", "invitations"),
    _refused("unknown invitation", "GET", ("organizations", "invitations"), "{invitation_token}"),
    _refused("unknown invitation cancelled", "DELETE", _INVITATIONS, "{invitation_tokens}"),
    _refused("unknown member removed", "DELETE", (*_ORGANIZATION, "members"), "{user_ids}"),
    _refused("roles added to nobody", "POST", ("users",), "{user_id}", "role_assignments", body=_BILLING),
    _refused("roles removed from nobody", "DELETE", ("users",), "{user_id}", "role_assignments", body=_BILLING),
    _refused("unknown API key", "GET", _KEYS, "{api_key_id}"),
    _refused("unknown API key deleted", "DELETE", _KEYS, "{api_key_id}"),
    _refused("unknown deployment", "GET", ("deployments",), "{deployment_id}"),
)
"""Calls about nothing that there is: each is refused, and how is what is recorded."""

WRITES = (
    Probe(
        "people invited",
        "POST",
        _INVITATIONS,
        {"emails": [f"{{person_{letter}}}" for letter in LETTERS], "expires_in": "24h", "role_assignments": _VIEWER},
        writes=f"invites three addresses at {DOMAIN}, where no mail is read, for 24 hours, as viewers of Elasticsearch projects",
        complete=True,
    ),
    Probe("invitations with new ones", "GET", _INVITATIONS),
    Probe(
        "invitation by its token",
        "GET",
        ("organizations", "invitations", "{token_a}"),
        named={"{token_a}": "{invitation_token}"},
        complete=True,
    ),
    Probe(
        "person invited again",
        "POST",
        _INVITATIONS,
        {"emails": ["{person_a}"], "expires_in": "24h", "role_assignments": _VIEWER},
        writes="invites one of them once more",
        complete=True,
    ),
    Probe(
        "invitation cancelled",
        "DELETE",
        (*_INVITATIONS, "{token_a}"),
        writes="cancels one of these invitations",
        complete=True,
    ),
    Probe("cancelled invitation cancelled", "DELETE", (*_INVITATIONS, "{token_a}"), complete=True),
    Probe(
        "invitations cancelled", "DELETE", (*_INVITATIONS, "{tokens_b_c}"), writes="cancels the others", complete=True
    ),
    *(
        Probe(
            f"API key {letter} created",
            "POST",
            _KEYS,
            {"description": f"{{key_name_{letter}}}", "expiration": "3h", "role_assignments": _VIEWER},
            writes=f"creates API key {letter.upper()} for three hours, a viewer of Elasticsearch projects; it is not kept",
            complete=True,
        )
        for letter in ("b", "a")
    ),
    Probe("API keys with new ones", "GET", _KEYS),
    Probe("API key by its id", "GET", (*_KEYS, "{key_a}"), complete=True),
    Probe("API key deleted", "DELETE", (*_KEYS, "{key_a}"), writes="deletes API key A", complete=True),
    Probe("deleted API key", "GET", (*_KEYS, "{key_a}"), complete=True),
    Probe("deleted API key deleted", "DELETE", (*_KEYS, "{key_a}"), complete=True),
    Probe("API keys deleted", "DELETE", _KEYS, {"keys": ["{key_b}"]}, writes="deletes API key B", complete=True),
)
"""What is made, looked at and taken away again."""

PROBES = (*READS, *REFUSED, *WRITES)
