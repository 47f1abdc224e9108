"""What a person reads when something goes wrong: one clear line, never a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pulumi.output import Unknown

from pulumi_elastic_org.audit import AuditError
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.model.printable import printable_lines
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, WorkflowError
from pulumi_elastic_org.resources.properties import PropertyError
from pulumi_elastic_org.resources.settings import SettingsError
from pulumi_elastic_org.resources.unfinished import Unfinished, keep
from pulumi_elastic_org.snapshots.errors import ElasticsearchError, RestoreRefused

P = ParamSpec("P")
T = TypeVar("T")


class Refused(Exception):
    """The guards, or the rules of the product, refuse; nothing was changed."""


class Failed(Exception):
    """Something could not be done; the message says what, and what to do."""


def other_organization(what: str, found: str, named_by: str, *bound: object) -> str | None:
    """Returns why a resource of one organization is refused another one; ``None`` where it is the same.

    Args:
        what: The kind of resource, in words.
        found: The id of the organization that the settings lead to.
        named_by: Which setting leads there.
        bound: The ids of the organization that the resource belongs to, as declared and as applied; ``None`` where there is none.
    """
    other = next((one for one in bound if one and one != found and not isinstance(one, Unknown)), None)
    if other is None:
        return None
    return (
        f"this {what} belongs to organization {other}, but {named_by} leads to {found}: nothing was changed. "
        f"Use a key of the right organization; for another one declare another {what}"
    )


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
        except Unfinished as unfinished:
            told = _as_told(unfinished.error)
            keep(unfinished, str(told))
            raise told from None
        except _TOLD as error:
            raise _as_told(error) from None

    return guarded


_REFUSALS = (PreconditionsUnmet, RestoreRefused)
_TOLD = (
    *_REFUSALS,
    AuditError,
    CloudError,
    ElasticsearchError,
    PropertyError,
    SettingsError,
    WorkflowError,
)


def _as_told(error: Exception) -> Exception:
    """The error as a person reads it."""
    if not isinstance(error, _TOLD):
        return error
    kind = Refused if isinstance(error, _REFUSALS) else Failed
    return kind(printable_lines(str(error)))
