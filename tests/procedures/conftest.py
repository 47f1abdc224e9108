"""What `tests.support.two_organizations` has, for the tests of this folder."""

from __future__ import annotations

from tests.support.two_organizations import world

__all__ = ["world"]
