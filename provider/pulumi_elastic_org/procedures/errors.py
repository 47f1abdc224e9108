"""Why a procedure stopped."""

from __future__ import annotations

from pulumi_elastic_org.actionable import ActionableError


class ProcedureError(ActionableError):
    """A procedure cannot go on; the message says what is wrong, where that leaves things, and what to do."""


class Waiting(ProcedureError):
    """A person has to do something before the procedure goes on; nothing is wrong."""


class PreconditionsUnmet(ProcedureError):
    """The guide's preconditions, or the product's own, are not met; nothing was changed."""

    refusal = True
