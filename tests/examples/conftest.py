"""The organization, for the examples that bring none of their own."""

from __future__ import annotations

from tests.plugin.conftest import cloud

__all__ = ["cloud"]
