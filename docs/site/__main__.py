"""Builds the site: `python -m docs.site`. It also writes docs/reference and docs/preview.svg, README.md's picture, anew."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.site.pages import on_the_site, sources
from docs.site.pictures import take, terminal
from docs.site.tables import write_tables

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "examples" / "quickstart"
DRAWN = ROOT / "docs" / "preview.svg"
COPIED = {".json", ".svg", ".png"}


def build(into: Path) -> int:
    """Puts the pages together and makes the site of them; returns what Sphinx returns, which is not 0 after any warning.

    Args:
        into: Where the site goes.
    """
    assembled = into.with_name(f"{into.name}-source")
    shutil.rmtree(assembled, ignore_errors=True)
    pictures = [f"pictures/{name}" for name in take(QUICKSTART, assembled / "pictures")]
    if not pictures:
        print("no pictures from a browser: Chromium is not installed")
    pages = list(sources(ROOT))
    files = [path for path in (ROOT / "docs").iterdir() if path.suffix in COPIED]
    known = {*(page.place for page in pages), *(path.name for path in files), *pictures}
    for page in pages:
        file = assembled / page.place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(on_the_site(page, _repository(), known), encoding="utf-8")
    for path in files:
        shutil.copy(path, assembled)
    options = ["--fail-on-warning", "--keep-going", "--quiet", "--fresh-env", "--jobs", "2"]
    return build_main([*options, "--conf-dir", str(Path(__file__).parent), str(assembled), str(into)])


def _repository() -> str | None:
    """Where the repository's files are seen, as far as that is known: `REPOSITORY_URL`, or what GitHub's runners say."""
    server, name = (os.environ.get(f"GITHUB_{part}") for part in ("SERVER_URL", "REPOSITORY"))
    url = os.environ.get("REPOSITORY_URL") or (f"{server}/{name}" if server and name else None)
    return f"{url.rstrip('/')}/blob/HEAD" if url else None


if __name__ == "__main__":
    DRAWN.write_text(terminal(QUICKSTART), encoding="utf-8")
    write_tables()
    sys.exit(build(ROOT / "build" / "site"))
