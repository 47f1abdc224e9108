"""State about people that an earlier release wrote goes on: it previews and refreshes clean, and is destroyed."""

from __future__ import annotations

import base64
import importlib.metadata
import json
from pathlib import Path

import pytest

from pulumi_elastic_org.engine import select
from tests.releases.people import record, world
from tests.releases.records import STATE_FILES, Record, directory_of, releases, take_over
from tests.releases.worlds import World
from tests.support.acme import text

__all__ = ["record", "world"]  # fixtures

ACME = "1000000001"
GLOBEX = "1000000002"


def people(world: World, organization: str) -> set[str]:
    """Who belongs to an organization, by e-mail address."""
    return {
        world.emulator.cloud.user(user_id).email for user_id in world.emulator.cloud.organization(organization).members
    }


@pytest.mark.parametrize(
    ("writer", "engine_name"),
    [
        ("embedded", "embedded"),
        ("pulumi", "embedded"),
        ("pulumi", "pulumi"),
        pytest.param("embedded", "pulumi", marks=pytest.mark.trust),
    ],
    indirect=["engine_name"],
)
def test_state_of_an_earlier_release_goes_on(
    record: Record, world: World, writer: str, engine_name: str, tmp_path: Path
) -> None:
    engine = select(engine_name)
    workspace = record.project(tmp_path / "project", world)
    take_over(engine, workspace, record.state(writer, world))

    preview = engine.preview(workspace)
    assert preview.succeeded, text(preview)
    assert not preview.has_changes, [(step.name, step.op, step.diff) for step in preview.steps]
    refresh = engine.refresh(workspace)
    assert refresh.succeeded, text(refresh)
    assert not refresh.has_changes, [(step.name, step.op, step.diff) for step in refresh.steps]
    assert engine.outputs(workspace, show_secrets=True)["key"] == "key-of-globex"
    destroy = engine.destroy(workspace)
    assert destroy.succeeded, text(destroy)

    assert not engine.export(workspace)["deployment"].get("resources")
    assert people(world, ACME) == {f"{one}@acme.example" for one in ("root", "second", "bob", "di")}
    assert people(world, GLOBEX) == {f"{one}@globex.example" for one in ("boss", "lu", "mo")}
    open_invitations = world.emulator.cloud.organization(ACME).invitations.values()
    assert {one.email for one in open_invitations} == {"Eve@acme.example", "cy@acme.example"}


def test_state_of_an_earlier_release_holds_no_secret(record: Record) -> None:
    for state in ("embedded.json", "pulumi.json"):
        assert "key-of" not in (record.directory / state).read_text()


NEW_SINCE = {("pulumi-python:dynamic/elastic-org:IdentityProvider", "input owner_mapping_follows")}
"""Properties that the last release did not have; empty again with the next one."""


def test_class_paths_and_property_names_in_state_are_a_format(world: World, record: Record, tmp_path: Path) -> None:
    """A change here is a change of every user's state: what was recorded must go on loading, and the next release be recorded."""
    now = next((tmp_path / "first").glob(STATE_FILES)).read_text()
    then = record.state("embedded", world)
    if record.directory.parent.name == releases()[-1]:
        assert names_in(then) - names_in(now) == set()
        assert names_in(now) - names_in(then) == NEW_SINCE
    else:
        assert {kind for kind, _ in names_in(then)} <= {kind for kind, _ in names_in(now)}


def test_the_version_of_the_package_is_recorded() -> None:
    version = importlib.metadata.version("pulumi-elastic-org")
    assert directory_of(version).name in releases(), f"record it: python -m tests.releases record {version}"


def names_in(state: str) -> set[tuple[str, str]]:
    """Each type of resource with what its provider is found by and with its properties' names."""
    found = set()
    for resource in json.loads(state)["deployment"]["resources"]:
        inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
        pickled = base64.b64decode(inputs["__provider"]) if "__provider" in inputs else b""
        found |= {
            (resource["type"], f"input {key}" if key in inputs else f"output {key}") for key in (*inputs, *outputs)
        }
        found.add((resource["type"], f"provider {pickled!r}"))
    return found
