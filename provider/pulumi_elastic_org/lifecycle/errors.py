"""How a call of a lifecycle ends without having done what was asked: each face turns these into its protocol's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.model.printable import printable_lines


class Refused(Exception):
    """The guards, or the rules of the product, refuse; nothing was changed."""


class Failed(Exception):
    """Something could not be done; the message says what, and what to do."""


class Unfinished(Exception):
    """A part was done, the rest was not: the engine is to keep what was.

    Args:
        error: What ended it; its text says what to do.
        id_: The resource's id.
        outputs: The resource's outputs, which say what was done.
    """

    def __init__(self, error: Exception, id_: str, outputs: Mapping[str, Any]) -> None:
        super().__init__(str(error))
        self.error = error
        self.id = id_
        self.outputs = outputs


@contextmanager
def clear_errors() -> Iterator[None]:
    """Makes every error that a person can act on one of the three above, with its text and nothing of what lies below."""
    try:
        yield
    except Unfinished as unfinished:
        raise Unfinished(_as_told(unfinished.error), unfinished.id, unfinished.outputs) from None
    except ActionableError as error:
        raise _as_told(error) from None


def _as_told(error: Exception) -> Exception:
    """The error as a person reads it."""
    if not isinstance(error, ActionableError):
        return error
    kind = Refused if error.refusal else Failed
    return kind(printable_lines(str(error)))
