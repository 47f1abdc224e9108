"""Certificate authorities that somebody names, looked at before they are used."""

from __future__ import annotations

import ssl
from pathlib import Path


def authority_mistake(path: str) -> str | None:
    """Returns why a path is no certificate authority; ``None`` where it is one, or a folder of some.

    Args:
        path: A file in PEM form, or a folder as `openssl rehash` makes it.
    """
    place = Path(path)
    if place.is_dir():
        return None
    if not place.is_file():
        return "which is not a regular file" if place.exists() else "and there is no such file"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "which contains no certificate in PEM form"
    except OSError as error:
        return f"which cannot be read: {error.strerror}"
    return None
