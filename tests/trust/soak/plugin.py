"""One plugin process that serves run after run, over gRPC and HTTP, as an engine does that attaches to it."""

from __future__ import annotations

import os
from typing import Any

import psutil

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.lifecycle.phase import Settings
from tests.support.plugin import PluginFace, Stub, begin, new_urn
from tests.support.plugin_process import started
from tests.trust.soak.roster import accept_all, differences, found, key, revision, root
from tests.trust.soak.series import Series

PEOPLE = 200
_ID = "acme"


class Roster:
    """A roster behind the plugin, with the state that an engine keeps of it.

    Args:
        stub: Calls the plugin.
        settings: How it reaches the organization.
    """

    def __init__(self, stub: Stub, settings: Settings) -> None:
        self._stub = stub
        self._settings = settings
        self._face = PluginFace("Roster", stub, new_urn("Roster", _ID))
        self._runs = 0
        self._inputs: dict[str, Any] = {}
        self._outputs: dict[str, Any] = {}

    def preview(self, news: dict[str, Any]) -> dict[str, Any]:
        """Has the plugin compare, in a run of its own; returns the inputs as an engine keeps them."""
        self._runs += 1
        begin(self._stub, self._settings, f"127.0.0.1:{self._runs}")  # another engine, which listens to nobody
        checked = self._face.check(self._inputs, news)
        if checked.failures:
            raise AssertionError(checked.failures[0].reason)
        if self._outputs:
            self._face.diff(_ID, self._outputs, checked.inputs)
        return dict(checked.inputs)

    def up(self, news: dict[str, Any]) -> None:
        """Has it update, in a run of its own."""
        inputs = self.preview(news)
        olds = self._outputs
        made = self._face.update(_ID, olds, inputs) if olds else self._face.create(inputs)
        self._inputs, self._outputs = inputs, dict(made.outs or {})


def soak(runs: int) -> Series:
    """Previews and updates one revision of a roster after the other.

    Args:
        runs: How often.
    """
    series = Series("preview and update by one plugin process", PEOPLE)
    with Emulator() as emulator:
        found(emulator.cloud, _ID, PEOPLE)
        with started(dict(os.environ)) as plugin:
            roster = Roster(plugin.stub, Settings(key(_ID), emulator.endpoint, _ID, api_key_user=root(_ID)))
            roster.up(_news(0))
            process = psutil.Process(plugin.process.pid)
            for number in range(1, runs + 1):
                emulator.calls.reset()
                emulator.outbox.messages.clear()
                roster.preview(_news(number))
                roster.up(_news(number))
                accept_all(emulator.cloud, _ID)
                series.calls.append(len(emulator.calls.all()))
                series.refused.append(0)
                series.memory.append(process.memory_info().rss)
        if wrong := differences(emulator.cloud, _ID, revision(runs, PEOPLE, _ID)):
            series.broken.append(f"differs in {wrong}")
    return series


def _news(number: int) -> dict[str, Any]:
    return {"mode": "authoritative", "members": revision(number, PEOPLE, _ID)}
