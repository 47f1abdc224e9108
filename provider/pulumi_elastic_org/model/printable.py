"""Text from elsewhere as something to show: it can command neither a terminal nor a CI runner, nor begin a line of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"
"""Hangul's fillers, which count as letters and show nothing."""

_LONGEST_SHOWN = 80
_LONG_WORD = re.compile(r"(\S{300})\S{100,}")
_BETWEEN_LINE_ENDS = re.compile(r"[^\n\t]+")
# What runners obey: `::name::` where a line begins, to which any word may come by wrapping, and `##[name]` anywhere (GitHub),
# `##vso[name]` anywhere (Azure), `section_start:TIME:name` (GitLab).
_COMMANDS = (
    "add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|internal-set-repo-path|notice|remove-matcher|save-state|"
    "set-env|set-output|stop-commands|warning"
)
"""GitHub's; of other names it says that it does not know them."""
# A URN is copied into commands, so it stays whole, unless its project is called like a command: its type has colons, as none has.
_NAME = r"[\w.-]{1,100}"
_URN = rf"(?P<urn>\burn:pulumi:{_NAME}::(?!(?i:{_COMMANDS})::){_NAME}::{_NAME}:[\w./-]{{0,100}}:[\w./$:-]{{1,400}}?::)"
_RUNNER_COMMAND = re.compile(
    rf"{_URN}|:(?=:[A-Za-z])|#(?=#[\w.-]*\[)|(?<=\bsection_start):(?=\d)|(?<=\bsection_end):(?=\d)"
)


def printable(text: str) -> str:
    """Returns text with line ends, control characters and invisible ones as escapes such as ``\\n`` and ``\\u202e``.

    Escaped rather than left out, so that ``ad\\u200ba`` does not look like ``ada``. One character of what a CI runner would obey is
    escaped too, wherever it stands: ``\\x3a:error::``. Escaping twice changes nothing more.

    Args:
        text: Anything that came from elsewhere: an answer, a file, a program.
    """
    text = without_runner_commands(text)
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def printable_lines(text: str) -> str:
    """Returns text of several lines in which all but line ends and tabs is as `printable` escapes it.

    Args:
        text: Anything that came from elsewhere.
    """
    return _BETWEEN_LINE_ENDS.sub(lambda part: printable(part.group()), text.replace("\r\n", "\n"))


def without_runner_commands(text: str) -> str:
    """Returns text with one character of each command to a CI runner as an escape that YAML and Python know too: ``\\x3a``.

    Args:
        text: Any text.
    """
    if (
        "::" not in text and "##" not in text and "section_" not in text
    ):  # the names of ten thousand people are looked through
        return text
    return _RUNNER_COMMAND.sub(lambda found: found["urn"] or f"\\x{ord(found.group()):02x}", text)


def json_text(document: Any, indent: int | None = 2) -> str:
    """Returns a document as JSON in ASCII, which every stream takes, and in which a CI runner finds no command.

    Args:
        document: What `json.dumps` takes; values that it does not know are written as their text.
        indent: The blanks of a level; ``None`` for one line.
    """
    return json.dumps(document, indent=indent, default=str).replace("##", "\\u0023#")


def is_blank(text: str) -> bool:
    """Whether text says nothing to whoever reads it: no letter and no digit that shows.

    Args:
        text: Such as the reason of an override.
    """
    return not any(one.isalnum() and one not in _BLANK_LETTERS for one in text)


def shown(value: object) -> str:
    """Returns a value as a message repeats it: as Python writes it, where that says more than its type.

    Args:
        value: Anything that a program gave, such as one of Pulumi's outputs.
    """
    written = repr(value)
    return f"of type {type(value).__name__}" if " at 0x" in written else written[:_LONGEST_SHOWN]


def shortened(text: str) -> str:
    """Returns text whose longest words are cut: a message repeats enough of what is wrong to find it, and no more.

    Args:
        text: A message.
    """
    return _LONG_WORD.sub(r"\1...", text)


def listed(heading: str, entries: Iterable[object]) -> str:
    """Returns a heading and one line an entry.

    Args:
        heading: What the entries are.
        entries: Texts, possibly from elsewhere.
    """
    return "\n".join([heading, *(f"  - {shortened(printable(str(entry)))}" for entry in entries)])
