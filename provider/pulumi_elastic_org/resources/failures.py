"""What a person reads when something goes wrong: one clear line, never a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.resources.properties import PropertyError
from pulumi_elastic_org.resources.settings import SettingsError

P = ParamSpec("P")
T = TypeVar("T")


class Refused(Exception):
    """The guards, or the rules of the product, refuse; nothing was changed."""


class Failed(Exception):
    """Something could not be done; the message says what, and what to do."""


# Pulumi shows the class of an exception in front of its text, with the module unless it is a builtin.
for _shown in (Refused, Failed):
    _shown.__module__ = "builtins"


def one_clear_line(method: Callable[P, T]) -> Callable[P, T]:
    """Makes a provider's method fail with a text that a person can act on, and nothing of what lies below.

    Args:
        method: A method of a dynamic provider.
    """

    @functools.wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except (CloudError, PropertyError, SettingsError) as error:
            raise Failed(str(error)) from None

    return guarded
