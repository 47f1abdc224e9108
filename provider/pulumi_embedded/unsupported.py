"""How the embedded engine refuses what it does not do."""

from __future__ import annotations

from .port import EngineError


class Unsupported(EngineError):
    """The program, or the state, needs something that only the Pulumi CLI does."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The embedded engine does not do {what}. Install the Pulumi CLI (https://www.pulumi.com/docs/install/): "
            "it is used as soon as it is on PATH, and `pulumi stack import` takes over the state."
        )
