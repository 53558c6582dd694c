"""A screen that does not hear from the desk says so, and comes back by itself."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Gate
from tests.station.gallery import GALLERY

pytestmark = pytest.mark.browser


def after(gate: Gate, milliseconds: int) -> Gate:
    """*gate*, when that much time has passed on its page."""
    gate.page.clock.run_for(milliseconds)
    return gate


def test_a_dead_desk_is_seen_within_ten_seconds_and_the_page_comes_back(gate: Gate) -> None:
    page = gate.open(clock=True)
    gate.show(GALLERY["admit"])
    assert not page.locator("#stale").is_visible()
    gate.stop_serving()
    page.clock.run_for(9_000)
    assert not page.locator("#stale").is_visible()
    page.clock.run_for(3_000)
    assert page.locator("#stale").is_visible()
    assert page.locator("#stale p").first.text_content() in {"画面未更新 11 秒", "画面未更新 12 秒"}
    # A verdict that may be old must not look like one that is new.
    assert float(page.locator(".panel").evaluate("(e) => getComputedStyle(e).opacity")) < 0.5
    gate.desk.publish(GALLERY["deny"])
    gate.serve()
    assert gate.eventually(lambda: after(gate, 500).page.locator("body").get_attribute("data-stage") == "deny")
    assert not page.locator("#stale").is_visible()


def test_a_page_without_a_stream_asks_instead(gate: Gate) -> None:
    gate.serve(streams=1)
    other = http.client.HTTPConnection(urlsplit(gate.address).netloc, timeout=60)
    other.request("GET", "/gate/stream")
    taken = other.getresponse()
    page = gate.open()
    gate.show(GALLERY["admit"])
    assert page.locator("h1", has_text="请通行").is_visible()
    gate.show(GALLERY["fever"])
    assert page.locator("h1", has_text="体温异常").is_visible()
    assert any("/gate/view" in url for url in gate.requests)
    taken.close()
    other.close()


def test_the_page_says_that_it_lives_and_what_it_shows(gate: Gate) -> None:
    gate.open(clock=True)
    assert gate.eventually(lambda: after(gate, 200).desk.alive == [1])
    gate.show(GALLERY["admit"])
    assert gate.eventually(lambda: after(gate, 2_000).desk.alive[-1] == 2)


def test_a_page_of_an_older_build_loads_itself_again(gate: Gate) -> None:
    page = gate.open()
    page.evaluate("() => { document.body.dataset.build = 'old'; window.before = true; }")
    gate.desk.publish(GALLERY["admit"])
    # Between the two pages there is a moment with no body at all.
    page.wait_for_function("() => !window.before && document.body && document.body.dataset.build !== 'old'")


def test_without_scripts_the_page_says_so(gate: Gate) -> None:
    gate.serve()
    context = gate._chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gate.address}/gate")
    assert page.locator("#no-script").is_visible()
    context.close()
