from __future__ import annotations

from drivers.events import MAX_DETAIL, Health
from drivers.thermometer.watch import ADVICE, LineWatch

S = 1_000_000_000


def test_a_line_is_silent_until_something_comes() -> None:
    assert LineWatch().health(100 * S) is Health.SILENT


def test_the_first_bytes_are_not_noise_yet() -> None:
    watch = LineWatch()
    watch.bytes_came(10 * S)
    assert watch.health(10 * S) is Health.SILENT
    watch.frame_came(10 * S + 1)
    assert watch.health(10 * S + 1) is Health.OK


def test_bytes_without_frames_for_a_second_are_noise_and_frames_are_well() -> None:
    watch = LineWatch()
    watch.bytes_came(10 * S)
    watch.bytes_came(11 * S)
    assert watch.health(11 * S) is Health.NOISE
    watch.frame_came(11 * S)
    assert watch.health(14 * S) is Health.OK


def test_three_seconds_without_a_valid_frame_are_too_long() -> None:
    watch = LineWatch()
    watch.bytes_came(10 * S)
    watch.frame_came(10 * S)
    assert watch.health(13 * S + 1) is Health.SILENT


def test_noise_that_began_while_frames_were_fresh_is_noise_at_once() -> None:
    watch = LineWatch()
    watch.frame_came(10 * S)
    for tenth in range(1, 31):
        watch.bytes_came(10 * S + tenth * S // 10)
    assert watch.health(13 * S) is Health.OK
    assert watch.health(13 * S + 1) is Health.NOISE


def test_noise_that_stops_is_silence_and_must_last_again() -> None:
    watch = LineWatch()
    watch.bytes_came(10 * S)
    watch.bytes_came(12 * S)
    assert watch.health(12 * S) is Health.NOISE
    assert watch.health(15 * S + 1) is Health.SILENT
    watch.bytes_came(16 * S)
    assert watch.health(16 * S) is Health.SILENT


def test_a_line_that_is_not_well_comes_with_advice() -> None:
    assert ADVICE[Health.OK] == ""
    assert all(0 < len(ADVICE[health]) <= MAX_DETAIL for health in (Health.SILENT, Health.NOISE))
