"""Why a workflow stopped."""

from __future__ import annotations


class WorkflowError(Exception):
    """A workflow cannot go on; the message says what is wrong, in what state that leaves the person, and what to do."""


class Waiting(WorkflowError):
    """A person has to do something before the workflow goes on; nothing is wrong."""


class PreconditionsUnmet(WorkflowError):
    """The guide's preconditions, or the product's own, are not met; nothing was changed."""
