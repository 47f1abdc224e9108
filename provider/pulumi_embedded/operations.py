"""What the embedded engine's operations do, from the state they begin with to the one they leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress

from .checkpoint import Checkpoint
from .deployment import Deployment
from .monitor import Monitor
from .passphrase import Passphrase
from .port import EngineError, Result, UntrustedState
from .session import Session
from .state import PROVIDER_TYPE, StateFile
from .steps import Steps, Stopped
from .sweep import delete_all, refresh_all
from .values import Secret, reveal

_PARALLEL = 16


def run_program(session: Session, file: StateFile, *, preview: bool) -> Result:
    """Runs the program against the state, and then deletes what it no longer has."""
    project = session.project
    config = project.config(Passphrase(project.environment, project.salt))

    def run(steps: Steps) -> None:
        urn = f"urn:pulumi:{project.stack}::{project.name}::{PROVIDER_TYPE}::default"
        deployment = Deployment(steps, urn, config)
        session.serve(steps, Monitor(project, steps, deployment))
        secret_keys = [key for key, value in config.items() if isinstance(value, Secret)]
        session.run_program(steps, reveal(config), secret_keys, _PARALLEL)
        if not steps.stopped:
            deployment.finish()

    return _operate(session, file, "preview" if preview else "up", run, preview=preview)


def refresh(session: Session, file: StateFile, *, preview: bool) -> Result:
    """Reads every resource."""

    def run(steps: Steps) -> None:
        session.serve(steps)
        refresh_all(steps)

    return _operate(session, file, "refresh", run, preview=preview)


def destroy(session: Session, file: StateFile, *, preview: bool) -> Result:
    """Deletes every resource."""

    def run(steps: Steps) -> None:
        session.serve(steps)
        delete_all(steps, steps.checkpoint.rest)

    return _operate(session, file, "destroy", run, preview=preview)


def _operate(session: Session, file: StateFile, name: str, run: Callable[[Steps], None], *, preview: bool) -> Result:
    with nullcontext() if preview else file.locked(name):
        checkpoint = Checkpoint(file.load(), file, saves=not preview)
        steps = Steps(checkpoint, session.providers(), session.reporter, preview=preview)
        try:
            with suppress(Stopped):
                run(steps)
        except UntrustedState:
            raise  # whoever asked may say that it is trusted
        except EngineError as error:
            steps.fail(str(error))
        except KeyboardInterrupt:
            steps.fail("Interrupted. What has begun is finished, and its result kept; nothing else is done.")
        steps.wait_until_idle()
        session.stop()
        return session.reporter.result(checkpoint.outputs, succeeded=not steps.stopped)
