"""Heimann HTPA forehead modules ("HM", "YS-HAIMAN"): one hot pixel for one question.

Asked ``A5 55 01 FB``, the module answers with seven bytes::

    A5 ??  Tl Th  X Y  SUM      SUM = low 8 bits of the sum of the six bytes before it

Low byte first, hundredths of a degree Celsius, the hottest of 32 x 32 pixels and where it is.  What the second byte
says is not known (both programs that read it ignore it), so it is not checked.  T = 0 means that nobody is there.

**The same question asks a GY-MCU90640 for its emissivity**, which answers ``5A 5A E SUM``: no header of ours, and
four bytes.  It is therefore asked last of all when a device is looked for.

Source: the reading program of a door terminal (haiman_task.cpp) and the manual of dxTemp, which reads the module
every 125 ms.  The byte order and the meaning of zero are from both; no maker's worked example was found.
"""

from __future__ import annotations

from drivers.thermometer.protocols.frame import Frame, NoTarget, OutOfBounds, Seen
from drivers.thermometer.protocols.window import SURFACE_RANGE, Layout, WindowDecoder, ends_in_sum8, sum8

#: The hottest pixel, now.
QUERY = bytes.fromhex("A55501FB")

#: What the simulator says in the second byte, and where its person stands.
_HEADER, _PLACE = bytes.fromhex("A555"), bytes([15, 12])
_PIXELS = bytes(range(32))


def _parse(data: bytes) -> Frame | NoTarget | None:
    surface = int.from_bytes(data[2:4], "little", signed=True)
    if surface == 0:
        return NoTarget(data)
    return Frame(surface, None, None, data) if surface in SURFACE_RANGE else None


_LAYOUT = Layout(size=7, constants=((0, _HEADER[:1]), (4, _PIXELS), (5, _PIXELS)), sound=ends_in_sum8, parse=_parse)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """The seven bytes of *frame*, as the module answers."""
    return _answer(frame.surface_centi)


def encode_other(said: OutOfBounds | NoTarget) -> bytes:
    """The answer when nobody is there; the module has no LO and HI."""
    return _answer(0) if isinstance(said, NoTarget) else b""


def answer(asked: bytes, said: Seen) -> bytes:
    """What the module says to *asked*: one answer for each question."""
    return (encode(said) if isinstance(said, Frame) else encode_other(said)) * asked.count(QUERY)


def _answer(centi: int) -> bytes:
    body = _HEADER + centi.to_bytes(2, "little", signed=True) + _PLACE
    return body + bytes([sum8(body)])
