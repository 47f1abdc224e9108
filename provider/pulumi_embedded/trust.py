"""Which dynamic providers may be run: a provider is kept in state as a pickle, and to unpickle is to run what it says.

So nothing is unpickled that only the state brought, unless somebody trusts the state. What is known is compared, never loaded
(https://docs.python.org/3/library/pickle.html: "Never unpickle data that could have come from an untrusted source").
"""

from __future__ import annotations

import pickletools
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from .port import PROVIDER_KEY, KnownProviders, UntrustedState
from .state import Resource
from .values import UNKNOWN, reveal

# They say how a pickle is laid out, and do nothing.
_LAYOUT = frozenset(("PROTO", "FRAME", "MEMOIZE"))
_Opcodes = tuple[tuple[str, Any], ...]


class Trust:
    """What may be unpickled in one operation.

    Args:
        known: The providers that are known, which the state may name.
        whole_state: Whether everything in the state may be.
    """

    def __init__(self, known: KnownProviders, *, whole_state: bool = False) -> None:
        self._known = frozenset(_opcodes_of(path, sets) for path, sets in known.items())
        self._registered: set[object] = set()
        self._whole_state = whole_state

    def add(self, properties: Mapping[str, Any]) -> None:
        """Takes the provider of properties that the program registers: it runs the program's own code."""
        self._registered.add(_pickle(properties))

    def check(self, urn: str, *bags: Mapping[str, Any]) -> None:
        """Makes sure that a provider may be run.

        Args:
            urn: The resource.
            bags: Its properties; the first of them that names a provider is what Pulumi unpickles.

        Raises:
            UntrustedState: It is neither known nor the program's own.
        """
        pickle = next((found for found in map(_pickle, bags) if found not in (None, UNKNOWN)), None)
        if pickle is None or self._whole_state or pickle in self._registered or _opcodes(pickle) in self._known:
            return
        raise UntrustedState(urn, _names(pickle))

    def check_all(self, resources: Iterable[Resource]) -> None:
        """Makes sure, before anything is done, that the providers of resources of the state may be run.

        Raises:
            UntrustedState: One may not.
        """
        for resource in resources:
            if resource.custom and not resource.is_provider:
                self.check(resource.urn, resource.outputs, resource.inputs)


def _pickle(properties: Mapping[str, Any]) -> Any:
    return reveal(properties.get(PROVIDER_KEY))


def _opcodes(pickle: object) -> _Opcodes:
    """What a pickle does, read without doing it; empty where it cannot be read."""
    try:
        found = [
            (code.name, argument) for code, argument, _ in pickletools.genops(b64decode(str(pickle), validate=True))
        ]
    except Exception:  # the parser promises no kind of error
        return ()
    return tuple(one for one in found if one[0] not in _LAYOUT)


def _opcodes_of(path: str, sets: Iterable[str]) -> _Opcodes:
    """What the pickle of an instance of a class does that holds nothing but empty sets."""
    module, _, name = path.partition(":")
    made = (("SHORT_BINUNICODE", module), ("SHORT_BINUNICODE", name), ("STACK_GLOBAL", None))
    held: list[tuple[str, Any]] = []
    for attribute in sets:
        held += [("SHORT_BINUNICODE", attribute), ("EMPTY_SET", None), ("SETITEM", None)]
    state = (("EMPTY_DICT", None), *held, ("BUILD", None)) if held else ()
    return (*made, ("EMPTY_TUPLE", None), ("NEWOBJ", None), *state, ("STOP", None))


def _names(pickle: object) -> str:
    """The first names in a pickle, by which a person may know it."""
    texts = [str(argument) for name, argument in _opcodes(pickle) if name.endswith("UNICODE") or name == "GLOBAL"]
    return ".".join(texts[:2]) or "cannot be read"
