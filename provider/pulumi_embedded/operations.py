"""What the embedded engine's operations do, from the state they begin with to the one they leave."""

from __future__ import annotations

import threading
from contextlib import nullcontext, suppress
from dataclasses import replace

from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from .checkpoint import Checkpoint
from .deployment import Deployment
from .monitor import EngineService, Monitor
from .port import EngineError, Result, UntrustedState
from .providers import Providers
from .session import Operation, Session
from .state import PROVIDER_TYPE, StateFile, stack_outputs
from .steps import Steps, Stopped
from .sweep import delete_all, refresh_all
from .trust import Trust
from .values import Properties, Secret, reveal

_PARALLEL = 16
_GRACE_SECONDS = 5.0


def operate(session: Session, file: StateFile, trust: Trust, operation: Operation, *, preview: bool) -> Result:
    """Runs the program and then deletes what it no longer has, or reads every resource, or deletes every one.

    Args:
        session: The processes.
        file: The stack's state.
        trust: Which providers may be run.
        operation: Which of the three.
        preview: Whether nothing may be changed.
    """
    config = session.project.config() if operation == "up" else {}
    with nullcontext() if preview else file.locked(operation):
        checkpoint = Checkpoint(file.load(), file, saves=not preview)
        providers = Providers(session.provider_process, trust)
        steps = Steps(checkpoint, providers, session.reporter, preview=preview)
        interrupted = False
        try:
            with suppress(Stopped):
                if operation == "up":
                    _run_program(session, steps, config)
                else:
                    _serve(session, steps)
                    (refresh_all if operation == "refresh" else delete_all)(steps)
        except UntrustedState:
            raise  # whoever asked may say that it is trusted
        except EngineError as error:
            steps.fail(str(error))
        except KeyboardInterrupt:
            interrupted = True
            steps.fail("Interrupted. What has begun is finished, and its result kept; nothing else is done.")
        steps.wait_until_idle()
        session.close()
        result = session.reporter.result(stack_outputs(checkpoint.resources), succeeded=not steps.stopped)
        return replace(result, interrupted=interrupted)


def _serve(session: Session, steps: Steps, monitor: Monitor | None = None) -> None:
    """Begins to answer at the session's address."""
    engine_pb2_grpc.add_EngineServicer_to_server(EngineService(steps), session.server)
    if monitor is not None:
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, session.server)
    session.server.start()


def _run_program(session: Session, steps: Steps, config: Properties) -> None:
    """Runs the program to its end; stops when it failed, and reports so unless it said so itself."""
    project, program = session.project, session.program
    if program is None:
        raise AssertionError("a session with a program")
    urn = f"urn:pulumi:{project.stack}::{project.name}::{PROVIDER_TYPE}::default"
    deployment = Deployment(steps, urn, config)
    _serve(session, steps, Monitor(project, steps, deployment))

    def end_soon() -> None:
        """The program ends by itself when the engine refuses its next request, unless it is busy otherwise."""
        timer = threading.Timer(_GRACE_SECONDS, program.terminate)
        timer.daemon = True
        timer.start()

    steps.on_stop = end_soon
    secret_keys = [key for key, value in config.items() if isinstance(value, Secret)]
    program.start(session.address, reveal(config), secret_keys, preview=steps.preview, parallel=_PARALLEL)
    code = program.wait()
    if code == 0 and not steps.stopped:
        deployment.finish()
    elif code != 0 and session.reporter.has_errors:
        steps.stop()
    elif code != 0:
        steps.fail(f"The program ended with exit code {code}.")
