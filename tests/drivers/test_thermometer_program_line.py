"""The real program against the played thermometer: a bad line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.events import Health, Heartbeat
from drivers.simulator.thermometer import PtyThermometer
from tests.drivers.thermometer_program import Program


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "thermometer"


@pytest.fixture
def played(link: Path) -> Iterator[PtyThermometer]:
    with PtyThermometer(link, "gy_mcu90615", random.Random(1)) as thermometer:
        yield thermometer


def test_noise_on_the_line_gives_no_reading_and_real_frames_after_it_do(played: PtyThermometer, link: Path) -> None:
    played.faults.babble = True
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        program.health(Health.NOISE)
        program.heartbeats(1)
        assert program.readings == []
        played.faults.babble = False
        played.present(3650)
        assert abs(program.reading().centi_celsius - 3650) <= 15
        assert {event.health for event in program.events[-1:] if isinstance(event, Heartbeat)} <= {Health.OK}


def test_a_damaged_line_still_reads_and_never_reads_wrong(played: PtyThermometer, link: Path) -> None:
    played.faults.damage = 0.01
    played.faults.sum_like_header = True
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        played.present(3390)
        assert abs(program.reading().centi_celsius - 3390) <= 15
        played.leave()
        program.heartbeats(2)  # at least one second of wall
        played.present(3880)
        assert abs(program.reading().centi_celsius - 3880) <= 15
        assert len(program.readings) == 2


def test_a_device_that_falls_silent_is_said_and_found_again(played: PtyThermometer, link: Path) -> None:
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        spoke_ns = program.health(Health.OK).observed_ns
        played.faults.silent = True
        silent = program.health(Health.SILENT)
        assert 3e9 < silent.observed_ns - spoke_ns < 6e9
        assert "switched on" in silent.detail
        played.faults.silent = False
        assert program.health(Health.OK).detail == ""
