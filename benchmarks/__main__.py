"""`python -m benchmarks`: measures, prints, and writes docs/speed.md with its plots."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console

from benchmarks import changes, growth, languages, large, start
from benchmarks.report import Section, rewrite, write

DOCS = Path(__file__).resolve().parents[1] / "docs"
REPORT = DOCS / "speed.md"
SECTIONS = ("start", "large", "languages", "changes", "growth")


@click.command()
@click.option("--quick", is_flag=True, help="One run of each, without the per-person peer; writes nothing.")
@click.option("--only", type=click.Choice(SECTIONS), help="One section; the others of docs/speed.md stay.")
@click.option("--peer/--no-peer", default=True, help="Whether to run the per-person peer where it is there.")
def main(quick: bool, only: str | None, peer: bool) -> None:
    """Measure what a run costs; about half an hour, on a machine that does nothing else."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python compiles what it loads once, not in each run
    console = Console(width=None if Console().is_terminal else 160)
    runs = 1 if quick else 5
    few = 1 if quick else 3
    plots = None if quick else DOCS
    measures: dict[str, Callable[[], Section]] = {  # as `SECTIONS`
        "start": lambda: start.measure(max(3, runs)),
        "large": lambda: large.measure(runs),
        "languages": lambda: languages.measure(runs, lambda text: click.echo(text, err=True)),
        "changes": lambda: changes.measure(few, with_peer=peer and not quick),
        "growth": lambda: growth.measure(few, plots),
    }
    sections = []
    for name, measure in measures.items():
        if only in (None, name):
            sections.append(measure())
            for table in sections[-1].tables:
                table.show(console)
    if quick:
        return
    if only is None:
        write(REPORT, sections, facts())
    else:
        rewrite(REPORT, sections[0], facts())
    console.print(f"Written to {REPORT.relative_to(DOCS.parent)}")


def facts() -> dict[str, str]:
    """Returns what the figures belong to."""
    commit = _said("git", "rev-parse", "--short=12", "HEAD")
    changed = " with changes" if _said("git", "status", "--porcelain", "--untracked-files=no") else ""
    return {
        "commit": f"{commit}{changed}",
        "python": platform.python_version(),
        "sdk": version("pulumi"),
        "cli": _said("pulumi", "version") if shutil.which("pulumi") else "none",
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _processor() -> str:
    names = (
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    )
    return next(names, platform.machine())


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=DOCS, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
