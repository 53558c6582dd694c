"""Every state of the gate's screen, as it really lies on the screens it is made for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.conftest import Gate
from tests.station.gallery import GALLERY

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
#: Pixels per millimetre: 7 inch 800 x 480, and 10.1 inch 1280 x 800.
SMALL, LARGE = ((800, 480), 5.2), ((1280, 800), 5.9)
#: Installed for tests only, into a folder that is not tracked: npm install --no-save axe-core
AXE = Path(os.environ.get("AXE_CORE", Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"))

#: 更多, 车辆.
VEHICLES = ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet^=sheet-vehicle]"]
#: What stands behind 值守记录, and how it is opened from there.
LOG_SHEETS = {
    "rounds": [".sheet:not([hidden]) [data-log^=sheet-round-rounds-key]"],
    "number": [
        ".sheet:not([hidden]) [data-log=sheet-log-supplies]",
        ".sheet:not([hidden]) [data-log^=sheet-supplies-item-masks]",
        ".sheet:not([hidden]) [data-sheet=sheet-number]",
        "#sheet-number [data-digit='4']",
    ],
    "inspection": [
        ".sheet:not([hidden]) [data-log^=sheet-inspection-inspection-key]",
        ".sheet:not([hidden]) [data-log^=sheet-inspection-inspection-street]",
    ],
    "travel": [
        ".sheet:not([hidden]) [data-log^=sheet-travel-travel-key]",
        ".sheet:not([hidden]) [data-log^=sheet-travel-travel-beyond]",
    ],
    "incident": [
        ".sheet:not([hidden]) [data-log^=sheet-incident-incidents-key]",
        ".sheet:not([hidden]) [data-log^=sheet-incident-incident-mask]",
    ],
    "away": [".sheet:not([hidden]) [data-log^=sheet-travel-travel-key]"],
    "isolated": [
        ".sheet:not([hidden]) [data-log=sheet-log-isolation]",
        ".sheet:not([hidden]) [data-log^=sheet-isolation-isolated-doctor]",
    ],
}
#: Which sheet is opened from which state, and what is pressed in it.
SHEETS = {
    "search": ("ask_unknown", ["#slot-keys [data-sheet=sheet-search]", "#sheet-search [data-digit='7']"]),
    "by_hand": ("retake_cold", ["#slot-keys [data-sheet=sheet-by_hand]", "#sheet-by_hand [data-digit='3']"]),
    "more": ("idle_broken", ["#slot-keys [data-sheet=sheet-more]"]),
    "rule": ("deny", ["#slot-keys [data-sheet=sheet-rule]"]),
    "choices": ("ask_unknown", ["#slot-keys [data-sheet*=exception]"]),
    "exception": ("deny_no_mask", ["#slot-keys [data-sheet*=exception]"]),
    "more_exception": ("idle_refused", ["#slot-keys [data-sheet=sheet-more]"]),
    "exception_later": (
        "idle_refused",
        ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet^=sheet-exception]"],
    ),
    "cases": ("admit_case", ["#slot-row [data-sheet=sheet-cases]"]),
    "cases_told": ("case_office_closed", ["#slot-row [data-sheet=sheet-cases]"]),
    "more_enrol": ("more_enrol", ["#slot-keys [data-sheet=sheet-more]"]),
    "waiting": ("admit_case", ["#slot-row [data-sheet=sheet-waiting]"]),
    "people": ("people", ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet=sheet-people]"]),
    "vehicle": ("deliveries", VEHICLES),
    "plate": (
        "deliveries",
        [*VEHICLES, ".sheet:not([hidden]) [data-sheet=sheet-plate]", "[data-sign='6']"],
    ),
    "provinces": (
        "deliveries",
        [
            *VEHICLES,
            ".sheet:not([hidden]) [data-sheet=sheet-plate]",
            *["[data-turn]"] * 3,
            "[data-sign='豫']",
        ],
    ),
    "paper": ("restarted_paper", ["[data-sheet=sheet-paper]", "#sheet-paper [data-digit='1']"]),
    "to_fill_in": (
        "to_fill_in",
        ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet^=sheet-details]"],
    ),
    "details": ("emergency", ["#slot-keys [data-sheet^=sheet-details]"]),
    "seats": ("party_car", ["#slot-keys [data-sheet^=sheet-seat]"]),
    "duty": ("idle", ["header .duty"]),
    "duty_nobody": ("duty_nobody", ["header .duty"]),
    "duty_no_rota": ("duty_no_rota", ["header .duty"]),
    "duty_opening": ("duty_opening", ["header .duty"]),
    "duty_test": ("duty_test", ["header .duty"]),
    "duty_high": ("duty_high", ["header .duty"]),
    "duty_hand_over": ("duty_hand_over", ["header .duty"]),
    "duty_cases": ("duty_cases", ["header .duty"]),
    "relief": ("duty_hand_over", ["header .duty", "#sheet-duty [data-sheet=sheet-relief]"]),
    "relief_unread": ("duty_cases", ["header .duty", "#sheet-duty [data-sheet=sheet-relief]"]),
    "pin": ("duty_hand_over", ["header .duty", "#sheet-duty [data-sheet=sheet-pin]", "#sheet-pin [data-digit='3']"]),
    "drill": ("duty_drill", ["#slot-keys [data-sheet=sheet-more]"]),
    "drill_leaders": (
        "duty_drill",
        ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet^=sheet-drill]"],
    ),
    **{
        f"log_{name}": (
            "log",
            ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-log=sheet-round-log-key-log-1]", *presses],
        )
        for name, presses in LOG_SHEETS.items()
    },
    "report": ("report_due", ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet=sheet-report]"]),
    "report_zero": ("report_zero", ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet=sheet-report]"]),
    "report_changed": (
        "report_changed",
        ["#slot-keys [data-sheet=sheet-more]", "#sheet-more [data-sheet=sheet-report]"],
    ),
}


@pytest.mark.parametrize(
    ("screen", "language", "theme", "letters"),
    [
        (SMALL, "zh-Hans", "night", "normal"),
        (SMALL, "en", "day", "normal"),
        (SMALL, "zh-Hans", "day", "big"),
        (SMALL, "en", "night", "big"),
        (LARGE, "zh-Hans", "day", "normal"),
        (LARGE, "en", "night", "normal"),
    ],
)
def test_every_state_fits_and_can_be_read(
    gate: Gate, screen: tuple[tuple[int, int], float], language: str, theme: str, letters: str
) -> None:
    size, mm = screen
    gate.open(size, language=language, theme=theme, letters=letters)
    faults = []
    for name, view in GALLERY.items():
        gate.show(view)
        found = gate.page.evaluate(AUDIT, {"mm": mm, "chinese": language == "zh-Hans"})
        faults += [f"{name}: {fault}" for fault in found]
    assert faults == []
    assert gate.complaints == []


@pytest.mark.parametrize(
    ("screen", "language", "theme"),
    [(SMALL, "zh-Hans", "day"), (SMALL, "en", "night"), (LARGE, "zh-Hans", "night")],
)
def test_every_sheet_fits_and_can_be_read(
    gate: Gate, screen: tuple[tuple[int, int], float], language: str, theme: str
) -> None:
    size, mm = screen
    gate.open(size, language=language, theme=theme)
    faults = []
    for name, (state, presses) in SHEETS.items():
        gate.show(GALLERY[state])
        gate.settled()
        for press in presses:
            gate.page.locator(press).first.click()
        if name == "search":
            gate.page.wait_for_selector(".found")
        found = gate.page.evaluate(AUDIT, {"mm": mm, "chinese": language == "zh-Hans"})
        faults += [f"{name}: {fault}" for fault in found]
        # Every sheet has a way back; from some of them it is one step of several.
        gate.page.locator(".sheet:not([hidden]) .close").first.wait_for()
        gate.page.evaluate("() => window.gate.close()")
    assert faults == []


def test_screens_between_and_turned_ones_fit_too(gate: Gate) -> None:
    faults = []
    for size in ((1024, 600), (853, 480), (1920, 1080)):
        gate.open(size)
        for name in ("idle", "admit_case", "fever_escalated", "deny", "closed"):
            gate.show(GALLERY[name])
            faults += [f"{size} {name}: {fault}" for fault in gate.page.evaluate(AUDIT, {"mm": 4.6, "chinese": True})]
    assert faults == []


@pytest.mark.skipif(not AXE.exists(), reason=f"no axe-core at {AXE}: npm install --no-save axe-core")
def test_axe_finds_nothing(gate: Gate) -> None:
    gate.open()
    found = []
    for name in ("idle_broken", "ask_unknown", "admit_case", "fever", "deny", "closed"):
        gate.show(GALLERY[name])
        gate.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = gate.page.evaluate("async () => (await axe.run()).violations")
        found += [(name, fault["id"], [node["html"][:90] for node in fault["nodes"]]) for fault in violations]
    assert found == []


def test_only_the_border_flashes_twice_a_second_and_not_at_all_for_who_asked(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["fever"])
    animations = "() => document.getAnimations().map((a) => [a.effect.target.id, a.effect.getTiming().duration])"
    assert page.evaluate(animations) == [["flash", 500]]
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(animations) == []
    assert page.evaluate("() => getComputedStyle(document.querySelector('#flash')).borderTopStyle") == "dashed"


def test_the_whole_screen_is_red_where_somebody_is_stopped_and_only_there(gate: Gate) -> None:
    page = gate.open()
    red = set()
    for name, view in GALLERY.items():
        gate.show(view)
        if page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(179, 0, 27)":
            red.add(view.panel.kind.value)
        elif name == "idle":
            assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(11, 18, 32)"
    assert red == {"refer", "fever", "deny"}


def test_the_alarm_goes_on_beside_the_lane(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["fever_beside"])
    assert page.locator("#flash").is_visible()
    assert page.locator("#slot-row .case.open").is_visible()
    assert page.locator("#slot-keys [data-act=silence]").is_visible()
    gate.show(GALLERY["admit"])
    assert not page.locator("#flash").is_visible()


def test_the_page_asks_for_at_most_eight_things(gate: Gate) -> None:
    gate.open()
    assert gate.eventually(lambda: bool(gate.desk.alive))
    assert len(gate.requests) <= 8, gate.requests


def test_day_night_language_and_letters_change_with_one_press(gate: Gate) -> None:
    page = gate.open()
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("data-light")) == ("zh-Hans", "night")
    page.locator("a.language").click()
    page.wait_for_selector("html[lang=en]")
    gate.settled()
    for name, attribute in (("theme", "data-light=day"), ("letters", "data-letters=big")):
        page.locator("#slot-keys [data-sheet=sheet-more]").click()
        page.locator(f"#sheet-more a[href*={name}]").click()
        page.wait_for_selector(f"html[{attribute}]")


def test_it_is_day_by_the_stations_clock(gate: Gate) -> None:
    gate.now_ms -= 10 * 3600 * 1000
    page = gate.open()
    assert page.locator("html").get_attribute("data-light") == "day"
    assert page.locator("[data-clock]").text_content() == "12:41"


def test_a_drill_marks_the_whole_screen(gate: Gate) -> None:
    page = gate.open()
    assert not page.locator("#drill").is_visible()
    gate.show(replace(GALLERY["fever"], drill=True))
    assert page.locator("#drill").is_visible()
    assert page.get_by_text("演练").is_visible()
