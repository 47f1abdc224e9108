"""A finding of a drift review, and how its settlement is written. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pulumi_elastic_org.model.grants import GrantError, parse_stored_grants, role_texts

UP = "Run elastic-org up"

# Each of these is right for people in groups too: roles of a line and of groups add up, so a line alone may change nothing.
DECLARE = "Take them out of every group that gives other roles, and let their line read:"
TAKE_OUT = "Take them out of the code: their line, and every group that names them."
SETTLED_WITH_OTHERS = "What is accepted at the pending changes settles this too."


class Kind(str, Enum):
    """What a finding is about."""

    ADDED = "added by hand"
    REMOVED = "removed by hand"
    ROLES_CHANGED = "roles changed by hand"
    ACCOUNT_CHANGED = "account changed"
    INVITATION_LOST = "invitation cancelled or expired"
    RESEND_LIMIT = "re-send limit reached"
    OWNER_UNKNOWN = "owner unknown"
    GUARD_REFUSES = "a guard would refuse"
    LEFT_ALONE = "assignment that may not be touched"
    PENDING_CHANGE = "pending change from the code"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a review finds about a person, or about the organization as a whole.

    Args:
        person: The e-mail address, as declared where it is declared; ``None`` where it is about the organization.
        kind: What it is about.
        detail: What is the matter, in words.
        before: Roles in text form before it happened: as last applied or, for a change that the code asks for, as they are;
            ``None`` without access.
        after: Roles in text form after it: as they are or, for a change that the code asks for, as declared; likewise.
        since: Since when, as far as Elastic Cloud tells.
        by_hand: Whether somebody did it behind the code's back.
        accept: The edit after which the code agrees with what is live.
        line: The line of the program, or of a roster file, that `accept` speaks of; may be empty.
        enforce: What makes the organization agree with the code.
    """

    person: str | None
    kind: Kind
    detail: str
    before: str | None = None
    after: str | None = None
    since: datetime | None = None
    by_hand: bool = False
    accept: str = ""
    line: str = ""
    enforce: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "person": self.person,
            "kind": self.kind.value,
            "detail": self.detail,
            "before": self.before,
            "after": self.after,
            "since": self.since.isoformat() if self.since else None,
            "by_hand": self.by_hand,
            "accept": self.accept,
            "line": self.line,
            "enforce": self.enforce,
        }


def declaring(person: str, roles: str, accept: str, until: date | None = None) -> tuple[str, str]:
    """Returns how the code is made to declare what a person holds: what to do, and the line to do it with.

    Args:
        person: The e-mail address.
        roles: Roles in text form, as they are live.
        accept: What to do with the line.
        until: The person's last day in a roster file, which the line keeps.
    """
    try:
        return accept, code_line(person, roles, until)
    except GrantError as error:
        return f"This cannot be declared as it is ({error}): change it in Elastic Cloud's console first.", ""


def code_line(person: str, roles: str, until: date | None = None) -> str:
    """Returns the line that declares a person, for a roster file and, without a last day, for a Python program alike.

    Args:
        person: The e-mail address.
        roles: Roles in text form.
        until: The last day.

    Raises:
        GrantError: The API lets people hold what no roster may declare, and these do.
    """
    listed = role_texts(parse_stored_grants(roles))
    entry = listed if until is None else {"roles": listed, "until": str(until)}
    return f"{json.dumps(person, ensure_ascii=False)}: {json.dumps(entry, ensure_ascii=False)}"
