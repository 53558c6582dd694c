"""The duty log on the screen: one sheet after the other, and what was pressed by mistake."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from playwright.sync_api import Route

from station.lane.action import Act, Action
from station.notebook.isolation import Isolated
from station.screen.screen import Surroundings, view
from station.screen.view import View
from tests.browser.conftest import Gate
from tests.station.fake_desk import FakeDesk
from tests.station.gallery import GALLERY, NOW_MS
from tests.station.storyboard import Day, day

pytestmark = pytest.mark.browser

FAMILY = tuple(Isolated(f"r-{n}", f"吴{'*' * n}", f"530{n}") for n in range(1, 5))
LIST = "#sheet-log [data-log]"


class LogDesk(FakeDesk):
    """A desk whose lane really keeps the log; the disk answers a moment after the press."""

    def __init__(self) -> None:
        self.story: Day = day("household")
        self.story.now_ms = NOW_MS
        self.story.lane.isolated = FAMILY
        super().__init__(self.seen())

    def seen(self) -> View:
        return view(self.story.lane, Surroundings("东门", "", "Asia/Shanghai", "", self.story.now_ms, 1))

    def _do(self, action: Action) -> None:
        self.story.presses(action.act, **dict(action.arguments))
        late = threading.Timer(0.15, lambda: self.publish(self.seen()))
        late.daemon = True
        late.start()


@pytest.fixture
def log(gate: Gate) -> Gate:
    gate.desk = LogDesk()
    gate.open()
    gate.settled()
    return gate


def touch(gate: Gate, *selectors: str) -> int:
    for selector in selectors:
        gate.page.locator(selector).first.click()
    return len(selectors)


def figure(text: str) -> list[str]:
    return [*(f"#sheet-by_hand [data-digit='{digit}']" for digit in text), "#sheet-by_hand [data-send]"]


def test_a_household_is_measured_one_after_the_other_and_the_list_stays(log: Gate) -> None:
    used = touch(
        log,
        "#slot-keys [data-sheet=sheet-more]",
        "#sheet-more [data-log]",
        "#sheet-log [data-log=sheet-log-isolation]",
    )
    for number, text in enumerate(("364", "365", "366", "367"), 1):
        # Who is missing comes first: the next person is always the first key.
        log.page.wait_for_function(
            "last4 => document.querySelector('#sheet-log [data-log]')?.textContent.includes(last4)", arg=f"530{number}"
        )
        used += touch(log, LIST, "#sheet-log [data-sheet=sheet-by_hand]")
        assert f"530{number}" in log.page.locator("#sheet-by_hand h2").inner_text()
        used += touch(log, *figure(text))
        log.page.wait_for_selector("#sheet-log:not([hidden])")
        log.page.wait_for_function(
            "text => document.querySelector('#sheet-log')?.textContent.includes(text)",
            arg=f"{text[:2]}.{text[2]}°C",
        )
    acts = [dict(act.arguments) for act in log.desk.acts]
    assert [(one["subject"], one["centi_celsius"]) for one in acts] == [
        ("r-1", "3640"),
        ("r-2", "3650"),
        ("r-3", "3660"),
        ("r-4", "3670"),
    ]
    used += touch(log, "#sheet-log [data-close]")
    assert log.page.locator("#sheet-log").is_hidden()
    assert used == 3 + 4 * 6 + 1


def test_what_was_pressed_by_mistake_is_taken_back_on_its_sheet(log: Gate) -> None:
    into = ("#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-log]", "#sheet-log [data-log^=sheet-round-rounds]")
    touch(log, *into, "#sheet-log [data-act=round]")
    log.page.wait_for_selector("#sheet-log", state="hidden")
    assert log.eventually(lambda: log.desk.view().version > 1)
    log.page.wait_for_function("() => Number(document.body?.dataset.version) > 1")
    log.settled()
    touch(log, *into)
    undo = log.page.locator("#sheet-log [data-act=undo_note]")
    undo.click()
    assert undo.inner_text() == "再按一次"
    undo.click()
    assert log.eventually(lambda: [act.act for act in log.desk.acts] == [Act.ROUND, Act.UNDO_NOTE])


def test_the_way_back_is_one_step_and_every_sheet_says_what_it_belongs_to(log: Gate) -> None:
    page = log.page
    touch(log, "#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-log]", "#sheet-log [data-log^=sheet-travel]")
    title = page.locator("#sheet-log h2")
    page.wait_for_function("() => document.querySelector('#sheet-log h2')?.textContent === '出行报备'")
    touch(log, "#sheet-log [data-log^=sheet-travel-travel-province]")
    page.wait_for_function("() => document.querySelector('#sheet-log h2')?.textContent === '出行报备 · 省内'")
    touch(log, "#sheet-log [data-sheet=sheet-search]")
    assert page.locator("#sheet-search h2").inner_text() == "出行报备 · 省内 · 去1天"
    # 返回, three times: the days, the places, the lane.
    touch(log, "#sheet-search .close")
    page.wait_for_selector("#sheet-log", state="visible")
    assert title.inner_text() == "出行报备 · 省内"
    touch(log, "#sheet-log .close")
    page.wait_for_function("() => document.querySelector('#sheet-log h2')?.textContent === '出行报备'")
    touch(log, "#sheet-log .close")
    page.wait_for_selector("#sheet-log", state="hidden")
    # Opened for somebody at the gate the search says what it always says.
    log.settled()
    touch(log, "#slot-keys [data-sheet=sheet-search]")
    assert page.locator("#sheet-search h2").inner_text() == "查找居民"


def test_supplies_are_counted_one_after_the_other_and_a_view_in_between_asks_for_no_old_sheet(log: Gate) -> None:
    page = log.page
    touch(log, "#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-log]")
    touch(log, "#sheet-log [data-log=sheet-log-supplies]")
    touch(log, "#sheet-log [data-log^=sheet-supplies-item-masks]", "#sheet-log [data-sheet=sheet-number]")
    # The list is slow to come; a view comes before it, and that item's sheet is gone.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/gate/log?page=sheet-log-supplies", hold)
    touch(log, "#sheet-number [data-digit='9']", "#sheet-number [data-send]")
    page.wait_for_function("() => Number(document.body?.dataset.version) > 1")
    assert log.eventually(lambda: bool(held))
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.querySelector('#sheet-log')?.textContent.includes('口罩 剩9')")
    assert page.locator("#sheet-log").is_visible()
    assert log.complaints == []


def test_a_fever_closes_the_list_and_nothing_opens_it_over_the_alarm(log: Gate) -> None:
    touch(
        log,
        "#slot-keys [data-sheet=sheet-more]",
        "#sheet-more [data-log]",
        "#sheet-log [data-log=sheet-log-isolation]",
    )
    log.show(GALLERY["fever"])
    log.page.wait_for_selector("#sheet-log", state="hidden")
    log.show(replace(GALLERY["fever"], operator="王秀兰"))
    assert log.page.locator("#sheet-log").is_hidden()


def test_pads_that_do_not_come_at_first_are_asked_for_again_and_open_then(gate: Gate) -> None:
    failures = [True]

    def fail(route: Route) -> None:
        if failures:
            failures.pop()
            route.abort()
        else:
            route.continue_()

    page = gate.open()
    page.route("**/gate/pads", fail)
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-clock]')?.textContent")
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-more]").click()
    page.wait_for_selector("#sheet-more", state="visible")
    assert failures == []
    page.wait_for_selector("#sheet-search", state="attached")
