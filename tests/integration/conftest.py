"""What `tests.support.acme` has, for the tests of this folder."""

from __future__ import annotations

from tests.support.acme import acme, emulator, stack

__all__ = ["acme", "emulator", "stack"]
