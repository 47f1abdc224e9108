"""The plugin beside the Python resources: the same preview on the Pulumi CLI, from programs in YAML and TypeScript.

What the CLI and the languages cost by themselves is measured by the same preview with a plugin that does nothing.
"""

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
"""How many times the CPU time of the Python resources the plugin may take."""
EXECUTABLE = Path(sys.executable).with_name("pulumi-resource-elastic-org")

YAML = "YAML, all in Pulumi.yaml"
YAML_FOLDER = "YAML, program in a folder (`main:`)"
TYPESCRIPT = "TypeScript"
_NEEDED = {YAML: "pulumi-language-yaml", YAML_FOLDER: "pulumi-language-yaml", TYPESCRIPT: "pulumi-language-nodejs"}

_PROGRAM = """\
import * as fs from "fs";
import * as elastic from "@pulumi/elastic-org";

new elastic.Roster("acme", { mode: "authoritative", members: JSON.parse(fs.readFileSync("people.json", "utf-8")) });
"""

_IDLE = f"""\
#!{sys.executable}
import sys

sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from benchmarks.idle_plugin import main

main()
"""


class LanguageStack:
    """A project in another language.

    Args:
        directory: An empty directory for it.
        language: `YAML`, `YAML_FOLDER` or `TYPESCRIPT`.
        organization: The organization.
        modules: Where what TypeScript needs is installed.
    """

    def __init__(self, directory: Path, language: str, organization: Acme, modules: Path | None) -> None:
        self._directory = directory
        self._language = language
        backend = directory / "backend"
        backend.mkdir(parents=True)
        self._environment = environment(organization, backend)
        if modules is not None:
            (directory / "index.ts").write_text(_PROGRAM)
            options = {"strict": True, "target": "es2020", "module": "commonjs", "moduleResolution": "node"}
            (directory / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["index.ts"]}))
            for name in ("node_modules", "sdks", "package.json"):
                (directory / name).symlink_to(modules / name)
        self.use(EXECUTABLE.parent)
        run(["pulumi", "stack", "init", "dev"], directory, self._environment)

    def use(self, plugin: Path, everybody: dict[str, str] | None = None) -> None:
        """Has the program use the plugin in a folder, and declare these people."""
        project: dict[str, object] = {
            "name": "people",
            "runtime": "nodejs" if self._language == TYPESCRIPT else "yaml",
            "plugins": {"providers": [{"name": "elastic-org", "path": str(plugin)}]},
        }
        roster = {"type": "elastic-org:index:Roster", "properties": {"mode": "authoritative", "members": everybody}}
        program = {"resources": {"acme": roster}}
        if self._language == TYPESCRIPT:
            (self._directory / "people.json").write_text(json.dumps(everybody))
        elif self._language == YAML:
            project |= program
        else:
            project["main"] = "program"
            (self._directory / "program").mkdir(exist_ok=True)
            (self._directory / "program" / "Main.yaml").write_text(json.dumps(program))
        (self._directory / "Pulumi.yaml").write_text(json.dumps(project))

    def settle(self) -> None:
        """Makes it so, without being measured."""
        self._run("up", "--yes", "--skip-preview")

    def preview(self) -> Cost:
        """Measures a preview."""
        return self._run("preview")

    def _run(self, operation: str, *options: str) -> Cost:
        command = ["pulumi", operation, "--stack", "dev", "--non-interactive", *options]
        return run(command, self._directory, self._environment)


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
    missing = sorted({name for name in ("pulumi", *_NEEDED.values()) if shutil.which(name) is None})
    languages = [one for one, host in _NEEDED.items() if not {"pulumi", host} & set(missing)]
    rows: list[tuple[str, ...]] = []
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        modules = _modules(Path(directory, "modules")) if TYPESCRIPT in languages else None
        for size in SIZES if languages else ():
            with acme(people(size)) as organization:
                rows += _previews(Path(directory, str(size)), size, organization, languages, modules, runs, memory)
    return Section(
        "languages",
        (
            Table(
                "The plugin's process, until it has answered",
                ("median", "minimum", "target"),
                ((seconds(starts[len(starts) // 2]), seconds(starts[0]), "500 ms"),),
            ),
            Table(
                "Preview on the Pulumi CLI, nothing to do, CPU time of all its processes",
                ("people", "program", "CPU", "beside Python", "target", "with a plugin that does nothing", "wall"),
                tuple(rows),
                f"Not measured, since not on PATH: {', '.join(missing)}." if missing else "",
            ),
            Table(
                f"Memory of the plugin, the most that one of its processes held with {SIZES[-1]:,} people (target: under 300 MB)",
                ("program", "peak"),
                tuple((language, megabytes(most)) for language, most in memory.items()),
            ),
        ),
    )


def _previews(
    directory: Path,
    size: int,
    organization: Acme,
    languages: list[str],
    modules: Path | None,
    runs: int,
    memory: dict[str, float],
) -> Iterator[tuple[str, ...]]:
    everybody = people(size)
    idle = directory / "idle"
    idle.mkdir(parents=True)
    (idle / EXECUTABLE.name).write_text(_IDLE)
    (idle / EXECUTABLE.name).chmod(0o755)
    python = Stack(directory / "python", PULUMI, organization)
    python.declare(everybody)
    python.settle()
    stacks = {}
    for number, language in enumerate(languages):
        own = modules if language == TYPESCRIPT else None
        stack = stacks[language] = LanguageStack(directory / str(number), language, organization, own)
        stack.use(EXECUTABLE.parent, everybody)
        stack.settle()
    # One after the other in each round, so that what else the machine does is in all of them.
    rounds = [(python.preview(), {language: one.preview() for language, one in stacks.items()}) for _ in range(runs)]
    beside = Costs([cost for cost, _ in rounds])
    yield (f"{size:,}", "Python (dynamic)", seconds(beside.cpu), "", "", "", seconds(beside.median))
    for language, stack in stacks.items():
        costs = Costs([others[language] for _, others in rounds])
        memory[language] = costs.memory.get("plugin", 0.0)
        stack.use(idle, everybody)
        floor = stack.preview().cpu_seconds
        yield (
            f"{size:,}",
            language,
            seconds(costs.cpu),
            f"{costs.cpu / beside.cpu:.2f}",
            f"{MOST}",
            f"{seconds(floor)} ({floor / beside.cpu:.2f})",
            seconds(costs.median),
        )


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
