"""No secret is written down anywhere: every command, in success and in failure, at the most talkative level of logging."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from elastic_cloud_emulator import Fault, FaultKind
from tests.security.canaries import Search, forms, new_canary, new_key_canary
from tests.security.world import ACME, ADA, EVE, GLOBEX, World, running_world

FAULTS: tuple[FaultKind, ...] = ("server_error", "connection_dropped", "invalid_json", "html_page")


@pytest.fixture
def world(engine_name: str, tmp_path: Path) -> Iterator[World]:
    with running_world(tmp_path, engine_name) as running:
        yield running


@pytest.mark.parametrize(
    "write",
    [
        lambda secret: secret,
        quote,
        lambda secret: quote(secret, safe=""),
        lambda secret: json.dumps({"key": secret}),
        lambda secret: json.dumps(json.dumps({"key": secret})),
        lambda secret: base64.b64encode(f"elastic:{secret}!".encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(f"ApiKey {secret}".encode()).decode(),
        lambda secret: base64.b64encode(secret.encode()).decode(),
    ],
)
def test_the_search_finds_a_secret_however_it_is_written(write: object) -> None:
    assert callable(write)
    secret = new_canary("key")
    search = Search({"the key": secret})
    search.look_at(f"before {write(new_canary('key'))} after".encode(), "another one's")
    assert search.found == set()
    search.look_at(f"before {write(secret)} after".encode(), "here")
    assert {found.rpartition(" in ")[2] for found in search.found} == {"here"}


def test_every_form_is_long_enough_to_mean_the_secret() -> None:
    assert min(len(needle) for _, needle in forms(new_canary("x"))) > 64


def test_no_secret_is_written_down_when_all_goes_well(world: World) -> None:
    plan, page = str(world.directory / "plan.json"), str(world.directory / "review.html")
    with world.watched() as watch:
        said = [
            world.on_stack("preview", "--save-plan", plan),
            world.on_stack("up", "--yes", "--plan", plan),
            world.on_stack("preview", "--format", "html", "--output", page),
            world.on_stack("drift", "--format", "markdown"),
            world.run("import"),
            world.run("owners"),
            world.run("keys"),
            world.run("offboard", EVE),
            world.run("validate", "roster.yaml"),
        ]
    assert [one.returncode for one in said] == [0] * len(said), world.said.decode()
    assert any(b"pulumi.dynamic" in arguments for arguments in watch.arguments)
    [deployment] = world.emulator.cloud.organization(ACME).deployments.values()
    assert [one.value for one in deployment.keystore.values()] == [world.secrets["keystore value"]]
    assert world.cluster.repositories.keys() == {"moving"}

    world.emulator.clock.advance(timedelta(hours=73))  # all invitations are sent again, and their tokens cancelled
    with world.watched():
        assert world.on_stack("up", "--skip-preview", "--json").returncode == 0, world.said.decode()
        assert world.on_stack("refresh", "--skip-preview").returncode == 0, world.said.decode()
    token = next(one.token for one in reversed(world.emulator.outbox.messages) if one.to == ADA)
    world.emulator.cloud.add_user(ADA, key=world.secrets["invited person's key"])
    with world.watched():
        joined = world.run("accept", "--token-file", "-", given=token, EC_API_KEY=world.secrets["invited person's key"])
        moved = world.run(
            "transfer", "mover@acme.example", "--from", ACME, "--to", GLOBEX, "--roles", "billing-admin", "--yes"
        )
        assert world.on_stack("destroy", "--skip-preview").returncode == 0, world.said.decode()
    assert (joined.returncode, moved.returncode) == (0, 0), world.said.decode()

    assert len(world.tokens()) >= 6
    assert any("created key" in name for name in world.tokens())
    assert b"connectionpool" in (world.directory / "debug.log").read_bytes()
    assert world.leaks(Search({**world.secrets, **world.tokens()})) == set()
    if world.engine == "embedded":  # the stock CLI sees to its own files
        written = [*world.project.rglob("dev.json*"), *world.directory.rglob("*.jsonl")]
        assert len(written) >= 3
        assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_no_secret_is_written_down_when_the_api_refuses(world: World) -> None:
    narrow = world.secrets["narrow key"]
    with world.watched():
        refused = [
            world.on_stack("up", "--yes", EC_API_KEY=new_key_canary("unknown")),
            world.run("owners", EC_API_KEY=narrow),
            world.run("offboard", ADA, EC_ORGANIZATION_ID="9999"),
            world.run("--debug", "owners", EC_API_KEY=f"{narrow} "),
            world.run("owners", EC_ENDPOINT=f"https://user:{quote(narrow, safe='')}@api.example"),
            world.run(
                *("accept", "--organization", GLOBEX, "--token-file", "-"),
                given=new_canary("token"),
                EC_API_KEY=world.secrets["joiner's key"],
            ),
            world.run("leave", ADA, "--yes"),
            world.run(
                "migrate",
                "--source",
                world.cluster.url,
                "--destination",
                "http://127.0.0.1:1",
                "--repository",
                "repository.yaml",
                "--yes",
            ),
        ]
        world.cluster.refuses = True
        refused.append(world.on_stack("up", "--yes"))
        world.cluster.refuses = False
        refused.append(world.on_stack("up", "--yes", PULUMI_CONFIG_PASSPHRASE="wrong"))
    assert 0 not in [one.returncode for one in refused], world.said.decode()
    assert b"Traceback" not in world.said, world.said.decode()
    assert world.leaks(Search({**world.secrets, **world.tokens()})) == set()


def test_a_key_in_plain_configuration_is_refused_and_not_repeated(world: World) -> None:
    settings = world.project / "Pulumi.dev.yaml"
    content = json.loads(settings.read_text())
    plain = {**content["config"], "elastic-org:apiKey": world.secrets["narrow key"]}
    settings.write_text(json.dumps({**content, "config": plain}))
    with world.watched():
        refused = world.on_stack("preview")
    settings.write_text(json.dumps(content))
    assert refused.returncode != 0
    assert b"in the clear" in world.said
    assert world.leaks(Search(world.secrets)) == set()


@pytest.mark.trust
def test_no_secret_is_written_down_when_elastic_cloud_fails(tmp_path: Path) -> None:
    """Each failure has a world of its own, since most of the time is spent waiting between attempts."""

    def fail(kind: FaultKind) -> set[str]:
        with running_world(tmp_path / kind, "embedded") as world:
            world.emulator.faults.add(Fault(kind=kind, times=None, path="/(members|_accept)|invitations/."))
            with world.watched():
                previewed = world.on_stack("preview")
                assert previewed.returncode != 0, world.said.decode()
                assert b"Traceback" not in world.said, world.said.decode()
            return world.leaks(Search({**world.secrets, **world.tokens()}))

    with ThreadPoolExecutor(len(FAULTS)) as pool:
        assert set().union(*pool.map(fail, FAULTS)) == set()
