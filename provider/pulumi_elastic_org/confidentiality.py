"""What keeps secrets secret: they go in clear to this machine alone, to others over TLS that an authority vouches for, and are
taken out of texts and logs."""

from __future__ import annotations

import ipaddress
import logging
import re
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine itself.

    Args:
        host: A name or an IP address, without a port.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def authority_mistake(path: str) -> str | None:
    """Returns why a path is no certificate authority; ``None`` where it is one, or a folder of some.

    Args:
        path: A file in PEM form, or a folder as `openssl rehash` makes it.
    """
    place = Path(path)
    try:
        if place.is_dir():
            return None
        if not place.is_file():
            return "which is not a regular file" if place.exists() else "and there is no such file"
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "which contains no certificate in PEM form"
    except OSError as error:
        return f"which cannot be read: {error.strerror}"
    return None


SECRET = "[secret]"  # noqa: S105 - what is shown in place of a secret
WITHHELD = "[withheld: it repeats a part of a secret]"

_PIECE = 12
"""So many letters and digits of a secret in a row are a part of it; the words of a message do not meet them by chance."""
_WORDS = 24
"""So many where they are letters alone: fewer may be a word of a passphrase that messages have too, such as "organization"."""
_SHORTEST = 8
"""A whole spelling of a short password is looked for from so many letters and digits on; less would be met by chance."""
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Za-z]?[a-z]+|[A-Z]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_LAYERS = 3
"""How often an encoding is looked through, such as a percent sign that is percent-encoded itself."""


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Returns text without secrets.

    Secrets in clear or percent-encoded are taken out; where the text then still holds a piece of one, in another spelling (base64,
    hexadecimal, split by blanks, cut off), nothing of the text is shown.

    Args:
        text: What a server sent.
        secrets: What must not show.
    """
    secrets = [secret for secret in secrets if secret]
    for secret in secrets:
        text = text.replace(secret, SECRET).replace(quote(secret, safe=""), SECRET)
    views = set(_views(text))
    pieces = {piece for secret in secrets for form in _forms(secret) for piece in _pieces(form)}
    return WITHHELD if any(piece in view for view in views for piece in pieces) else text


def _views(text: str) -> Iterator[str]:
    """The letters and digits of a text, as it is and as it reads once its encodings are undone."""
    yield _letters(text)
    for _ in range(_LAYERS):
        text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), unescape(unquote(text)))
        yield _letters(text)


def _forms(secret: str) -> Iterator[str]:
    """A secret in its spellings; that of an API key is itself base64 of what must not show either."""
    for clear in {secret, *_decoded(secret)}:
        data = clear.encode()
        yield clear
        yield data.hex()
        for before in range(
            3
        ):  # base64 looks different for each place in a group of three bytes; its ends depend on what is beside
            yield b64encode(bytes(before) + data).decode()[before and 4 : -4]


def _decoded(secret: str) -> Iterator[str]:
    with suppress(ValueError):
        clear = b64decode(secret, validate=True).decode("ascii")
        yield from (clear, clear.rpartition(":")[2])


def _pieces(form: str) -> Iterator[str]:
    letters = _NEITHER_LETTER_NOR_DIGIT.sub("", form)
    for most in (_PIECE, _WORDS):
        length = min(most, len(letters)) if len(letters) >= _SHORTEST else most
        for at in range(len(letters) - length + 1):
            piece = letters[at : at + length]
            if length in (len(letters), _WORDS) or not _WORD.fullmatch(piece):
                yield piece.lower()


def _letters(text: str) -> str:
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text).lower()


_TOKENS = re.compile(r"(/organizations/(?:[^/\s\"]+/)?invitations/)[^/?\s\"]+")


class WithoutTokens(logging.Filter):
    """Puts ``[secret]`` in the place of the tokens in addresses of invitations; all other records stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns that the record is to be logged.

        Args:
            record: The record, which is changed where it holds a token.
        """
        message = record.getMessage()
        shown = _TOKENS.sub(r"\1[secret]", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


def redact_logs() -> None:
    """Sees to it that urllib3, by which all calls of Elastic Cloud's API are made, logs no token."""
    for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutTokens) for one in logger.filters):
            logger.addFilter(WithoutTokens())
