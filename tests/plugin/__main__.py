"""Writes the pinned schema anew: `make schema`."""

from __future__ import annotations

from tests.plugin.pinned import PINNED, pinned_text

PINNED.write_text(pinned_text(), "utf-8")
