"""Handing over on a real screen: how many touches it takes, and that the lane goes on beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.lane.action import ActionError
from tests.browser.conftest import Gate
from tests.station.gallery import ADMIT, GALLERY

pytestmark = pytest.mark.browser

#: Touches of a hand-over from the idle screen: the name in the header, who takes over, four digits, confirm.
WITH_PIN = 7
#: One more for each open case, which must be looked at.
A_CASE = 1


def touches(gate: Gate, *selectors: str) -> int:
    for selector in selectors:
        gate.settled()
        gate.page.locator(selector).first.click()
    return len(selectors)


def pin(digits: str) -> list[str]:
    return [f"#sheet-pin [data-digit='{digit}']" for digit in digits]


def test_a_hand_over_takes_seven_touches_with_a_pin(gate: Gate) -> None:
    gate.open()
    gate.show(GALLERY["duty_hand_over"])
    used = touches(gate, "header .duty", "#sheet-duty [data-sheet=sheet-pin]", *pin("2468"), "#sheet-pin [data-send]")
    assert used <= WITH_PIN
    assert gate.eventually(lambda: gate.acts() == [("hand_over", {"operator": "o1", "pin": "2468"})])
    assert gate.eventually(lambda: gate.page.locator(".sheet:not([hidden])").count() == 0)
    assert "2468" not in gate.page.content()


def test_each_open_case_is_one_touch_more_and_the_sheet_stays(gate: Gate) -> None:
    gate.open()
    gate.show(GALLERY["duty_cases"])
    used = touches(gate, "header .duty", "#sheet-duty [data-act=read_case].warn")
    assert used - 1 == A_CASE
    assert gate.eventually(lambda: gate.acts() == [("read_case", {"case": "1"})])
    assert gate.page.locator("#sheet-duty").is_visible()


def test_somebody_is_let_through_while_the_sheet_is_open(gate: Gate) -> None:
    gate.open()
    idle = GALLERY["duty_hand_over"]
    gate.show(idle)
    touches(gate, "header .duty", "#sheet-duty [data-sheet=sheet-pin]", *pin("24"))
    gate.show(replace(idle, panel=ADMIT))
    gate.show(idle)
    assert gate.page.locator("#sheet-pin output").inner_text() == "••"
    touches(gate, *pin("68"), "#sheet-pin [data-send]")
    assert gate.eventually(lambda: gate.acts() == [("hand_over", {"operator": "o1", "pin": "2468"})])
    # Whoever is stopped meanwhile comes first.
    touches(gate, "header .duty")
    gate.show(GALLERY["deny"])
    assert gate.page.locator(".sheet:not([hidden])").count() == 0


def test_a_wrong_pin_is_said_and_taken_off_the_screen(gate: Gate) -> None:
    gate.open()
    gate.show(GALLERY["duty_hand_over"])
    gate.desk.refuse = ActionError("pin_wrong", "wrong")
    touches(gate, "header .duty", "#sheet-duty [data-sheet=sheet-pin]", *pin("1111"), "#sheet-pin [data-send]")
    gate.page.wait_for_selector("#said.refused:not([hidden])")
    assert "密码不对" in gate.page.locator("#said").inner_text()
    assert gate.page.locator("#sheet-pin output").inner_text() == ""
    assert gate.page.locator("#sheet-pin").is_visible()


def test_the_own_temperature_is_typed_on_the_pad_of_the_gate(gate: Gate) -> None:
    gate.open()
    gate.show(GALLERY["duty_opening"])
    digits = [f"#sheet-by_hand [data-digit='{digit}']" for digit in "364"]
    touches(gate, "header .duty", "#sheet-duty [data-sheet=sheet-by_hand]", *digits, "#sheet-by_hand [data-send]")
    assert gate.eventually(lambda: gate.acts() == [("own_temperature", {"centi_celsius": "3640", "site": "contact"})])


@pytest.mark.parametrize(
    "opens", ["header .duty", "#slot-keys [data-sheet=sheet-more]", "#slot-keys [data-sheet=sheet-search]"]
)
def test_wiping_covers_every_sheet_and_no_key_works_under_it(gate: Gate, opens: str) -> None:
    page = gate.open()
    view = GALLERY["duty_hand_over"]
    gate.show(view)
    touches(gate, opens)
    gate.show(replace(view, wiped_until_ms=gate.now_ms + 20_000))
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('#slot-wipe') !== null"
    size = page.viewport_size
    assert size is not None
    points = [(x * size["width"] // 10, y * size["height"] // 10) for x in range(1, 10) for y in range(1, 10)]
    assert [point for point in points if not page.evaluate(on_top, list(point))] == []
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    assert gate.acts() == []
