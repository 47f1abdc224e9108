"""The answers of the API as far as this package needs them: strict about that, lenient about all else.

No answer is trusted. Texts are made printable here, once for every place that shows them; ids are such that they can be a part of
a path; what is listed twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pulumi_elastic_org.cloud.assignments import read_assignments
from pulumi_elastic_org.cloud.errors import UnreadableAnswer
from pulumi_elastic_org.cloud.paths import is_id
from pulumi_elastic_org.model.keys import ApiKey, as_on_a_key
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.model.printable import printable

T = TypeVar("T")
_SHOWN_ERRORS = 3
_LONGEST_PLACE = 200


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(timezone.utc) if value.tzinfo else value.replace(tzinfo=timezone.utc)
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


def _null_is_empty(value: Any) -> Any:
    return [] if value is None else value


def null_is_empty_mapping(value: Any) -> Any:
    """Returns an empty mapping for null, and everything else as it is."""
    return {} if value is None else value


def _null_is_false(value: Any) -> Any:
    return False if value is None else value


def _null_is_blank(value: Any) -> Any:
    return "" if value is None else value


def _not_blank(value: str) -> str:
    if not value:
        raise ValueError("this is blank")
    return value


Id = Annotated[str, BeforeValidator(_whole), AfterValidator(_is_id)]
Text = Annotated[str, BeforeValidator(_null_is_blank), AfterValidator(printable)]
Email = Annotated[str, BeforeValidator(_null_is_blank), AfterValidator(str.strip), AfterValidator(printable)]
StrictFlag = Annotated[bool, Field(strict=True)]
Flag = Annotated[StrictFlag, BeforeValidator(_null_is_false)]
Time = Annotated[datetime, BeforeValidator(_written_as_text), AfterValidator(_in_utc)]
Items = Annotated[list[T], BeforeValidator(_null_is_empty)]


class Answer(BaseModel):
    """What every answer has in common: surplus fields are ignored, and a number where a text belongs is read as one."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class OrganizationAnswer(Answer):
    """`Organization` of the description."""

    id: Id
    name: Text = ""


class OrganizationList(Answer):
    """`OrganizationList` of the description."""

    organizations: Items[OrganizationAnswer]
    next_page: Text = ""


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
            if found.setdefault(member.user_id, member) != member:
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

    organization: OrganizationAnswer


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
