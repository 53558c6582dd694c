"""CJMCU-90614: nine bytes like the GY family, but the sum covers only the four data bytes.

Frame::

    66 66 MODE 04  T1h T1l  T2h T2l  SUM      SUM = low 8 bits of T1h + T1l + T2h + T2l; MODE 01 or 02

Big-endian, hundredths of a degree Celsius.  **Which of the two is the object is known from one source only** (a
MicroPython driver returns "ambient, object"); another example reads the first one as the body.  Both orders are
therefore protocols of their own, and the search takes the ambient-first one: with the order wrong the wall's
temperature is taken for the person's, so no reading appears, rather than a false one.

Commands are ``66 66 CMD 56``: 01 continuous, 02 query.  Source of the frame ``66 66 01 04 0A 83 0A 83 1A`` and of
the commands: the sellers' notes (electronicpro.co.za, newegg.ca/p/3D0-0039-001C4).
"""

from __future__ import annotations

from enum import Enum
from functools import partial

from drivers.thermometer.protocols.frame import Frame
from drivers.thermometer.protocols.window import Layout, WindowDecoder, from_signed16, possible, signed16, sum8

#: Output without being asked.
CONTINUOUS = bytes.fromhex("66660156")
#: One frame, now.
QUERY = bytes.fromhex("66660256")

_CONSTANTS = ((0, b"\x66"), (1, b"\x66"), (2, b"\x01\x02"), (3, b"\x04"))
_HEADER = bytes.fromhex("66660104")


class Order(Enum):
    """Which temperature comes first in the frame."""

    AMBIENT_FIRST = "ambient first"
    OBJECT_FIRST = "object first"


def _total(data: bytes) -> int:
    return sum8(data[4:8])


def _parse(order: Order, data: bytes) -> Frame | None:
    surface, ambient = _sorted(order, signed16(data[4:6]), signed16(data[6:8]))
    return Frame(surface, ambient, None, data) if possible(surface, ambient) else None


def _sorted(order: Order, first: int, second: int) -> tuple[int, int]:
    """Frame order to (surface, ambient), or back: the swap is its own inverse."""
    return (first, second) if order is Order.OBJECT_FIRST else (second, first)


def decoder(order: Order = Order.AMBIENT_FIRST) -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(Layout(9, _CONSTANTS, lambda data: _total(data) == data[-1], partial(_parse, order)))


def encode(frame: Frame, order: Order = Order.AMBIENT_FIRST) -> bytes:
    """The nine bytes of *frame*, as the device sends them.

    :raises ValueError: if *frame* has no ambient temperature, which this device always sends.
    """
    if frame.ambient_centi is None:
        raise ValueError("cjmcu_90614: a frame needs an ambient temperature")
    first, second = _sorted(order, frame.surface_centi, frame.ambient_centi)
    body = _HEADER + from_signed16(first) + from_signed16(second)
    return body + bytes([_total(body)])
