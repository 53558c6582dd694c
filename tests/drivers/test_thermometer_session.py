"""Searching and serving, on a clock that runs eight times as fast as the line's."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.events import Event, Health, Heartbeat, Reading
from drivers.simulator.thermometer import PtyThermometer, Talk
from drivers.thermometer.port import SerialPort
from drivers.thermometer.protocols import PROTOCOLS, Frame, searched
from drivers.thermometer.search import Probe, plan
from drivers.thermometer.session import HEARTBEAT_NS, Pulse, Session

WITHIN_S = 60.0
S = 1_000_000_000


class Enough(Exception):
    """The session has said what was waited for."""


class Ear:
    """An outlet that ends the session once it has heard enough."""

    def __init__(self, enough: Callable[[list[Event]], bool]) -> None:
        self.events: list[Event] = []
        self.enough = enough
        self.deadline = time.monotonic() + WITHIN_S

    def send(self, event: Event) -> None:
        self.events.append(event)
        assert time.monotonic() < self.deadline, self.events
        if self.enough(self.events):
            raise Enough

    def close(self) -> None:
        pass

    @property
    def health(self) -> list[Health]:
        said = [event.health for event in self.events if isinstance(event, Heartbeat)]
        return [after for before, after in zip([None, *said], said, strict=False) if after is not before]


def fast_clock() -> int:
    return time.monotonic_ns() * 8


def listen(link: Path, probes: tuple[Probe, ...], ear: Ear) -> Ear:
    with SerialPort(str(link), probes[0].baud) as port:
        pulse = Pulse("gun", str(link), ear, fast_clock())
        session = Session(port, probes, outlet=ear, pulse=pulse, device="gun", site=None, clock=fast_clock)
        with pytest.raises(Enough):
            session.run()
    return ear


def has_reading(events: list[Event]) -> bool:
    return isinstance(events[-1], Reading)


@pytest.mark.parametrize(
    ("name", "talk"),
    [
        *((row.name, Talk.ALWAYS) for row in searched() if row.name != "gy_mcu90640"),
        ("gy_mcu90615", Talk.AFTER_START),
        ("cjmcu_90614", Talk.AFTER_START),
        ("gy_614v", Talk.WHEN_ASKED),
    ],
)
def test_auto_finds_every_family_however_it_talks(tmp_path: Path, name: str, talk: Talk) -> None:
    row = PROTOCOLS[name]
    link, baud = tmp_path / "thermometer", row.bauds[-1]
    with PtyThermometer(link, row.name, random.Random(1), talk=talk, baud=baud, rate_hz=100) as played:
        played.present(3650)
        ear = listen(link, plan(searched()), Ear(has_reading))
        reading = ear.events[-1]
        assert isinstance(reading, Reading)
        assert abs(reading.centi_celsius - 3650) <= 20
        assert reading.mode is row.mode
        heard = played.heard
    # A device that talks is sent nothing, and what others misunderstand goes only to what nothing else woke.
    assert (heard == b"") is (talk is Talk.ALWAYS and row.answer is None)
    assert (bytes.fromhex("A555") in heard) is (name == "heimann_hm")


def test_a_mute_line_is_said_to_be_silent_and_gets_only_the_tables_commands(tmp_path: Path) -> None:
    link = tmp_path / "thermometer"
    with PtyThermometer(link, "gy_mcu90615", random.Random(1), rate_hz=100) as played:
        played.faults.silent = True
        ear = listen(link, plan((PROTOCOLS["gy_mcu90615"],), 9_600), Ear(lambda events: len(events) > 4))
        heard = played.heard
    assert ear.health == [Health.SILENT]
    assert heard.replace(bytes.fromhex("A545EA"), b"").replace(bytes.fromhex("A515BA"), b"") == b""
    assert len(heard) >= 6


def test_a_device_that_lost_its_power_is_started_again(tmp_path: Path) -> None:
    link = tmp_path / "thermometer"
    with PtyThermometer(link, "gy_mcu90615", random.Random(1), talk=Talk.AFTER_START, rate_hz=100) as played:

        def power_fails_once(events: list[Event]) -> bool:
            healths = [event.health for event in events if isinstance(event, Heartbeat)]
            if healths.count(Health.OK) == 3 and not fails:
                fails.append(True)
                played.restart()
            return healths[-2:] == [Health.SILENT, Health.OK] and bool(fails)

        fails: list[bool] = []
        ear = listen(link, plan((PROTOCOLS["gy_mcu90615"],), 9_600), Ear(power_fails_once))
    assert ear.health == [Health.SILENT, Health.OK, Health.SILENT, Health.OK]


class Burst:
    """A port on which everything comes at once and then nothing; its reads take a tenth of a second each."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.now_ns = S

    def read(self) -> bytes:
        self.now_ns += S // 10
        data, self.data = self.data, b""
        return data

    def set_baud(self, baud: int) -> None:
        pass

    def clock(self) -> int:
        return self.now_ns


