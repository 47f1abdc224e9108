"""Builds the site: `python -m docs.site`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from docs.site.pages import on_the_site, sources

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"


def main() -> int:
    """Puts the pages together in build/site-source, and makes the site of them; returns what Sphinx returns."""
    assembled = BUILD / "site-source"
    shutil.rmtree(assembled, ignore_errors=True)
    pages = list(sources(ROOT))
    files = [path for path in (ROOT / "docs").iterdir() if path.suffix in {".json", ".svg", ".png"}]
    known = {*(page.place for page in pages), *(path.name for path in files)}
    for page in pages:
        file = assembled / page.place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(on_the_site(page, _repository(), known), encoding="utf-8")
    for path in files:
        shutil.copy(path, assembled)
    options = ["--fail-on-warning", "--keep-going", "--quiet", "--fresh-env", "--jobs", "2"]
    return build_main([*options, "--conf-dir", str(Path(__file__).parent), str(assembled), str(BUILD / "site")])


def _repository() -> str | None:
    """Where the repository's files are seen, as far as that is known: `REPOSITORY_URL`, or what GitHub's runners say."""
    server, name = (os.environ.get(f"GITHUB_{part}") for part in ("SERVER_URL", "REPOSITORY"))
    url = os.environ.get("REPOSITORY_URL") or (f"{server}/{name}" if server and name else None)
    return f"{url.rstrip('/')}/blob/HEAD" if url else None


if __name__ == "__main__":
    sys.exit(main())
