"""Our codec against minimalmodbus, which somebody else wrote, and over a pty."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import minimalmodbus
import pytest

from drivers.events import Bound
from drivers.simulator.thermometer import PtyThermometer
from drivers.thermometer.protocols import (
    PROTOCOLS,
    Frame,
    Garbage,
    OutOfBounds,
    calex_pyrousb,
    modbus,
    omega_os_miniusb,
)
from tests.drivers.thermometer_vectors import vector

#: The exchange in a public log of minimalmodbus: register 0 of a temperature controller, 21.9 °C.
ASKED, ANSWERED = bytes.fromhex("010300000001840A"), bytes.fromhex("01030200DBF81F")


def test_the_logged_exchange() -> None:
    assert modbus.request(1, modbus.READ_HOLDING, 0, 1) == ASKED
    assert modbus.answer(1, modbus.READ_HOLDING, [219]) == ANSWERED
    assert modbus.respond(ASKED, 1, {0: 219}) == ANSWERED


def test_recorded_exchanges() -> None:
    row = vector("modbus_src")
    assert (bytes.fromhex(row["tx"]), bytes.fromhex(row["hex"])) == (ASKED, ANSWERED)
    assert int.from_bytes(ANSWERED[3:5], "big") == round(row["value"] * 10)
    pyrousb = vector("pyrousb")
    assert modbus.request(1, modbus.READ_INPUT, pyrousb["reg"], 1) == bytes.fromhex(pyrousb["tx"])
    assert pyrousb["reg"] == calex_pyrousb.FIRST_REGISTER


def test_the_check_bytes_are_those_of_minimalmodbus() -> None:
    rng = random.Random(1)
    for size in [0, 1, 5, *range(6, 60)]:
        data = rng.randbytes(size)
        assert modbus.crc16(data) == minimalmodbus._calculate_crc(data)
        assert modbus.sound(data + modbus.crc16(data))
        assert not modbus.sound(data + bytes([modbus.crc16(data)[0] ^ 1, modbus.crc16(data)[1]]))


@pytest.mark.parametrize("damage", [b"", ASKED[:-1], ASKED + b"\0", b"\2" + ASKED[1:], ASKED[:-1] + b"\0"])
def test_what_is_not_for_it_or_damaged_is_not_answered(damage: bytes) -> None:
    assert modbus.respond(damage, 1, {0: 219}) == b""


def test_another_address_is_not_answered() -> None:
    assert modbus.respond(modbus.request(2, modbus.READ_INPUT, 0, 1), 1, {0: 219}) == b""


@pytest.mark.parametrize(
    ("function", "register", "count", "reason"), [(4, 1, 1, 2), (4, 0, 0, 2), (4, 0, 126, 2), (16, 0, 1, 1)]
)
def test_what_a_slave_cannot_do_it_refuses(function: int, register: int, count: int, reason: int) -> None:
    refused = modbus.respond(modbus.request(1, function, register, count), 1, {0: 219})
    body = bytes([1, function | 0x80, reason])
    assert refused == body + modbus.crc16(body)
    assert not [item for item in calex_pyrousb.decoder().feed(refused) if not isinstance(item, Garbage)]


def test_one_answer_carries_object_sensor_and_status() -> None:
    # 36.5 °C, 36.4 unfiltered, 27.1 at the sensor, all well; the CRC is minimalmodbus's.
    body = bytes.fromhex("010408016D016C010F0000")
    data = body + minimalmodbus._calculate_crc(body)
    assert list(calex_pyrousb.decoder().feed(data)) == [Frame(3650, 2710, None, data)]


@pytest.mark.parametrize(
    ("status", "item"),
    [(0b01000, Bound.LOW), (0b10000, Bound.HIGH), (0b1, None), (0b10, None), (0b100, None), (0b11001, None)],
)
def test_the_status_is_heeded(status: int, item: Bound | None) -> None:
    data = modbus.answer(1, modbus.READ_INPUT, [365, 365, 271, status])
    items = [item for item in calex_pyrousb.decoder().feed(data) if not isinstance(item, Garbage)]
    assert items == ([] if item is None else [OutOfBounds(item, data)])


def test_below_zero() -> None:
    data = modbus.answer(1, modbus.READ_INPUT, [0xFFF6, 0xFFF6, 0xFFCE, 0])
    assert list(calex_pyrousb.decoder().feed(data)) == [Frame(-100, -500, None, data)]


def test_the_question_echoed_by_an_adapter_costs_nothing() -> None:
    data = modbus.answer(1, modbus.READ_INPUT, [365, 365, 271, 0])
    items = list(calex_pyrousb.decoder().feed(calex_pyrousb.QUERY + data))
    assert [item for item in items if isinstance(item, Frame)] == [Frame(3650, 2710, None, data)]


@pytest.fixture(params=["calex_pyrousb", "omega_os_miniusb"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, minimalmodbus.Instrument]]:
    with PtyThermometer(tmp_path / "line", request.param, random.Random(1)) as thermometer:
        thermometer.scene.noise_centi = 0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            instrument = minimalmodbus.Instrument(str(tmp_path / "line"), 1)
        try:
            instrument.serial.baudrate = 9_600
            instrument.serial.timeout = 2.0
            yield request.param, instrument
        finally:
            instrument.serial.close()


def test_minimalmodbus_reads_the_played_device(played: tuple[str, minimalmodbus.Instrument]) -> None:
    name, instrument = played
    first = {"calex_pyrousb": 0x12, "omega_os_miniusb": 0x0E}[name]
    for function in (modbus.READ_HOLDING, modbus.READ_INPUT):
        assert instrument.read_register(first, 1, function, signed=True) == 24.0
        assert instrument.read_registers(first, 4, function) == [240, 240, 245, 0]
    instrument.write_register(first + 2, 950, functioncode=modbus.WRITE_ONE)
    with pytest.raises(minimalmodbus.IllegalRequestError):
        instrument.read_register(first - 1, 1, modbus.READ_INPUT)


def test_our_questions_are_those_minimalmodbus_asks() -> None:
    for module, name in ((calex_pyrousb, "calex_pyrousb"), (omega_os_miniusb, "omega_os_miniusb")):
        payload = module.FIRST_REGISTER.to_bytes(2, "big") + (4).to_bytes(2, "big")
        assert minimalmodbus._embed_payload(1, minimalmodbus.MODE_RTU, modbus.READ_INPUT, payload) == module.QUERY
        poll = PROTOCOLS[name].poll
        assert poll is not None
        assert poll.commands == (module.QUERY,)
