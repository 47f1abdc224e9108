"""Names of properties: snake_case in the tables of kinds and in state of the dynamic face, camelCase in every other language."""

from __future__ import annotations

import re
from functools import lru_cache

PACKAGE = "elastic-org"

_PLAIN = re.compile(r"[A-Za-z_$][\w$]*")


@lru_cache(maxsize=1024)
def camel(name: str) -> str:
    """Returns a name, or a path of names, as other languages write it: ``guards.min_admins`` is ``guards.minAdmins``."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def step(path: str, key: str | int) -> str:
    """Returns the path of a part, in the form of Pulumi's property paths: ``members["bob@x.io"][1]``.

    Args:
        path: Of the whole; empty for a resource.
        key: Which part: a name or key, or a place in a list.
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN.fullmatch(key):
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{key}" if path else key


def token(name: str) -> str:
    """Returns the token of a resource, function or type of the package."""
    return f"{PACKAGE}:index:{name}"
