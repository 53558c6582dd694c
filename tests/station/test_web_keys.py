"""Where the keys stand: five places, what is urgent in them, the rest under 更多."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.lane.action import Act
from station.screen.beside import Alarm
from station.screen.elements import Key, Word
from station.screen.view import View
from station.web.keys import ROW, lay_out, sheet, with_choices
from tests.station.gallery import DENY, EXCEPTION, GALLERY, IDLE, NOW_MS, SEARCH, view


@pytest.mark.parametrize("name", GALLERY)
def test_the_row_is_never_longer_than_its_places(name: str) -> None:
    layout = lay_out(GALLERY[name])
    assert 1 <= len(layout.row) <= ROW
    assert "page:more" in {key.act for key in layout.row}


@pytest.mark.parametrize("name", GALLERY)
def test_no_key_of_the_desk_is_lost_or_doubled(name: str) -> None:
    shown = GALLERY[name]
    layout = lay_out(shown)
    placed = [(key.act, key.arguments) for key in (*layout.row, *layout.more)]
    assert len(set(placed)) == len(placed)
    offered = {(key.act, key.arguments) for key in (*shown.panel.keys, *shown.keys)}
    assert offered - set(placed) <= {(Act.SIGN_IN, ()), ("page:duty", ())}


@pytest.mark.parametrize("name", [name for name in GALLERY if name != "closed"])
def test_an_ambulance_is_one_press_away(name: str) -> None:
    assert Act.EMERGENCY in {key.act for key in lay_out(GALLERY[name]).row}


def test_what_the_panel_asks_comes_before_what_is_always_there() -> None:
    row = lay_out(GALLERY["ask_whose"]).row
    assert [key.act for key in row[:2]] == [Act.READING_OF, Act.READING_OF]


def test_a_refusal_can_always_be_explained() -> None:
    assert lay_out(view(replace(DENY, keys=()))).row[0].act == "page:rule"


def test_an_alarm_can_always_be_silenced_and_only_an_alarm() -> None:
    def silences(shown: View) -> int:
        layout = lay_out(shown)
        return [key.act for key in (*layout.row, *layout.more)].count(Act.SILENCE)

    assert silences(view(IDLE)) == 0
    assert silences(view(IDLE, alarm=Alarm(NOW_MS))) == 1
    own = Key(Act.SILENCE, Word("silence"))
    assert silences(view(replace(IDLE, keys=(own,)), alarm=Alarm(NOW_MS))) == 1


def test_searching_typing_calling_and_wiping_are_always_possible() -> None:
    layout = lay_out(view(IDLE, keys=()))
    acts = {key.act for key in (*layout.row, *layout.more)}
    assert {"page:search", "page:by_hand", Act.CALL_LEADER, Act.WIPE} <= acts


def test_who_is_on_duty_stands_in_the_header() -> None:
    layout = lay_out(GALLERY["idle"])
    assert layout.sign_in is not None
    assert Act.SIGN_IN not in {key.act for key in (*layout.row, *layout.more)}


def test_a_key_opens_its_choices_or_the_pages_own_sheet_or_nothing() -> None:
    assert sheet(SEARCH) == "sheet-search"
    assert sheet(EXCEPTION) == "sheet-exception-exception-key"
    assert sheet(Key(Act.WIPE, Word("wipe"))) == ""


def test_choices_of_choices_are_found() -> None:
    inner = Key("x", Word("confirm"), choices=(Key(Act.WIPE, Word("wipe")),))
    outer = Key("y", Word("choose"), choices=(inner,))
    assert list(with_choices([outer, SEARCH])) == [outer, inner]
