"""What stands on the page: nothing of a person where the queue can read it, and no word that is not a word."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from station.screen.beside import Recent
from station.screen.elements import Level, Word
from station.screen.panel import PersonLine
from station.web import fit
from station.web.arrange import arrange, recent_room
from station.web.page import SLOTS, Screens, degrees, payload
from station.web.preferences import CHOICES, Preferences, read
from station.web.words import load
from tests.station.gallery import ADMIT, CHIPS, FEVER, GALLERY, IDLE, NOON_MS, NOW_MS, panel, reading, view

SCREENS = Screens()
CHINESE, ENGLISH = Preferences("zh-Hans", "auto", "normal"), Preferences("en", "day", "big")
NASTY = "<script>alert(1)</script>\" onclick='x' {{7*7}} '; DROP TABLE entry;--"


def text_of(html: str) -> str:
    """What a reader sees of *html*."""
    return str(Markup(html).striptags())


@pytest.mark.parametrize("name", GALLERY)
@pytest.mark.parametrize("preferences", [CHINESE, ENGLISH])
def test_every_state_has_words_in_every_slot(name: str, preferences: Preferences) -> None:
    slots = SCREENS.slots(GALLERY[name], preferences)
    assert set(slots) == set(SLOTS)
    text = re.sub(r"\[002-\d\]", "", "".join(map(text_of, slots.values())))
    assert not re.search(r"[\[\]{}]", text), "an unknown code, or a gap that nothing fills"


@pytest.mark.parametrize("name", GALLERY)
def test_the_side_that_faces_the_queue_shows_no_name_place_or_temperature(name: str) -> None:
    shown = GALLERY[name]
    text = text_of(SCREENS.slots(shown, CHINESE)["panel"])
    person, temperature = shown.panel.person, shown.panel.temperature
    if person is not None:
        for private in (person.name, person.place, person.last4):
            assert not private or private not in text
    if temperature is not None:
        assert degrees(temperature.centi_celsius) not in text


def test_a_reason_that_concerns_health_or_isolation_is_for_the_operator_alone() -> None:
    slots = SCREENS.slots(GALLERY["deny_isolation"], CHINESE)
    assert "居家隔离" not in slots["panel"]
    assert "居家隔离" in slots["person"]
    assert "只交接物品" in slots["panel"]


def test_the_operators_strip_says_who_where_and_how_warm() -> None:
    text = text_of(SCREENS.slots(view(ADMIT), CHINESE)["person"])
    for part in ("李建国", "3号楼2单元501", "0412", "36.5", "标准37.3"):
        assert part in text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (Recent("goods", "", NOW_MS, ""), "门口交接"),
        (Recent("deny", "", NOW_MS, "in"), "劝返进"),
        (Recent("admit", "李**", NOW_MS, "out"), "李**出"),
        (Recent("of another program", "", NOW_MS, ""), ""),
    ],
)
def test_the_list_of_what_just_was_says_of_each_who_or_what_it_was(row: Recent, text: str) -> None:
    shown = SCREENS.slots(view(IDLE, recent=(row,)), CHINESE)["recent"]
    assert "[" not in shown
    assert re.sub(r"\s", "", text_of(shown.partition("<time>")[0])) == "刚才" + text


@pytest.mark.parametrize("where", ["masked", "name", "place", "last4"])
def test_html_in_a_name_is_text(where: str) -> None:
    shown = view(replace(ADMIT, person=replace(PersonLine("李**"), **{where: NASTY})), operator=NASTY, gate=NASTY)
    shown = replace(shown, waiting=(replace(CHIPS[0], masked=NASTY),), recent=(replace(shown.recent[0], masked=NASTY),))
    html = SCREENS.page(shown, CHINESE, "build", NOW_MS)
    assert html.count("<script") == 1
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert text_of(html).count(NASTY) >= 2


def test_nothing_of_the_page_needs_more_than_its_own_origin() -> None:
    html = SCREENS.page(GALLERY["fever"], CHINESE, "build", NOW_MS)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize(
    ("centi", "line", "text"),
    [(3730, 3730, "37.3"), (3729, 3730, "37.2"), (3600, 3730, "36.0"), (990, 3730, "9.9"), (3724, 3725, "37.24")],
)
def test_a_temperature_is_cut_to_one_decimal_and_never_shown_over_a_line_it_has_not_reached(
    centi: int, line: int, text: str
) -> None:
    assert degrees(centi, line) == text


def test_a_temperature_over_the_line_is_marked_by_more_than_colour() -> None:
    marked = 'class="over'
    assert marked in SCREENS.slots(view(replace(ADMIT, temperature=reading(3730))), CHINESE)["person"]
    assert marked not in SCREENS.slots(view(replace(ADMIT, temperature=reading(3729))), CHINESE)["person"]


def test_every_outcome_has_a_shape_of_its_own() -> None:
    shapes = set()
    for name in ("admit", "retake_high", "refer", "deny", "closed", "ask_unknown"):
        html = SCREENS.slots(GALLERY[name], CHINESE)["panel"]
        found = re.search(r'class="icon large".*?</svg>', html, re.DOTALL)
        assert found is not None
        shapes.add(found[0])
    assert len(shapes) == 6


def test_a_case_and_people_who_rest_leave_the_screen_to_a_fever() -> None:
    assert 'data-row=""' in SCREENS.page(view(FEVER, waiting=CHIPS), CHINESE, "b", NOW_MS)
    assert 'data-row="on"' in SCREENS.page(view(ADMIT, waiting=CHIPS), CHINESE, "b", NOW_MS)


def test_six_rest_in_the_strip_and_three_beside_a_case_with_the_others_counted() -> None:
    row = SCREENS.slots(GALLERY["admit_waiting"], CHINESE)["row"]
    assert row.count('data-act="resume"') == 6
    beside = SCREENS.slots(GALLERY["admit_case"], CHINESE)["row"]
    assert beside.count('data-act="resume"') == 2
    assert "+4" in beside


def test_the_last_visits_give_way_to_what_needs_the_room() -> None:
    rooms = [recent_room(GALLERY[name]) for name in ("idle", "idle_undo", "partial_code", "admit", "fever")]
    assert rooms == sorted(rooms, reverse=True)
    assert rooms[0] == 5
    assert rooms[-1] == 0


def test_the_gravest_badge_is_shown_and_the_others_are_counted() -> None:
    badges = arrange(GALLERY["idle_broken"], load("zh-Hans"))["badges"]
    assert badges["shown"][0].level is Level.BAD  # type: ignore[index]  # a table for the template
    assert len(badges["shown"]) + len(badges["rest"]) == 5  # type: ignore[index]


def test_a_lost_device_says_since_when_and_what_to_check() -> None:
    text = text_of(SCREENS.slots(GALLERY["idle_broken"], CHINESE)["panel"])
    for part in ("测温枪断开", "22:07", "看插头"):
        assert part in text


def test_the_payload_names_stage_outcome_and_entry() -> None:
    sent = payload(GALLERY["admit"], {}, NOW_MS, "night", "b")
    assert (sent["stage"], sent["outcome"], sent["event_ns"], sent["entry"]) == (
        "admit", "admit", 123_456_789, ((1 << 32) | 7, 42))  # fmt: skip
    assert payload(view(FEVER), {}, NOW_MS, "night", "b")["outcome"] == "refer"
    assert payload(view(IDLE), {}, NOW_MS, "night", "b")["outcome"] is None


def test_a_headline_gets_a_size_that_holds_it() -> None:
    sizes = [fit.headline(text) for text in ("请通行", "暂不能进", "请再测一次", "请休息后再测")]
    assert sizes == ["f1", "f2", "f3", "f4"]
    assert fit.headline("体温异常 请稍候") == "f3"
    assert fit.headline("Temperature abnormal. Please wait here") == "f5"


@pytest.mark.parametrize(
    ("widths", "room", "count"), [([], 0, 0), ([50, 50], 100, 2), ([50, 60], 100, 1), ([90, 60], 100, 0)]
)
def test_as_many_fit_as_leave_room_for_the_rest(widths: list[float], room: float, count: int) -> None:
    assert fit.fitting(widths, room, 20) == count


def test_day_and_night_follow_the_clock_until_somebody_chooses() -> None:
    assert CHINESE.light(NOW_MS, "Asia/Shanghai") == "night"
    assert CHINESE.light(NOON_MS, "Asia/Shanghai") == "day"
    assert replace(CHINESE, theme="day").light(NOW_MS, "Asia/Shanghai") == "day"


def test_unknown_preferences_are_the_first_choice() -> None:
    assert read({}) == CHINESE
    assert read({"language": "fr", "theme": "<b>", "letters": "huge"}) == CHINESE
    assert read({"language": "en", "theme": "day", "letters": "big"}) == ENGLISH


def test_a_switch_goes_round_its_choices() -> None:
    chosen = CHINESE
    for _ in CHOICES["theme"]:
        chosen = replace(chosen, theme=chosen.after("theme"))
    assert chosen == CHINESE


def test_a_group_counts_its_readings() -> None:
    html = SCREENS.slots(GALLERY["partial_group"], CHINESE)["panel"]
    assert "已测 1/4" in html
    alone = panel(ADMIT.kind, "admit", people=1, measured=1)
    assert "已测 1/1" not in SCREENS.slots(view(alone), CHINESE)["panel"]


def test_silence_counts_down_on_its_key() -> None:
    keys = SCREENS.slots(GALLERY["fever_silenced"], CHINESE)["keys"]
    assert f'data-until="{NOW_MS + 107_000}"' in keys
    assert "data-until" not in SCREENS.slots(GALLERY["fever"], CHINESE)["keys"]


def test_a_word_the_desk_invents_is_shown_in_brackets() -> None:
    assert "[brand_new]" in SCREENS.slots(view(replace(ADMIT, reasons=(Word("brand_new"),))), CHINESE)["panel"]


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "测温枪断开"), ("en", "Sensor")])
def test_a_header_without_room_still_says_what_is_gravest(language: str, words: str) -> None:
    catalogue = load(language)
    badges = arrange(GALLERY["idle_broken"], catalogue)["badges"]
    assert catalogue.say(badges["shown"][0].word) == words  # type: ignore[index]
    for name, shown in GALLERY.items():
        found: Any = arrange(shown, catalogue)["badges"]
        assert found["shown"] or not found["rest"], name
        # 更多 lists each in full.
        assert sorted(one.word.code for one in found["all"]) == sorted(one.word.code for one in shown.badges)
