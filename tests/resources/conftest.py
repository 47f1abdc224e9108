"""The organization that providers are driven in, for the tests of this folder."""

from __future__ import annotations

from tests.support.provided import cloud

__all__ = ["cloud"]
