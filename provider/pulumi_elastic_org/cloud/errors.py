"""What can go wrong with Elastic Cloud, and what to do about it.

::

    CloudError
    ├── ConfigurationError       refused before anything was sent, or the endpoint is not the API
    ├── Unreachable              no connection: nothing was sent
    │   └── NobodyListens        nothing listens at the port
    ├── NoAnswer                 sent, and then the connection broke
    │   └── TimedOut             sent, and nothing came back: it may still be under way
    ├── UnreadableAnswer         an answer that is not what the API's description says
    ├── OutcomeUnknown           sent once, not repeated: it may have taken effect
    ├── IncompleteList           the API shows a part of what there is
    ├── OrganizationUnclear      the key belongs to no organization, or to several
    ├── PersonUnclear            several accounts have the address
    ├── RolesHidden              the key does not see who holds which role
    └── ApiError                 an answer with an error status
        ├── KeyRefused           401
        ├── AccessDenied         403
        ├── NotFound             404
        ├── RateLimited          429
        ├── RequestRefused       every other 4xx
        │   └── ChangedMeanwhile 409
        └── ServerFailed         5xx

Messages hold neither URLs nor headers, since both can hold secrets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.confidentiality import scrubbed
from pulumi_elastic_org.model.printable import printable

_KEYS_PAGE = "https://cloud.elastic.co/account/keys"

HOW_TO_GET_A_KEY = (
    f"An Organization owner makes one at {_KEYS_PAGE}, with the role Organization owner. Without an account, "
    "`elastic-org init --emulator` begins on an emulated Elastic Cloud"
)


class KeyOrigin(NamedTuple):
    """Where an API key came from, for messages.

    Args:
        place: Such as ``EC_API_KEY in the environment``.
        beside: What else is to be done once another key is there; a sentence, or nothing.
    """

    place: str
    beside: str = ""

    def __str__(self) -> str:
        return f"It comes from {self.place}: put another one there, made at {_KEYS_PAGE}. {self.beside}".rstrip()


IN_THE_PROGRAM = KeyOrigin("the program")

_OWNER_KEY_NEEDED = "Use the key of an organization owner (role organization-admin)."

# Codes, or their beginnings, that find fault with the key, the organization or the request as such, whatever it asks for.
_ABOUT_EVERY_ENTRY = (
    "root.",
    "organization.invalid_access",
    "organization.not_found",
    "organization.user_organization_does_not_belong",
)

# The error codes of Elastic Cloud's published API description that this package can meet.
_REMEDY_BY_CODE: Mapping[str, str] = {
    "api_keys.invalid_input": "Check the request for the key.",
    "billing_service.failed_request": "Elastic Cloud's billing service failed: try again later.",
    "billing_service.rate_limited": "Wait a few minutes, then run the same command again.",
    "costs.invalid_date_range": "Give a start that is before the end, and an end that is not in the future.",
    "org.idp.idp_configured": "Remove the identity provider first; a domain stays claimed as long as there is one.",
    "org.idp.idp_not_configured": "Set an identity provider first.",
    "org.role_mapping_rule.ambiguous_rule": "Write any or all in a rule, and group or email in each of its conditions.",
    "org.role_mapping_rule.email_syntax_error": "Correct the e-mail address in the rule; * stands for any characters.",
    "org.role_mapping_rule.empty_rule": "Give the rule at least one condition.",
    "org.role_mapping_rule.role_mapping_not_found": "Somebody deleted the mapping: run the same command again.",
    "org.role_mapping_rule.syntax_error": (
        "Write the rule as any or all of conditions, each of them one group or one email; * stands for any characters."
    ),
    "org.role_mapping_rule.too_many_role_mappings": "Put several mappings of the same roles into one, with any of their groups.",
    "organization.invalid_access": "The key's user does not belong to this organization: check EC_ORGANIZATION_ID and the key.",
    "organization.invitation_already_exists": "Cancel the open invitation first, or wait until it is accepted or expires.",
    "organization.invitation_invalid_email": "Correct the e-mail address.",
    "organization.invitation_not_found": "The invitation was accepted, cancelled or has expired: read the organization again.",
    "organization.invitations_rate_limit_exceeded": (
        "Elastic Cloud limits how many invitations an organization sends: wait, then run the same command again; "
        "it sends only what is missing."
    ),
    "organization.membership_not_found": "The person is not a member of this organization: read the organization again.",
    "organization.not_found": "Check EC_ORGANIZATION_ID.",
    "organization.user_organization_already_belongs": (
        "The person already belongs to this organization: read the organization again. It may be another "
        "one where Elastic Cloud lets an account belong to one at a time."
    ),
    "organization.user_organization_does_not_belong": (
        "The key's user does not belong to this organization: use the key of one of its owners."
    ),
    "role_assignments.invalid_target_user_id": "The user id is not one of Elastic Cloud's: check it.",
    "role_assignments.unauthorized_role_assignments": (
        f"{_OWNER_KEY_NEEDED} An owner is refused too where a deployment is shut down, be it named or meant by 'all' in an "
        "invitation: restore it; or delete it and take it out of the code; or name those that run in place of 'all'; else "
        "override refused-roles for the person with a reason."
    ),
    "root.invalid_authentication": _OWNER_KEY_NEEDED,
    "user.not_found": "The account no longer exists: read the organization again.",
}


class ErrorDetail(NamedTuple):
    """One entry of an error answer.

    Args:
        code: Elastic's code, such as ``"organization.not_found"``.
        message: Elastic's explanation.
    """

    code: str
    message: str


class CloudError(ActionableError):
    """Elastic Cloud could not be asked, refused, or answered what cannot be used.

    Attributes:
        maybe_done: Whether what was asked for last may have been done all the same; where nobody can tell, it may.
    """

    maybe_done = True


class ConfigurationError(CloudError):
    """The endpoint, the key or an id is invalid; nothing was done."""

    maybe_done = False


class Unreachable(CloudError):
    """There is no connection to the endpoint; nothing was sent, unless by an earlier attempt."""

    maybe_done = False


class NobodyListens(Unreachable):
    """The address is there, and nothing listens at the port: the address is wrong, or what should listen has not started."""


class NoAnswer(CloudError):
    """The request was sent and no whole answer came back."""


class TimedOut(NoAnswer):
    """The request was sent, and may take effect even after nobody waits for its answer any more."""


class UnreadableAnswer(CloudError):
    """The answer is not JSON, or lacks what the API's description promises."""


