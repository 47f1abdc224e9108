"""The figures that README.md and docs/index.md quote are those of docs/speed.md and docs/trust.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README, INDEX, SPEED, TRUST = (
    (ROOT / page).read_text("utf-8") for page in ("README.md", "docs/index.md", "docs/speed.md", "docs/trust.md")
)


def seconds(row: str, column: str) -> str:
    """What a table of docs/speed.md has in the row that begins so, in the column of that name, to a tenth."""
    heads, _, *rows = re.findall(rf"(?:^\|.*\n)+?^\| {row}.*\n", SPEED, re.MULTILINE)[0].splitlines()
    cells = dict(zip(*([cell.strip() for cell in line.split("|")] for line in (heads, rows[-1])), strict=True))
    return f"{float(cells[column].split(' ')[0]):.1f} s"


def test_the_speed_that_the_readme_quotes_was_measured() -> None:
    quoted = " ".join(README.partition("**Speed**")[2].partition("([docs/speed.md]")[0].split())
    [people] = re.findall(r"roles of (\d+) people change in", quoted)
    change = f"change a role of {people} members"
    preview = "embedded, people in the program", "pulumi, people in the program"
    assert re.findall(r"[\d.]+ s\b", quoted) == [
        seconds(change, "embedded"),
        seconds(change, "`ec_organization`, terraform"),
        *(seconds(one, "median") for one in preview),
    ]


def test_the_trials_that_are_quoted_were_tried() -> None:
    tried, violations = re.findall(r"^\| (?:tried|violations) \| \**(\d+)\** \|$", TRUST, re.MULTILINE)
    assert violations == "0"
    for page in (README, INDEX):
        assert re.findall(r"([\d,]+) trials", page) == [f"{int(tried):,}"]
