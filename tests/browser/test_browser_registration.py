"""Registering somebody in a real browser: every screen fits, the keys do what they say, and the touches are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from station.lane.action import ActionError
from station.registration.form import asked, extras
from tests.browser.conftest import Gate
from tests.station.gallery import GALLERY
from tests.station.registration_people import PEOPLE, fake_forms
from tests.station.taps_table import PASSAGES
from tests.station.test_registration_answers import GOOD

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
SMALL, LARGE = ((800, 480), 5.2), ((1280, 800), 5.9)
SHEET = "#sheet-registration"


class Operator:
    """Presses keys of the form as a person does, and counts."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.touches = 0

    def press(self, selector: str) -> Operator:
        self.gate.page.locator(selector).first.click()
        self.touches += 1
        return self

    def opens(self) -> Operator:
        """来访, and the first screen."""
        self.gate.settled()
        self.press("#slot-keys [data-sheet=sheet-registration]")
        self.gate.page.wait_for_selector(f"{SHEET} .reg-classes")
        return self.sees()

    def sees(self) -> Operator:
        """A key that has just come under the finger counts a quarter of a second later."""
        self.gate.page.evaluate("() => new Promise((done) => setTimeout(done, 255))")
        return self

    def answers(self, value: str, then: str | None = None) -> Operator:
        self.press(f'{SHEET} [data-reg*=\'"value": "{value}"\']')
        return self.waits_for(then)

    def does(self, do: str, then: str | None = None) -> Operator:
        self.press(f'{SHEET} [data-reg*=\'"do": "{do}"\']')
        return self.waits_for(then)

    def types(self, keys: str) -> Operator:
        for key in keys:
            self.press(f'{SHEET} [data-reg-type="{key}"]:visible')
        return self

    def writes(self, *signs: str) -> Operator:
        for sign in signs:
            self.press(f'{SHEET} [data-reg-char="{sign}"]')
        return self

    def next(self, then: str | None = None) -> Operator:
        self.press(f"{SHEET} [data-reg-next]")
        return self.waits_for(then)

    def waits_for(self, title: str | None) -> Operator:
        if title is None:
            self.gate.page.wait_for_selector(SHEET, state="hidden")
        else:
            self.gate.page.wait_for_selector(f'{SHEET} h2:text-is("{title}"), {SHEET} .reg-title:text-is("{title}")')
        return self.sees()

    def signs(self) -> Operator:
        box = self.gate.page.locator("[data-reg-sign]").bounding_box()
        assert box is not None
        mouse = self.gate.page.mouse
        mouse.move(box["x"] + 60, box["y"] + 40)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 60 + 30 * step, box["y"] + 40 + 60 * (step % 3))
        mouse.up()
        self.touches += 1
        return self

    def reads_a_card(self) -> Operator:
        """The reader types a number; the desk tells the page by its next view."""
        desk = self.gate.desk
        assert desk.forms.card(GOOD.encode())
        self.gate.show(replace(GALLERY["idle"], registration=1))
        self.gate.page.wait_for_function("() => document.querySelector('.reg-ask')?.textContent.includes('是这位吗')")
        return self.sees()


@pytest.fixture
def operator(gate: Gate) -> Iterator[Operator]:
    gate.open()
    yield Operator(gate)
    assert [line for line in gate.complaints if "409" not in line and "400" not in line] == []


# -- passages, counted -----------------------------------------------------------------------------------------


def test_somebody_who_came_before_takes_two_touches(operator: Operator) -> None:
    operator.opens().does("same")
    assert operator.gate.desk.registered[0].draft.facts["same_as"] == list(PEOPLE[0].entry)
    assert operator.touches == PASSAGES[0].touches


def test_with_their_card_read_it_is_two_as_well(operator: Operator) -> None:
    operator.opens().reads_a_card().does("same")
    assert operator.gate.desk.registered[0].draft.facts["same_as"] == list(PEOPLE[0].entry)
    assert operator.touches == PASSAGES[1].touches


def test_somebody_of_long_ago_is_found_by_the_last_four(operator: Operator) -> None:
    operator.opens().does("lookup", "按尾号找").types("9033")
    operator.gate.page.wait_for_function("() => document.querySelectorAll('#registration .found').length === 1")
    operator.does("same")
    registered = operator.gate.desk.registered[0]
    assert registered.person is not None
    assert (registered.person.masked, registered.person.host_isolated) == ("林*", True)
    assert operator.touches == PASSAGES[2].touches


def test_a_new_visitor_with_an_id_card_takes_eight(operator: Operator) -> None:
    operator.opens().reads_a_card().answers("visitor", "姓什么")
    operator.writes("王").waits_for("去哪一户")
    operator.types("75").gate.page.wait_for_selector(f"{SHEET} .found")
    operator.press(f"{SHEET} .found").waits_for("什么事由")
    operator.answers("family", "14天内到过或接触过风险地区吗").answers("none")
    registered = operator.gate.desk.registered[0]
    assert (registered.draft.personal or {})["masked"] == "王**"
    assert (registered.draft.personal or {})["last4"] == "6626"
    assert registered.draft.facts["id_read"] is True
    assert registered.draft.facts["due"] == []
    assert operator.touches == PASSAGES[3].touches


