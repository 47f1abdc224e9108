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
    if session.key_expires_at is not None:
        keys = [key for key in keys if _ends_with(key, session)]
    return frozenset(key.user_id for key in keys if key.user_id)


def may_do_all_that_its_user_may(session: Session, user_id: str) -> bool:
    """Whether the calling key is surely a user's, and not limited to a part of what the user may do.

    A key is shown those of its user at least. So where every listed key is this user's, none is limited, and one ends when the
    calling key does, the calling key is one of those, whichever it is.

    Args:
        session: The connection with the key.
        user_id: Elastic's id of the user.

    Raises:
        CloudError: As for `Session.call`.
    """
    keys = _listed_keys(session)
    theirs = all(key.user_id == user_id and key.role_assignments is None for key in keys)
    return theirs and any(_ends_with(key, session) for key in keys)


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


def _ends_with(key: KeyAnswer, session: Session) -> bool:
    return _second(key.expiration_date) == _second(session.key_expires_at)


def _second(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=0)
