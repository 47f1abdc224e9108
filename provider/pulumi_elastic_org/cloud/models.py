"""The answers of the API as far as this package needs them, strict about that and lenient about all else; and grants as the API's
role assignments.

No answer is trusted. Texts are made printable here, once for every place that shows them; ids are such that they can be a part of
a path; what is listed twice counts once.

The API groups roles into assignments (one role, many deployments), by kind; `Grant` is one role on one target. What is not
modelled (roles of the platform, of another organization, kinds and shapes that are newer than this package) is kept as it came,
so that it can be reported, left alone, and sent along when an invitation is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pulumi_elastic_org.cloud.errors import UnreadableAnswer
from pulumi_elastic_org.cloud.network import is_id
from pulumi_elastic_org.cloud.pacing import in_utc
from pulumi_elastic_org.model.grants import DEPLOYMENT, ORGANIZATION, Grant, Grants
from pulumi_elastic_org.model.keys import ApiKey, as_on_a_key
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.model.printable import printable

_PROJECT = "project"
_EMPTY: tuple[Any, ...] = (None, [], {})


def read_assignments(raw: Any, organization_id: str) -> tuple[Grants, Mapping[str, Any]]:
    """Reads the `RoleAssignments` of a member or an invitation.

    Args:
        raw: The JSON, possibly ``None``.
        organization_id: Whose roles they are; those of another organization are not modelled.

    Returns:
        The grants, and what they do not model, as JSON of the same shape.
    """
    if not isinstance(raw, dict):
        return frozenset(), {} if raw in _EMPTY else {"role_assignments": raw}
    grants: set[Grant] = set()
    unmodelled: dict[str, Any] = {}
    for kind, value in raw.items():
        rest: Any = value
        if kind in (ORGANIZATION, DEPLOYMENT):
            rest = _read_list(kind, value, organization_id, grants)
        elif kind == _PROJECT and isinstance(value, dict):
            by_type = {
                project_type: entries
                if project_type in (ORGANIZATION, DEPLOYMENT)
                else _read_list(project_type, entries, organization_id, grants)
                for project_type, entries in value.items()
            }
            rest = {project_type: entries for project_type, entries in by_type.items() if entries not in _EMPTY}
        if rest not in _EMPTY:
            unmodelled[kind] = rest
    return _shared(frozenset(grants)), unmodelled


def write_assignments(
    grants: Iterable[Grant], organization_id: str, unmodelled: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Writes grants as the `RoleAssignments` of a request, grouped and in a stable order.

    Args:
        grants: What to add, remove or send along.
        organization_id: Whose roles they are.
        unmodelled: What `read_assignments` kept, sent along as it came.
    """
    written: dict[str, Any] = {}
    for key, group in groupby(sorted(set(grants), key=_sort_key), key=_group_key):
        scope, role_id, named, has_roles, roles = key
        entry: dict[str, Any] = {"role_id": role_id, "organization_id": organization_id}
        if scope != ORGANIZATION:
            entry["all"] = not named
            if named:
                entry[_ids_field(scope)] = [grant.target for grant in group]
        if has_roles:
            entry["application_roles"] = list(roles)
        place = written if scope in (ORGANIZATION, DEPLOYMENT) else written.setdefault(_PROJECT, {})
        place.setdefault(scope, []).append(entry)
    return _merged(written, unmodelled or {})


def _read_list(scope: str, value: Any, organization_id: str, grants: set[Grant]) -> Any:
    """Adds what it can read to the grants and returns the rest."""
    if not isinstance(value, list):
        return value
    rest = []
    for entry in value:
        read = _read_entry(scope, entry, organization_id)
        if read is None:
            rest.append(entry)
        else:
            grants.update(read)
    return rest


