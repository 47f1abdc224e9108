"""Who owns which deployment or project: what decides whether a person may go.

Elastic Cloud's guide lets a person leave only without active deployments or projects on their account, but its API deletes a
member without looking. So the owner is found here, from the best evidence there is: the resource's owner tag, then the user id
that the API calls its owner or creator.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from pulumi_elastic_org.model.grants import DEPLOYMENT
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import Member

_BETWEEN_PEOPLE = re.compile(r"[,;|\r\n]")
_MAILTO = re.compile("^mailto:", re.IGNORECASE)
_AROUND_ADDRESSES = "<>()[]\"'."


class Evidence(str, Enum):
    """How an owner is known."""

    TAG = "owner tag"
    OWNER_ID = "owner id"
    CREATED_BY = "creator"


class Owner(NamedTuple):
    """Somebody whom a deployment or project names.

    Args:
        name: An e-mail address or a user id.
        evidence: Where it is named.
    """

    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CloudResource:
    """A hosted deployment or serverless project.

    Args:
        kind: ``"deployment"``, or a project's type such as ``"security"``.
        id: Elastic's id.
        name: Its name, as shown in the console.
        owners: Whom it names, the best evidence first; empty where nothing tells.
        doubt: What could not be found out about it, such as whether it still exists; ``""`` where nothing is in doubt.
    """

    kind: str
    id: str
    name: str
    owners: tuple[Owner, ...] = ()
    doubt: str = ""

    def __str__(self) -> str:
        return self._shown(self.doubt)

    @property
    def unfound(self) -> str:
        """The same for a resource whose owners are not found: with whom it names."""
        named = " and ".join(f"{owner.evidence.value} '{owner.name}'" for owner in self.owners)
        return self._shown(self.doubt, f"{named}: nobody here" if named else "")

    def _shown(self, *notes: str) -> str:
        kind = self.kind if self.kind == DEPLOYMENT else f"{self.kind} project"
        return f"{kind} '{self.name}' ({'; '.join([self.id, *filter(None, notes)])})"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The deployments and projects of an organization by owner.

    Args:
        by_user_id: What each member owns; each resource with the evidence that names this member.
        unknown: What has no owner that can be found among the members: it names nobody, or nobody here.
        unclear: What has an owner and whose tag also names somebody who is nobody here; each with only those names.
    """

    by_user_id: Mapping[str, tuple[CloudResource, ...]]
    unknown: tuple[CloudResource, ...]
    unclear: tuple[CloudResource, ...] = ()

    @property
    def resources(self) -> tuple[CloudResource, ...]:
        """Every deployment and project once, whoever owns it."""
        owned = (resource for theirs in self.by_user_id.values() for resource in theirs)
        return tuple({(one.kind, one.id): one for one in (*owned, *self.unknown)}.values())

    def without(self, gone: Iterable[CloudResource]) -> Ownership:
        """Returns the same without some resources, for instance those that turn out to be under deletion.

        Args:
            gone: What to leave out.
        """
        ids = {resource.id for resource in gone}

        def left(resources: Iterable[CloudResource]) -> tuple[CloudResource, ...]:
            return tuple(resource for resource in resources if resource.id not in ids)

        owned = {user_id: left(theirs) for user_id, theirs in self.by_user_id.items()}
        return Ownership(
            {user_id: theirs for user_id, theirs in owned.items() if theirs}, left(self.unknown), left(self.unclear)
        )


def ownership(resources: Iterable[CloudResource], accounts: Accounts) -> Ownership:
    """Attributes every deployment and project to the members who own it, by the best evidence that names a member.

    Args:
        resources: The deployments and projects of the organization.
        accounts: Whom a name may mean among the members of the same organization; an address that two accounts have or had
            names both.

    Returns:
        What each member owns, what nobody here is known to own, and which tags name somebody who is not known.
    """
    owned: dict[str, list[CloudResource]] = {}
    unknown = []
    unclear = []
    for resource in resources:
        named = [(owner, accounts.named(owner.name)) for owner in resource.owners]
        best = next((owner.evidence for owner, user_ids in named if user_ids), None)
        if best is None:
            unknown.append(resource)
            continue
        theirs = {user_id: owner for owner, ids in reversed(named) if owner.evidence is best for user_id in ids}
        for user_id, owner in sorted(theirs.items()):
            owned.setdefault(user_id, []).append(replace(resource, owners=(owner,)))
        if strange := tuple(owner for owner, ids in named if owner.evidence is Evidence.TAG and not ids):
            unclear.append(replace(resource, owners=strange))
    return Ownership({user_id: tuple(theirs) for user_id, theirs in owned.items()}, tuple(unknown), tuple(unclear))


