"""Writes the page: `python -m tests.fidelity`."""

from __future__ import annotations

from tests.fidelity import page
from tests.fidelity.emulated import emulated

page.PAGE.write_text(page.text(emulated()), encoding="utf-8")