class OutcomeUnknown(CloudError):
    """A request that must not be repeated blindly may or may not have taken effect.

    Args:
        message: What was asked for, and what is not known.
        under_way: Whether it may yet take effect.
    """

    def __init__(self, message: str, *, under_way: bool = False) -> None:
        super().__init__(message)
        self.under_way = under_way


class IncompleteList(CloudError):
    """The API shows only a part of a list that decisions need whole."""


class OrganizationUnclear(CloudError):
    """The organization is not the only one of the key; the message lists those that are."""


class PersonUnclear(CloudError):
    """An e-mail address that several members have; the message lists their user ids."""

    def __init__(self, person: str, user_ids: Iterable[str]) -> None:
        listed = ", ".join(sorted(user_ids))
        super().__init__(f"{person} may be any of several accounts ({listed}): name the person by the user id")


class RolesHidden(CloudError):
    """The key sees the members and none of their roles, so that nothing can be compared."""


class ApiError(CloudError):
    """An answer with an error status.

    Args:
        action: What was asked for, after "cannot", such as ``"read the members of organization 1234"``.
        status: The HTTP status.
        details: The entries of the answer; empty where it is no error answer of the API's form.
        retry_after: How many seconds the API asks to wait; ``None`` where it does not say.
    """

    remedy = "Check the request."

    def __init__(
        self, action: str, status: int, details: Sequence[ErrorDetail] = (), retry_after: float | None = None
    ) -> None:
        super().__init__(action, status, details)
        self.retry_after = retry_after
        self.action = action
        self.status = status
        self.details = tuple(details)
        self.organizations_seen = ""
        self.maybe_done = not 400 <= status < 500  # an answer of success may tell of errors too

    @property
    def code(self) -> str:
        """Elastic's code of the first entry; ``""`` where there is none."""
        return self.details[0].code if self.details else ""

    @property
    def about_an_entry(self) -> bool:
        """Whether it may be about one entry of the request: without that one, the rest of it may pass."""
        return not self.code.startswith(_ABOUT_EVERY_ENTRY)

    @property
    def reason(self) -> str:
        """Elastic's code and message, with what to do about it."""
        said = "; ".join(f"{detail.message or 'no explanation'} ({detail.code})" for detail in self.details)
        return (
            f"{said or f'HTTP status {self.status} without an explanation'}. {self._remedy()}{self.organizations_seen}"
        )

    def __str__(self) -> str:
        return f"cannot {self.action}: {self.reason}"

    def _remedy(self) -> str:
        return _REMEDY_BY_CODE.get(self.code, self.remedy)


