"""What is in the emulated cloud at first, from YAML or from Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .clock import parse_duration
from .cloud import Cloud
from .errors import ApiError
from .model import ProjectPhase, ProjectType, User
from .people import INVITATION_LIFETIME
from .resources import REGION
from .validation import describe

ACME = Path(__file__).with_name("acme.yaml")
"""The example: the organization acme with sixty people, and globex with a few."""

Duration = Annotated[
    timedelta, BeforeValidator(lambda value: parse_duration(value) if isinstance(value, str) else value)
]


class SeedError(Exception):
    """A seed that cannot be read or that contradicts itself; the message says where, and what is wrong there."""


class SeedUser(BaseModel, extra="forbid"):
    """A person who belongs to no organization, with API keys that follow them into one."""

    email: str
    name: str | None = None
    id: str | None = None
    keys: list[str] = []


class SeedMember(SeedUser):
    """A member, with roles in the API's form and API keys that belong to the organization; `since` is how long ago it began.

    An address that is a member of several organizations is one account.
    """

    roles: dict[str, Any] = {}
    since: Duration = timedelta()


class SeedInvitation(BaseModel, extra="forbid"):
    """An open invitation that was sent so long ago; one older than `expires_in` is expired."""

    email: str
    roles: dict[str, Any] = {}
    sent: Duration = timedelta()
    expires_in: Duration = INVITATION_LIFETIME


class SeedDeployment(BaseModel, extra="forbid"):
    """A hosted deployment; its owner is a user's e-mail address or id."""

    name: str
    id: str | None = None
    owner: str | None = None
    tags: dict[str, str] = {}
    region: str = REGION
    hidden: bool = False
    elasticsearch_url: str | None = None


class SeedProject(BaseModel, extra="forbid"):
    """A serverless project; its owner is a user's e-mail address or id."""

    name: str
    type: ProjectType
    owner: str
    id: str | None = None
    tags: dict[str, str] = {}
    region: str = REGION
    phase: ProjectPhase = "initialized"


class SeedOrganization(BaseModel, extra="forbid"):
    """An organization and what is in it; costs and balance are in ECU."""

    name: str
    id: str | None = None
    costs: float = 0.0
    balance: float = 0.0
    members: list[SeedMember] = []
    invitations: list[SeedInvitation] = []
    deployments: list[SeedDeployment] = []
    projects: list[SeedProject] = []


class Seed(BaseModel, extra="forbid"):
    """Everything that is there at first."""

    organizations: list[SeedOrganization] = []
    users: list[SeedUser] = []
    anchors: Any = Field(
        default=None, description="A place for YAML anchors that other entries refer to; otherwise ignored."
    )

    def plant(self, cloud: Cloud) -> None:
        """Put all of it into a cloud.

        Raises:
            SeedError: It contradicts itself, or what is in the cloud.
        """
        for user in self.users:
            with _place(f"user {user.email}"):
                found = cloud.add_user(user.email, name=user.name, id=user.id)
                for key in user.keys:
                    cloud.add_key(found.id, key)
        for organization in self.organizations:
            _plant_organization(cloud, organization)


def load_seed(source: Path | str | Mapping[str, Any]) -> Seed:
    """Read a seed.

    Args:
        source: The path of a YAML file, or the content of one.

    Raises:
        SeedError: The file cannot be read, is no YAML, or has another form than `Seed`.
    """
    name, document = ("seed", source) if isinstance(source, Mapping) else (str(source), _read_yaml(Path(source)))
    try:
        return Seed.model_validate(document)
    except ValidationError as error:
        raise SeedError(describe(error, name)) from None


def _read_yaml(path: Path) -> Any:
    try:
        if path.exists() and not path.is_file():  # from a pipe, one might read for ever
            raise OSError("it is not a regular file")
        return YAML(typ="safe").load(path)
    except (OSError, YAMLError) as error:
        raise SeedError(f"{path} cannot be read: {error}") from None


def _plant_organization(cloud: Cloud, seed: SeedOrganization) -> None:
    now = cloud.clock.now()
    where = f"organization {seed.name}"
    with _place(where):
        organization = cloud.add_organization(seed.name, id=seed.id, costs=seed.costs, balance=seed.balance)
    for member in seed.members:
        with _place(f"{where}, member {member.email}"):
            user = _account(cloud, member)
            cloud.add_member(organization.id, user.id, member.roles, since=now - member.since)
            for key in member.keys:
                cloud.add_key(user.id, key, organization=organization.id)
    for invitation in seed.invitations:
        with _place(f"{where}, invitation {invitation.email}"):
            [sent] = cloud.invite(organization.id, invitation.email, invitation.roles, expires_in=invitation.expires_in)
            sent.created_at -= invitation.sent
            sent.expires_at -= invitation.sent
    for deployment in seed.deployments:
        with _place(f"{where}, deployment {deployment.name}"):
            cloud.add_deployment(organization.id, **dict(deployment))
    for project in seed.projects:
        with _place(f"{where}, project {project.name}"):
            cloud.add_project(organization.id, **dict(project))


def _account(cloud: Cloud, member: SeedMember) -> User:
    """Return the one account of an address, however many organizations it is a member of."""
    if not cloud.has_account(member.email):
        return cloud.add_user(member.email, name=member.name, id=member.id)
    user = cloud.user(member.email)
    if member.id not in (None, user.id):
        raise ValueError(f"{member.email} has the id {user.id} already.")
    return user


@contextmanager
def _place(where: str) -> Iterator[None]:
    try:
        yield
    except (ApiError, ValueError) as error:
        raise SeedError(f"{where}: {error}") from None
