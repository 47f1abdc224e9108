"""Another clock for the product's time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from unittest.mock import patch

from pulumi_elastic_org import clock


def told_by(tell: Callable[[], datetime]) -> AbstractContextManager[object]:
    """Has another clock tell the time of this process for a while, such as that of a simulation.

    Args:
        tell: Returns the time in UTC.
    """
    return patch.object(clock, "_tell", tell)
