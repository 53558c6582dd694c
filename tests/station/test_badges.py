"""The header says what is wrong, worst first, and nothing that nobody has seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.camera.hint import Hint
from drivers.camera.hint import text as hint_text
from drivers.thermometer.notes import Note, join, text
from station.desk.health import Device
from station.screen.badges import Condition, Road, badges
from station.screen.elements import Level
from station.wire.entry import ClockState

WELL = Device("t1", "thermometer", True, 0, heard_ms=5)
CALM = Condition((WELL,), ClockState.SYNCED, Road("ok", 0), 0, "ok", "ok", True, False)


def codes(condition: Condition) -> list[str]:
    return [badge.word.code for badge in badges(condition)]


def test_a_calm_gate_shows_that_its_thermometer_works() -> None:
    assert codes(CALM) == ["thermometer_ok"]


def test_a_device_that_has_not_spoken_yet_is_neither_well_nor_lost() -> None:
    assert codes(replace(CALM, devices=(replace(WELL, heard_ms=None),))) == []


def test_a_lost_device_comes_first_and_says_since_when() -> None:
    lost = Device("c1", "camera", False, 77, heard_ms=5)
    first, *_ = badges(replace(CALM, devices=(WELL, lost), road=Road("offline", 50)))
    assert (first.word.code, first.level, first.since_ms) == ("camera_lost", Level.BAD, 77)


def test_of_two_thermometers_the_lost_one_is_named() -> None:
    lost = Device("t2", "thermometer", False, 77, heard_ms=5)
    first, *rest = badges(replace(CALM, devices=(WELL, lost)))
    assert dict(first.word.gaps) == {"name": "t2"}
    assert "thermometer_ok" not in [badge.word.code for badge in rest]


def test_what_a_working_thermometer_says_of_its_place_is_shown() -> None:
    detail = join([text(Note.AMBIENT_COLD, 1210), text(Note.STEP_BACK)])
    assert codes(replace(CALM, devices=(replace(WELL, detail=detail),))) == [
        "ambient_cold",
        "step_back",
        "thermometer_ok",
    ]


def test_the_detail_of_a_lost_thermometer_is_not_shown_as_if_it_still_measured() -> None:
    lost = replace(WELL, working=False, detail=text(Note.AMBIENT_COLD, 1210))
    assert codes(replace(CALM, devices=(lost,))) == ["thermometer_lost"]


@pytest.mark.parametrize("hint", Hint)
def test_what_a_camera_says_of_a_code_that_it_cannot_read_comes_before_what_is_only_to_be_known(hint: Hint) -> None:
    camera = Device("c1", "camera", True, 0, heard_ms=5, detail=hint_text(hint))
    found = badges(replace(CALM, devices=(WELL, camera), road=Road("offline", 0)))
    assert (found[0].word.code, found[0].level) == (hint.value, Level.WARN)
    assert "camera_ok" in [badge.word.code for badge in found]
    lost = replace(camera, working=False)
    assert hint.value not in codes(replace(CALM, devices=(WELL, lost)))


def test_a_few_unsent_entries_are_on_their_way_and_not_shown() -> None:
    assert "unsent" not in codes(replace(CALM, unsent=4))
    assert "unsent" in codes(replace(CALM, unsent=5))
    assert "unsent" in codes(replace(CALM, unsent=1, road=Road("offline", 0)))


def test_without_hardware_without_a_clock_without_storage_the_header_says_so() -> None:
    bad = replace(CALM, signals="no_hardware", clock=ClockState.RESTORED, storage_ok=False, refused_order=True)
    assert codes(bad) == ["storage_bad", "clock_not_set", "no_hardware", "order_refused", "thermometer_ok"]
