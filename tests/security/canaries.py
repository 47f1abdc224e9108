"""Secrets that are like nothing else, and the search for them in every form in which they could be written down."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus


def new_canary(what: str) -> str:
    """Returns a secret with characters that URLs, JSON and shells write in another way."""
    return f'{what}/{uuid.uuid4().hex}+"&={uuid.uuid4().hex}'


def new_key_canary(what: str) -> str:
    """Returns a secret that can be an API key: letters, digits and a few marks, with equals signs at its end only."""
    return f"{what}/{uuid.uuid4().hex}+{uuid.uuid4().hex}="


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yields every form in which a secret is looked for, with its name."""
    raw = secret.encode()
    yield "plain", raw
    yield "URL-encoded", quote(secret, safe="").encode()
    yield "URL-encoded with slashes", quote(secret).encode()
    yield "form-encoded", quote_plus(secret).encode()
    yield "JSON", json.dumps(secret)[1:-1].encode()
    yield "JSON in JSON", json.dumps(json.dumps(secret))[3:-3].encode()
    yield "JSON with escaped HTML", json.dumps(secret)[1:-1].replace("&", "\\u0026").encode()
    yield "HTML", secret.replace("&", "&amp;").replace('"', "&#34;").encode()
    yield "hexadecimal", raw.hex().encode()
    for lost in range(3):  # where it begins within three bytes; what its neighbours share with it is left out
        encoded = base64.b64encode(bytes(lost) + raw)
        inner = encoded[(lost * 8 + 5) // 6 : -4]
        yield "base64", inner
        yield "base64 for URLs", inner.replace(b"+", b"-").replace(b"/", b"_")


@dataclass
class Search:
    """Looks for secrets.

    Args:
        secrets: By a name that a failing test shows.
        found: What was found so far: which secret, in which form, where.
    """

    secrets: Mapping[str, str]
    found: set[str] = field(default_factory=set)
    _needles: list[tuple[str, str, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self._needles = [(name, form, needle) for name, one in self.secrets.items() for form, needle in forms(one)]

    def look_at(self, content: bytes, where: str) -> None:
        """Searches one content."""
        for name, form, needle in self._needles:
            if needle in content:
                self.found.add(f"{name} ({form}) in {where}")

    def look_into(self, directories: Iterable[Path]) -> None:
        """Searches every file, its name included."""
        for directory in directories:
            for path in directory.rglob("*"):
                self.look_at(str(path).encode(), f"the name of {path.parent}/...")
                if path.is_file():
                    self.look_at(path.read_bytes(), str(path))
