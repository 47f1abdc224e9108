"""What the emulated cloud keeps: plain records, changed only by `Cloud`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from .roles import RoleSet

ProjectType = Literal["elasticsearch", "observability", "security"]
PROJECT_TYPES: tuple[ProjectType, ...] = get_args(ProjectType)

ProjectPhase = Literal["initializing", "initialized", "deleting", "suspending", "suspended"]

PROJECT_ID = re.compile(r"[a-z0-9]{32}")
_PROJECT_TAG_KEY = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_PROJECT_TAG_VALUE = re.compile(r"[a-z0-9][a-z0-9_-]{0,127}")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


def is_email(text: str) -> bool:
    """Say whether a text can be an e-mail address: something, an at sign and a domain of two labels or more."""
    return _EMAIL.fullmatch(text) is not None


def check_project_tags(tags: Mapping[str, str]) -> None:
    """Refuse tags that a serverless project cannot have, by the published `ProjectTags`; an e-mail address is no tag's value.

    Raises:
        ValueError: A key or a value has another form, which the message gives.
    """
    for key, value in tags.items():
        if not _PROJECT_TAG_KEY.fullmatch(key) or not _PROJECT_TAG_VALUE.fullmatch(value):
            raise ValueError(
                f"A serverless project cannot have the tag {key}={value}: keys and values are lowercase letters, digits, "
                "underscores and hyphens."
            )


@dataclass
class User:
    """A person with an account, in an organization or in none."""

    id: str
    email: str
    name: str


@dataclass
class ApiKey:
    """A credential of a user.

    Attributes:
        organization_id: The organization that the key belongs to; a key without one follows its user's memberships.
        roles: What the key may do there; `None` stands for the roles of its user.
    """

    id: str
    secret: str = field(repr=False)
    user_id: str
    description: str
    created_at: datetime
    organization_id: str | None = None
    expires_at: datetime | None = None
    roles: RoleSet | None = None


@dataclass
class Membership:
    """A user's place in an organization."""

    user_id: str
    since: datetime
    roles: RoleSet


@dataclass
class Invitation:
    """An open invitation, pending or expired; an accepted one is gone."""

    token: str = field(repr=False)
    email: str
    created_at: datetime
    expires_at: datetime
    roles: RoleSet

    def expired(self, now: datetime) -> bool:
        """Say whether the invitation can no longer be accepted."""
        return now >= self.expires_at


@dataclass
class KeystoreSecret:
    """An entry of a deployment's keystore."""

    value: Any = field(repr=False)
    as_file: bool


@dataclass
class Resource:
    """What somebody owns: a hosted deployment or a serverless project.

    Attributes:
        owner_id: Who created it; `None` where nobody is known, as of some deployments.
    """

    id: str
    name: str
    organization_id: str
    region: str
    owner_id: str | None
    tags: dict[str, str]
    created_at: datetime


@dataclass
class Deployment(Resource):
    """A hosted deployment; a hidden one is stopped and absent from every list.

    Attributes:
        elasticsearch_url: Where its Elasticsearch answers; `None` where nobody needs one.
        keystore: The secrets of its Elasticsearch, by name.
    """

    hidden: bool = False
    elasticsearch_url: str | None = None
    keystore: dict[str, KeystoreSecret] = field(default_factory=dict, repr=False)


@dataclass
class Project(Resource):
    """A serverless project."""

    type: ProjectType
    phase: ProjectPhase = "initialized"


@dataclass
class IdentityProvider:
    """The SAML identity provider of an organization, as it was configured."""

    enabled: bool
    login_identifier_prefix: str
    issuer: str
    sso_url: str
    public_certificate: list[str]


@dataclass
class RoleMapping:
    """Who gets which roles at a single sign-on.

    Attributes:
        match: Whether `any` or `all` of the properties must match.
        properties: Each one `group` or `email` with what it must match.
    """

    name: str
    enabled: bool
    match: Literal["any", "all"]
    properties: list[dict[str, str]]
    roles: RoleSet


@dataclass
class Organization:
    """An organization with everything that is in it.

    Attributes:
        settings: What its members can set, in the API's form; absent what nobody has set.
        domains: The e-mail domains that it has claimed.
        domain_codes: What must be published to claim a domain, by domain.
        identity_provider: Where its members sign in.
        role_mappings: By name.
        members: Memberships by user id.
        invitations: Open invitations by token.
        costs: The costs of the current month, in ECU.
        balance: The credit that is left, in ECU.
        invoices: The invoices of the billing history, as the API shows them; `None` where there is no billing history.
    """

    id: str
    name: str
    members: dict[str, Membership] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    costs: float = 0.0
    balance: float = 0.0
    invoices: list[dict[str, Any]] | None = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    domains: list[str] = field(default_factory=list)
    domain_codes: dict[str, str] = field(default_factory=dict, repr=False)
    identity_provider: IdentityProvider | None = None
    role_mappings: dict[str, RoleMapping] = field(default_factory=dict)


@dataclass
class State:
    """Everything that is there at an instant.

    Attributes:
        organizations: By id.
        users: By id.
        keys: By what a client sends.
        user_ids: The ids of users by their addresses in lower case.
    """

    organizations: dict[str, Organization] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict, repr=False)
    user_ids: dict[str, str] = field(default_factory=dict)