def test_a_new_visitor_by_keys_is_written_with_nine_of_them_and_signs(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号")
    operator.types("6626").next("姓名")
    operator.types("9").writes("周").types("84").writes("婷").next("电话")
    operator.does("later", "去哪一户").types("75")
    operator.gate.page.wait_for_selector(f"{SHEET} .found")
    operator.press(f"{SHEET} .found").waits_for("什么事由")
    operator.answers("family", "14天内到过或接触过风险地区吗").answers("none", "请本人签字")
    operator.signs().next()
    registered = operator.gate.desk.registered[0]
    assert registered.draft.private is not None
    assert registered.draft.private["name"] == "周婷"
    assert registered.draft.private["signature"].startswith("M")
    assert (registered.draft.facts["due"], registered.visit) == (["id_number", "phone"], "")
    assert operator.touches == PASSAGES[4].touches


def test_a_new_visitor_in_a_low_regime_with_only_what_is_at_hand(operator: Operator) -> None:
    operator.gate.desk.forms = fake_forms(regime="low")
    operator.opens().answers("visitor", "身份证号").types("6626").next("姓名").writes("王").next("去哪一户")
    operator.types("75").gate.page.wait_for_selector(f"{SHEET} .found")
    operator.press(f"{SHEET} .found").waits_for("什么事由")
    operator.answers("family", "14天内到过或接触过风险地区吗").answers("none", "请本人签字").does("later")
    assert operator.gate.desk.registered[0].draft.facts["due"] == ["id_number", "name"]
    assert operator.touches == PASSAGES[5].touches


def test_a_returnee_from_a_listed_area_signs_and_is_referred_by_the_rules(operator: Operator) -> None:
    operator.opens().answers("returnee", "身份证号").types(GOOD).next("姓名")
    operator.types("40").press(f"{SHEET} [data-reg-erase]").press(f"{SHEET} [data-reg-erase]")
    operator.types("426").writes("高").types("94264").writes("翔").next("去哪一户")
    operator.does("later", "从哪里来").writes("河南").next("几天前回来的").answers("0", "责任人姓名").does(
        "later", "14天内到过或接触过风险地区吗"
    )
    operator.answers("returned", "是哪个地区").answers("郑州市二七区", "最后一次是几天前").answers("3", "请本人签字")
    operator.signs().next()
    registered = operator.gate.desk.registered[0]
    assert registered.person is not None
    assert registered.person.risk_origin
    assert registered.draft.facts["due"] == ["host", "responsible"]
    assert registered.draft.facts["returned_days_ago"] == 0


# -- keys ------------------------------------------------------------------------------------------------------


def test_a_wrong_digit_is_said_and_the_number_can_be_mended(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号").types(GOOD[:-2] + "7" + GOOD[-1])
    operator.press(f"{SHEET} [data-reg-next]")
    page = operator.gate.page
    page.wait_for_selector("#said:visible")
    assert page.locator("#said").text_content() == "身份证号有一位按错了"
    for _ in range(2):
        operator.press(f"{SHEET} [data-reg-erase]")
    operator.types(GOOD[-2:]).next("姓名")
    assert not page.locator("#said").is_visible()


def test_the_numpad_types_and_goes_on(operator: Operator) -> None:
    operator.opens()
    page = operator.gate.page
    for key, title in (("1", "身份证号"), ("6626", ""), ("Enter", "姓名")):
        for name in [key] if key == "Enter" else key:
            page.keyboard.press(name)
            page.evaluate("() => new Promise((done) => setTimeout(done, 80))")
        if title:
            operator.waits_for(title)
    page.keyboard.press("Escape")
    page.wait_for_selector(SHEET, state="hidden")


def test_a_plate_is_a_province_a_letter_and_the_rest(operator: Operator) -> None:
    operator.opens().answers("worker", "身份证号").does("back", "来的是谁").answers("worker", "身份证号")
    operator.does("later", "姓名").writes("王").next("性别").does("extras", "补充")
    operator.press(f'{SHEET} [data-reg*=\'"question": "plate"\']').waits_for("车牌")
    operator.types("豫A52").press(f"{SHEET} [data-reg-turn='2']:visible").types("Q19").next("性别")
    (form,) = operator.gate.desk.forms.others("")
    assert form.answers["plate"] == "豫A52Q19"


def test_characters_that_older_sets_lack_and_surnames_with_their_own_reading_can_be_written(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号").does("later", "姓名")
    page = operator.gate.page
    first = page.locator("[data-reg-chars] .key").all_text_contents()
    assert first == ["王", "李", "张", "刘", "陈", "杨", "赵", "换一批"]
    written = ""
    for keys, sign in (("936", "曾"), ("983", "玥"), ("943", "喆"), ("24664", "翀"), ("586", "堃"), ("58", "吕")):
        operator.types(keys)
        for _ in range(8):
            if page.locator(f'[data-reg-char="{sign}"]').count():
                break
            operator.press("[data-reg-more]")
        operator.writes(sign)
        written += sign
    operator.next("性别")
    (form,) = operator.gate.desk.forms.others("")
    assert form.answers["name"] == written


# -- beside the lane -------------------------------------------------------------------------------------------


def test_the_lane_goes_on_in_the_first_line_and_a_fever_comes_first(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号").types("66")
    gate = operator.gate
    gate.show(GALLERY["admit"])
    page = gate.page
    page.wait_for_function("() => document.querySelector('[data-reg-lane]')?.textContent.includes('请通行')")
    assert page.locator("[data-reg-typed]").text_content() == "66"
    assert page.locator(SHEET).is_visible()
    gate.show(GALLERY["fever"])
    page.wait_for_selector(SHEET, state="hidden")
    gate.show(GALLERY["idle"])
    operator.opens()
    operator.press(f"{SHEET} .reg-open").waits_for("身份证号")


def test_a_reload_goes_on_where_it_was_and_nothing_typed_is_kept_in_the_browser(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号").types("6626").next("姓名").writes("王")
    page = operator.gate.page
    stored = page.evaluate("() => JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])")
    assert "王" not in stored
    assert "6626" not in stored
    page.reload()
    operator.waits_for("姓名")
    assert [url for url in operator.gate.requests if "6626" in url] == []


def test_a_wiped_screen_closes_the_form(operator: Operator) -> None:
    operator.opens().answers("visitor", "身份证号")
    operator.gate.desk.forms.wipe()
    operator.gate.show(replace(GALLERY["idle"], registration=9))
    operator.gate.page.wait_for_selector(SHEET, state="hidden")


def test_while_the_lane_is_busy_the_finished_form_waits(operator: Operator) -> None:
    operator.gate.desk.refuse = ActionError("lane_busy", "somebody else")
    operator.opens()
    operator.press(f'{SHEET} [data-reg*=\'"do": "same"\']')
    page = operator.gate.page
    page.wait_for_selector("#said:visible")
    operator.gate.desk.refuse = None
    operator.sees().does("same")
    assert len(operator.gate.desk.registered) == 1


def test_one_press_on_a_key_that_has_just_come_is_not_meant(operator: Operator) -> None:
    operator.opens()
    operator.gate.page.locator(f'{SHEET} [data-reg*=\'"value": "visitor"\']').dblclick()
    operator.waits_for("身份证号")


# -- every screen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "language", "theme", "sealed"),
    [
        (SMALL, "zh-Hans", "night", False),
        (SMALL, "en", "day", True),
        (LARGE, "zh-Hans", "day", True),
    ],
)
def test_every_screen_fits_and_can_be_read(
    gate: Gate, screen: tuple[tuple[int, int], float], language: str, theme: str, sealed: bool
) -> None:
    size, mm = screen
    # What is asked without a key is drawn as with one, but for its first screen.
    gate.desk.forms = fake_forms(sealed=sealed)
    page = gate.open(size, language=language, theme=theme)
    faults: list[str] = []

    def audit(name: str) -> None:
        found = page.evaluate(AUDIT, {"mm": mm, "chinese": language == "zh-Hans"})
        faults.extend(f"{name}: {fault}" for fault in found)

    def show(name: str, **step: str) -> None:
        """One step of the form, as a key of its own, and how the screen lies."""
        page.evaluate(
            """async (content) => {
              const key = document.createElement("button");
              key.dataset.reg = content;
              document.querySelector("#registration").append(key);
              await new Promise((done) => setTimeout(done, 255));
              key.dispatchEvent(new CustomEvent("gate:press", { bubbles: true }));
              while (key.isConnected) await new Promise(requestAnimationFrame);
            }""",
            json.dumps({"form": form.id, **step}),
        )
        audit(name)

    gate.settled()
    page.locator("#slot-keys [data-sheet=sheet-registration]").first.click()
    page.wait_for_selector(f"{SHEET} .reg-classes")
    audit("start")
    held = gate.desk.forms
    form = held.open()
    show("due", do="due")
    seen: set[str] = set()
    for klass in ("visitor", "returnee") if sealed else ("visitor",):
        held.answer(form.id, "klass", klass)
        held.answer(form.id, "risk", "returned")
        now = held.get(form.id)
        for question in (*asked(now), *extras(now)):
            if question in seen:
                continue
            seen.add(question)
            show(question, do="go", question=question)
            if question == "name":
                page.locator('[data-reg-type="9"]').click()
                page.wait_for_selector("[data-reg-more]")
                audit("name typed")
            if question == "plate":
                for sign in "豫A":
                    page.locator(f'[data-reg-type="{sign}"]:visible').first.click()
                    audit(f"plate after {sign}")
    show("extras", do="extras")
    assert len(seen) >= 9
    assert faults == []
    assert gate.complaints == []
