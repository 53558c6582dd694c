"""What the outputs do between two calls, without a thread and without a clock."""

from __future__ import annotations

import pytest

from drivers.patterns import BUZZER, GATE, Meaning
from drivers.showing import Drive, Showing, Volume, VolumeError

Change = tuple[int, str, bool]


def walk(showing: Showing, begin: int, end: int) -> list[Change]:
    """Every change of every output after *begin* and up to *end*, found as the thread finds it."""
    changes: list[Change] = []
    on = set(showing.step(begin))
    at = showing.next_change(begin)
    while at is not None and at <= end:
        now_on = set(showing.step(at))
        changes += [(at, name, name in now_on) for name in sorted(on ^ now_on)]
        on, at = now_on, showing.next_change(at)
    return changes


def sounds(changes: list[Change]) -> list[int]:
    return [at for at, name, on in changes if name == BUZZER and on]


@pytest.fixture
def showing() -> Showing:
    return Showing(Volume())


def test_everything_is_off_at_first(showing: Showing) -> None:
    assert showing.step(0) == {}
    assert showing.next_change(0) is None


def test_a_pattern_runs_from_when_it_was_shown(showing: Showing) -> None:
    showing.show(Meaning.ADMIT, 5000)
    assert set(showing.step(5000)) == {"green", BUZZER}
    assert walk(showing, 5000, 99_000) == [(5080, BUZZER, False), (8000, "green", False)]
    assert showing.next_change(8000) is None


