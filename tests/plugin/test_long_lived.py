"""A plugin that engines attach to (`PULUMI_DEBUG_PROVIDERS`) serves run after run, and nothing of one lasts into the next."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from tests.support.acme import ADMIN
from tests.support.cli_project import Resource, YamlProject, lacks
from tests.support.plugin import Plugin, PluginFace, begin, new_urn, serving
from tests.support.plugin_process import started
from tests.support.provided import Cloud
from tests.trust.organization import BEFORE, KEY, ORGANIZATION, ROOT, found

BOB = "steady1@acme.example"


def _settings(emulator: Emulator) -> Settings:
    return Settings(KEY, emulator.endpoint, ORGANIZATION, api_key_user=ROOT)


def _preview(plugin: Plugin, urn: str) -> None:
    roster = PluginFace("Roster", plugin.stub, urn)
    inputs = roster.check({}, {"members": dict(BEFORE), "mode": "additive"})
    assert inputs.failures == []


def test_nothing_of_a_run_is_kept_once_the_next_one_has_begun() -> None:
    opened: list[weakref.ref[Phase]] = []

    def open_phase(*arguments: Any, **options: Any) -> Phase:
        phase = Phase(*arguments, **options)
        opened.append(weakref.ref(phase))
        return phase

    with Emulator() as emulator:
        found(emulator)
        with serving(_settings(emulator), open_phase) as plugin:
            for number in range(5):
                _preview(plugin, new_urn("Roster", "acme"))
                begin(plugin.stub, _settings(emulator), engine=f"127.0.0.1:{number + 1}")
            alive = [phase for phase in opened if phase() is not None]
    assert (len(opened), alive) == (6, [opened[-1]])


def test_a_person_who_moves_to_another_resource_is_not_held_by_the_run_before() -> None:
    with Emulator() as emulator:
        found(emulator)
        with serving(_settings(emulator)) as plugin:
            _preview(plugin, new_urn("Roster", "acme"))
            member = PluginFace("Member", plugin.stub, new_urn("Member", "bob"))
            news = {"email": BOB, "roles": BEFORE[BOB]}
            assert "already" in member.check({}, news).failures[0].reason
            begin(plugin.stub, _settings(emulator))
            assert member.check({}, news).failures == []


def test_what_is_said_goes_to_the_engine_that_greeted_last(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator() as emulator:
        found(emulator)
        with serving(_settings(emulator)) as plugin:
            _preview(plugin, new_urn("Roster", "acme"))
            assert "nothing to do" in capfd.readouterr().out
            begin(plugin.stub, _settings(emulator), engine="")
            _preview(plugin, new_urn("Roster", "acme"))
            assert capfd.readouterr().out == ""


def test_the_cli_attaches_to_one_process_for_run_after_run(tmp_path: Path, cloud: Cloud) -> None:
    if (missing := lacks("yaml")) is not None:
        pytest.skip(missing)
    project = YamlProject(tmp_path / "people", cloud)
    cloud.join("bea@acme.example", deployment=[{"role_id": "deployment-viewer", "all": True}])
    with started(project.environment) as plugin:
        project.environment["PULUMI_DEBUG_PROVIDERS"] = f"elastic-org:{plugin.port}"
        declared = {ADMIN: ["organization-admin"], "bea@acme.example": ["deployment-editor on all"]}
        project.program({"acme": Resource("Roster", {"mode": "additive", "members": declared})})
        assert "change roles 1" in (said := project.apply().text), said
        bea = declared.popitem()
        project.program(
            {
                "acme": Resource("Roster", {"mode": "additive", "members": declared}),
                "bea": Resource("Member", {"email": bea[0], "roles": bea[1]}),
            }
        )
        project.apply()
        project.apply("--expect-no-changes")
        assert plugin.process.poll() is None
