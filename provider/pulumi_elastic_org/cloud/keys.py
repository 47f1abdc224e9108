"""What the listed API keys say about the calling key: hints, and no proof.

The API does not say whose key calls it. `GET /users/auth/keys` lists the keys that the caller may see: those of others as well, and
not surely the calling one. So the operator says who they are, and the list can only contradict that.
"""

from __future__ import annotations

from datetime import datetime

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound
from pulumi_elastic_org.cloud.models import KeyAnswer, KeyList, parse
from pulumi_elastic_org.cloud.session import Session


def possible_users(session: Session) -> frozenset[str]:
    """Returns the ids of the users who may be the calling key's, by the listed keys.

    Where the API tells when the calling key ends, they are the users of the listed keys that end in the same second.

    Args:
        session: The connection with the key.

    Returns:
        The user ids; empty where the list says nothing.

    Raises:
        CloudError: As for `Session.call`.
    """
    keys = _listed_keys(session)
    end = session.key_expires_at
    if end is not None:
        keys = [key for key in keys if _second(key.expiration_date) == _second(end)]
    return frozenset(key.user_id for key in keys if key.user_id)


def _listed_keys(session: Session) -> list[KeyAnswer]:
    action = "list the API keys"
    keys: list[KeyAnswer] = []
    page, seen = "", set[str]()
    while page not in seen:
        seen.add(page)
        query = {"next_page": page} if page else None
        try:
            answer = parse(KeyList, session.call("GET", "users", "auth", "keys", action=action, query=query), action)
        except (AccessDenied, NotFound):
            return []
        keys += answer.keys
        page = answer.next_page
        if not page:
            break
    return keys


def _second(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=0)
