"""Errors whose text is for a person: what is wrong, where that leaves things, and what to do."""

from __future__ import annotations

from typing import ClassVar


class ActionableError(Exception):
    """An error that every face, and the command, shows as its text, and nothing of what lies below.

    Attributes:
        refusal: Whether the rules of the product refuse, and nothing was changed; or something could not be done.
    """

    refusal: ClassVar[bool] = False
