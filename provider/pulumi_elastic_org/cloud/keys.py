"""Whose key this is: the person who must not lock themselves out."""

from __future__ import annotations

from typing import NamedTuple

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound
from pulumi_elastic_org.cloud.models import KeyList, parse
from pulumi_elastic_org.cloud.session import Session


class KeyUser(NamedTuple):
    """The user of an API key, as far as the API tells.

    Args:
        user_id: Elastic's id of the account; ``None`` where the API does not tell.
        unrestricted: Whether every key of the user, and so this one, may do whatever its user may.
    """

    user_id: str | None
    unrestricted: bool


def key_user(session: Session) -> KeyUser:
    """Returns whose key this is.

    Args:
        session: The connection with that key. The API lists the keys of the calling user only, so they all name one user.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = "find out whose API key this is"
    try:
        answer = session.call("GET", "users", "auth", "keys", action=action)
    except (AccessDenied, NotFound):
        return KeyUser(None, unrestricted=False)
    keys = parse(KeyList, answer, action).keys
    user_ids = {key.user_id for key in keys if key.user_id}
    return KeyUser(
        user_ids.pop() if len(user_ids) == 1 else None,
        unrestricted=bool(keys) and all(key.role_assignments is None for key in keys),
    )


def own_user_id(session: Session) -> str | None:
    """Returns the user id of the API key's own user, or ``None`` where the API does not tell.

    Args:
        session: The connection with that key.

    Raises:
        CloudError: As for `Session.call`.
    """
    return key_user(session).user_id
