"""The plugin beside the Python resources: the same preview on the Pulumi CLI, from programs in YAML and TypeScript."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from benchmarks.organization import Acme, acme, people
from benchmarks.processes import Cost, Costs, run
from benchmarks.report import Section, Table, megabytes, seconds
from benchmarks.stack import PULUMI, Stack

SIZES = (10, 1_000, 10_000)
MOST = 1.3
"""How many times the time of the Python resources the plugin may take."""
EXECUTABLE = Path(sys.executable).with_name("pulumi-resource-elastic-org")
_PROGRAM = """\
import * as fs from "fs";
import * as elastic from "@pulumi/elastic-org";

new elastic.Roster("acme", { mode: "authoritative", members: JSON.parse(fs.readFileSync("people.json", "utf-8")) });
"""


class LanguageStack:
    """A project in another language.

    Args:
        directory: An empty directory for it.
        language: ``"YAML"`` or ``"TypeScript"``.
        organization: The organization.
        modules: Where what TypeScript needs is installed.
    """

    def __init__(self, directory: Path, language: str, organization: Acme, modules: Path | None) -> None:
        self._directory = directory
        self._language = language
        backend = directory / "backend"
        backend.mkdir(parents=True)
        self._environment = environment(organization, backend)
        self._head = {
            "name": "people",
            "plugins": {"providers": [{"name": "elastic-org", "path": str(EXECUTABLE.parent)}]},
        }
        if modules is not None:
            self._head["runtime"] = "nodejs"
            (directory / "index.ts").write_text(_PROGRAM)
            options = {"strict": True, "target": "es2020", "module": "commonjs", "moduleResolution": "node"}
            (directory / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["index.ts"]}))
            for name in ("node_modules", "sdks", "package.json"):
                (directory / name).symlink_to(modules / name)
        else:
            self._head["runtime"] = "yaml"
        self._write({})
        run(["pulumi", "stack", "init", "dev"], directory, self._environment)

    def declare(self, everybody: dict[str, str]) -> None:
        """Makes these people what the program declares."""
        (self._directory / "people.json").write_text(json.dumps(everybody))
        if self._language == "YAML":
            roster = {"mode": "authoritative", "members": everybody}
            self._write({"resources": {"acme": {"type": "elastic-org:index:Roster", "properties": roster}}})

    def settle(self) -> None:
        """Makes it so, without being measured."""
        self._run("up", "--yes", "--skip-preview")

    def preview(self) -> Cost:
        """Measures a preview."""
        return self._run("preview")

    def _run(self, operation: str, *options: str) -> Cost:
        command = ["pulumi", operation, "--stack", "dev", "--non-interactive", *options]
        return run(command, self._directory, self._environment)

    def _write(self, more: dict[str, object]) -> None:
        (self._directory / "Pulumi.yaml").write_text(json.dumps({**self._head, **more}))


def environment(organization: Acme, backend: Path) -> dict[str, str]:
    """Returns what the CLI's commands see."""
    return {
        **os.environ,
        **organization.environment,
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "benchmark",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def measure(runs: int) -> Section:
    """Measures the plugin's start, and previews that find nothing to do.

    Args:
        runs: How often.
    """
    starts = sorted(_start() for _ in range(max(3, runs)))
    rows: list[tuple[str, ...]] = []
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        modules = _modules(Path(directory, "modules")) if shutil.which("pulumi-language-nodejs") else None
        for size in SIZES if shutil.which("pulumi") else ():
            with acme(people(size)) as organization:
                rows += _previews(Path(directory, str(size)), size, organization, modules, runs, memory)
    return Section(
        "languages",
        (
            Table(
                "The plugin's process, until it has answered",
                ("median", "minimum", "target"),
                ((seconds(starts[len(starts) // 2]), seconds(starts[0]), "500 ms"),),
            ),
            Table(
                "Preview on the Pulumi CLI, nothing to do, whole process",
                ("people", "program", "median", "minimum", "CPU", "beside Python", "target"),
                tuple(rows),
            ),
            Table(
                f"Memory of the plugin, the most that it held with {SIZES[-1]:,} people (target: under 300 MB)",
                ("program", "peak"),
                tuple((language, megabytes(most)) for language, most in memory.items()),
            ),
        ),
    )


def _previews(
    directory: Path, size: int, organization: Acme, modules: Path | None, runs: int, memory: dict[str, float]
) -> Iterator[tuple[str, ...]]:
    everybody = people(size)
    python = Stack(directory / "python", PULUMI, organization)
    stacks: list[tuple[str, Stack | LanguageStack]] = [("Python (dynamic)", python)]
    stacks.append(("YAML", LanguageStack(directory / "yaml", "YAML", organization, None)))
    if modules is not None:
        stacks.append(("TypeScript", LanguageStack(directory / "typescript", "TypeScript", organization, modules)))
    beside = 0.0
    for language, stack in stacks:
        stack.declare(dict(everybody))
        stack.settle()
        costs = Costs([stack.preview() for _ in range(runs)])
        beside = beside or costs.median
        is_python = stack is python
        if not is_python:
            memory[language] = costs.memory.get("plugin", 0.0)
        ratio, target = ("", "") if is_python else (f"{costs.median / beside:.2f}", f"{MOST}")
        yield (f"{size:,}", language, seconds(costs.median), seconds(costs.minimum), seconds(costs.cpu), ratio, target)


def _start() -> float:
    """How long a plugin takes until it has answered its first call."""
    begin = time.perf_counter()
    with subprocess.Popen([EXECUTABLE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), wait_for_ready=True)
            took = time.perf_counter() - begin
        process.terminate()
    return took


def _modules(directory: Path) -> Path:
    """Installs what programs in TypeScript need, and generates the SDK."""
    directory.mkdir()
    packages = {"@pulumi/pulumi": "^3.200.0", "typescript": "^5", "@types/node": "^20"}
    (directory / "package.json").write_text(json.dumps({"name": "people", "dependencies": packages}))
    (directory / "Pulumi.yaml").write_text(json.dumps({"name": "sdk", "runtime": "nodejs"}))
    for command in (["npm", "install", "--no-audit", "--no-fund"], ["pulumi", "package", "add", str(EXECUTABLE)]):
        run(command, directory, os.environ)
    return directory
