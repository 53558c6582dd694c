"""The real program against the played thermometer: kinds of devices."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.events import Bound, Health, Mode, OutOfRange
from drivers.simulator.thermometer import PtyThermometer, Talk
from tests.drivers.thermometer_program import Program


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "thermometer"


@pytest.fixture
def played(link: Path) -> Iterator[PtyThermometer]:
    with PtyThermometer(link, "gy_mcu90615", random.Random(1)) as thermometer:
        yield thermometer


def test_a_body_thermometer_gives_an_adjusted_reading_and_its_skin(link: Path) -> None:
    with (
        PtyThermometer(link, "gy_614v", random.Random(2), baud=9_600) as played,
        Program("--port", link, "--protocol", "auto", "--print") as program,
    ):
        played.present(3730)
        reading = program.reading()
    assert reading.mode is Mode.ADJUSTED
    assert abs(reading.centi_celsius - 3730) <= 15
    assert reading.raw.centi_celsius == reading.centi_celsius - 340


def test_a_board_that_waits_for_its_start_command_is_started(link: Path) -> None:
    with (
        PtyThermometer(link, "gy_mcu90615", random.Random(3), talk=Talk.AFTER_START, baud=115_200) as played,
        Program("--port", link, "--protocol", "gy_mcu90615", "--baud", 115_200, "--print") as program,
    ):
        played.present(3650)
        program.reading()
        assert played.heard == bytes.fromhex("A545EA")


def test_something_too_hot_is_said_once_and_is_no_reading(played: PtyThermometer, link: Path) -> None:
    with Program("--port", link, "--protocol", "gy_mcu90615", "--print") as program:
        program.health(Health.OK)
        played.out_of_range(Bound.HIGH)
        program.until(lambda event: isinstance(event, OutOfRange), "out of range")
        program.heartbeats(1)
        played.out_of_range(Bound.LOW)
        program.heartbeats(1)
        assert [event.bound for event in program.out_of_ranges] == [Bound.HIGH]
        assert program.readings == []
