"""What the demo prints works: its rota, its accounts, and the gate that no hub has let in yet (docs/demo.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from station.cli import default_day
from station.demo.hands import Hands
from station.demo.page import Page
from station.demo.run import announce, came_up, hands_at, ready
from station.demo.script import Day, parse_day
from station.demo.theatre import Theatre, theatre
from tests.sync.processes import eventually

#: Ten programs start, on a machine that may be busy.
PATIENCE_S = 90.0
pytestmark = [pytest.mark.alone, pytest.mark.browser, pytest.mark.timeout(300)]
DAY = parse_day(default_day().read_text("utf-8"), "morning.toml")
EAST, WEST = "demo-east", "demo-west"


@dataclass(frozen=True, slots=True)
class Demo:
    """The morning, up and taken over by nobody's hands but ours."""

    day: Day
    running: Theatre
    hands: Hands
    hands_url: str
    west: Page

    @property
    def east(self) -> Page:
        return self.running.stage.page


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("morning") / "demo"
    with theatre(DAY, folder) as running, hands_at(DAY, running) as (hands, props):
        assert came_up(running, DAY, PATIENCE_S)
        west = Page(running.gates[WEST].url)
        try:
            assert west.until(ready, PATIENCE_S)
            yield Demo(DAY, running, hands, props.url, west)
        finally:
            west.close()


def on_duty(page: Page) -> str:
    """The name in the header."""
    return page.shown(r"当班(?:\s|<[^>]*>)*([^\s<]+)")


def shows(page: Page, text: str) -> bool:
    return page.until(lambda _: text in page.shown(r"(?s)(.*)"), PATIENCE_S)


def test_the_terminal_names_everything_in_the_order_of_the_page(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    announce(demo.day, demo.running, f"{demo.hands_url}/")
    said = capsys.readouterr().out
    page = (Path(__file__).parents[1] / "docs/demo.md").read_text("utf-8")
    heads = re.findall(r"(?m)^  (\S(?:\S| (?! ))*)  ", said)
    table = re.findall(r"(?m)^\| (gate|hands|rota|hub|gate 2) \|", page)
    assert [head for head in heads if head in table] == table == ["gate", "hands", "rota", "hub", "gate 2"]
    assert len(said.splitlines()) < 20
    for account, password in demo.running.world.accounts:
        assert password in said
        assert f"`{account.name}`, {account.role}" in page
    for pin in ("2468", "8642", "9753"):
        assert f"PIN {pin}" in said
        assert f"PIN {pin}" in page


def test_the_rota_signs_in_hands_over_and_opens_the_door(demo: Demo) -> None:
    east = demo.east

    def signed_in() -> bool:
        demo.hands.hold(EAST, "badge-wangxiulan")
        return east.until(lambda _: on_duty(east) == "王秀兰", 10)

    eventually(signed_in, "the badge signs in", PATIENCE_S)
    assert not demo.hands.playing.is_set()
    assert east.press("hand_over", {"operator": "zhaoguoqiang", "pin": "1111"})[1]["code"] == "pin_wrong"
    assert east.press("hand_over", {"operator": "zhaoguoqiang", "pin": "2468"})[0] == 200
    assert east.until(lambda _: on_duty(east) == "赵国强", PATIENCE_S)
    assert east.press("drill", {"to": "on", "operator": "sunli", "pin": "8642"})[0] == 200
    assert east.press("drill", {"to": "off", "operator": "sunli", "pin": "8642"})[0] == 200
    leader = east.press("enrol", {"do": "open", "operator": "sunli", "pin": "8642"})
    assert leader[1]["code"] == "admin_needed", "who leads is no admin"
    assert east.press("enrol", {"do": "open", "operator": "chenjing", "pin": "9753"})[0] == 200
    assert east.press("enrol", {"do": "close"})[0] == 200


def sign_in(tab: Tab, demo: Demo, account: str) -> None:
    passwords = {one.name: password for one, password in demo.running.world.accounts}
    office = demo.running.office_url
    tab.goto(f"{office}/login")
    tab.fill("#account", account)
    tab.fill("#password", passwords[account])
    tab.click("form.card button[type=submit]")
    tab.wait_for_url(f"{office}/")


#: page → who may open it
PAGES = {
    "/people": {"xie", "dong", "he", "zhou"},
    "/isolation": {"dong", "he", "zhou"},
    "/passes": {"he", "zhou"},
    "/gates/enrol": {"zhou"},
}


def test_every_account_may_what_its_role_may(demo: Demo, chromium: Browser) -> None:
    may: dict[str, set[str]] = {path: set() for path in PAGES}
    for account, _ in demo.running.world.accounts:
        with chromium.new_context() as context:
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE_S * 1000)
            sign_in(tab, demo, account.name)
            for path in PAGES:
                answer = context.request.get(demo.running.office_url + path)
                assert answer.status in (200, 403), (account.name, path)
                if answer.status == 200:
                    may[path].add(account.name)
    assert may == PAGES


def test_the_second_gate_is_let_in_as_the_page_says(demo: Demo, chromium: Browser) -> None:
    west = demo.west
    with chromium.new_context() as office, chromium.new_context() as desk:
        tab, hands = office.new_page(), desk.new_page()
        for each in (tab, hands):
            each.set_default_timeout(PATIENCE_S * 1000)
        sign_in(tab, demo, "zhou")
        tab.goto(f"{demo.running.office_url}/gates/enrol")
        tab.fill("input[name=station]", WEST)
        tab.fill("input[name=name]", "西门")
        tab.click("main form button")
        source = tab.get_attribute(".invitation img", "src") or ""
        fingerprint = tab.inner_text(".fingerprint")
        assert west.press("enrol", {"do": "open"})[0] == 200

        # What «Copy image» of an SVG leaves to paste, and the file that «Save image as» makes of it.
        hands.goto(demo.hands_url)
        field = hands.locator(f'[data-gate="{WEST}"] .drop')
        svg = unquote(source.partition(",")[2]).encode()

        def compared() -> bool:
            field.locator("input[type=file]").set_input_files(
                {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": svg}
            )
            hands.wait_for_function("() => document.getElementById('said')?.textContent.includes('Held up')")
            return west.until(lambda _: fingerprint in west.shown(r"(?s)(.*)"), 10)

        eventually(compared, "the fingerprint of the hub's page is on the gate's screen", PATIENCE_S)
        paste = "(field, html) => { const given = new DataTransfer(); given.setData('text/html', html); \
            field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: given, cancelable: true})); }"
        hands.evaluate("() => { document.getElementById('said').textContent = ''; }")
        field.evaluate(paste, f'<img src="{source.replace("&", "&amp;")}">')
        hands.wait_for_function("() => document.getElementById('said')?.textContent.includes('Held up')")

        assert west.press("enrol", {"do": "same"})[0] == 200
        tab.wait_for_selector("#done:not([hidden])")
    assert shows(west, "已登记")
    assert west.press("enrol", {"do": "close"})[0] == 200

    def passes() -> bool:
        demo.hands.hold(WEST, "li")
        demo.hands.stand(WEST, "36.5")
        return west.until(lambda view: view["stage"] == "admit" and "pass_valid" in view["codes"], 10)

    eventually(passes, "roster and keys came by themselves", PATIENCE_S)
