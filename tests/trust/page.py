"""The figures as tables: for the terminal, and for the page `docs/trust.md`."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from tests.simulation.judge import INVARIANTS as SIMULATED_INVARIANTS
from tests.simulation.search import Simulated
from tests.trust import organization
from tests.trust.campaign import ENGINES, Figures
from tests.trust.invariants import INVARIANTS
from tests.trust.soak import roster
from tests.trust.soak.campaign import Soaked
from tests.trust.soak.stacks import AT_ONCE
from tests.trust.trials import Judgement

_ROOT = Path(__file__).parents[2]
PAGE = _ROOT / "docs" / "trust.md"
PAGES_WITH_THE_NUMBER = (_ROOT / "README.md", _ROOT / "docs" / "index.md")
_TRIALS = re.compile(r"\d[\d,]* trials")
SIMULATED = "<!-- what `make simulate` renews -->"
SOAKED = "<!-- what `python -m tests.trust --soak` renews -->"
"""Each stands before and after its section."""


@dataclass
class Row:
    """A line of a table.

    Attributes:
        kind: What was tried, in words.
        level: Where.
        tried: How often.
        recovered: How often the run itself got over it.
        converged: How often the organization was what the roster says in the end.
        refused: How often a run said instead what a person has to decide.
        mailed_twice: How many e-mails were sent twice.
        violations: How many outcomes were wrong.
    """

    kind: str
    level: str = ""
    tried: int = 0
    recovered: int = 0
    converged: int = 0
    refused: int = 0
    mailed_twice: int = 0
    violations: int = 0


@dataclass(frozen=True)
class About:
    """What the figures belong to."""

    commit: str
    date: str
    python: str
    sdk: str
    cli: str


def about() -> About:
    """Returns what is tried here and now."""
    commit = _said("git", "rev-parse", "HEAD") or "unknown"
    return About(
        commit=commit + (" + changes" if _said("git", "status", "--porcelain") else ""),
        date=f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        python=platform.python_version(),
        sdk=version("pulumi"),
        cli=_said("pulumi", "version") or "none on this machine",
    )


def render(figures: Figures, of: About) -> str:
    """Returns the page.

    Args:
        figures: What came of everything.
        of: What they belong to.
    """
    return (
        _templates()
        .get_template("trust.md.j2")
        .render(
            simulated=figures.simulated,
            simulated_invariants=SIMULATED_INVARIANTS,
            about=of,
            invariants=INVARIANTS,
            people=_people(),
            calls=figures.calls,
            tried=figures.tried,
            faults=fault_rows(figures.judgements),
            orphans=sorted(figures.orphans, key=lambda one: (one.engine, one.site)),
            encounters=encounter_rows(figures),
            interferences=interference_rows(figures),
            refused=refused_rows(figures),
            inputs=figures.bad_input.rows,
            violations=figures.violations,
            **_of_soak(figures.soaked),
        )
    )


def renew_numbers(tried: int, pages: Iterable[Path] = PAGES_WITH_THE_NUMBER) -> None:
    """Writes how much was tried wherever else that is told.

    Args:
        tried: How much.
        pages: Where; each says it as a number of trials.
    """
    for page in pages:
        page.write_text(_TRIALS.sub(f"{tried:,} trials", page.read_text(encoding="utf-8")), encoding="utf-8")


def renew_simulated(simulated: Simulated, page: Path = PAGE) -> None:
    """Writes the section about the simulated world anew, and leaves the rest of the page as it is.

    Args:
        simulated: What came of it.
        page: The page.
    """
    _renew(page, SIMULATED, "simulated.md.j2", {"simulated": simulated, "simulated_invariants": SIMULATED_INVARIANTS})


def renew_soaked(soaked: Soaked, page: Path = PAGE) -> None:
    """Writes the section about load and soak anew, and leaves the rest of the page as it is.

    Args:
        soaked: What came of it.
        page: The page.
    """
    _renew(page, SOAKED, "soak.md.j2", _of_soak(soaked))


def _renew(page: Path, mark: str, template: str, values: Mapping[str, object]) -> None:
    section = _templates().get_template(template).render(values)
    before, _, after = page.read_text(encoding="utf-8").split(mark)
    page.write_text(f"{before}{mark}\n{section}{mark}{after}", encoding="utf-8")


def _of_soak(soaked: Soaked) -> dict[str, object]:
    return {"soaked": soaked, "soak_roster": roster, "stacks_at_once": AT_ONCE}


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def fault_rows(judgements: Iterable[Judgement]) -> list[Row]:
    """Returns a line for each fault and level; whole processes come last."""
    rows: dict[tuple[str, str], Row] = {}
    for one in judgements:
        kind = one.trial.kind + (", lasting" if one.trial.lasting else "")
        row = rows.setdefault((one.trial.level, kind), Row(kind, one.trial.level))
        row.tried += 1
        row.recovered += one.recovered
        row.converged += one.converged
        row.violations += bool(one.wrong)
    return [rows[key] for key in sorted(rows, key=lambda key: (key[0].partition(", ")[0] in ENGINES, key))]


def encounter_rows(figures: Figures) -> list[Row]:
    """Returns a line for each way in which two pipelines met, and engine."""
    rows: dict[tuple[str, str], Row] = {}
    for one in figures.encounters:
        row = rows.setdefault((one.what, one.engine), Row(one.what, one.engine))
        row.tried += 1
        row.converged += one.converged
        row.refused += one.refused
        row.mailed_twice += len(one.mailed_twice)
        row.violations += bool(one.wrong)
    return [rows[key] for key in sorted(rows)]


def refused_rows(figures: Figures) -> list[Row]:
    """Returns a line for each kind of entry that was refused for good."""
    rows: dict[str, Row] = {}
    for one in figures.refused:
        row = rows.setdefault(one.kind, Row(one.kind))
        row.tried += 1
        row.converged += one.converged
        row.violations += bool(one.wrong)
    return [rows[key] for key in sorted(rows)]


def interference_rows(figures: Figures) -> list[Row]:
    """Returns a line for each thing that somebody may do in the console."""
    rows: dict[str, Row] = {}
    for one in figures.interferences:
        row = rows.setdefault(one.what, Row(one.what))
        row.tried += 1
        row.converged += one.converged
        row.refused += one.refused and not one.converged
        row.violations += bool(one.wrong)
    return [rows[key] for key in sorted(rows)]


def table(title: str, rows: Iterable[Row]) -> Table:
    """Returns lines as a table for the terminal."""
    shown = Table(title=title)
    shown.add_column("what")
    shown.add_column("level")
    for heading in ("tried", "recovered", "converged", "refused", "violations"):
        shown.add_column(heading, justify="right")
    for row in rows:
        counts = (row.tried, row.recovered, row.converged, row.refused, row.violations)
        shown.add_row(row.kind, row.level, *map(str, counts), style="bold red" if row.violations else None)
    return shown


def _people() -> dict[str, int]:
    return {
        "before": len(organization.MEMBERS),
        "invited": len(organization.INVITED),
        "newcomers": len(organization.NEWCOMERS),
        "again": len(organization.LAPSED) + len(organization.REWRITTEN),
        "withdrawn": len(organization.WITHDRAWN),
        "leaving": len(organization.LEAVING),
    }


def _said(*command: str) -> str | None:
    """What a command prints; ``None`` where there is no such command."""
    try:
        ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return ended.stdout.strip()
