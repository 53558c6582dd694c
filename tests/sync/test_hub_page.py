"""The office's page in a real Chromium, from a real hub."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sync.chain import Chain, visit
from tests.sync.processes import HubProcess

#: The page asks its hub and draws the answer; on a busy machine that takes a while.
WAIT_MS = 15_000

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def enter(page: Page, hub: HubProcess) -> list[str]:
    """Log in; what the page complains of from then on."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(hub.url)
    page.fill("#password", hub.password)
    page.click("button[type=submit]")
    expect(page.locator("#board")).to_be_visible(timeout=WAIT_MS)
    return complaints


def test_the_page_renews_itself_and_says_when_it_cannot(hub: HubProcess, page: Page) -> None:
    page.clock.install()
    complaints = enter(page, hub)
    assert page.locator(".figure").first.inner_text() == "0 / 0"
    chain = Chain().add(facts=visit(people=4), at_ms=time.time_ns() // 1_000_000)
    assert hub.request("POST", "/api/v1/batches", chain.batch())[0] == 200
    page.clock.run_for(10_000)
    expect(page.locator(".figure").first).to_have_text("4 / 0", timeout=WAIT_MS)
    expect(page.locator("#stale")).to_be_hidden()
    assert complaints == []
    hub.kill()
    page.clock.run_for(40_000)
    expect(page.locator("#stale")).to_be_visible(timeout=WAIT_MS)
    # the old number is still there, and marked as old
    assert page.locator(".figure").first.inner_text() == "4 / 0"


def test_nothing_overflows_and_every_button_can_be_hit(hub: HubProcess, page: Page) -> None:
    chain = Chain().add("case.opened", {"case": "a", "cause": "fever"}, personal={"masked": "徐*"}).grow(3)
    for batch in (chain.batch(1, 2), chain.batch(5)):
        hub.request("POST", "/api/v1/batches", batch)
    enter(page, hub)
    for width in (1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for card in page.locator(".tile").all():
            assert card.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
        for button in page.locator("button").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
