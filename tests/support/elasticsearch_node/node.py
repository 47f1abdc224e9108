"""Starting and stopping nodes."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch

from tests.support.elasticsearch_node.distribution import distribution

PASSWORD = "password-of-elastic"
HEAP = "384m"
SECONDS_TO_START = 120
_LOGGING = """\
status = error
appender.c.type = Console
appender.c.name = c
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.c.ref = c
"""
_NATIVE = {"x86_64": "linux-x64", "aarch64": "linux-aarch64", "arm64": "darwin-aarch64"}


class Node:
    """A cluster of one node.

    Args:
        directory: Where it keeps its data; its last part names the cluster.
        repositories: Below which folder it may keep snapshots of type ``fs``; nodes share it.

    Attributes:
        url: Where it answers.
        client: A client with the rights of the user elastic.
    """

    def __init__(self, directory: Path, repositories: Path) -> None:
        self.directory = directory
        self.repositories = repositories
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.client = Elasticsearch(self.url, basic_auth=("elastic", PASSWORD), request_timeout=60)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begins to start; `wait` ends it."""
        place = distribution()
        for part in ("config", "data", "logs", "tmp"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        self.repositories.mkdir(parents=True, exist_ok=True)
        (self.directory / "config" / "log4j2.properties").write_text(_LOGGING)
        (self.directory / "config" / "elasticsearch.yml").touch()
        command = [
            shutil.which("java") or "java",
            *(f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
            f"-Djava.io.tmpdir={self.directory / 'tmp'}",
            "-Djna.nosys=true",
            f"-Des.nativelibs.path={place / 'home/lib/platform' / _NATIVE[platform.machine()]}",
            *("-cp", f"{place / 'classes'}:{place / 'home/lib'}/*", "launcher.NodeMain"),
            *(str(place / "home"), str(self.directory), str(self._port), str(_free_port()), str(self.repositories)),
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "ELASTIC_PASSWORD": PASSWORD}
            )

    def wait(self) -> None:
        """Returns when it answers.

        Raises:
            RuntimeError: It does not start; the message has the end of its log.
        """
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            try:
                self.client.options(request_timeout=5, max_retries=0).cluster.health(wait_for_status="yellow")
            except Exception:  # refused, 401 or 503 until it is up
                time.sleep(0.2)
            else:
                return
        raise RuntimeError(f"Elasticsearch did not start: {self._log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        """Stops it; does nothing when it does not run."""
        self.client.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def clear(self) -> None:
        """Forgets every index, snapshot repository and API key; a test begins with an empty cluster."""
        found = self.client.indices.resolve_index(name="*", expand_wildcards="all")
        mine = [one["name"] for one in found["indices"] if "system" not in one["attributes"]]
        if mine:
            self.client.indices.delete(index=mine)
        for name in self.client.snapshot.get_repository():
            self.client.snapshot.delete_repository(name=name)

    @property
    def _log(self) -> Path:
        return self.directory / "node.log"


@contextmanager
def two_nodes(directory: Path) -> Iterator[tuple[Node, Node]]:
    """Two clusters that reach the same repositories, started side by side.

    Args:
        directory: Where everything is kept.
    """
    nodes = (Node(directory / "old", directory / "repositories"), Node(directory / "new", directory / "repositories"))
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
