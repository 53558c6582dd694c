"""The real program against the played thermometer: how it ends, and with which code."""

from __future__ import annotations

import random
import signal
import time
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


def test_unplugged_it_says_so_and_ends_and_replugged_the_next_start_reads_right(
    played: PtyThermometer, link: Path
) -> None:
    first_node = played.node
    with Program("--port", link, "--protocol", "auto", "--print") as program:
        program.health(Health.OK)
        played.unplug()
        code, said = program.ends()
        last = program.events[-1]
    assert code == 3
    assert said.splitlines()[-1].startswith(f"thermometer: {link} has gone; check its plug and its cable")
    assert "Traceback" not in said
    assert isinstance(last, Heartbeat)
    assert last.health is Health.LOST
    assert last.detail.startswith(f"thermometer: {link} has gone")
    played.replug()
    played.present(3712)
    assert played.node != first_node
    with Program("--port", link, "--protocol", "auto", "--print") as program:
        assert abs(program.reading().centi_celsius - 3712) <= 15


def test_a_port_that_is_not_there_is_said_at_once(link: Path) -> None:
    with Program("--port", link, "--protocol", "auto", "--print") as program:
        code, said = program.ends()
    assert code == 3
    assert len(said.splitlines()) == 1
    (only,) = program.events
    assert isinstance(only, Heartbeat)
    assert (only.health, only.port) == (Health.LOST, str(link))
    assert only.detail.startswith(f"thermometer: {link} cannot be opened")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_stops_at_once(played: PtyThermometer, link: Path, number: signal.Signals) -> None:
    with Program("--port", link, "--protocol", "auto", "--print") as program:
        program.health(Health.OK)
        asked = time.monotonic()
        program.process.send_signal(number)
        code, said = program.ends()
        assert time.monotonic() - asked < 1.0
    assert code == 0
    assert "Traceback" not in said
    assert played.node


def test_a_desk_that_is_away_ends_the_driver_loudly(played: PtyThermometer, link: Path, tmp_path: Path) -> None:
    with Program("--port", link, "--protocol", "auto", "--print", "--inbox", tmp_path / "nobody") as program:
        program.heartbeats(1)  # lost at the inbox, which is allowed
        played.present(3650)
        code, said = program.ends()
    assert code == 4
    assert said.splitlines()[-1].startswith(f"inbox: {tmp_path / 'nobody'} took no Reading for 1 s")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "required: --port, --protocol"),
        (("--port", "x", "--protocol", "mercury", "--print"), "invalid choice: 'mercury'"),
        (("--port", "x", "--protocol", "auto"), "nowhere to send events"),
        (("--port", "x", "--protocol", "auto", "--print", "--device", ""), "1 to 64 characters"),
    ],
)
def test_wrong_options_are_refused(options: tuple[str, ...], said: str) -> None:
    with Program(*options) as program:
        code, words = program.ends()
    assert code == 2
    assert said in words
