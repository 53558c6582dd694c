"""Every page of the hub in a real Chromium, at a desk and on a phone, in both languages: nothing overflows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.sync.full_hub import full_hub
from tests.sync.hub_gallery import PAGES, WIDTHS, served

pytestmark = pytest.mark.browser

#: A finger's width on a phone; text fields and ticks have a label that can be hit as well.
LEAST = 44
LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8").split("\n", 1)[1]


@dataclass(frozen=True)
class Desk:
    url: str
    cookie: str


@pytest.fixture(scope="module")
def desk(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A hub with something on every page."""
    made = full_hub(template, tmp_path_factory.mktemp("looks"))
    cookie = made.manager.get_cookie("office")
    assert cookie is not None
    with served(made.app) as url:
        yield Desk(url, cookie.value)
    made.store.close()


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    context = chromium.new_context()
    context.add_cookies([{"name": "office", "value": desk.cookie, "url": desk.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_is_cut_or_too_small_to_hit(page: Page, desk: Desk, width: int, language: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk.url}/language/{language}")
    found = {}
    for path in PAGES:
        answer = page.goto(desk.url + path)
        assert answer is not None
        assert answer.status == 200
        found[path] = page.evaluate(LOOK, LEAST)
    nothing: dict[str, list[str]] = {each: [] for each in ("cut", "small", "over", "nameless", "faint", "pushed")}
    expected = {"width": width, **nothing}
    assert {path: look for path, look in found.items() if look != expected} == {}
    assert complaints == []


def test_a_page_that_overflows_would_be_noticed(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(desk.url + "/fevers")
    page.evaluate("document.querySelector('button').style.cssText = 'min-height: 0; height: 20px'")
    found = page.evaluate(LOOK, LEAST)
    assert found["small"]
    page.evaluate("document.querySelector('h2').style.color = '#a0a0a0'")
    assert page.evaluate(LOOK, LEAST)["faint"]
    page.goto(desk.url + "/gates")
    page.evaluate("document.querySelector('.wide table').style.minWidth = '900px'")
    assert page.evaluate(LOOK, LEAST)["pushed"]


def test_what_is_printed_has_no_buttons(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "/isolation")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("form:visible").count() == 0
    assert page.locator("table:visible").count() == 3


def test_the_sound_is_turned_on_by_hand_and_a_new_case_comes_by_itself(page: Page, desk: Desk) -> None:
    page.clock.install()
    page.goto(desk.url + "/fevers")
    page.click("#sound")
    assert page.locator("#sounding").is_visible()
    page.fill("input[name=to]", "li")
    page.clock.run_for(6_000)
    # what somebody is typing stays
    assert page.input_value("input[name=to]") == "li"
    page.route("**/fevers", lambda route: route.abort())
    page.clock.run_for(30_000)
    assert page.locator("#stale").is_visible()


#: The page asks its hub while somebody types; on a busy machine that takes a while.
WAIT_MS = 15_000


def test_what_somebody_types_is_found_at_once_and_without_a_page_more(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "/passes")
    expect(page.locator("#found")).to_contain_text("何伟")
    page.fill("input[type=search]", "孙磊")
    expect(page.locator("#found")).not_to_contain_text("何伟", timeout=WAIT_MS)
    expect(page.locator("#found")).to_contain_text("孙磊")
    expect(page.locator("#found")).to_contain_text("共 1 条")
    assert page.url.endswith("/passes?q=%E5%AD%99%E7%A3%8A")
    page.goto(desk.url + "/people?list=out")
    page.fill("input[type=search]", "12-3-2501")
    expect(page.locator("#found")).to_contain_text("共 1 条", timeout=WAIT_MS)
    expect(page.locator("#found")).to_contain_text("李**")


def test_what_cannot_be_taken_back_is_asked_about_once_more(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "/accounts")
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    before = page.locator("tbody tr").count()
    page.locator("button.stop").first.click()
    assert asked == ["确定删除 clerk？"]
    page.reload()
    assert page.locator("tbody tr").count() == before


def test_the_figures_are_copied_with_one_key(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "/reports")
    button = page.locator("textarea.copy + button").first
    expect(button).to_have_text("复制")
    button.click()
    expect(button).to_have_text("✓ 已复制", timeout=WAIT_MS)
    assert page.evaluate("getSelection().toString()").startswith("幸福里社区 日报 2020-11-21")
