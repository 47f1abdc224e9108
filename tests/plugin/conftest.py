"""The organization and the plugin, for the tests of this folder."""

from __future__ import annotations

from tests.support.provided import cloud_behind_the_plugin

__all__ = ["cloud_behind_the_plugin"]
