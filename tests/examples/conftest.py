"""The organization, for the examples that bring none of their own."""

from __future__ import annotations

from tests.support.provided import cloud_behind_the_plugin

__all__ = ["cloud_behind_the_plugin"]
