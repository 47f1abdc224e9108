"""One operation of the embedded engine: its processes, the address they call, and what they say.

Loading the Pulumi SDK takes longer than most operations. The processes are therefore started before this process loads
the SDK's own modules: the three load side by side.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

import grpc  # type: ignore[import-untyped]

from .port import KnownProviders, OnEvent
from .processes import ProgramProcess, ProviderProcess
from .project import Project
from .reporter import Reporter

if TYPE_CHECKING:
    from .monitor import Monitor
    from .providers import Providers
    from .steps import Steps

Operation = Literal["up", "refresh", "destroy"]

_MESSAGE_LIMIT = 400 * 1024 * 1024
_REQUESTS_AT_ONCE = 64
_GRACE_SECONDS = 5.0


class Session:
    """The processes of one operation, until `close`.

    Args:
        project: The project and stack.
        known_providers: The providers that a state may name.
        on_event: Receives progress.
        with_program: Whether the program runs.
    """

    def __init__(
        self, project: Project, known_providers: KnownProviders, on_event: OnEvent | None, *, with_program: bool
    ) -> None:
        self.project = project
        self._known_providers = known_providers
        self.reporter = Reporter(on_event)
        options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT)]
        self._server = grpc.server(ThreadPoolExecutor(_REQUESTS_AT_ONCE), options=options)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        if with_program:
            project.check_program()
        self._ending = ExitStack()
        self._ending.callback(self._server.stop, None)
        self._spare: ProviderProcess | None = self._start_provider()
        self._program: ProgramProcess | None = None
        if with_program:
            self._program = ProgramProcess(project, self._info)
            self._ending.callback(self._program.stop)

    def _start_provider(self) -> ProviderProcess:
        process = ProviderProcess(self.project, self.address, self._info)
        self._ending.callback(process.stop)
        return process

    def provider_process(self) -> ProviderProcess:
        """A process for providers: the one that was started ahead of need, or another one."""
        spare, self._spare = self._spare, None
        return spare or self._start_provider()

    def providers(self) -> Providers:
        """The providers of this operation."""
        from .providers import Providers  # noqa: PLC0415
        from .trust import Trust  # noqa: PLC0415

        trust = Trust(self._known_providers, whole_state=self.project.workspace.trust_state)
        return Providers(self.provider_process, trust)

    def serve(self, steps: Steps, monitor: Monitor | None = None) -> None:
        """Begins to answer at the address."""
        from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc  # noqa: PLC0415

        from .monitor import EngineService  # noqa: PLC0415

        engine_pb2_grpc.add_EngineServicer_to_server(EngineService(steps), self._server)
        if monitor is not None:
            resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, self._server)
        self._server.start()

    def run_program(self, steps: Steps, config: dict[str, str], secret_keys: list[str], parallel: int) -> None:
        """Runs the program to its end; stops when it failed, and reports so unless it said so itself."""
        program = self._program
        if program is None:
            raise AssertionError("a session with a program")

        def end_soon() -> None:
            """The program ends by itself when the engine refuses its next request, unless it is busy otherwise."""
            timer = threading.Timer(_GRACE_SECONDS, program.terminate)
            timer.daemon = True
            timer.start()

        steps.on_stop = end_soon
        program.start(self.address, config, secret_keys, preview=steps.preview, parallel=parallel)
        code = program.wait()
        if code != 0 and self.reporter.has_errors:
            steps.stop()
        elif code != 0:
            steps.fail(f"The program ended with exit code {code}.")

    def close(self) -> None:
        """Ends the processes; what they had printed is reported."""
        self._ending.close()

    def _info(self, line: str) -> None:
        self.reporter.say("info", line)
