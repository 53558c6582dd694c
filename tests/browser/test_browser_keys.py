"""What is pressed reaches the desk: the right act, for the right person, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.lane.action import ActionError
from tests.browser.conftest import Gate
from tests.station.gallery import ADMIT, CHIPS, DENY, FEVER, GALLERY, IDLE, NOW_MS, view

pytestmark = pytest.mark.browser


def presses(gate: Gate, *names: str) -> None:
    """Press keys of the numpad as a person does: one after the other."""
    for name in names:
        gate.page.keyboard.press(name)
        gate.page.evaluate("() => new Promise((done) => setTimeout(done, 80))")


NUMPAD: list[tuple[str, str, tuple[str, dict[str, str]]]] = [
    ("idle", "/", ("direction", {"to": "out"})),
    ("idle", "4", ("mask", {"mask": "none"})),
    ("idle", "8", ("delivery", {})),
    ("idle", "7", ("call_leader", {})),
    ("idle", "Escape", ("cancel", {})),
    ("idle_undo", "0", ("undo", {"epoch": str((1 << 32) | 7), "seq": "42"})),
    ("fever", "1", ("remeasure", {})),
    ("fever", "3", ("answer", {"case": "7"})),
    ("fever", " ", ("silence", {})),
    ("fever_escalated", ".", ("silence", {})),
    ("retake_high", "2", ("park", {})),
    ("ask_whose", "2", ("reading_of", {"person": "1"})),
]


def test_the_keys_of_the_numpad_do_what_is_printed_beside_their_words(gate: Gate) -> None:
    gate.open()
    for state, key, act in NUMPAD:
        gate.show(GALLERY[state])
        gate.settled()
        asked = gate.desk.asked
        presses(gate, key)
        assert gate.eventually(lambda asked=asked: gate.desk.asked > asked), (state, key)  # type: ignore[misc]
        assert gate.acts()[-1] == act
        assert gate.desk.acts[-1].visit == GALLERY[state].panel.visit


def test_a_search_takes_two_keys_and_one_row(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["ask_unknown"])
    gate.settled()
    presses(gate, "*", "7", "5")
    page.locator(".found", has_text="孙磊").click()
    assert gate.eventually(lambda: gate.acts() == [("identify", {"resident": "r-601-1"})])
    assert gate.desk.acts[0].visit == 7
    page.wait_for_selector("#sheet-search", state="hidden")


def test_a_search_is_for_who_stood_here_when_it_began(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["ask_unknown"])
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-search]").click()
    same = GALLERY["ask_unknown"]
    gate.show(replace(same, panel=replace(same.panel, people=2)))
    assert page.locator("#sheet-search").is_visible()
    gate.show(replace(same, panel=replace(same.panel, visit=8)))
    assert not page.locator("#sheet-search").is_visible()


def test_a_fever_is_never_hidden_by_a_sheet(gate: Gate) -> None:
    page = gate.open()
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-more]").click()
    assert page.locator("#sheet-more").is_visible()
    gate.show(GALLERY["fever"])
    assert not page.locator("#sheet-more").is_visible()
    assert page.locator("h1", has_text="体温异常").is_visible()


def test_a_typed_temperature_goes_out_in_hundredths_with_its_site(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["retake_cold"])
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-by_hand]").click()
    send = page.locator("#sheet-by_hand [data-send]")
    presses(gate, "3", "6")
    assert send.is_disabled()
    presses(gate, "5", "Backspace", "4", "9")
    assert page.locator("#sheet-by_hand output").text_content() == "36.4"
    page.locator("[data-site=neck]").click()
    presses(gate, "Enter")
    assert gate.eventually(lambda: gate.acts() == [("by_hand", {"centi_celsius": "3640", "site": "neck"})])


def test_a_case_asks_for_its_own_temperature(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["admit_case"])
    gate.settled()
    page.locator("#slot-row .case").click()
    page.locator("#sheet-cases [data-sheet=sheet-by_hand]").first.click()
    gate.show(replace(GALLERY["admit_case"], panel=IDLE))  # the lane goes on meanwhile
    presses(gate, "3", "8", "3", "Enter")
    expected = {"case": "7", "step": "axillary", "centi_celsius": "3830", "site": "contact"}
    assert gate.eventually(lambda: gate.acts() == [("case_step", expected)])


def test_choices_send_what_was_chosen(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["ask_unknown"])
    gate.settled()
    page.locator("#slot-keys button", has_text="看码").click()
    page.get_by_role("button", name="黄码").click()
    assert gate.eventually(lambda: gate.acts() == [("code_seen", {"colour": "yellow"})])


def test_the_rule_is_shown_large_with_who_issued_it_and_whom_to_call(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["deny"])
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-rule]").click()
    text = page.locator("#sheet-rule").inner_text()
    for part in ("外来人员", "幸福里社区居委会", "0393-5550123"):
        assert part in text
    size = page.locator("#sheet-rule .rule").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 43  # a capital H of 4.9 mm, read at an arm's length
    presses(gate, "Escape")
    assert not page.locator("#sheet-rule").is_visible()
    assert gate.acts() == []


def test_somebody_who_rested_is_back_with_one_press(gate: Gate) -> None:
    page = gate.open()
    gate.show(view(IDLE, waiting=CHIPS))
    gate.settled()
    page.locator("#slot-row .chip", has_text="孙**").click()
    assert gate.eventually(lambda: gate.acts() == [("resume", {"waiting": "4"})])


def test_pressed_twice_quickly_is_pressed_once(gate: Gate) -> None:
    page = gate.open()
    gate.settled()
    page.locator("#slot-keys [data-act=mask]").dblclick()
    assert gate.eventually(lambda: gate.desk.asked == 1)
    page.evaluate("() => new Promise((done) => setTimeout(done, 450))")
    page.locator("#slot-keys [data-act=mask]").click()
    assert gate.eventually(lambda: gate.desk.asked == 2)
    first, second = gate.desk.acts
    assert first.nonce != second.nonce


def test_a_key_that_comes_under_the_finger_is_not_pressed(gate: Gate) -> None:
    page = gate.open()
    gate.settled()
    # A finger that lands on the first key in the very moment in which another one appears there.
    page.evaluate("""() => new MutationObserver((_, watch) => { watch.disconnect();
        document.querySelector("#slot-keys [data-act=call_leader]").click(); window.landed = true;
    }).observe(document.querySelector("#slot-keys"), { childList: true })""")
    gate.show(view(replace(DENY, rule=None)))
    page.wait_for_function("() => window.landed")
    gate.settled()
    page.locator("#slot-keys [data-act=delivery]").click()
    assert gate.eventually(lambda: bool(gate.desk.acts))
    assert gate.acts() == [("delivery", {})]


def test_holding_a_second_confirms_and_letting_go_early_does_not(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["admit_case"])
    gate.settled()
    key = page.locator("#slot-row .step")
    key.click()  # a short press arms it
    assert key.inner_text() == "再按一次"
    assert gate.desk.asked == 0
    key.hover()
    page.mouse.down()
    assert gate.eventually(lambda: gate.acts() == [("case_step", {"case": "7", "step": "told"})])
    page.mouse.up()
    gate.settled()
    assert gate.desk.asked == 1


def test_pressing_twice_confirms_for_who_cannot_hold(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["admit_case"])
    gate.settled()
    page.locator("#slot-row .step").click()
    page.locator("#slot-row .step").click()
    assert gate.eventually(lambda: gate.acts() == [("case_step", {"case": "7", "step": "told"})])


def test_what_a_scanner_types_presses_nothing(gate: Gate) -> None:
    page = gate.open(clock=True)
    page.clock.pause_at(page.evaluate("() => Date.now() + 1000"))  # from here on time passes as the test says
    press = "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    for key in [*"48740874", "Enter"]:
        page.evaluate(press, key)
        page.clock.run_for(10)
    page.clock.run_for(1000)
    page.evaluate(press, "8")  # a person
    page.clock.run_for(1000)
    page.clock.resume()
    assert gate.eventually(lambda: bool(gate.desk.acts))
    assert gate.acts() == [("delivery", {})]


def test_keys_are_left_alone_in_text_fields_and_while_a_word_is_composed(gate: Gate) -> None:
    page = gate.open()
    gate.settled()
    page.evaluate("() => document.body.append(document.createElement('input'))")
    page.locator("input").focus()
    presses(gate, "4")
    assert page.locator("input").input_value() == "4"
    page.evaluate("""() => { document.querySelector("input").remove();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "4", isComposing: true, bubbles: true })); }""")
    presses(gate, "8")
    assert gate.eventually(lambda: bool(gate.desk.acts))
    assert gate.acts() == [("delivery", {})]


def test_a_whole_hand_presses_nothing(gate: Gate) -> None:
    page = gate.open(touch=True)
    gate.settled()
    box = page.locator("#slot-keys [data-act=mask]").bounding_box()
    assert box is not None
    x, y = box["x"] + 40, box["y"] + 40
    glass = gate.context.new_cdp_session(page)
    fingers = [{"x": x + 12 * n, "y": y, "id": n} for n in range(3)]
    glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers})
    glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator("#slot-keys [data-act=mask]").click()  # the last finger, still within the moment of the hand
    page.evaluate("() => new Promise((done) => setTimeout(done, 750))")
    page.locator("#slot-keys [data-act=mask]").tap()
    assert gate.eventually(lambda: bool(gate.desk.acts))
    assert gate.acts() == [("mask", {"mask": "none"})]


def test_while_the_screen_is_wiped_nothing_can_be_pressed_until_the_countdown_ends(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["wiped"])
    gate.settled()
    assert page.locator("#slot-wipe b").text_content() == "18"
    presses(gate, "4")
    page.mouse.click(200, 420)
    gate.now_ms += 18_100  # the desk has not said so yet; the page must not stay locked
    assert gate.eventually(lambda: not page.locator("#slot-wipe").is_visible())
    presses(gate, "8")
    assert gate.eventually(lambda: bool(gate.desk.acts))
    assert gate.acts() == [("delivery", {})]


def test_a_fever_is_seen_while_the_screen_is_wiped(gate: Gate) -> None:
    page = gate.open()
    gate.show(replace(GALLERY["fever"], wiped_until_ms=NOW_MS + 15_000))
    assert not page.locator("#slot-wipe").is_visible()
    assert page.locator("h1", has_text="体温异常").is_visible()


def test_what_cannot_be_done_is_said_in_words(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["idle_undo"])
    gate.settled()
    gate.desk.refuse = ActionError("nothing_to_undo", "nothing of the last seconds")
    page.locator("#slot-undo button").click()
    page.wait_for_selector("#said:not([hidden])")
    assert page.locator("#said").text_content() == "没有可撤销的"
    page.route("**/gate/act", lambda route: route.abort())
    page.locator("#slot-keys [data-act=mask]").click()
    page.wait_for_function("() => document.querySelector('#said')?.textContent.includes('没有发出去')")


def test_focus_stays_where_it_is_when_something_else_changes(gate: Gate) -> None:
    page = gate.open()
    gate.show(view(ADMIT))
    page.locator("#slot-keys [data-act=mask]").focus()
    page.evaluate("() => { window.was = document.activeElement; }")
    gate.show(view(replace(ADMIT, people=2)))
    assert page.evaluate("() => document.activeElement === window.was")
    gate.show(view(ADMIT, keys=GALLERY["idle"].keys[1:]))  # other keys: the same one again
    assert page.evaluate("() => document.activeElement.dataset.act") == "mask"


def test_undo_counts_down_and_is_gone_when_its_time_is_over(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["idle_undo"])
    seconds = page.locator("#slot-undo [data-until]")
    assert seconds.text_content() == "9"
    gate.now_ms += 5000
    assert gate.eventually(lambda: seconds.text_content() == "4")
    gate.now_ms += 5000
    assert gate.eventually(lambda: not page.locator("#slot-undo button").is_visible())


def test_silence_counts_down_in_minutes_and_the_red_stays(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["fever"])
    gate.settled()
    page.locator("#slot-keys [data-act=silence]").click()
    left = page.locator("#slot-keys [data-act=silence] [data-until]")
    left.wait_for()
    gate.show(view(FEVER, alarm=replace(GALLERY["fever_silenced"].alarm)))  # type: ignore[type-var]  # it has one
    assert left.text_content() == "1:47"
    gate.now_ms += 60_000
    assert gate.eventually(lambda: left.text_content() == "0:47")
    assert page.locator("#flash").is_visible()


def test_who_rests_sees_how_long_and_then_that_it_is_time(gate: Gate) -> None:
    page = gate.open()
    gate.show(view(IDLE, waiting=CHIPS[:1]))
    left = page.locator("#slot-row .chip [data-until]")
    assert left.text_content() == "3:00"
    gate.now_ms += 181_000
    assert gate.eventually(lambda: left.text_content() == "可复测")


def test_enter_confirms_though_another_key_was_touched_last_unless_one_walks_with_tab(gate: Gate) -> None:
    page = gate.open()
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-more]").focus()
    presses(gate, "Tab", "Shift+Tab", "Enter")
    assert page.locator("#sheet-more").is_visible()


def test_nine_held_calls_for_help(gate: Gate) -> None:
    page = gate.open(clock=True)
    gate.settled()
    page.keyboard.down("9")
    page.clock.run_for(2500)
    page.keyboard.up("9")
    assert gate.eventually(lambda: gate.acts() == [("call_leader", {})])
    page.wait_for_selector("#said:not([hidden])")
    assert page.locator("#said").text_content() == "已叫带班"


def test_a_car_takes_a_key_and_its_plate_the_end_of_it(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["deliveries"])
    gate.settled()
    presses(gate, "6", "1")
    assert gate.eventually(lambda: gate.acts() == [("vehicle", {"kind": "private"})])
    presses(gate, "6")
    page.locator(".sheet:not([hidden]) [data-sheet=sheet-plate]").click()
    presses(gate, "2", "1", "6")
    page.locator(".found", has_text="豫J8K216").click()
    assert gate.eventually(lambda: gate.acts()[1:] == [("vehicle", {"plate": "豫J8K216"})])
    page.wait_for_selector("#sheet-plate", state="hidden")


def test_a_plate_that_nobody_knows_is_typed_with_its_province(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["emergency"])
    gate.settled()
    page.locator("#slot-keys [data-sheet^=sheet-details]").click()
    page.locator(".sheet:not([hidden]) [data-sheet=sheet-plate]").click()
    turn = page.locator("[data-turn]")
    for _ in range(3):
        turn.click()
    page.locator("[data-sign='豫']").click()
    for _ in range(4):
        turn.click()
    page.locator("[data-sign='J']").click()
    for _ in range(5):
        turn.click()
    presses(gate, "1", "2", "0")
    assert page.locator("#sheet-plate output").text_content() == "豫J120"
    presses(gate, "Backspace", "9", "Enter")
    of = dict(GALLERY["emergency"].panel.keys[0].arguments)["of"]
    assert gate.eventually(lambda: gate.acts() == [("details", {"of": of, "plate": "豫J129"})])


def test_details_are_told_one_after_the_other_on_one_sheet(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["emergency"])
    gate.settled()
    page.locator("#slot-keys [data-sheet^=sheet-details]").click()
    page.get_by_role("button", name="救护").click()
    assert gate.eventually(lambda: len(gate.acts()) == 1)
    assert gate.acts()[0][1]["service"] == "ambulance"
    sheet = page.locator(".sheet:not([hidden])")
    page.get_by_role("button", name="2人 +1").click()
    assert gate.eventually(lambda: len(gate.acts()) == 2)
    assert sheet.is_visible()


def test_four_fields_from_paper_on_one_pad(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["restarted_paper"])
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-paper]").click()
    presses(gate, "1", "9", "1", "4", "3", "6")
    assert page.locator("#sheet-paper [data-send]").is_disabled()
    presses(gate, "2", "7")
    page.locator("[data-flip]").click()
    page.locator("#sheet-paper .found", has_text="石a").click()
    assert gate.acts() == []
    presses(gate, "Backspace", "7", "5")
    page.locator("#sheet-paper .found", has_text="孙磊").click()
    page.locator("[data-field=time]").click()
    presses(gate, "Backspace", "5", "Enter")
    expected = {"time": "1915", "to": "out", "centi_celsius": "3620", "resident": "r-601-1"}
    assert gate.eventually(lambda: gate.acts() == [("paper", expected)])
    page.wait_for_selector("#sheet-paper", state="hidden")


def test_somebody_on_paper_whom_nobody_knows_has_what_was_typed(gate: Gate) -> None:
    page = gate.open()
    gate.show(GALLERY["restarted_paper"])
    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-paper]").click()
    presses(gate, "0", "9", "0", "5", "3", "6", "4", "5", "1", "2", "0", "2", "Enter")
    expected = {"time": "0905", "to": "in", "centi_celsius": "3640", "who": "51202"}
    assert gate.eventually(lambda: gate.acts() == [("paper", expected)])