def tagged_owners(tags: Iterable[tuple[str, str]], owner_tag: str) -> tuple[Owner, ...]:
    """Reads whom the owner tags of a deployment or project name.

    A tag is written by hand: its key may be in any letter case, and its value may hold several people, with their names
    (``Ada <ada@acme.example>``) or as links (``mailto:ada@acme.example``).

    Args:
        tags: All tags as key and value.
        owner_tag: The key of the owner tag.

    Returns:
        Every address, and whatever else stands between two commas, semicolons or line ends as one name; each once.
    """
    wanted = owner_tag.strip().casefold()
    values = (value for key, value in tags if key.strip().casefold() == wanted)
    names = (name for value in values for part in _BETWEEN_PEOPLE.split(value) for name in _names(part))
    return tuple(Owner(name, Evidence.TAG) for name in dict.fromkeys(names))


def handed_over(
    tags: Iterable[tuple[str, str]], owner_tag: str, former: Collection[str], owner: str
) -> tuple[tuple[str, str], ...]:
    """Returns tags in which an owner has the place of another one; whoever else is named, and all other tags, stay.

    Args:
        tags: All tags as key and value.
        owner_tag: The key of the owner tag, in any letter case.
        former: The addresses and the user id of the former owner.
        owner: The new owner's address.
    """
    wanted = owner_tag.strip().casefold()
    names = "|".join(map(re.escape, sorted(former, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w.+@-])(?:{names})(?![\w@-]|\.\w)", re.IGNORECASE)
    found, changed = [], False
    for key, value in tags:
        written = named.sub(lambda _: owner, value) if key.strip().casefold() == wanted else value
        changed = changed or written != value
        found.append((key, written))
    return tuple(found) if changed else (*found, (owner_tag, owner))


def owned_by(tags: Iterable[tuple[str, str]], owner_tag: str, owner: str) -> tuple[tuple[str, str], ...]:
    """Returns tags in which the owner tag names one owner and nobody else; all other tags stay.

    Args:
        tags: All tags as key and value.
        owner_tag: The key of the owner tag, in any letter case.
        owner: The owner's address or user id.
    """
    wanted = owner_tag.strip().casefold()
    return (*((key, value) for key, value in tags if key.strip().casefold() != wanted), (owner_tag, owner))


def tag_value(resource: CloudResource, owner: Member, members: Iterable[Member]) -> str:
    """Returns what an owner tag says so that it names one member.

    Args:
        resource: Whose tag it is. A project's tags hold no e-mail addresses (`ProjectTags` of Elastic's description).
        owner: Whom it names.
        members: The members of the organization, since several may have one address.

    Returns:
        The e-mail address where the tag can hold it and it is nobody else's, else the user id.
    """
    if resource.kind == DEPLOYMENT and owner.email and Accounts.of(members).named(owner.email) == {owner.user_id}:
        return owner.email
    return owner.user_id


def tagged_names(resource: CloudResource) -> tuple[str, ...]:
    """Returns whom the owner tag of a deployment or project names.

    Args:
        resource: Which.
    """
    return tuple(owner.name for owner in resource.owners if owner.evidence is Evidence.TAG)


def called(wanted: str, resources: Iterable[CloudResource], labels: Mapping[str, str]) -> tuple[CloudResource, ...]:
    """Returns the deployments and projects that somebody may mean.

    Args:
        wanted: An id or a name, as somebody wrote it; an id comes first.
        resources: Those that there are.
        labels: What a roster file calls them, by id.
    """
    found = tuple(resources)
    by_id = tuple(one for one in found if one.id == wanted)
    return by_id or tuple(one for one in found if wanted in (one.name, labels.get(one.id)))


def _names(text: str) -> Iterable[str]:
    words = (_MAILTO.sub("", word.strip(_AROUND_ADDRESSES)).partition("?")[0] for word in text.split())
    whole = text.strip()
    return [word for word in words if "@" in word] or ([whole] if whole else [])
