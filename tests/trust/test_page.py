"""The page `docs/trust.md` can be written whatever `make trust` tries, and says the same number as the pages that quote it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.trust.campaign import ENGINES, Figures, everything
from tests.trust.page import PAGE, PAGES_WITH_THE_NUMBER, about, fault_rows, render, renew_numbers, renew_soaked
from tests.trust.soak.campaign import Soaked
from tests.trust.soak.series import Series
from tests.trust.soak.stacks import Stacks, Update
from tests.trust.trials import Judgement, Trial


def _figures() -> Figures:
    """A judgement of each trial there is, as `make trust` would find it."""
    trials = [one for task in everything(()) for one in getattr(task, "args", ()) if isinstance(one, Trial)]
    processes = [Trial(trials[0].kind, trials[0].site, lasting=False, level=engine) for engine in ENGINES]
    return Figures(judgements=[Judgement(one, True, True, True, (), ()) for one in (*trials, *processes)])


def test_the_page_has_a_line_for_everything_that_is_tried() -> None:
    figures = _figures()
    rows = fault_rows(figures.judgements)
    assert sum(row.tried for row in rows) == len(figures.judgements)
    assert [row.level for row in rows if row.level in ENGINES] == [row.level for row in rows[-2:]]
    page = render(figures, about())
    assert all(f"| {row.kind} | {row.level} | {row.tried} |" in page for row in rows)


def test_a_violation_is_told_on_the_page() -> None:
    assert "- a trial could not be made\n" in render(Figures(broken=["a trial could not be made"]), about())


def test_the_page_has_the_figures_of_load_and_soak(tmp_path: Path) -> None:
    flat = Series("preview and update", 10_000, [59] * 3, [0, 1, 0], [150_000_000] * 3, [157_762, 157_765, 157_764])
    update = Update(0, "", 1.5, 80_000_000)
    stacks = Stacks(100, [16] * 101, update, [update] * 100, (50.0, 2.0))
    page = tmp_path / "trust.md"
    page.write_text(render(Figures(), about()), encoding="utf-8")
    renew_soaked(Soaked([flat], 1.004, stacks), page)
    text = page.read_text(encoding="utf-8")
    assert "| preview and update | 10,000 | 3 | 59 | 1 | 150.0 to 150.0 MB | +0.0 kB | 157,762 to 157,764 |\n" in text
    assert "| time of all, as a multiple of one alone | 25.0 |\n" in text
    assert "## What no client can help" in text


def test_how_much_was_tried_is_written_wherever_it_is_quoted(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("files were damaged. 17,621 trials, no violation\n")
    renew_numbers(20_001, [page])
    assert page.read_text() == "files were damaged. 20,001 trials, no violation\n"


def test_the_pages_that_quote_the_number_quote_the_one_of_the_page() -> None:
    [tried] = re.findall(r"\| tried \| (\d+) \|", PAGE.read_text(encoding="utf-8"))
    for page in PAGES_WITH_THE_NUMBER:
        assert re.findall(r"(\d[\d,]*) trials", page.read_text(encoding="utf-8")) == [f"{int(tried):,}"]
