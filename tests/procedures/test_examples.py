"""The example programs do what they say, on every engine, against the emulator that they come with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from elastic_cloud_emulator import Cloud, Emulator
from tests.support.acme import Stack, text

EXAMPLES = Path(__file__).parents[2] / "examples"
ADA = "ada@acme.example"

Example = Callable[..., "tuple[Stack, Cloud]"]


@pytest.fixture
def example(engine_name: str, tmp_path: Path) -> Iterator[Example]:
    """Starts an example's emulator and makes a project of its program, with this configuration."""
    with ExitStack() as running:

        def start(name: str, **config: str) -> tuple[Stack, Cloud]:
            emulator = running.enter_context(Emulator(EXAMPLES / name / "emulator.yaml"))
            environment = {
                "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
                "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"],
            }
            stack = Stack(tmp_path, engine_name, environment)
            shutil.copy(EXAMPLES / name / "__main__.py", tmp_path)
            if "token" in config:
                config["invitationToken"] = emulator.outbox.messages[0].token
                del config["token"]
            stack.config = {f"people:{key}": value for key, value in config.items()}
            stack.config["people:endpoint"] = emulator.endpoint
            return stack, emulator.cloud

        yield start


def members(cloud: Cloud, organization: str) -> set[str]:
    return {cloud.user(user_id).email for user_id in cloud.organization(organization).members}


def test_accept(example: Example) -> None:
    stack, cloud = example("accept", apiKey="key-of-ada", user=ADA, organizationId="2222", token="from the outbox")

    assert stack.apply().outputs["organization"] == "2222"
    assert ADA in members(cloud, "new")


def test_leave(example: Example) -> None:
    stack, cloud = example("leave", apiKey="key-of-ada", user=ADA, noAdministrator="true", organizationId="1111")
    stack.apply()

    refused = stack.destroy()
    assert not refused.succeeded
    assert "still owns deployment 'search' (search-of-ada)" in text(refused)
    cloud.set_tags("search-of-ada", {"owner": "root@old.example"})
    assert stack.destroy().succeeded
    assert members(cloud, "old") == {"root@old.example"}


def test_join_from_an_existing_account(example: Example) -> None:
    keys = {"oldApiKey": "key-of-old", "newApiKey": "key-of-new", "adaApiKey": "key-of-ada"}
    stack, cloud = example("join-from-existing-account", **keys)
    stack.apply()
    program = stack.directory / "__main__.py"
    line = '    ADA: [elastic.deployment("editor")],\n'
    before, after = program.read_text().split(line)
    program.write_text(before + after.replace("NEW = {\n", "NEW = {\n" + line))

    assert stack.preview().succeeded
    stack.apply()

    assert members(cloud, "old") == {"root@old.example"}
    assert members(cloud, "new") == {"root@new.example", ADA}
    assert not stack.preview().has_changes
