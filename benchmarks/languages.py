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
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from benchmarks.organization import Acme, acme, people
from benchmarks.processes import Cost, Costs, run
from benchmarks.report import Section, Table, megabytes, seconds
from benchmarks.stack import PULUMI, Stack

SIZES = (10, 1_000, 10_000)
MOST = 1.3
"""How many times what the Python resources take the plugin may take."""
EXECUTABLE = Path(sys.executable).with_name("pulumi-resource-elastic-org")

PYTHON = "Python (dynamic)"
YAML = "YAML, all in Pulumi.yaml"
YAML_FOLDER = "YAML, program in a folder (`main:`)"
TYPESCRIPT = "TypeScript"
_NEEDED = {
    YAML: {"pulumi", "pulumi-language-yaml"},
    YAML_FOLDER: {"pulumi", "pulumi-language-yaml"},
    TYPESCRIPT: {"pulumi", "pulumi-language-nodejs", "node", "npm"},
}

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


def measure(runs: int, say: Callable[[str], None]) -> Section:
    """Measures the plugin's start, and previews that find nothing to do.

    Args:
        runs: How often.
        say: Takes what is being done.
    """
    starts = sorted(_start() for _ in range(max(3, runs)))
    missing = {name for names in _NEEDED.values() for name in names if shutil.which(name) is None}
    languages = [one for one, names in _NEEDED.items() if not names & missing]
    rows: list[tuple[str, ...]] = []
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        say("languages: what programs in TypeScript need")
        modules = _modules(Path(directory, "modules")) if TYPESCRIPT in languages else None
        for size in SIZES if languages else ():
            with acme(people(size)) as organization:
                world = _World(Path(directory, str(size)), size, organization, languages, modules, say)
                rounds = [world.round(f"round {number} of {runs}") for number in range(1, runs + 1)]
            rows += _rows(size, languages, rounds)
            memory = {one: Costs([costs[one] for costs in rounds]).memory.get("plugin", 0.0) for one in languages}
    return Section(
        "languages",
        (
            Table(
                "The plugin's process, from its start until it has answered, wall time",
                ("median", "minimum", "target"),
                ((seconds(starts[len(starts) // 2]), seconds(starts[0]), "500 ms"),),
            ),
            Table(
                f"Preview on the Pulumi CLI, nothing to do, all its processes (target: at most {MOST} times Python's)",
                (
                    "people",
                    "program",
                    "wall",
                    "wall beside Python",
                    "CPU",
                    "CPU beside Python",
                    "the same, with a plugin that does nothing",
                ),
                tuple(rows),
                f"Not measured, since not on PATH: {', '.join(sorted(missing))}."
                if missing
                else f"Medians of {runs} rounds, in each of which one preview of every kind came after the other. "
                "The last column is what the CLI and the language take by themselves.",
            ),
            Table(
                f"Memory of the plugin, the most that one of its processes held with {SIZES[-1]:,} people (target: under 300 MB)",
                ("program", "peak"),
                tuple((language, megabytes(most)) for language, most in memory.items()),
            ),
        ),
    )


class _World:
    """An organization that each language's program declares as it is."""

    def __init__(
        self,
        directory: Path,
        size: int,
        organization: Acme,
        languages: list[str],
        modules: Path | None,
        say: Callable[[str], None],
    ) -> None:
        self._size = size
        self._everybody = people(size)
        self._say = say
        self._idle = directory / "idle"
        self._idle.mkdir(parents=True)
        (self._idle / EXECUTABLE.name).write_text(_IDLE)
        (self._idle / EXECUTABLE.name).chmod(0o755)
        say(f"languages: {size:,} people, first updates")
        self._python = Stack(directory / "python", PULUMI, organization)
        self._python.declare(self._everybody)
        self._python.settle()
        self._stacks = {}
        for number, language in enumerate(languages):
            own = modules if language == TYPESCRIPT else None
            stack = self._stacks[language] = LanguageStack(directory / str(number), language, organization, own)
            stack.use(EXECUTABLE.parent, self._everybody)
            stack.settle()

    def round(self, name: str) -> dict[str, Cost]:
        """Measures a preview of each, one after the other, so that what else the machine does is in all of them."""
        costs = {PYTHON: self._python.preview()}
        for language, stack in self._stacks.items():
            for what, plugin in ((language, EXECUTABLE.parent), (_idle(language), self._idle)):
                stack.use(plugin, self._everybody)
                costs[what] = stack.preview()
        self._say(f"languages: {self._size:,} people, {name}: {seconds(sum(one.seconds for one in costs.values()))}")
        return costs


def _rows(size: int, languages: list[str], rounds: list[dict[str, Cost]]) -> Iterator[tuple[str, ...]]:
    def beside(what: str, part: Callable[[Cost], float]) -> str:
        return f"{median(part(costs[what]) / part(costs[PYTHON]) for costs in rounds):.2f}"

    def wall(cost: Cost) -> float:
        return cost.seconds

    def cpu(cost: Cost) -> float:
        return cost.cpu_seconds

    for what in (PYTHON, *languages):
        costs = Costs([one[what] for one in rounds])
        yield (
            f"{size:,}",
            what,
            seconds(costs.median),
            "" if what == PYTHON else beside(what, wall),
            seconds(costs.cpu),
            "" if what == PYTHON else beside(what, cpu),
            "" if what == PYTHON else beside(_idle(what), cpu),
        )


def _idle(language: str) -> str:
    return f"{language}, idle"


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
