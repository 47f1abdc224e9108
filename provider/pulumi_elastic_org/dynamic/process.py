"""What holds for the whole process in which Pulumi runs dynamic providers, and for no other."""

from __future__ import annotations

import functools
import sys

from pulumi_elastic_org.lifecycle.engine_watch import EngineWatch
from pulumi_elastic_org.streams import accept_every_character


@functools.cache
def prepare_process() -> None:
    """Has an exception shown to people as its text, every character accepted, and the process end with its engine."""
    sys.tracebacklimit = 0
    accept_every_character()
    main = getattr(sys.modules["__main__"], "__spec__", None)
    if main is not None and main.name == "pulumi.dynamic.__main__":  # and not a test of the provider alone
        EngineWatch.of_this_process().end_process_with_engine()
