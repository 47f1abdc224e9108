"""The page of a drift review, opened from a file in a real browser that has no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from tests.browser.chromium import DESK, PHONE, Browser

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
ACME_ID = "2871506934"
SOFIA, LENA, MALLORY = "sofia.marchetti@acme.example", "lena.hoffmann@acme.example", "mallory@elsewhere.example"
CARDS = "details.card[data-person]"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A review of the quickstart after changes by hand: one person came, one went, one has more than was given."""
    directory = tmp_path_factory.mktemp("drift")
    shutil.copytree(QUICKSTART, directory, ignore=shutil.ignore_patterns(".venv", "__pycache__"), dirs_exist_ok=True)
    (directory / "Pulumi.yaml").write_text("name: quickstart\nruntime: python\n")
    (directory / "state").mkdir()
    with Emulator(ACME) as emulator:
        environment = {
            **os.environ,
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": "demo-admin-key",
            "EC_ORGANIZATION_ID": ACME_ID,
            "PULUMI_BACKEND_URL": (directory / "state").as_uri(),
        }

        def call(*arguments: str) -> int:
            command = [COMMAND, *arguments, "-C", str(directory), "--engine", "embedded"]
            return subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL).returncode

        assert call("up", "--yes") == 0
        emulator.cloud.add_member(ACME_ID, MALLORY, {"organization": [{"role_id": "organization-admin"}]})
        emulator.cloud.leave(ACME_ID, LENA)
        emulator.cloud.set_roles(ACME_ID, SOFIA, {"organization": [{"role_id": "billing-admin"}]})
        assert call("drift", "--format", "html", "--output", str(directory / "drift.html")) == 7
    return (directory / "drift.html").as_uri()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_fits_the_screen_and_puts_up_no_barriers(
    browser: Browser, page: str, theme: str, size: tuple[int, int]
) -> None:
    browser.prefer(theme)
    browser.resize(size)
    browser.open(page)
    assert browser.overflow == 0
    assert browser.barriers() == []
    assert browser.complaints == []


def test_the_page_loads_nothing_but_itself(browser: Browser, page: str) -> None:
    browser.open(page)
    loaded = browser.driver.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
    assert [one for one in loaded if not one.startswith("data:")] == []


def test_every_finding_is_there(browser: Browser, page: str) -> None:
    browser.open(page)
    for person in (SOFIA, LENA, MALLORY):
        assert person in browser.shown(f"{CARDS}[data-person='{person}']")[0]


def test_a_person_is_searched_for(browser: Browser, page: str) -> None:
    browser.open(page)
    field = browser.labelled("Find a person")
    browser.type(field, "MALLORY")
    assert {element.get_attribute("data-person") for element in browser.visible("[data-person]")} == {MALLORY}
    browser.type(field, "nobody at all")
    assert browser.visible("[data-person]") == []
    assert browser.shown("#found") != [""]
    browser.clear(field)
    assert len(browser.visible(CARDS)) >= 3


def test_everything_is_folded_and_unfolded(browser: Browser, page: str) -> None:
    browser.open(page)
    browser.click("Fold all")
    assert browser.visible(CARDS) == []
    browser.click("Unfold all")
    assert browser.visible(f"{CARDS} dl") != []


@pytest.mark.parametrize("preferred", ["light", "dark"])
def test_the_theme_is_the_systems_until_it_is_switched(browser: Browser, page: str, preferred: str) -> None:
    browser.open(page)
    browser.prefer("light")
    light = browser.background
    browser.prefer("dark")
    dark = browser.background
    assert light != dark
    browser.prefer(preferred)
    before = browser.background
    browser.find("#theme").click()
    assert {before, browser.background} == {light, dark}
