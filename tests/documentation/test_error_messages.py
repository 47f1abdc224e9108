"""Every message that docs/troubleshooting.md is about is what the product says: each is provoked."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_embedded.lock import held
from tests.messages.project import BILLING, ORGANIZATION, SEED, Project

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"
QUOTED = re.findall(r"^### `(.+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
Provocation = Callable[[Project], str]


def no_key(project: Project) -> str:
    return project.prints("whoami", code=1, EC_API_KEY="")


def revoked_key(project: Project) -> str:
    return project.prints("whoami", code=1, EC_API_KEY="key-that-was-revoked")


def key_of_another_role(project: Project) -> str:
    project.cloud.add_member(ORGANIZATION, "bill@acme.example", BILLING, key="key-of-bill")
    return project.prints("import", code=1, EC_API_KEY="key-of-bill", EC_API_KEY_USER="bill@acme.example")


def another_organization(project: Project) -> str:
    return project.prints("import", code=1, EC_ORGANIZATION_ID="2222")


def shell_and_stack_disagree(project: Project) -> str:
    (project.directory / "Pulumi.dev.yaml").write_text("config: {elastic-org:organizationId: '1111'}\n")
    return project.prints("preview", code=1, EC_ORGANIZATION_ID="2222")


def first_run(project: Project) -> str:
    for number in range(20):
        project.cloud.add_member(ORGANIZATION, f"person{number}@acme.example", BILLING)
    project.write("mode: authoritative\nmembers: {root@acme.example: [organization-admin]}\n")
    return project.prints("preview", code=1)


def somebody_leaves(project: Project) -> str:
    project.write("mode: authoritative\nmembers: {root@acme.example: [organization-admin]}\n")
    return project.prints("preview", code=1)


def owner_leaves(project: Project) -> str:
    return project.prints("offboard", "eve@acme.example", code=1)


def misspelled_role(project: Project) -> str:
    project.edit(("[billing-admin]", "[biling-admin]"))
    return project.prints("validate", "roster.yaml", code=1)


def deployment_is_shut_down(project: Project) -> str:
    code = "role_assignments.unauthorized_role_assignments"
    project.emulator.faults.add(Fault(kind="refused", path="role_assignments", status=403, code=code, times=None))
    project.edit(("[billing-admin]", "[billing-admin, deployment-viewer on shop]"))
    return project.prints("up", "--yes", "--skip-preview", code=1)


def no_project(project: Project) -> str:
    (project.directory / "Pulumi.yaml").unlink()
    return project.prints("preview", code=1)


def another_run(project: Project) -> str:
    with held(project.directory / ".elastic-org" / "state" / "dev.json.lock", "up"):
        return project.prints("up", "--yes", "--skip-preview", code=1)


def too_many_requests(project: Project) -> str:
    project.emulator.faults.add(Fault(kind="rate_limited", retry_after=86400, times=None))
    return project.prints("whoami", code=1)


def nobody_listens(project: Project) -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    return project.prints("owners", code=1, EC_ENDPOINT=address)


PROVOKED: dict[str, Provocation] = {
    "no API key for Elastic Cloud": no_key,
    "The API key is unknown, expired or was rotated": revoked_key,
    "use the key of an organization owner": key_of_another_role,
    "The API key sees": another_organization,
    "two different organizations are named": shell_and_stack_disagree,
    "people are not in this roster": first_run,
    "still owns": owner_leaves,
    "To let somebody past, say why; in a roster file": somebody_leaves,
    "is not a known role": misspelled_role,
    "role_assignments.unauthorized_role_assignments": deployment_is_shut_down,
    "There is no Pulumi project": no_project,
    "is locked": another_run,
    "Elastic Cloud asks to wait": too_many_requests,
    "nothing listens at": nobody_listens,
}


def test_every_message_of_the_page_is_provoked() -> None:
    assert QUOTED
    assert set(QUOTED) <= set(PROVOKED)
    assert set(PROVOKED) <= set(QUOTED)


@pytest.mark.parametrize("message", QUOTED)
def test_a_message_of_the_page_is_what_the_product_says(tmp_path: Path, message: str) -> None:
    with Emulator(SEED) as emulator:
        assert message in PROVOKED[message](Project(tmp_path, emulator))
