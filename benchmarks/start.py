"""What it takes before anything is done: the command, the processes, and what each of them loads."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.bare import start_processes
from benchmarks.organization import acme, people
from benchmarks.processes import Costs, run
from benchmarks.report import Section, Table, seconds
from benchmarks.stack import EMBEDDED, Stack, elastic_org, engines

PEOPLE = 10
_SHOWN = 8

_LOADED = {
    "`elastic-org preview`, before it starts the others": "import pulumi_elastic_org.cli.commands.preview",
    "the program": "import pulumi, pulumi_elastic_org; pulumi_elastic_org.Roster",
    "the provider": "import pulumi.dynamic, pulumi_elastic_org.dynamic.face, pulumi_elastic_org.kinds.roster",
    "Pulumi's SDK alone": "import pulumi",
}


def measure(runs: int) -> Section:
    """Measures starts.

    Args:
        runs: How often each.
    """
    with tempfile.TemporaryDirectory() as directory, acme(people(PEOPLE)) as organization:
        help_ = Costs([run([elastic_org(), "--help"], Path(directory), os.environ) for _ in range(runs)])
        rows = [("`elastic-org --help`", seconds(help_.median), seconds(help_.minimum), seconds(help_.cpu), "150 ms")]
        for engine in engines():
            stack = Stack(Path(directory, engine), engine, organization)
            stack.declare(people(PEOPLE))
            stack.settle()
            preview = Costs([stack.preview() for _ in range(runs)])
            target = "800 ms" if engine == EMBEDDED else ""
            what = f"preview of {PEOPLE} people, {engine}"
            rows.append((what, seconds(preview.median), seconds(preview.minimum), seconds(preview.cpu), target))
    floor = sorted(start_processes() for _ in range(runs))
    rows.append(
        ("two Python processes that import Pulumi's SDK", seconds(floor[len(floor) // 2]), seconds(floor[0]), "", "")
    )
    loaded = tuple((what, *_loaded(statement)) for what, statement in _LOADED.items())
    return Section(
        "start",
        (
            Table("From start to end", ("", "median", "minimum", "CPU", "target"), tuple(rows)),
            Table(
                "What is loaded (`python -X importtime`, the fastest of five)",
                ("process", "in all", "most of it"),
                loaded,
            ),
        ),
    )


def _loaded(statement: str) -> tuple[str, str]:
    """Returns how long the imports of a statement take, and which packages take most."""
    measured = [_import_times(statement) for _ in range(5)]
    best = min(measured, key=lambda times: sum(times.values()))
    most = ", ".join(f"{package} {microseconds / 1000:.0f}" for package, microseconds in best.most_common(_SHOWN))
    return seconds(sum(best.values()) / 1e6), f"{most} ms"


def _import_times(statement: str) -> Counter[str]:
    command = [sys.executable, "-X", "importtime", "-c", statement]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    times: Counter[str] = Counter()
    for line in said.splitlines():
        own, _, module = line.removeprefix("import time:").rpartition("|")
        if (microseconds := own.partition("|")[0].strip()).isdigit():
            times[module.strip().partition(".")[0]] += int(microseconds)
    return times
