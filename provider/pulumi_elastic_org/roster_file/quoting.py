"""Text as YAML scalars and comments, and as Python strings."""

from __future__ import annotations

import re

from pulumi_elastic_org.model.printable import printable, without_runner_commands

_PLAIN = re.compile(r"[^\W\d_](?:[\w.@+/()-]| (?=[\w(]))*")
_HEXADECIMAL_ID = re.compile(r"[0-9][0-9a-z]*[a-df-nq-wyz][0-9a-z]*")  # no reader takes it for a number
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})  # more than words to some readers
_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    """Returns text in double quotes, with the escapes that YAML and Python have in common.

    Args:
        text: Any text.
    """
    escaped = "".join(_ESCAPED.get(one) or (one if one.isprintable() else _escape(one)) for one in text)
    return f'"{without_runner_commands(escaped)}"'


def scalar(text: str) -> str:
    """Returns text as a YAML scalar that every reader takes for that text, inside brackets too; quoted only where it must be.

    Args:
        text: Any text.
    """
    plain = _PLAIN.fullmatch(text) or _HEXADECIMAL_ID.fullmatch(text)
    return text if plain and text.lower() not in _WORDS else quoted(text)


def comment(text: str) -> str:
    """Returns text as a comment of YAML or Python, on one line.

    Args:
        text: Any text.
    """
    return f"# {printable(text)}"


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