def _read_entry(scope: str, entry: Any, organization_id: str) -> tuple[Grant, ...] | None:
    if not isinstance(entry, dict) or entry.get("organization_id") not in (None, organization_id):
        return None
    role_id = entry.get("role_id")
    if not isinstance(role_id, str) or not role_id:
        return None
    roles = entry.get("application_roles")
    if roles is not None and not _are_names(roles):
        return None
    targets = (None,) if scope == ORGANIZATION or entry.get("all") is True else entry.get(_ids_field(scope))
    if targets != (None,) and (not targets or not _are_names(targets)):
        return None
    return _grants(scope, role_id, tuple(targets), None if roles is None else tuple(roles))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


@lru_cache(maxsize=8192)  # thousands of people share a few hundred assignments
def _grants(
    scope: str, role_id: str, targets: tuple[str | None, ...], roles: tuple[str, ...] | None
) -> tuple[Grant, ...]:
    application_roles = None if roles is None else tuple(sorted(set(roles)))
    return tuple(Grant(scope, role_id, target, application_roles) for target in targets)


@lru_cache(maxsize=8192)
def _shared(grants: Grants) -> Grants:
    """Returns one object for equal grants, so that comparing people is mostly comparing identities."""
    return grants


def _ids_field(scope: str) -> str:
    return "deployment_ids" if scope == DEPLOYMENT else "project_ids"


def _group_key(grant: Grant) -> tuple[str, str, bool, bool, tuple[str, ...]]:
    roles = grant.application_roles
    return (grant.scope, grant.role_id, grant.target is not None, roles is not None, roles or ())


