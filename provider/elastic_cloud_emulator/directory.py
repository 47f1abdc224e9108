"""Who there is in the emulated cloud: organizations, people and their API keys."""

import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from itertools import count

from .clock import Clock
from .errors import MembershipNotFound, OrganizationNotFound, UserNotFound
from .model import ApiKey, Membership, Organization, State, User, is_email
from .roles import RoleSet


class Directory:
    """Organizations, people and API keys.

    An `organization` argument is an organization's id or name, a `user` argument is a user's id or e-mail address. Every method is
    safe to call while the server runs; hold `lock` to see several things at one instant.

    Args:
        clock: Dates everything that happens.

    Attributes:
        random_bytes: Makes ids and secrets; who has to see the same ones again sets another source.
    """

    def __init__(self, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.random_bytes: Callable[[int], bytes] = secrets.token_bytes
        self.state = State()
        self._numbers = count(1)

    @property
    def organizations(self) -> dict[str, Organization]:
        """All organizations by id."""
        return self.state.organizations

    @property
    def users(self) -> dict[str, User]:
        """All users by id."""
        return self.state.users

    @property
    def keys(self) -> dict[str, ApiKey]:
        """All API keys by what a client sends."""
        return self.state.keys

    def organization(self, organization: str) -> Organization:
        """Return an organization by its id or name.

        Raises:
            OrganizationNotFound: There is none.
        """
        with self.lock:
            if organization in self.organizations:
                return self.organizations[organization]
            for candidate in self.organizations.values():
                if candidate.name == organization:
                    return candidate
        raise OrganizationNotFound(f"Organization {organization} was not found.")

    def user(self, user: str) -> User:
        """Return a user by id or e-mail address, in any letter case.

        Raises:
            UserNotFound: There is none.
        """
        with self.lock:
            found = self.users.get(user) or self.users.get(self.state.user_ids.get(user.casefold(), ""))
        if found is None:
            raise UserNotFound(f"User {user} was not found.")
        return found

    def has_account(self, email: str) -> bool:
        """Say whether a user has this e-mail address."""
        return email.casefold() in self.state.user_ids

    def member(self, organization: str, user: str) -> Membership:
        """Return a user's membership of an organization.

        Raises:
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user.
            MembershipNotFound: The user does not belong to the organization.
        """
        with self.lock:
            found = self.organization(organization)
            person = self.user(user)
            if person.id not in found.members:
                raise MembershipNotFound(f"User {user} does not belong to organization {found.id}.")
            return found.members[person.id]

    def memberships(self, user_id: str) -> list[Organization]:
        """Return the organizations that a user belongs to."""
        with self.lock:
            return [organization for organization in self.organizations.values() if user_id in organization.members]

    def add_organization(
        self, name: str, *, id: str | None = None, costs: float = 0.0, balance: float = 0.0
    ) -> Organization:
        """Found an organization without members.

        Args:
            name: Its name.
            id: Its id; by default a new ten-digit number.
            costs: The costs of the current month, in ECU.
            balance: The credit that is left, in ECU.

        Raises:
            ValueError: The id is taken.
        """
        with self.lock:
            organization = Organization(id or self._new_number(2), name, costs=costs, balance=balance)
            if organization.id in self.organizations:
                raise ValueError(f"Organization {organization.id} already exists.")
            self.organizations[organization.id] = organization
            return organization

    def add_user(self, email: str, *, name: str | None = None, id: str | None = None, key: str | None = None) -> User:
        """Open an account for a person who belongs to no organization yet.

        Args:
            email: The e-mail address.
            name: The full name; by default the part of the address before the at sign.
            id: The user id; by default a new ten-digit number.
            key: An API key that follows the person into every organization; by default there is none.

        Raises:
            ValueError: The address or the id is taken, or the address is none.
        """
        if not is_email(email):
            raise ValueError(f"{email!r} is not an e-mail address.")
        with self.lock:
            user = User(id or self._new_number(3), email, name or email.partition("@")[0])
            if user.id in self.users or self.has_account(email):
                raise ValueError(f"User {user.id} or {email} already exists.")
            self.users[user.id] = user
            self.state.user_ids[email.casefold()] = user.id
            if key is not None:
                self.add_key(user.id, key)
            return user

    def change_email(self, user: str, email: str) -> None:
        """Give a person another e-mail address; who they are and what they hold stays.

        Raises:
            UserNotFound: There is no such user.
            ValueError: The address is taken, or is none.
        """
        if not is_email(email):
            raise ValueError(f"{email!r} is not an e-mail address.")
        with self.lock:
            person = self.user(user)
            if self.state.user_ids.get(email.casefold(), person.id) != person.id:
                raise ValueError(f"User {email} already exists.")
            del self.state.user_ids[person.email.casefold()]
            person.email = email
            self.state.user_ids[email.casefold()] = person.id

    def add_key(
        self,
        user: str,
        secret: str | None = None,
        *,
        organization: str | None = None,
        description: str = "",
        created_at: datetime | None = None,
        expires_at: datetime | None = None,
        roles: RoleSet | None = None,
    ) -> ApiKey:
        """Make an API key.

        Args:
            user: Whose key it is.
            secret: What a client sends; by default a random text.
            organization: The organization it belongs to; a key without one follows its user's memberships.
            description: What its user calls it.
            created_at: When it was made; by default now.
            expires_at: The end of its life; by default it has none.
            roles: What it may do in its organization; by default what its user may do.

        Raises:
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user.
            ValueError: The secret is taken.
        """
        with self.lock:
            key = ApiKey(
                id=self.random_bytes(10).hex(),
                secret=secret or self.new_secret(),
                user_id=self.user(user).id,
                description=description,
                created_at=created_at or self.clock.now(),
                organization_id=None if organization is None else self.organization(organization).id,
                expires_at=expires_at,
                roles=roles,
            )
            if key.secret in self.keys:
                raise ValueError("This API key already exists.")
            self.keys[key.secret] = key
            return key

    def remove_key(self, key: ApiKey) -> None:
        """Make an API key worthless."""
        with self.lock:
            self.keys.pop(key.secret, None)

    def new_secret(self) -> str:
        """Return a text that nobody can guess: a key, or the token of an invitation."""
        return urlsafe_b64encode(self.random_bytes(24)).decode()

    def _new_number(self, first_digit: int) -> str:
        return f"{first_digit}{next(self._numbers):09}"
