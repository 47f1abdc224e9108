"""Text from elsewhere as something to show: it can neither command a terminal nor begin a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONG_WORD = re.compile(r"(\S{300})\S{100,}")


def printable(text: str) -> str:
    """Returns text with line ends, control characters and invisible ones as escapes such as ``\\n`` and ``\\u202e``.

    Escaped rather than left out, so that ``ad\\u200ba`` does not look like ``ada``.

    Args:
        text: Anything that came from elsewhere: an answer, a file, a program.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


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
