"""Devices: lost when they say so or say nothing, back when they speak; and the station's clock."""

from __future__ import annotations

import pytest

from drivers.events import Health, Heartbeat, Role
from station.clock import Clock
from station.desk.health import MAX_DEVICES, Devices, Edge
from station.wire.entry import ClockState

LOST_MS = 5_000


def beat(name: str = "t1", health: Health = Health.OK, detail: str = "") -> Heartbeat:
    return Heartbeat(name, 1, Role.THERMOMETER, health, "p", detail)


def edges(found: Edge | None) -> list[tuple[str, bool]]:
    return [] if found is None else [(found.device.name, found.device.working)]


def test_a_device_breaks_once_and_comes_back_once() -> None:
    devices = Devices([("t1", "thermometer")], LOST_MS, 0)
    assert edges(devices.heard(beat(), 1_000)) == []
    assert edges(devices.heard(beat(health=Health.LOST, detail="unplugged"), 2_000)) == [("t1", False)]
    assert edges(devices.heard(beat(health=Health.NOISE), 3_000)) == []
    assert devices.devices["t1"].since_ms == 2_000
    assert edges(devices.heard(beat(), 4_000)) == [("t1", True)]


def test_a_device_that_says_nothing_is_lost_once() -> None:
    devices = Devices([("t1", "thermometer"), ("c1", "camera")], LOST_MS, 0)
    devices.heard(beat(), 3_000)
    assert [edge.device.name for edge in devices.ticked(4_999)] == []
    assert [edge.device.name for edge in devices.ticked(5_000)] == ["c1"]
    assert [edge.device.name for edge in devices.ticked(8_000)] == ["t1"]
    assert devices.ticked(60_000) == []
    assert (devices.devices["t1"].working, devices.devices["t1"].since_ms) == (False, 8_000)
    assert edges(devices.heard(beat(), 61_000)) == [("t1", True)]


def test_a_device_that_nobody_expected_is_shown_when_it_breaks() -> None:
    devices = Devices([], LOST_MS, 0)
    assert edges(devices.heard(beat("extra"), 1)) == []
    assert edges(devices.heard(beat("broken", Health.LOST), 1)) == [("broken", False)]


def test_invented_names_do_not_fill_the_screen() -> None:
    devices = Devices([("t1", "thermometer")], LOST_MS, 0)
    for number in range(1000):
        devices.heard(beat(f"x{number}", Health.LOST), 1)
    assert len(devices.devices) == MAX_DEVICES
    assert edges(devices.heard(beat(health=Health.LOST), 2)) == [("t1", False)]


# -- the clock -----------------------------------------------------------------------------------------------------


def test_faster_than_life_only_what_is_meant_is_faster() -> None:
    running = [1_000_000_000]
    clock = Clock(60, 500_000, wall_ns=lambda: 7, running_ns=lambda: running[0], state=lambda: ClockState.SYNCED)
    assert clock.now_ms() == 500_000
    running[0] += 2_000_000_000
    assert clock.now_ms() == 500_000 + 120_000
    assert clock.seen_ms(running[0] - 100_000_000) == clock.now_ms() - 6_000
    assert clock.seen_ms(running[0] + 999) == clock.now_ms()  # stamped in the future: no older than now
    moment = clock.moment()
    assert (moment.at_ms, moment.boottime_ns, moment.clock) == (clock.now_ms(), running[0], ClockState.SYNCED)


def test_at_rate_one_it_is_the_wall() -> None:
    clock = Clock(wall_ns=lambda: 1_606_003_200_123_456_789, running_ns=lambda: 5)
    assert clock.now_ms() == 1_606_003_200_123


@pytest.mark.parametrize(("now_ms", "state"), [(99, ClockState.UNKNOWN), (100, ClockState.RTC)])
def test_a_time_that_is_certainly_past_is_not_believed(now_ms: int, state: ClockState) -> None:
    clock = Clock(floor_ms=100, state=lambda: ClockState.RTC, wall_ns=lambda: now_ms * 1_000_000, running_ns=lambda: 0)
    assert clock.state() is state
