"""The API keys of an organization, and what their list says about the calling key: hints, and no proof.

The API does not say whose key calls it. `GET /users/auth/keys` lists the keys that the caller may see: those of others as well, and
not surely the calling one. So the operator says who they are, and the list can only contradict that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_elastic_org.cloud.errors import AccessDenied, IncompleteList, NotFound
from pulumi_elastic_org.cloud.models import CreatedKeyAnswer, KeyAnswer, KeyList, write_assignments
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import Grants, is_admin
from pulumi_elastic_org.model.keys import ApiKey, may_end_alike

_PATH = ("users", "auth", "keys")
_NO_SUCH_KEY = "api_keys.key_not_found"


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A key that was created just now, with its secret, which Elastic Cloud shows this once.

    Args:
        key: The key.
        secret: What goes into the header of a request.
    """

    key: ApiKey
    secret: str = field(repr=False)


def read_keys(session: Session, organization_id: str) -> tuple[ApiKey, ...]:
    """Returns the keys of an organization that the caller may see, each once; an organization owner sees all that work.

    Args:
        session: The connection, with the key of an organization owner.
        organization_id: Elastic's id of the organization.

    Raises:
        IncompleteList: A page leads to itself, so that the list has no end; or none of the keys can be the one that asks, which is
            one of the organization's.
        CloudError: As for `Session.call`.
    """
    answers, whole = _listed(session)
    if not whole:
        raise IncompleteList("cannot list the API keys: Elastic Cloud announces a page that it has already sent.")
    here = (one for one in answers if one.organization_id in ("", organization_id))
    keys = tuple({one.id: one.value(organization_id) for one in here}.values())
    if not any(may_end_alike(key.expires_at, session.key_expires_at) for key in keys):
        raise IncompleteList(
            f"cannot list the API keys of organization {organization_id}: the list does not hold the key that asks for it, so "
            "others may be missing as well. Use the key of an organization owner that was made in this organization."
        )
    return keys


def find_key(session: Session, organization_id: str, key_id: str) -> ApiKey | None:
    """Returns the key with an id; ``None`` where the caller sees no such key that works.

    Args:
        session: The connection; only the key of an organization owner sees those of others.
        organization_id: Elastic's id of the organization.
        key_id: Elastic's id of the key.

    Raises:
        CloudError: As for `Session.call`.
    """
    try:
        found = session.ask(KeyAnswer, "GET", *_PATH, key_id, action=f"read the API key {key_id}")
    except NotFound as error:
        if error.code != _NO_SUCH_KEY:
            raise
        return None
    return found.value(organization_id)


def never_expires(session: Session, organization_id: str, *, others_are_told: bool) -> bool:
    """Whether the calling key of an owner surely never expires, where no answer told when it does.

    Args:
        session: The connection with the key.
        organization_id: Elastic's id of the organization.
        others_are_told: Whether answers to another key tell when that one ends, so that this one would be told too.

    Raises:
        IncompleteList: As for `read_keys`.
        CloudError: As for `Session.call`.
    """
    keys = [key for key in read_keys(session, organization_id) if key.grants is None or is_admin(key.grants)]
    endless = [key for key in keys if key.expires_at is None]
    return bool(endless) and (others_are_told or endless == keys)


def create_key(session: Session, organization_id: str, description: str, grants: Grants, expiration: str) -> CreatedKey:
    """Creates a key, in one call that is not repeated where its outcome is unknown: each would create another one.

    Args:
        session: The connection, with the key of an organization owner.
        organization_id: Elastic's id of the organization.
        description: What Elastic Cloud shows for it.
        grants: What it may do.
        expiration: How long it lives, as Elastic writes durations.

    Raises:
        OutcomeUnknown: It may have been created; its secret is lost.
        CloudError: As for `Session.call`.
    """
    action = f"create the API key '{description}'"
    body = {
        "description": description,
        "expiration": expiration,
        "role_assignments": write_assignments(grants, organization_id),
    }
    answer = session.ask(CreatedKeyAnswer, "POST", *_PATH, action=action, body=body, repeatable=False)
    return CreatedKey(answer.value(organization_id), answer.key)


def delete_key(session: Session, key_id: str) -> None:
    """Deletes a key; one that is gone already counts as deleted.

    Args:
        session: The connection, with the key of an organization owner.
        key_id: Elastic's id of the key.

    Raises:
        CloudError: As for `Session.call`.
    """
    try:
        session.call("DELETE", *_PATH, key_id, action=f"delete the API key {key_id}")
    except NotFound as error:
        if error.code != _NO_SUCH_KEY:
            raise


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
    keys = [key for key in _hints(session) if may_end_alike(key.expiration_date, session.key_expires_at)]
    return frozenset(key.user_id for key in keys if key.user_id)


def may_do_all_that_its_user_may(session: Session, user_id: str) -> bool:
    """Whether the calling key is surely a user's, and not limited to a part of what the user may do.

    A key is shown those of its user at least. So where every listed key is this user's, none is limited, and one ends when the
    calling key does (never, where that is not told), the calling key is one of those, whichever it is.

    Args:
        session: The connection with the key.
        user_id: Elastic's id of the user.

    Raises:
        CloudError: As for `Session.call`.
    """
    keys = _hints(session)
    theirs = all(key.user_id == user_id and key.role_assignments is None for key in keys)
    told = session.key_expires_at
    ends = (one.expiration_date for one in keys)
    return theirs and any(end is None if told is None else may_end_alike(end, told) for end in ends)


def _hints(session: Session) -> list[KeyAnswer]:
    try:
        return _listed(session)[0]
    except (AccessDenied, NotFound):
        return []


def _listed(session: Session) -> tuple[list[KeyAnswer], bool]:
    """What the list shows, and whether it came to its end."""
    keys: list[KeyAnswer] = []
    page, seen = "", set[str]()
    while page not in seen:
        seen.add(page)
        query = {"next_page": page} if page else None
        answer = session.ask(KeyList, "GET", *_PATH, action="list the API keys", query=query)
        keys += answer.keys
        page = answer.next_page
        if not page:
            return keys, True
    return keys, False
