"""The real program against the played thermometer: people."""

from __future__ import annotations

import itertools
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.datagram import decode
from drivers.events import Health, Heartbeat, Mode, Reading, Role, Site
from drivers.simulator.thermometer import PtyThermometer
from drivers.thermometer.settle import STEP_BACK
from tests.drivers.thermometer_program import WITHIN_S, Program


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "thermometer"


@pytest.fixture
def played(link: Path) -> Iterator[PtyThermometer]:
    with PtyThermometer(link, "gy_mcu90615", random.Random(1)) as thermometer:
        yield thermometer


def test_a_person_is_read_once_and_the_heart_beats(played: PtyThermometer, link: Path) -> None:
    with Program("--port", link, "--protocol", "auto", "--print", "--device", "east", "--site", "wrist") as program:
        first = program.health(Health.OK)
        assert (first.device, first.role, first.port, first.detail) == ("east", Role.THERMOMETER, str(link), "")
        played.present(3652)
        reading = program.reading()
        assert abs(reading.centi_celsius - 3652) <= 15
        assert (reading.device, reading.site, reading.mode) == ("east", Site.WRIST, Mode.SURFACE)
        assert reading.ambient_centi == 2450
        assert reading.raw.frames >= 3
        assert reading.raw.spread_centi <= 30
        assert bytes.fromhex(reading.raw.hex)[:4] == bytes.fromhex("5A5A4504")
        program.heartbeats(2)
        assert len(program.readings) == 1
    beats = [event.observed_ns for event in program.events if isinstance(event, Heartbeat)]
    assert all(0.9e9 < later - earlier < 2e9 for earlier, later in itertools.pairwise(beats))


def test_two_alike_one_after_the_other_are_two_readings(played: PtyThermometer, link: Path) -> None:
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        played.present(3660)
        first = program.reading()
        played.leave()
        program.heartbeats(2)  # at least one second of wall
        played.present(3660)
        second = program.reading()
    assert program.readings == [first, second]
    assert abs(first.centi_celsius - 3660) <= 15
    assert abs(second.centi_celsius - 3660) <= 15
    assert second.observed_ns > first.observed_ns


def test_someone_who_steps_in_at_once_is_asked_to_step_back(played: PtyThermometer, link: Path) -> None:
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        played.present(3640)
        program.reading()
        played.present(3850)
        note = program.until(lambda event: isinstance(event, Heartbeat) and event.detail == STEP_BACK, "note")
        assert isinstance(note, Heartbeat)
        assert note.health is Health.OK
        assert len(program.readings) == 1
        played.leave()
        program.until(lambda event: isinstance(event, Heartbeat) and event.detail == "", "all clear")
        played.present(3850)
        assert abs(program.reading().centi_celsius - 3850) <= 15


def test_readings_reach_the_inbox(played: PtyThermometer, link: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as desk:
        desk.bind(str(tmp_path / "inbox"))
        desk.settimeout(WITHIN_S)
        played.present(3650)
        deadline = time.monotonic() + WITHIN_S
        with Program("--port", link, "--protocol", "gy_mcu90615", "--inbox", tmp_path / "inbox"):
            while not isinstance(decode(desk.recv(20_000)), Reading):
                assert time.monotonic() < deadline
