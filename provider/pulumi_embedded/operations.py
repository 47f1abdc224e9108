"""What the embedded engine's operations do, from the state they begin with to the one they leave."""

from __future__ import annotations

from contextlib import nullcontext, suppress

from .checkpoint import Checkpoint
from .deployment import Deployment
from .monitor import Monitor
from .port import EngineError, Result, UntrustedState
from .session import Operation, Session
from .state import PROVIDER_TYPE, StateFile, stack_outputs
from .steps import Steps, Stopped
from .sweep import delete_all, refresh_all
from .values import Properties, Secret, reveal

_PARALLEL = 16


def operate(session: Session, file: StateFile, operation: Operation, *, preview: bool) -> Result:
    """Runs the program and then deletes what it no longer has, or reads every resource, or deletes every one.

    Args:
        session: The processes.
        file: The stack's state.
        operation: Which of the three.
        preview: Whether nothing may be changed.
    """
    config = session.project.config() if operation == "up" else {}
    with nullcontext() if preview else file.locked(operation):
        checkpoint = Checkpoint(file.load(), file, saves=not preview)
        steps = Steps(checkpoint, session.providers(), session.reporter, preview=preview)
        try:
            with suppress(Stopped):
                if operation == "up":
                    _run_program(session, steps, config)
                else:
                    session.serve(steps)
                    (refresh_all if operation == "refresh" else delete_all)(steps)
        except UntrustedState:
            raise  # whoever asked may say that it is trusted
        except EngineError as error:
            steps.fail(str(error))
        except KeyboardInterrupt:
            steps.fail("Interrupted. What has begun is finished, and its result kept; nothing else is done.")
        steps.wait_until_idle()
        session.close()
        return session.reporter.result(stack_outputs(checkpoint.resources), succeeded=not steps.stopped)


def _run_program(session: Session, steps: Steps, config: Properties) -> None:
    project = session.project
    urn = f"urn:pulumi:{project.stack}::{project.name}::{PROVIDER_TYPE}::default"
    deployment = Deployment(steps, urn, config)
    session.serve(steps, Monitor(project, steps, deployment))
    secret_keys = [key for key, value in config.items() if isinstance(value, Secret)]
    session.run_program(steps, reveal(config), secret_keys, _PARALLEL)
    if not steps.stopped:
        deployment.finish()
