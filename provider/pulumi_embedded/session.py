"""One operation of the embedded engine: its processes, the address they call, and what they say.

Loading the Pulumi SDK takes longer than most operations. The processes are therefore started before this process loads
the SDK's own modules: the three load side by side.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Literal

import grpc  # type: ignore[import-untyped]

from .port import OnEvent
from .processes import ProgramProcess, ProviderProcess
from .project import Project
from .reporter import Reporter

Operation = Literal["up", "refresh", "destroy"]

_MESSAGE_LIMIT = 400 * 1024 * 1024
_REQUESTS_AT_ONCE = 64


class Session:
    """The processes of one operation, until `close`.

    Args:
        project: The project and stack.
        on_event: Receives progress.
        with_program: Whether the program runs.

    Attributes:
        server: What the processes call, at `address`; it is yet to be started.
        program: The program, which waits for its settings.
    """

    def __init__(self, project: Project, on_event: OnEvent | None, *, with_program: bool) -> None:
        self.project = project
        self.reporter = Reporter(on_event)
        options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT)]
        self.server = grpc.server(ThreadPoolExecutor(_REQUESTS_AT_ONCE), options=options)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        if with_program:
            project.check_program()
        self._ending = ExitStack()
        self._ending.callback(self.server.stop, None)
        self._spare: ProviderProcess | None = self._start_provider()
        self.program: ProgramProcess | None = None
        if with_program:
            self.program = ProgramProcess(project, self._info)
            self._ending.callback(self.program.stop)

    def _start_provider(self) -> ProviderProcess:
        process = ProviderProcess(self.project, self.address, self._info)
        self._ending.callback(process.stop)
        return process

    def provider_process(self) -> ProviderProcess:
        """A process for providers: the one that was started ahead of need, or another one."""
        spare, self._spare = self._spare, None
        return spare or self._start_provider()

    def close(self) -> None:
        """Ends the processes; what they had printed is reported."""
        self._ending.close()

    def _info(self, line: str) -> None:
        self.reporter.say("info", line)
