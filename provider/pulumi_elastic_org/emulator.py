"""The emulator under the name by which documents and tests of earlier releases import it."""

from __future__ import annotations

from elastic_cloud_emulator import *  # noqa: F403