def test_a_later_meaning_replaces_the_earlier_one(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.show(Meaning.DENY, 3100)
    assert set(showing.step(3100)) == {"red", BUZZER}
    assert walk(showing, 3100, 99_000) == [(3400, BUZZER, False), (3700, BUZZER, True), (4000, BUZZER, False)]


def test_idle_puts_out_lamp_and_sound(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.show(Meaning.IDLE, 10)
    assert showing.step(10) == {}
    assert showing.next_change(10) is None


def test_silence_takes_the_sound_and_leaves_the_lamp(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    changes = walk(showing, 100, 120_099)
    assert sounds(changes) == []
    assert len([1 for _, name, _ in changes if name == "red"]) == 480


def test_silence_ends_by_itself_with_a_whole_burst(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(10_000, 500)
    again = sounds(walk(showing, 500, 17_400))
    assert again == [10_500 + start for start in (0, 240, 480, 840, 1080, 1680, 1920, 2160, 2520, 2760)]
    assert sounds(walk(showing, 17_400, 17_500)) == [17_500]


def test_a_new_fever_is_heard_although_the_old_one_was_silenced(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    showing.show(Meaning.FEVER, 5000)
    assert BUZZER in showing.step(5000)


def test_a_resumed_fever_keeps_its_silence_and_the_lane_is_heard_meanwhile(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    showing.show(Meaning.ADMIT, 5000)
    assert set(showing.step(5000)) == {"green", BUZZER}
    showing.show(Meaning.FEVER, 8000, resumed=True)
    assert sounds(walk(showing, 8000, 120_000)) == []
    assert sounds(walk(showing, 120_000, 120_100)) == [120_100]


def test_clearing_ends_a_silence(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    showing.show(Meaning.IDLE, 200)
    showing.show(Meaning.FEVER, 300, resumed=True)
    assert BUZZER in showing.step(300)


def test_silencing_a_finished_chime_leaves_the_fever_silenced(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    showing.show(Meaning.ADMIT, 200)
    showing.silence(120_000, 1000)
    showing.show(Meaning.FEVER, 2000, resumed=True)
    assert BUZZER not in showing.step(2000)


def test_an_unanswered_fever_is_silenced_while_the_lane_shows_something_over_it(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.show(Meaning.RETAKE, 5000)
    showing.silence(120_000, 5100)
    assert sounds(walk(showing, 5100, 9000)) == []
    showing.show(Meaning.FEVER, 10_000, resumed=True)
    assert sounds(walk(showing, 10_000, 125_000)) == []
    showing.show(Meaning.RETAKE, 125_010)  # the next person's
    assert BUZZER in showing.step(125_010)


def test_an_unanswered_fever_gets_louder_while_the_lane_shows_something_over_it(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.show(Meaning.ADMIT, 59_000)
    showing.louder(60_000)
    assert set(showing.step(60_000)) == {"green"}
    showing.show(Meaning.FEVER, 62_000, resumed=True)
    assert walk(showing, 62_000, 62_200) == [(62_180, BUZZER, False)]


def test_a_referral_gets_neither_louder_nor_remembered(showing: Showing) -> None:
    showing.show(Meaning.REFER, 0)
    showing.louder(100)
    assert walk(showing, 0, 130)[0] == (120, BUZZER, False)
    showing.show(Meaning.IDLE, 200)
    showing.silence(1000, 300)
    assert showing.next_change(300) is None


def test_louder_begins_at_once_and_lasts_until_cleared(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.louder(60_000)
    assert showing.step(60_000)[BUZZER] == Drive(100, 930)
    assert walk(showing, 60_000, 60_180)[0] == (60_180, BUZZER, False)
    showing.show(Meaning.ADMIT, 61_000)
    showing.show(Meaning.FEVER, 64_000, resumed=True)
    assert sounds(walk(showing, 64_000, 70_000))[-1] == 70_000
    showing.show(Meaning.IDLE, 71_000)
    showing.show(Meaning.FEVER, 80_000)
    assert walk(showing, 80_000, 80_120)[0] == (80_120, BUZZER, False)


def test_louder_twice_does_not_begin_again_and_without_an_alarm_does_nothing(showing: Showing) -> None:
    showing.louder(0)
    assert showing.step(0) == {}
    showing.show(Meaning.FEVER, 0)
    showing.louder(100)
    showing.louder(150)
    assert walk(showing, 150, 280)[-1] == (280, BUZZER, False)


def test_a_silenced_fever_stays_silent_when_it_gets_louder(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    showing.silence(120_000, 100)
    showing.louder(60_000)
    assert sounds(walk(showing, 60_000, 120_099)) == []
    assert sounds(walk(showing, 120_099, 120_100)) == [120_100]


def test_a_device_notice_leaves_lamps_and_a_sound_still_going_on(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    before = Showing(Volume())
    before.show(Meaning.FEVER, 0)
    showing.show(Meaning.DEVICE, 4000)
    assert walk(showing, 4000, 30_000) == walk(before, 4000, 30_000)


def test_a_device_notice_sounds_beside_a_steady_lamp(showing: Showing) -> None:
    showing.show(Meaning.DENY, 0)
    showing.show(Meaning.DEVICE, 5000)
    assert showing.step(5000) == {"red": Drive(), BUZZER: Drive(100, 220)}
    assert walk(showing, 5000, 60_000) == [(5150, BUZZER, False)]


def test_the_gate_closes_by_itself_and_can_only_be_lengthened(showing: Showing) -> None:
    showing.open_gate(3000, 0)
    showing.open_gate(1000, 100)
    assert walk(showing, 100, 99_000) == [(3000, GATE, False)]
    showing.open_gate(1000, 10_000)
    showing.open_gate(3000, 10_500)
    assert walk(showing, 10_500, 99_000) == [(13_500, GATE, False)]


def test_the_gate_does_not_depend_on_what_is_shown(showing: Showing) -> None:
    showing.open_gate(3000, 0)
    showing.show(Meaning.FEVER, 1000)
    showing.show(Meaning.IDLE, 2000)
    assert set(showing.step(2000)) == {GATE}
    showing.close_gate()
    assert showing.step(2000) == {}


def test_the_self_test_drives_each_output_and_then_shows_what_was_shown(showing: Showing) -> None:
    showing.show(Meaning.DENY, 0)
    showing.self_test(5000)
    changes = walk(showing, 5000, 99_000)
    assert [(at - 5000, name) for at, name, on in changes if on] == [
        (1000, "amber"),
        (2000, "green"),
        (3000, BUZZER),
        (3400, BUZZER),
        (3600, "red"),  # the deny that was shown before
    ]


def test_a_meaning_ends_the_self_test(showing: Showing) -> None:
    showing.self_test(0)
    showing.show(Meaning.FEVER, 1200)
    assert set(showing.step(1200)) == {"red", BUZZER}


def test_a_tonal_buzzer_is_turned_down_at_night_but_not_for_an_alarm() -> None:
    showing = Showing(Volume(day_percent=80, night_percent=20, tonal=True))
    loud = {}
    for meaning in (Meaning.ADMIT, Meaning.RETAKE, Meaning.DENY, Meaning.REFER, Meaning.FEVER):
        showing.show(meaning, 0, night=True)
        loud[meaning] = showing.step(0)[BUZZER].percent
    assert set(loud.values()) == {20, 80}
    assert {meaning for meaning, percent in loud.items() if percent == 80} == {Meaning.REFER, Meaning.FEVER}


def test_an_active_buzzer_only_ticks_for_admit_at_night(showing: Showing) -> None:
    showing.show(Meaning.ADMIT, 0, night=True)
    assert walk(showing, 0, 2000) == [(20, BUZZER, False)]
    showing.show(Meaning.RETAKE, 5000, night=True)
    assert walk(showing, 5000, 5200) == [(5200, BUZZER, False)]  # nothing but its rhythm tells what it means


def test_a_night_volume_of_nothing_is_silent_except_for_alarms() -> None:
    showing = Showing(Volume(night_percent=0))
    showing.show(Meaning.ADMIT, 0, night=True)
    assert set(showing.step(0)) == {"green"}
    showing.show(Meaning.FEVER, 5000, night=True)
    assert BUZZER in showing.step(5000)


def test_bursts_are_told_once_each_and_not_while_silent(showing: Showing) -> None:
    showing.show(Meaning.FEVER, 0)
    told = [(at, showing.finished_burst(at)) for at in (0, 2879, 2880, 2881, 9880)]
    assert told == [(0, None), (2879, None), (2880, (Meaning.FEVER, 1)), (2881, None), (9880, (Meaning.FEVER, 2))]
    showing.silence(10_000, 10_000)
    assert showing.finished_burst(16_880) is None


def test_a_device_notice_is_no_burst(showing: Showing) -> None:
    showing.show(Meaning.DEVICE, 0)
    assert showing.finished_burst(1000) is None


@pytest.mark.parametrize(("day", "night"), [(19, 30), (101, 30), (100, -1), (100, 101), (True, 30), (50.0, 30)])
def test_a_volume_that_cannot_be_used_is_refused(day: int, night: int) -> None:
    with pytest.raises(VolumeError, match="expected a whole number"):
        Volume(day, night)
