"""E-mail addresses with letters beyond ASCII: which are one, which are invalid, and which look like another.

The rules are those of Unicode's UTS #39 (security mechanisms) as far as an address needs them, and of IDNA 2008 for domains.
"""

# ruff: noqa: RUF001 - letters that look like others are what this module is about
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import idna

from pulumi_elastic_org.model.printable import printable

# Letters that nobody tells from an ASCII one: the part of Unicode's confusables.txt that is written in addresses.
_LOOK_ALIKES: Mapping[str, str] = {
    "a": "аɑα", "b": "ьƅ", "c": "сϲᴄ", "d": "ԁ", "e": "еҽ", "f": "ք", "g": "ɡցƍ", "h": "һհ", "i": "іιıɩ", "j": "јϳյ",
    "k": "кκ", "l": "ӏ", "n": "ո", "o": "оοօᴏ", "p": "рρ", "q": "ԛգ", "s": "ѕꜱ", "u": "υսᴜʋ", "v": "νѵᴠ", "w": "ԝѡωա",
    "x": "хχ", "y": "уγүʏ", "z": "ᴢ",
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "J": "Ј", "K": "КΚ", "M": "МΜ", "N": "Ν", "O": "ОΟ",
    "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ", "Z": "Ζ",
}  # fmt: skip
_READS_AS = {other: letter for letter, others in _LOOK_ALIKES.items() for other in others}
# Without width or ink, although `str.isprintable` lets them pass: fillers, joiners and variation selectors.
_NO_INK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# What is written together, and with Latin letters, by the level "highly restrictive" of UTS #39.
_EAST_ASIAN = frozenset(
    {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA", "KATAKANA-HIRAGANA", "LATIN"}
)


def international_key(email: str) -> str:
    """Returns the form in which an address that is not all ASCII is compared.

    Its name is compared as composed letters without regard to case, its domain as its ASCII form, which is how mail finds it.

    Args:
        email: An e-mail address without surrounding space.
    """
    name, at, domain = email.rpartition("@")
    composed = unicodedata.normalize("NFC", name).lower()
    if composed.isascii() and not name.isascii():
        composed = name  # the Kelvin sign is no spelling of the letter k: its owner would be taken for somebody else
    return f"{composed}{at}{_ascii_domain(domain) or unicodedata.normalize('NFC', domain).lower()}"


def letters_mistake(email: str) -> str | None:
    """Returns what is wrong with the letters of an address that is not all ASCII; ``None`` where all is well.

    Args:
        email: A name, one ``@`` and a domain.
    """
    name, _, domain = email.partition("@")
    wrong = _form_mistake(email) or next(filter(None, map(_letter_mistake, email)), None)
    if wrong is None and (mixed := next(filter(None, map(_mixture, (name, *domain.split(".")))), None)):
        wrong = f"it mixes {mixed} letters, as an address that imitates another one does ({spelled_out(email)})"
    if wrong is None and _ascii_domain(domain) is None:
        wrong = f"'{domain}' is not a domain such as example.com"
    return wrong


def _form_mistake(email: str) -> str | None:
    composed, plain = unicodedata.normalize("NFC", email), unicodedata.normalize("NFKC", email)
    if _NO_INK.search(email):
        return "it contains an invisible character"
    if composed != email and any(map(unicodedata.combining, email)):
        return f"it contains accents as characters of their own, which look the same as '{composed}'"
    if plain != email:
        return f"it contains variants of the letters of '{plain}', which is another address"
    return None


def _letter_mistake(letter: str) -> str | None:
    if not letter.isascii() and unicodedata.category(letter)[0] not in "LMN":
        return f"'{letter}' is neither a letter nor a digit"
    if unicodedata.name(letter, "").startswith("COMBINING "):
        return f"it contains an accent that belongs to no letter ({_escaped(letter)})"
    return None


def _mixture(part: str) -> str | None:
    """Returns the alphabets of which a part of an address mixes letters; ``None`` where that is usual."""
    # Unicode names each letter by its script first.
    scripts = {unicodedata.name(one, "UNKNOWN").split()[0] for one in part if unicodedata.category(one)[0] == "L"}
    if len(scripts) < 2 or scripts <= _EAST_ASIAN:
        return None
    return " and ".join(script.capitalize() for script in sorted(scripts))


def reads_as(email: str) -> str | None:
    """Returns the ASCII address that everybody would read in its place; ``None`` where an address can be told from all of those.

    Args:
        email: An e-mail address.
    """
    if email.isascii():
        return None
    letters = unicodedata.normalize("NFKC", _NO_INK.sub("", email))
    read = "".join(_READS_AS.get(one, one) for one in letters)
    return read if read.isascii() else None


def spelled_out(email: str) -> str:
    r"""Returns an address in ASCII, so that no two look alike: ``\u0430da@xn--bcher-kva.example``.

    Args:
        email: An e-mail address.
    """
    name, at, domain = email.rpartition("@")
    return f"{_escaped(name)}{at}{_ascii_domain(domain) or _escaped(domain)}"


def _escaped(text: str) -> str:
    return printable(text) if text.isascii() else text.encode("unicode_escape").decode()


@lru_cache(maxsize=1024)  # few domains, many people
def _ascii_domain(domain: str) -> str | None:
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        return None
