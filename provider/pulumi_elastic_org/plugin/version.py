"""The version that the plugin tells, which programs and the schema name."""

from __future__ import annotations

import re
from importlib import metadata

_PRERELEASE = re.compile(r"(?<=\d)(a|b|rc|\.dev)(\d+)")
_NAMES = {"a": "alpha", "b": "beta", "rc": "rc", ".dev": "dev"}


def version() -> str:
    """Returns the installed version as Pulumi reads one (semantic versioning), where Python's own form differs for a prerelease."""
    return semantic(metadata.version("pulumi-elastic-org"))


def semantic(python: str) -> str:
    """Returns a version in the form of semantic versioning.

    Args:
        python: In the form of Python's packages, such as ``1.2.0rc1``.
    """
    return _PRERELEASE.sub(lambda match: f"-{_NAMES[match[1]]}.{match[2]}", python, count=1)
