"""Calex PyroUSB: an industrial pyrometer that speaks Modbus RTU at 9,600 Bd.

Four registers in one question, from 12 (hexadecimal) on::

    12 filtered   13 unfiltered   14 the sensor itself   15 status

Signed tenths of a degree Celsius.  Of the status, bit 0 is an error, bits 1 and 2 a sensor that is too cold or too
warm to measure, bits 3 and 4 an object below or above its range: the device's LO and HI.  It answers 20 ms after the
question, at address 1 as delivered.  Nothing is ever written to it.

Source: the PyroUSB manual (easymanua.ls/calex/pyrousb-series, pages 11 and 12).
"""

from __future__ import annotations

from functools import partial

from drivers.events import Bound
from drivers.thermometer.protocols import modbus
from drivers.thermometer.protocols.frame import Frame, NoTarget, OutOfBounds, Seen
from drivers.thermometer.protocols.window import Layout, WindowDecoder, signed16

#: As delivered.
ADDRESS = 1
FIRST_REGISTER = 0x12
COUNT = 4
QUERY = modbus.request(ADDRESS, modbus.READ_INPUT, FIRST_REGISTER, COUNT)

_UNFIT, _LOW, _HIGH = 0b00111, 0b01000, 0b10000
#: The widest range of these devices; a right CRC with other values does not happen.
_RANGE = range(-4_000, 200_001)


def _parse(data: bytes) -> Frame | OutOfBounds | None:
    filtered, sensor, status = signed16(data[3:5]) * 10, signed16(data[7:9]) * 10, data[10]
    if status & _UNFIT:
        return None
    if status & (_LOW | _HIGH):
        return OutOfBounds(Bound.LOW if status & _LOW else Bound.HIGH, data)
    return Frame(filtered, sensor, None, data) if filtered in _RANGE and sensor in _RANGE else None


_HEAD = modbus.answer_head(ADDRESS, modbus.READ_INPUT, COUNT)
_LAYOUT = Layout(
    size=len(_HEAD) + 2 * COUNT + 2,
    constants=tuple((place, bytes([value])) for place, value in enumerate(_HEAD)),
    sound=modbus.sound,
    parse=_parse,
)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet; an answer does not say which registers it carries."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """The answer that carries *frame*, cut to tenths as on the device."""
    return modbus.answer(ADDRESS, modbus.READ_INPUT, _values(frame))


def encode_other(said: OutOfBounds | NoTarget) -> bytes:
    """The answer with LO or HI in its status; the device has no word for an empty place."""
    return modbus.answer(ADDRESS, modbus.READ_INPUT, _values(said)) if isinstance(said, OutOfBounds) else b""


def respond(first_register: int, asked: bytes, said: Seen) -> bytes:
    """What the device says to any request, its four registers beginning at *first_register*."""
    return modbus.respond(asked, ADDRESS, dict(enumerate(_values(said), first_register)))


answer = partial(respond, FIRST_REGISTER)


def _values(said: Seen) -> tuple[int, ...]:
    if isinstance(said, Frame):
        surface = said.surface_centi // 10 & 0xFFFF
        return (surface, surface, (said.ambient_centi or 0) // 10 & 0xFFFF, 0)
    high = isinstance(said, OutOfBounds) and said.bound is Bound.HIGH
    return (0, 0, 0, _HIGH if high else _LOW)
