from __future__ import annotations

import os
import random
import select
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.events import Bound
from drivers.simulator.faults import damaged, ending_like_header
from drivers.simulator.scene import Scene
from drivers.simulator.thermometer import PtyThermometer, Talk
from drivers.thermometer.port import PortLost, SerialPort
from drivers.thermometer.protocols import PROTOCOLS, Frame, Garbage, Item

P1 = PROTOCOLS["gy_mcu90615"]
WITHIN_S = 60.0  # a deadline, never waited for when all is well


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "thermometer"


@pytest.fixture
def played(link: Path) -> Iterator[PtyThermometer]:
    with PtyThermometer(link, "gy_mcu90615", random.Random(1), rate_hz=50) as thermometer:
        yield thermometer


def read_until(port: SerialPort, enough: Callable[[list[Item]], bool], name: str = "gy_mcu90615") -> list[Item]:
    decoder, items, deadline = PROTOCOLS[name].decoder(), [], time.monotonic() + WITHIN_S
    while not enough(items):
        assert time.monotonic() < deadline, f"{len(items)} items, but not what was waited for"
        items += decoder.feed(port.read())
    return items


def seen(items: list[Item]) -> list[int]:
    return [item.surface_centi for item in items if isinstance(item, Frame)]


#: The others only answer, or show pictures; tests/drivers/test_thermometer_session.py plays them.
TALKING = [row for row in PROTOCOLS.values() if row.answer is None and row.name != "gy_mcu90640"]


@pytest.mark.parametrize("protocol", TALKING, ids=lambda row: row.name)
def test_every_family_that_talks_is_played(link: Path, protocol: object) -> None:
    row = next(row for row in TALKING if row is protocol)
    with (
        PtyThermometer(link, row.name, random.Random(1), rate_hz=20) as thermometer,
        SerialPort(str(link), 9_600) as port,
    ):
        read_until(port, lambda items: len(seen(items)) > 2, row.name)
        thermometer.present(3650)

        def shows_the_person(items: list[Item]) -> bool:
            return any(abs(item.centi_celsius - 3650) <= 11 for item in items if isinstance(item, Frame))

        read_until(port, shows_the_person, row.name)


def test_a_wall_then_a_person_then_a_wall(played: PtyThermometer, link: Path) -> None:
    with SerialPort(str(link), 9_600) as port:
        assert all(abs(centi - 2400) <= 10 for centi in seen(read_until(port, lambda items: len(seen(items)) > 5)))
        played.present(3650, seconds=0.2)
        read_until(port, lambda items: any(centi > 3600 for centi in seen(items)))
        read_until(port, lambda items: any(centi < 2500 for centi in seen(items)))


def test_a_person_may_warm_up_and_something_may_be_too_hot_or_cold(played: PtyThermometer, link: Path) -> None:
    with SerialPort(str(link), 9_600) as port:
        played.scene.drift_centi_per_s = 500.0
        played.present(3500)
        read_until(port, lambda items: any(centi > 3600 for centi in seen(items)))
        played.scene.drift_centi_per_s = 0.0
        played.out_of_range(Bound.HIGH)
        read_until(port, lambda items: any(centi > 4700 for centi in seen(items)))
        played.out_of_range(Bound.LOW)
        read_until(port, lambda items: any(centi < 1300 for centi in seen(items)))


def test_unplugging_takes_the_name_away_and_replugging_brings_another_node(played: PtyThermometer, link: Path) -> None:
    first = os.readlink(link)
    played.unplug()
    played.unplug()
    assert not link.is_symlink()
    with pytest.raises(PortLost):
        SerialPort(str(link), 9_600)
    played.replug()
    played.replug()
    assert os.readlink(link) == played.node != first
    with SerialPort(str(link), 9_600) as port:
        read_until(port, lambda items: len(seen(items)) > 2)


def test_the_first_bytes_after_plugging_in_are_the_end_of_a_frame(played: PtyThermometer) -> None:
    played.unplug()
    played.replug()
    node = os.open(played.node, os.O_RDONLY | os.O_NOCTTY)
    try:
        assert select.select([node], [], [], WITHIN_S)[0]
        first = os.read(node, 100)
    finally:
        os.close(node)
    assert len(first) % 9 != 0
    items = list(P1.decoder().feed(first))
    assert isinstance(items[0], Garbage)
    assert seen(items)


