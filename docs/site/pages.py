"""Which pages the site has, where each is in the repository, and where their links lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.site.examples import example_pages
from docs.site.reference import reference_pages

PROJECT_PAGES = ("ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "DECISIONS", "RELEASE", "SECURITY")
"""The pages at the top of the repository that the site has too."""

_LINK = re.compile(r"(?P<text>!?\[[^\]]*\])\((?P<target>(?!https?:|mailto:|#)[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")

_PICTURE = re.compile(r"^<!-- picture: (?P<name>\w+): (?P<alt>.*) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One page.

    Args:
        place: Where it is on the site.
        path: Where it is in the repository, or would be: its links lead on from there.
        text: What it says, in Markdown.
    """

    place: str
    path: str
    text: str


def sources(root: Path) -> Iterator[Source]:
    """Yields every page of the site.

    Args:
        root: The repository.
    """
    docs = root / "docs"
    for page in sorted(docs.rglob("*.md")):
        place = page.relative_to(docs).as_posix()
        yield Source(place, f"docs/{place}", page.read_text(encoding="utf-8"))
    for name in PROJECT_PAGES:
        yield Source(f"project/{name.lower()}.md", f"{name}.md", (root / f"{name}.md").read_text(encoding="utf-8"))
    for place, text in example_pages(root / "examples"):
        yield Source(place, "examples/README.md", text)
    for place, text in reference_pages():
        yield Source(place, f"docs/{place}", text)


def place_of(path: str) -> str | None:
    """Returns where a file of the repository is on the site, `None` where it is not there.

    Args:
        path: From the top of the repository.
    """
    room, _, rest = path.partition("/")
    if room == "docs":
        return rest
    if room == "examples":
        return f"examples/{rest.partition('/')[0].removesuffix('README.md') or 'index'}.md"
    name = path.removesuffix(".md")
    return "index.md" if name == "README" else f"project/{name.lower()}.md" if name in PROJECT_PAGES else None


def on_the_site(page: Source, repository: str | None, known: Collection[str]) -> str:
    """Returns a page's text, its links leading on from its place on the site.

    A picture shows where the page has a comment `<!-- picture: NAME: what it shows -->`. What is not on the site is linked in
    the repository where its address is known, and is mere text where it is not.

    Args:
        page: The page.
        repository: The address below which the repository's files are seen, without a slash at its end.
        known: The places of all pages and files of the site.
    """

    def lead(found: re.Match[str]) -> str:
        anchor = found["anchor"] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), found["target"]))
        there = place_of(path)
        if there is not None and there in known:
            return f"{found['text']}({posixpath.relpath(there, posixpath.dirname(page.place) or '.')}{anchor})"
        if path.startswith("docs/"):
            return found[0]  # a mistake, which Sphinx tells
        return f"{found['text']}({repository}/{path}{anchor})" if repository else found["text"].strip("[]")

    def show(found: re.Match[str]) -> str:
        themes = [theme for theme in ("light", "dark") if f"pictures/{found['name']}-{theme}.png" in known]
        return "\n".join(
            f"```{{image}} /pictures/{found['name']}-{theme}.png\n:class: only-{theme} picture\n:alt: {found['alt']}\n```"
            for theme in themes
        )

    return _PICTURE.sub(show, _LINK.sub(lead, page.text))
