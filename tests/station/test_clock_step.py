"""A clock that is set ends nobody's rest, question or silence before its time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from drivers.events import Health, Heartbeat, Role
from station import kinds
from station.clock import Clock, Skipped
from station.desk.health import Devices
from station.lane.clock_step import LEAST_STEP_MS, SteadyWall, step
from tests.station.storyboard import ann, ben, day

HOUR_MS = 3_600_000


def test_slewing_is_no_step_and_a_set_clock_is_told_once() -> None:
    wall = SteadyWall(1_000, 0)
    assert wall.step_ms(2_000, 1_000) == 0
    assert wall.step_ms(3_000 + LEAST_STEP_MS - 1, 2_000) == 0
    assert wall.step_ms(4_000 + HOUR_MS, 3_000) == HOUR_MS
    assert wall.step_ms(5_000 + HOUR_MS, 4_000) == 0
    assert wall.step_ms(6_000, 5_000) == -HOUR_MS


@given(by_ms=st.sampled_from([-20 * HOUR_MS, -HOUR_MS, HOUR_MS, 48 * HOUR_MS]))
def test_who_rests_rests_on(by_ms: int) -> None:
    story = day("set").shows(ann).reads(37.9).expect("retake", of=ann)
    (before,) = story.lane.waiting.values()
    step(story.lane, by_ms)
    story.now_ms += by_ms
    story.waits(60)
    (after,) = story.lane.waiting.values()
    assert (after.since_ms - before.since_ms, after.ready_ms - before.ready_ms) == (by_ms, by_ms)
    story.waits(5 * 60).shows(ann).reads(36.4, ann).expect("admit", of=ann).ends()


def test_a_question_stands_as_long_as_before() -> None:
    story = day("asked").shows(ann).shows(ben).asks("two_people")
    step(story.lane, HOUR_MS)
    story.now_ms += HOUR_MS
    story.waits(1).asks("two_people")


def test_an_alarm_is_no_older_than_it_is() -> None:
    story = day("fever").shows(ann).reads(37.9).waits(301).shows(ann).reads(38.0, ann).expect("refer", of=ann)
    step(story.lane, HOUR_MS)
    story.now_ms += HOUR_MS
    story.waits(1)
    assert story.recorded(kinds.CASE_ESCALATED) == []
    story.waits(61)
    assert len(story.recorded(kinds.CASE_ESCALATED)) == 1


def test_a_device_was_not_silent_for_an_hour() -> None:
    devices = Devices([("t1", "thermometer")], 5_000, 0)
    devices.heard(Heartbeat("t1", 1, Role.THERMOMETER, Health.OK, "pty"), 1_000)
    devices.stepped(HOUR_MS)
    assert devices.ticked(2_000 + HOUR_MS) == []
    assert [edge.device.name for edge in devices.ticked(7_000 + HOUR_MS)] == ["t1"]


def test_a_demo_leaves_hours_out(tmp_path: Path) -> None:
    running = [0]
    skipped = Skipped(tmp_path / "skipped")
    clock = Clock(2.0, 1_000_000, 0, running_ns=lambda: running[0], skipped_ms=skipped)
    running[0] = 5_000_000_000
    assert (clock.now_ms(), clock.steady_ms()) == (1_010_000, 10_000)
    skipped.skip(HOUR_MS)
    skipped.skip(1)
    assert (clock.now_ms(), clock.steady_ms()) == (1_010_001 + HOUR_MS, 10_000)
    assert clock.seen_ms(4_000_000_000) == clock.now_ms() - 2_000
    assert Skipped(tmp_path / "skipped")() == HOUR_MS + 1