def test_a_frame_may_be_joined_in_its_middle(played: PtyThermometer, link: Path) -> None:
    with SerialPort(str(link), 9_600) as port:
        assert not any(isinstance(item, Garbage) for item in read_until(port, lambda items: len(seen(items)) > 2))
        played.begin_mid_frame()
        items = read_until(port, lambda items: len(items) > 10)
    assert 0 < sum(isinstance(item, Garbage) for item in items) < 9


def test_at_another_speed_it_is_garbage_both_ways(link: Path) -> None:
    with (
        PtyThermometer(link, "gy_mcu90615", random.Random(1), baud=9_600, rate_hz=50) as played,
        SerialPort(str(link), 115_200) as port,
    ):
        port.write(b"\xa5\x45\xea")
        assert seen(read_until(port, lambda items: len(items) > 90)) == []
        assert played.heard == b""
        port.set_baud(9_600)
        port.write(b"\xa5\x45\xea")
        read_until(port, lambda items: len(seen(items)) > 2)
        assert played.heard == b"\xa5\x45\xea"


def test_a_device_that_waits_for_its_start_command(link: Path) -> None:
    with (
        PtyThermometer(link, "gy_mcu90615", random.Random(1), talk=Talk.AFTER_START) as played,
        SerialPort(str(link), 9_600) as port,
    ):
        assert port.read() == b""
        port.write(b"\xa5\x45\xea")
        read_until(port, lambda items: len(seen(items)) > 2)
        played.unplug()
        played.replug()
        with SerialPort(str(link), 9_600) as again:
            assert again.read() == b""  # after power-up it waits again


def test_a_device_that_speaks_when_asked(link: Path) -> None:
    with (
        PtyThermometer(link, "gy_mcu90615", random.Random(1), talk=Talk.WHEN_ASKED),
        SerialPort(str(link), 9_600) as port,
    ):
        port.write(b"\xa5\x45\xea")
        assert port.read() == b""
        for _ in range(3):
            port.write(b"\xa5\x15\xba")
            assert len(read_until(port, lambda items: len(seen(items)) == 1)) == 1


def test_silence_and_babble(played: PtyThermometer, link: Path) -> None:
    played.faults.babble = True
    with SerialPort(str(link), 9_600) as port:
        read_until(port, lambda items: len(items) > 90)
        assert seen(read_until(port, lambda items: len(items) > 90)) == []
        played.faults.silent = True
        deadline = time.monotonic() + WITHIN_S
        while port.read():
            assert time.monotonic() < deadline
        played.faults.silent = played.faults.babble = False
        read_until(port, lambda items: len(seen(items)) > 2)


def test_every_sum_like_the_header(played: PtyThermometer, link: Path) -> None:
    played.faults.sum_like_header = True
    with SerialPort(str(link), 9_600) as port:
        read_until(port, lambda items: len(seen(items)) > 2)
        items = read_until(port, lambda items: len(seen(items)) > 20)
    assert {item.data[-1] for item in items if isinstance(item, Frame)} == {0x5A}


@pytest.mark.parametrize("name", ["gy_mcu90615", "gy_614v", "cjmcu_90614", "cjmcu_90614_object_first"])
def test_any_frame_can_end_like_its_header(name: str) -> None:
    row = PROTOCOLS[name]
    data = ending_like_header(Frame(3312, 2450, 3652), row)
    assert data[-1] == data[0]
    assert len(seen(list(row.decoder().feed(data)))) == 1


def test_damage_is_the_share_that_was_asked_for() -> None:
    whole = bytes(100_000)
    assert damaged(whole, 0.0, random.Random(1)) == whole
    spoilt = damaged(whole, 0.03, random.Random(1))
    flipped = len(spoilt) - spoilt.count(0)
    assert 900 < flipped < 1_100
    assert len(spoilt) != len(whole)


def test_the_scene_is_the_same_for_the_same_chance() -> None:
    scenes = [Scene(P1.mode), Scene(P1.mode)]
    rolls = [random.Random(5), random.Random(5)]
    for scene in scenes:
        scene.person_centi = 3650
    assert [scenes[0].frame(rolls[0], n) for n in range(9)] == [scenes[1].frame(rolls[1], n) for n in range(9)]


def test_closing_ends_the_thread_and_takes_the_name_away(link: Path) -> None:
    thermometer = PtyThermometer(link, "gy_mcu90615", random.Random(1))
    thermometer.close()
    thermometer.close()
    assert not link.is_symlink()
