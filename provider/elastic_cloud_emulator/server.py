"""Elastic Cloud on loopback, from start to stop."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from . import console, control
from .api import create_app
from .calls import Calls
from .clock import Clock
from .cloud import Cloud
from .faults import Faults
from .gateway import Gateway
from .outbox import Outbox
from .seed import Seed, load_seed
from .switches import Switches
from .wire import HOST, Server


class Emulator:
    """An Elastic Cloud that listens on loopback between `start` and `stop`, or in a `with` block.

    Its state outlives the server: after `stop`, `start` serves it again on the same port.

    Args:
        seed: What is there at first: a YAML file, its content as a mapping, or a `Seed`; by default nothing.
        port: Where to listen; 0 lets the system choose.
        now: An instant at which the clock stands still until it is advanced; by default the clock runs with the system's.

    Attributes:
        cloud: Organizations, people, keys, deployments and projects, with methods that change them.
        clock: The time, which can be advanced.
        outbox: The invitations sent, in place of e-mail.
        switches: The behaviour where the published description leaves a choice.
        faults: The failures still to come.
        calls: What was asked.
        watchers: Each a `Watcher`, which is told of every call before and after its work.
        application: What answers, for who calls it in this process rather than over loopback.

    Raises:
        SeedError: The seed cannot be read, or contradicts itself.
    """

    def __init__(
        self, seed: Seed | Path | str | Mapping[str, Any] | None = None, *, port: int = 0, now: datetime | None = None
    ) -> None:
        self.clock = Clock(now)
        self.outbox = Outbox()
        self.switches = Switches()
        self.faults = Faults()
        self.calls = Calls()
        self.cloud = Cloud(self.clock, self.outbox, self.switches)
        if seed is not None:
            (seed if isinstance(seed, Seed) else load_seed(seed)).plant(self.cloud)
        app = create_app(self.cloud)
        app.extensions[control.EMULATOR] = self
        app.register_blueprint(control.blueprint)
        app.secret_key = secrets.token_bytes()
        app.config["SESSION_COOKIE_NAME"] = "elastic-cloud-emulator"  # cookies of one host are shared by all its ports
        app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
        app.register_blueprint(console.blueprint)
        self.application = Gateway(app, self.cloud, self.faults, self.calls)
        self.watchers = self.application.watchers
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def endpoint(self) -> str:
        """The URL that clients take in place of Elastic's, such as `http://127.0.0.1:8765`.

        Raises:
            RuntimeError: The emulator has not been started, so that its port is not known.
        """
        if not self._port:
            raise RuntimeError("The emulator has no endpoint before it is started.")
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The port is taken.
            RuntimeError: It listens already.
        """
        if self._server is not None:
            raise RuntimeError(f"The emulator is already listening on {self.endpoint}.")
        self._server = Server(self._port, self.application)
        self._port = self._server.port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close all connections and cease to listen; does nothing when it does not listen."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server = self._thread = None

    def serve_forever(self) -> None:
        """Wait, while the started emulator serves, until this thread is interrupted."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