def test_frames_understood_during_the_search_count_for_the_first_reading() -> None:
    row = PROTOCOLS["gy_mcu90615"]
    port, ear = Burst(b"".join(row.encode(Frame(3650 + step, 2410)) for step in range(3))), Ear(has_reading)
    session = Session(
        port,  # type: ignore[arg-type]  # plays the port's part without a device
        plan((row,)),
        outlet=ear,
        pulse=Pulse("gun", "burst", ear, port.now_ns),
        device="gun",
        site=None,
        clock=port.clock,
    )
    with pytest.raises(Enough):
        session.run()
    reading = ear.events[-1]
    assert isinstance(reading, Reading)
    assert (reading.centi_celsius, reading.raw.frames) == (3651, 3)


class Said:
    """An outlet that keeps what it hears."""

    def __init__(self) -> None:
        self.beats: list[Heartbeat] = []

    def send(self, event: Event) -> None:
        assert isinstance(event, Heartbeat)
        self.beats.append(event)

    def close(self) -> None:
        pass


def test_the_first_second_belongs_to_the_device() -> None:
    said = Said()
    pulse = Pulse("gun", "port", said, 0)
    pulse.beat(Health.SILENT, "", HEARTBEAT_NS - 1)
    assert said.beats == []
    pulse.beat(Health.SILENT, "", HEARTBEAT_NS)
    assert [beat.health for beat in said.beats] == [Health.SILENT]


def test_a_heartbeat_every_second_and_at_once_when_something_changes() -> None:
    said = Said()
    pulse = Pulse("gun", "port", said, 0)
    script = [(1, Health.OK, ""), (500, Health.OK, ""), (1_001, Health.OK, ""), (1_100, Health.OK, "step_back: so")]
    for ms, health, note in [
        *script,
        (1_150, Health.OK, "step_back: other words"),
        (1_200, Health.NOISE, "step_back: so"),
        (2_199, Health.NOISE, ""),
    ]:
        pulse.beat(health, note, ms * 1_000_000)
    assert [(beat.observed_ns // 1_000_000, beat.health) for beat in said.beats] == [
        (1, Health.OK),
        (1_001, Health.OK),
        (1_100, Health.OK),
        (1_200, Health.NOISE),
    ]
    assert said.beats[2].detail == "step_back: so"
    assert "not understood" in said.beats[3].detail  # a line that is not well matters more than who stands there


def test_the_log_has_one_line_per_edge(caplog: pytest.LogCaptureFixture) -> None:
    pulse = Pulse("gun", "/dev/thermometer", Said(), 0)
    with caplog.at_level("INFO"):
        for second, health in enumerate([Health.OK] * 5 + [Health.SILENT] * 5 + [Health.OK] * 5):
            pulse.beat(health, "", second * S)
    assert [line.split(" - ")[0] for line in caplog.messages] == [
        "thermometer /dev/thermometer: ok",
        "thermometer /dev/thermometer: silent",
        "thermometer /dev/thermometer: ok",
    ]