def _sort_key(grant: Grant) -> tuple[tuple[str, str, bool, bool, tuple[str, ...]], str]:
    return (_group_key(grant), grant.target or "")


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(ours)
    for key, value in theirs.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, Mapping):
            merged[key] = _merged(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[key] = [*mine, *value]
        else:
            merged[key] = value if mine is None else mine
    return merged


T = TypeVar("T")
_SHOWN_ERRORS = 3
_LONGEST_PLACE = 200


def _in_utc(value: datetime) -> datetime:
    try:
        return in_utc(value)
    except OverflowError:
        raise ValueError("this is not a time") from None


def _written_as_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a time is a string such as 2027-01-31T12:00:00Z")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("an id is a string or a whole number")
    return value


def _is_id(value: str) -> str:
    if not is_id(value):
        raise ValueError("an id is a string without spaces, slashes, commas and invisible characters")
    return value


def blank_for_null(blank: Callable[[], Any]) -> BeforeValidator:
    """Returns what takes null for nothing of a type, such as an empty list, and leaves everything else as it is."""
    return BeforeValidator(lambda value: blank() if value is None else value)


def _not_blank(value: str) -> str:
    if not value:
        raise ValueError("this is blank")
    return value


Id = Annotated[str, BeforeValidator(_whole), AfterValidator(_is_id)]
Text = Annotated[str, blank_for_null(str), AfterValidator(printable)]
Email = Annotated[str, blank_for_null(str), AfterValidator(str.strip), AfterValidator(printable)]
StrictFlag = Annotated[bool, Field(strict=True)]
Flag = Annotated[StrictFlag, blank_for_null(bool)]
Time = Annotated[datetime, BeforeValidator(_written_as_text), AfterValidator(_in_utc)]
Items = Annotated[list[T], blank_for_null(list)]


class Answer(BaseModel):
    """What every answer has in common: surplus fields are ignored, and a number where a text belongs is read as one."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class OrganizationName(Answer):
    """`Organization` of the description, as its members know it."""

    id: Id
    name: Text = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.name})" if self.name else self.id


class OrganizationList(Answer):
    """`OrganizationList` of the description."""

    organizations: Items[OrganizationName]
    next_page: Text = ""

    @property
    def named(self) -> str:
        """Their ids and names, for people."""
        names = ", ".join(map(str, self.organizations))
        return f"{names or 'no organization'}{' and more' if self.next_page else ''}"


class MemberAnswer(Answer):
    """`OrganizationMembership` of the description."""

    user_id: Id
    email: Email = ""
    name: Text = ""
    member_since: Time | None = None
    role_assignments: Any = None

    def value(self, organization_id: str) -> Member:
        """Returns the member of the organization with that id."""
        grants, unmodelled = read_assignments(self.role_assignments, organization_id)
        return Member(self.user_id, self.email or None, grants, unmodelled, self.name, self.member_since)


class MemberList(Answer):
    """`OrganizationMemberships` of the description."""

    members: Items[MemberAnswer]

    def once(self) -> Iterable[MemberAnswer]:
        """Returns the members, of whom an answer that was put together of several pages may list some twice.

        Raises:
            UnreadableAnswer: One account is listed twice, each time as something else.
        """
        found: dict[str, MemberAnswer] = {}
        for member in self.members:
            first = found.setdefault(member.user_id, member)
            if first is not member and first != member:
                raise UnreadableAnswer(
                    f"Elastic Cloud lists user {member.user_id} twice, with different data: run the same command again."
                )
        return found.values()


class InvitationAnswer(Answer):
    """`OrganizationInvitation` of the description."""

    token: Id
    email: Annotated[Email, AfterValidator(_not_blank)]
    created_at: Time
    expires_at: Time
    expired: StrictFlag | None = None
    accepted_at: Time | None = None
    role_assignments: Any = None

    def value(self, organization_id: str) -> Invitation:
        """Returns the invitation to the organization with that id."""
        grants, unmodelled = read_assignments(self.role_assignments, organization_id)
        return Invitation(
            self.token, self.email, grants, self.created_at, self.expires_at, self.expired, unmodelled=unmodelled
        )


class InvitationList(Answer):
    """`OrganizationInvitations` of the description."""

    invitations: Items[InvitationAnswer]

    def open(self, organization_id: str) -> tuple[Invitation, ...]:
        """Returns the invitations to the organization with that id that nobody has accepted, each once."""
        found = (answer.value(organization_id) for answer in self.invitations if answer.accepted_at is None)
        return tuple({invitation.token: invitation for invitation in found}.values())


class AddressedInvitationAnswer(InvitationAnswer):
    """`OrganizationInvitation` as the invited person reads it, who learns from it which organization it is for."""

    organization: OrganizationName


class KeyAnswer(Answer):
    """`ApiKeyResponse` of the description; a key without role assignments may do whatever its user may."""

    id: Id
    description: Text
    creation_date: Time
    user_id: Text = ""
    organization_id: Text = ""
    role_assignments: Any = None
    expiration_date: Time | None = None

    def value(self, organization_id: str) -> ApiKey:
        """Returns the key of the organization with that id."""
        grants, unmodelled = read_assignments(self.role_assignments, organization_id)
        return ApiKey(
            self.id,
            self.description,
            self.user_id,
            None if self.role_assignments is None else as_on_a_key(grants),
            self.creation_date,
            self.expiration_date,
            has_more=bool(unmodelled),
        )


class CreatedKeyAnswer(KeyAnswer):
    """`ApiKeyResponse` as the call that creates a key answers it: with the key itself, this once."""

    key: Annotated[str, AfterValidator(_not_blank), Field(repr=False)]


class KeyList(Answer):
    """`ApiKeysResponse` of the description."""

    keys: Items[KeyAnswer]
    next_page: Text = ""


AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


def parse(model: type[AnyAnswer], answer: Any, action: str) -> AnyAnswer:
    """Checks an answer.

    Args:
        model: What the answer must be.
        answer: The JSON.
        action: What was asked for, after "cannot" in the error.

    Raises:
        UnreadableAnswer: What is needed is missing or of another type. The message names the places and no values.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        places = "; ".join(
            printable(f"{'.'.join(map(str, item['loc'])) or 'the answer'}: {item['msg'].lower()}")[:_LONGEST_PLACE]
            for item in found[:_SHOWN_ERRORS]
        )
        raise UnreadableAnswer(
            f"cannot {action}: the answer is not what Elastic Cloud's API describes ({places}). "
            "Look for a newer version of pulumi-elastic-org."
        ) from None