class KeyRefused(ApiError):
    """401: the key is unknown, expired or rotated."""

    about_an_entry = False
    key_from = IN_THE_PROGRAM

    def _remedy(self) -> str:
        return f"The API key is unknown, expired or was rotated. {self.key_from}"


class AccessDenied(ApiError):
    """403: the key is known and may not do this."""

    remedy = _OWNER_KEY_NEEDED


class NotFound(ApiError):
    """404: the organization, the person or the invitation does not exist (any more)."""

    remedy = "Check the id, and that the endpoint is the one of Elastic Cloud's API."


class RequestRefused(ApiError):
    """400, 409, 422 and their like: the request itself is at fault."""


class ChangedMeanwhile(RequestRefused):
    """409: somebody else changed the same at the same time; what is to be done is planned anew from how it is now."""

    remedy = "Somebody changed the same at the same time: run the same command again."


class RateLimited(ApiError):
    """429: too many requests."""

    about_an_entry = False
    remedy = "Wait a few minutes, then run the same command again."

    def _remedy(self) -> str:
        asks = f"Elastic Cloud asks to wait {self.retry_after:.0f} s. " if self.retry_after else ""
        return asks + super()._remedy()


class ServerFailed(ApiError):
    """5xx: Elastic Cloud, or something on the way to it, failed."""

    about_an_entry = False
    remedy = "Try again later; https://status.elastic.co shows incidents."


_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: KeyRefused,
    403: AccessDenied,
    404: NotFound,
    409: ChangedMeanwhile,
    429: RateLimited,
}


def api_error(
    action: str, status: int, details: Sequence[ErrorDetail] = (), retry_after: float | None = None
) -> ApiError:
    """Returns the exception for an error status.

    Args:
        action: What was asked for, after "cannot".
        status: The HTTP status, 400 or more.
        details: The entries of the answer.
        retry_after: How many seconds the API asks to wait, for a 429.
    """
    kind = _BY_STATUS.get(status) or (ServerFailed if status >= 500 else RequestRefused)
    return kind(action, status, details, retry_after)


_MAX_MESSAGE = 500
_MAX_DETAILS = 10
_CODE = re.compile(r"[a-z_]{1,50}(\.[a-z_]{1,50}){1,4}")
"""Such as `organization.invitation_not_found`, as all that are published."""


def error_details(body: bytes, secrets: Sequence[str]) -> tuple[ErrorDetail, ...]:
    """Reads the entries of an error answer, `{"errors": [{"code", "message"}]}`; what has another form has none.

    Args:
        body: The answer, as it came.
        secrets: What is kept out of the entries, should the answer repeat it.
    """
    entries: Any = None
    with suppress(ValueError, RecursionError):
        entries = json.loads(body)
    entries = entries.get("errors") if isinstance(entries, dict) else None
    return tuple(
        ErrorDetail(_code(str(entry.get("code") or ""), secrets), shown(str(entry.get("message") or ""), secrets))
        for entry in (entries[:_MAX_DETAILS] if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    )


def _code(text: str, secrets: Sequence[str]) -> str:
    """Returns a code, on which decisions rest: it is withheld where it holds a whole secret, and not over words of one."""
    whole = any(secret in text for secret in secrets if secret)
    return text if _CODE.fullmatch(text) and not whole else shown(text, secrets)


def shown(text: str, secrets: Sequence[str]) -> str:
    """Returns what a server sent as a message may show it: short, on one line, without commands and secrets.

    Args:
        text: What the server sent.
        secrets: What must not show.
    """
    return printable(scrubbed(" ".join(text[: 2 * _MAX_MESSAGE].split()), secrets)[:_MAX_MESSAGE])
