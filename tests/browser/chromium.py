"""Debian's Chromium without a screen, and what a person would do with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless",
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without the last ones Chromium calls its maker at every start."""

PHONE = (360, 740)
DESK = (1280, 900)
WAIT_SECONDS = 10


class Browser:
    """One window.

    Args:
        driver: Selenium's.
    """

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def resize(self, size: tuple[int, int]) -> None:
        """Shows pages as on a screen of this size, in CSS pixels; a narrow one is a phone's."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def prefer(self, theme: str) -> None:
        """Says that the person likes `light` or `dark` pages."""
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def find_all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def visible(self, css: str) -> list[WebElement]:
        """The elements that can be seen."""
        return [element for element in self.find_all(css) if element.is_displayed()]

    def shown(self, css: str) -> list[str]:
        """The texts of the elements that can be seen."""
        return [element.text for element in self.visible(css)]

    def labelled(self, label: str) -> WebElement:
        """The field that a label names, for a person who hears the page."""
        return self.driver.find_element(By.XPATH, f"//*[@id=//label[normalize-space()={json.dumps(label)}]/@for]")

    def click(self, name: str) -> None:
        """Clicks on the button that is called so, hidden parts of the name included."""
        self.driver.find_element(By.XPATH, f"//button[normalize-space()={json.dumps(name)}]").click()

    def press(self, name: str) -> None:
        """Clicks on a button, and waits for the page that follows."""
        with self.next_page():
            self.click(name)

    @contextmanager
    def next_page(self) -> Iterator[None]:
        """What is done within leads to another page: waits until this one is gone."""
        page = self.find("html")
        yield
        WebDriverWait(self.driver, WAIT_SECONDS).until(lambda _: _gone(page))

    def type(self, element: WebElement, text: str) -> None:
        element.clear()
        element.send_keys(text)

    def clear(self, element: WebElement) -> None:
        """Empties a field as a keyboard does, which the page notices."""
        element.send_keys(Keys.CONTROL, "a")
        element.send_keys(Keys.DELETE)

    def tab(self) -> WebElement:
        """Goes to the next element by keyboard, and returns it."""
        self.driver.switch_to.active_element.send_keys(Keys.TAB)
        return self.driver.switch_to.active_element

    @property
    def text(self) -> str:
        """Everything that can be seen."""
        return self.find("body").text

    @property
    def background(self) -> str:
        """The colour of the page."""
        return self.find("body").value_of_css_property("background-color")

    @property
    def overflow(self) -> int:
        """By how many CSS pixels the page is wider than the screen."""
        width: int = self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    @property
    def complaints(self) -> list[str]:
        """What the console of the browser says: errors of scripts, and what a security policy kept from loading."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def barriers(self) -> list[str]:
        """What axe-core finds wrong for people with disabilities (WCAG 2.1 A and AA, and its best practices)."""
        self.driver.execute_script(_axe())
        found: dict[str, Any] = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(done)"
        )
        return [
            f"{violation['id']}: {violation['help']}: {node['html']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """Starts a browser of its own; skips the test where Debian's is not installed.

    Args:
        profile: An empty directory.
    """
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("Chromium is not installed (Debian's packages chromium and chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    try:
        browser = Browser(running)
        browser.resize(DESK)
        browser.prefer("light")
        yield browser
    finally:
        running.quit()


def _gone(page: WebElement) -> bool:
    from selenium.common.exceptions import WebDriverException

    try:
        page.is_enabled()
    except WebDriverException:
        return True
    return False


def _axe() -> str:
    return files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
