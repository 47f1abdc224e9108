"""Whose key this is: the person who must not lock themselves out."""

from __future__ import annotations

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound
from pulumi_elastic_org.cloud.models import KeyList, parse
from pulumi_elastic_org.cloud.session import Session


def own_user_id(session: Session) -> str | None:
    """Returns the user id of the API key's own user, or ``None`` where the API does not tell.

    Args:
        session: The connection with that key. The API lists the keys of the calling user only, so they all name one user.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = "find out whose API key this is"
    try:
        answer = session.call("GET", "users", "auth", "keys", action=action)
    except (AccessDenied, NotFound):
        return None
    user_ids = {key.user_id for key in parse(KeyList, answer, action).keys if key.user_id}
    return user_ids.pop() if len(user_ids) == 1 else None
