"""The documentation site, built as `make docs` builds it, and read in a browser that has no network."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from docs.site.__main__ import DRAWN, QUICKSTART, build
from docs.site.pages import Source, on_the_site
from docs.site.pictures import terminal
from tests.browser.chromium import DESK, PHONE, WAIT_SECONDS, Browser, chromium


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site; it would not have been built with a broken link, an unknown page or a missing picture."""
    into = tmp_path_factory.mktemp("built") / "site"
    assert build(into) == 0
    return into


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.mark.parametrize("page", ["index", "reference/roles", "reference/commands", "drift"])
def test_a_page_is_read_on_a_desk_and_on_a_phone_in_light_and_in_dark(site: str, browser: Browser, page: str) -> None:
    for size in (DESK, PHONE):
        backgrounds = set()
        for theme in ("light", "dark"):
            browser.resize(size)
            browser.prefer(theme)
            browser.open(f"{site}/{page}.html")
            assert browser.overflow == 0
            backgrounds.add(browser.background)
        assert len(backgrounds) == 2
    assert [one for one in browser.complaints if "favicon" not in one] == []


def test_pages_load_nothing_from_elsewhere(site: str, browser: Browser) -> None:
    for page in ("index", "reference/python", "emulator", "search"):
        browser.open(f"{site}/{page}.html")
        loaded = browser.driver.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
        assert loaded
        assert [one for one in loaded if not one.startswith((site, "data:"))] == []


def test_a_word_is_found(site: str, browser: Browser) -> None:
    browser.resize(DESK)
    browser.open(f"{site}/index.html")
    field = browser.find("input[name=q]")
    field.send_keys("owns-resources", Keys.ENTER)
    # results come one by one, in the order in which their pages are read
    WebDriverWait(browser.driver, WAIT_SECONDS).until(lambda _: "Guards" in browser.shown("#search-results a"))


def test_the_pictures_are_there_once_for_each_theme(site: str, browser: Browser) -> None:
    for page in ("index", "drift", "emulator"):
        browser.prefer("light")
        browser.open(f"{site}/{page}.html")
        [light] = browser.visible("img.picture")
        assert int(light.get_property("naturalWidth") or 0) > 1000  # type: ignore[arg-type]
        browser.prefer("dark")
        [dark] = browser.visible("img.picture")
        assert light != dark


def test_the_picture_of_the_readme_shows_what_the_command_says_now() -> None:
    assert DRAWN.read_text(encoding="utf-8") == terminal(QUICKSTART), "draw it anew with `make docs`"


@pytest.mark.parametrize(
    ("link", "on_site"),
    {
        "[drift](drift.md#formats)": "[drift](../drift.md#formats)",
        "[why](../SECURITY.md#state)": "[why](../project/security.md#state)",
        "[example](../examples/leave/__main__.py)": "[example](../examples/leave.md)",
        "[bounds](../provider/pulumi_embedded/bounds.py)": "[bounds](REPOSITORY/provider/pulumi_embedded/bounds.py)",
        "[elsewhere](https://www.pulumi.com/)": "[elsewhere](https://www.pulumi.com/)",
        "[a mistake](nowhere.md)": "[a mistake](nowhere.md)",
    }.items(),
)
def test_a_link_leads_on_from_its_place_on_the_site(link: str, on_site: str) -> None:
    known = {"drift.md", "project/security.md", "examples/leave.md"}
    page = Source("deep/page.md", "docs/page.md", f"See {link}.")
    assert on_the_site(page, "REPOSITORY", known) == f"See {on_site}."


def test_a_link_to_what_is_nowhere_public_is_its_text() -> None:
    page = Source("page.md", "docs/page.md", "See [bounds](../provider/bounds.py).")
    assert on_the_site(page, None, set()) == "See bounds."
