"""The emulator's console in a real browser: what a person does, on a desk and on a phone, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from elastic_cloud_emulator import ACME, Emulator
from tests.browser.chromium import DESK, PHONE, Browser

ID = "2871506934"
HOME = f"/organizations/{ID}"
SOFIA = "3100000043"
PAGES = {
    "organizations": "/",
    "members": HOME,
    "invitations": f"{HOME}/invitations",
    "outbox": f"{HOME}/outbox",
    "deployments": f"{HOME}/deployments",
    "projects": f"{HOME}/projects",
    "a member": f"{HOME}/members/{SOFIA}",
    "not found": "/organizations/none",
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(ACME) as emulator:
        yield emulator


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_the_screen_and_put_up_no_barriers(
    browser: Browser, emulator: Emulator, path: str, theme: str, size: tuple[int, int]
) -> None:
    browser.prefer(theme)
    browser.resize(size)
    browser.open(emulator.endpoint + path)
    assert browser.overflow == 0
    assert browser.barriers() == []
    assert [one for one in browser.complaints if "404" not in one] == []


def test_the_dark_page_is_dark(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint)
    light = browser.background
    browser.prefer("dark")
    assert (light, browser.background) == ("rgba(246, 247, 249, 1)", "rgba(20, 23, 28, 1)")


def test_a_person_is_found_and_loses_a_role(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + HOME)
    with browser.next_page():
        browser.type(browser.labelled("Search members"), "sofia" + Keys.ENTER)
    assert len(browser.shown(".rows > li")) == 1
    with browser.next_page():
        browser.find(".who a").click()
    browser.press("Remove deployment-viewer on logs-production")
    assert browser.shown(".notice") == ["deployment-viewer is removed."]
    held = emulator.cloud.member(ID, SOFIA).roles.to_json(ID)["deployment"]
    assert [one["role_id"] for one in held] == ["deployment-editor"]


def test_a_role_is_given_on_one_deployment(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + PAGES["a member"])
    Select(browser.labelled("Role, deployment")).select_by_visible_text("deployment-admin")
    Select(browser.labelled("On which, deployment")).select_by_visible_text("on metrics")
    browser.press("Add the role, deployment")
    assert "deployment-admin\non metrics" in browser.text


def test_an_invitation_is_sent_accepted_and_left_again(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + PAGES["invitations"])
    browser.find("details.card > summary").click()
    browser.type(browser.labelled("E-mail address"), "new@acme.example")
    browser.press("Invite")
    browser.press("Accept for new@acme.example")
    assert browser.shown(".notice") == ["new@acme.example accepted, and is a member."]
    user = emulator.cloud.user("new@acme.example")
    browser.open(f"{emulator.endpoint}{HOME}/members/{user.id}")
    browser.press("End this membership of new")
    assert browser.driver.current_url.endswith(HOME)
    assert user.id not in emulator.cloud.organization(ID).members


def test_the_clock_is_moved_until_invitations_expire(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + PAGES["invitations"])
    before = len(browser.shown(".expired"))
    assert browser.shown(".popover") == []
    browser.find(".clock > summary").click()
    browser.press("+ 73 hours")
    assert len(browser.shown(".expired")) > before
    browser.find(".clock > summary").click()
    browser.type(browser.labelled("Other time"), "90d")
    browser.press("Advance")
    assert browser.shown(".pending") == []


def test_a_deployment_changes_hands(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + PAGES["deployments"])
    browser.type(browser.labelled("Owner of logs-production"), "sofia.marchetti@acme.example")
    browser.press("Save the owner of logs-production")
    [logs] = [one for one in emulator.cloud.organization(ID).deployments.values() if one.name == "logs-production"]
    assert logs.tags["owner"] == "sofia.marchetti@acme.example"


def test_everything_is_reached_by_keyboard(browser: Browser, emulator: Emulator) -> None:
    browser.open(emulator.endpoint + HOME)
    assert browser.tab().text == "Skip to the content"
    reached = [browser.tab() for _ in range(11)]
    assert [element.accessible_name for element in reached[2:9]] == [
        "Members 60",
        "Invitations 3",
        "Outbox",
        "Keys",
        "Deployments 7",
        "Projects 5",
        "Settings",
    ]
    assert [element.accessible_name for element in reached[9:]] == ["Search members", "Search"]
