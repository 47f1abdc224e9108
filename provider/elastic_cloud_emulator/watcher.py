"""Eyes and hands of a test inside the emulated cloud, at exact moments between a client's calls."""

from dataclasses import dataclass

from flask import Request, Response

from .faults import Fault


@dataclass(frozen=True)
class Exchange:
    """A call of the API as it went over the wire, secrets included.

    Attributes:
        request: What was asked.
        body: The body that came with it.
        response: What is answered; `None` when the connection is closed without an answer.
        fault: The fault that the call met, if any.
    """

    request: Request
    body: bytes
    response: Response | None
    fault: Fault | None


class Watcher:
    """Is told of each call of the API; a test derives from it, and registers it among `Emulator.watchers`.

    All methods run in the thread that serves the call. What they raise ends the call: `ConnectionDropped` closes its connection
    without an answer.
    """

    def arrived(self, method: str, path: str) -> None:
        """A call has come and nothing was done about it yet: no fault, no work.

        Args:
            method: The HTTP method.
            path: The whole path, ids and tokens included.
        """

    def worked(self, method: str, path: str) -> None:
        """A call has done its work and its answer is not sent yet; the cloud's lock is held, so nothing has happened since.

        Args:
            method: The HTTP method.
            path: The whole path, ids and tokens included.
        """

    def answered(self, exchange: Exchange) -> None:
        """A call is about to be answered, or its connection to be closed.

        Args:
            exchange: The whole of it.
        """
