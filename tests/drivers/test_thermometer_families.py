"""Every family by its name, through the real port and session, on a clock that may run faster than the line's."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.events import Bound, Event, Health, Heartbeat, Mode, OutOfRange, Reading
from drivers.simulator.thermometer import PtyThermometer
from drivers.thermometer.notes import Note, codes
from drivers.thermometer.port import SerialPort
from drivers.thermometer.protocols import PROTOCOLS, Frame, Picture, searched
from drivers.thermometer.protocols.gy_mcu90640 import encode as picture
from drivers.thermometer.search import plan
from drivers.thermometer.session import Pulse, Session

WITHIN_S = 60.0
#: A pause of the line, which ends an Optris answer, is as long as it is.
RATE = {"optris": 1, "optris_hs": 1, "raytek_mi": 2}
VIEWER = "gy_mcu90640"


class Enough(Exception):
    """The session has said what was waited for."""


class Ear:
    """An outlet that ends the session once it has heard enough."""

    def __init__(self, enough: Callable[[list[Event]], bool]) -> None:
        self.events: list[Event] = []
        self._enough = enough
        self._deadline = time.monotonic() + WITHIN_S

    def send(self, event: Event) -> None:
        self.events.append(event)
        assert time.monotonic() < self._deadline, self.events
        if self._enough(self.events):
            raise Enough

    def close(self) -> None:
        pass


def serve(link: Path, name: str, enough: Callable[[list[Event]], bool], rate: int = 4) -> list[Event]:
    rows = searched() if name == "auto" else (PROTOCOLS[name],)
    probes, ear = plan(rows), Ear(enough)

    def clock() -> int:
        return time.monotonic_ns() * RATE.get(name, rate)

    with SerialPort(str(link), probes[0].baud) as port:
        pulse = Pulse("gun", str(link), ear, clock())
        with pytest.raises(Enough):
            Session(port, probes, outlet=ear, pulse=pulse, device="gun", site=None, clock=clock).run()
    return ear.events


def says(kind: type[Event]) -> Callable[[list[Event]], bool]:
    return lambda events: isinstance(events[-1], kind)


def readings(events: list[Event]) -> list[Reading]:
    return [event for event in events if isinstance(event, Reading)]


@pytest.mark.parametrize("name", [name for name in PROTOCOLS if name != VIEWER])
def test_a_named_family_reads_a_person_at_its_own_speed(tmp_path: Path, name: str) -> None:
    row, link = PROTOCOLS[name], tmp_path / "thermometer"
    with PtyThermometer(link, name, random.Random(4), baud=row.bauds[0], rate_hz=20) as played:
        played.present(3660)
        reading = serve(link, name, says(Reading))[-1]
    assert isinstance(reading, Reading)
    assert abs(reading.centi_celsius - 3660) <= 20
    assert reading.mode is row.mode
    # Whatever was said is kept as bytes that say it again.
    decoder = row.decoder()
    if row.poll is None or len(row.poll.commands) == 1:
        raw = [*decoder.feed(bytes.fromhex(reading.raw.hex)), *decoder.flush()]
        assert [getattr(item, "centi_celsius", None) for item in raw] == [reading.centi_celsius]


@pytest.mark.parametrize("name", [name for name, row in PROTOCOLS.items() if row.encode_other and name != "heimann_hm"])
def test_low_and_high_are_the_devices_own_words_and_never_a_reading(tmp_path: Path, name: str) -> None:
    link = tmp_path / "thermometer"
    for bound in Bound:
        with PtyThermometer(link, name, random.Random(4), rate_hz=20) as played:
            played.out_of_range(bound)
            events = serve(link, name, says(OutOfRange))
        assert isinstance(events[-1], OutOfRange)
        assert events[-1].bound is bound
        assert readings(events) == []


def test_nobody_before_a_heimann_module_is_a_healthy_line_and_no_reading(tmp_path: Path) -> None:
    def heard(events: list[Event]) -> bool:
        return sum(isinstance(event, Heartbeat) and event.health is Health.OK for event in events) > 3

    link = tmp_path / "thermometer"
    with PtyThermometer(link, "heimann_hm", random.Random(4)):
        events = serve(link, "heimann_hm", heard)
    assert {type(event) for event in events} == {Heartbeat}


@pytest.mark.parametrize("name", [VIEWER, "auto"])
def test_a_thermal_camera_is_shown_and_never_gives_a_reading(tmp_path: Path, name: str) -> None:
    def shown(events: list[Event]) -> bool:
        notes = [codes(event.detail) for event in events if isinstance(event, Heartbeat)]
        return notes.count((Note.VIEWER_ONLY,)) > 4

    link = tmp_path / "thermometer"
    with PtyThermometer(link, VIEWER, random.Random(4), baud=115_200) as played:
        played.present(3900)
        events = serve(link, name, shown, rate=2)
        assert bytes.fromhex("A50B") not in played.heard
    last = events[-1]
    assert isinstance(last, Heartbeat)
    assert last.health is Health.OK
    assert "39." in last.detail or "38.9" in last.detail
    assert {type(event) for event in events} == {Heartbeat}
    # A second and not a frame is between two of them, whatever the picture shows.
    beats = [event.observed_ns for event in events if isinstance(event, Heartbeat)][-4:]
    assert beats[-1] - beats[0] >= 2_900_000_000


def test_the_answer_of_a_thermal_camera_to_a_heimann_question_is_no_temperature() -> None:
    decoder = PROTOCOLS["heimann_hm"].decoder()
    # Its emissivity, 0.95, and the pictures it may send meanwhile.
    stream = bytes.fromhex("5A5A5F13") + picture(Frame(3650, 2410)) + bytes.fromhex("5A5A5F13")
    assert not [item for item in decoder.feed(stream) if isinstance(item, Frame)]
    pictures = [item for item in PROTOCOLS[VIEWER].decoder().feed(stream) if isinstance(item, Picture)]
    assert [(shown.lowest_centi, shown.highest_centi, shown.ambient_centi) for shown in pictures] == [
        (2410, 3650, 2410)
    ]


def test_the_surroundings_are_said_once_they_are_out_of_range(tmp_path: Path) -> None:
    def cold(events: list[Event]) -> bool:
        last = events[-1]
        return isinstance(last, Heartbeat) and Note.AMBIENT_COLD in codes(last.detail)

    link = tmp_path / "thermometer"
    with PtyThermometer(link, "gy_614v", random.Random(4)) as played:
        played.scene.ambient_centi = 1_100
        played.present(3650)
        reading = serve(link, "gy_614v", says(Reading))[-1]
        events = serve(link, "gy_614v", cold)
    assert isinstance(reading, Reading)
    assert (reading.mode, reading.ambient_centi) == (Mode.ADJUSTED, 1_150)
    assert isinstance(events[-1], Heartbeat)
    assert events[-1].detail == "ambient_cold: 11.5 °C around the sensor, below 16: skin reads low; warm the place"
