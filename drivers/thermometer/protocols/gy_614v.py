"""GY-614V, GY-614V3 and GY-615: a register block that carries the device's own estimate of the body.

Frame (the registers 07 to 0D, sent by itself or as the answer to a read)::

    A4 03 07 07  E  TOh TOl  TAh TAl  BOh BOl  SUM      SUM = low 8 bits of the sum of the bytes before it

E is the emissivity in hundredths (1 to 100), TO the surface, TA the sensor itself, BO the forehead turned into a
body temperature: big-endian, hundredths of a degree Celsius.  A reading of this family is *adjusted* (BO); its raw
value stays TO.  Commands: write ``A4 06 REG VALUE SUM``, read ``A4 03 REG COUNT SUM``; a change is lost with the
power unless it is saved, and it is not saved here.  Only the hexadecimal output is read, which is the default.

Source: the maker's register table, en.szlitus.com/products/show-4082.html and wap.szlitus.com/products/show-4084.html;
that the block starts at register 07 with seven bytes is how the maker's own parser reads it.
"""

from __future__ import annotations

from drivers.thermometer.protocols.frame import Frame
from drivers.thermometer.protocols.window import (
    Layout,
    WindowDecoder,
    ends_in_sum8,
    from_signed16,
    possible,
    signed16,
    sum8,
)

#: Register 03 (output) = 0: continuous.
CONTINUOUS = bytes.fromhex("A4060300AD")
#: Read seven registers from 07: one frame.
QUERY = bytes.fromhex("A4030707B5")

_HEADER = bytes.fromhex("A4030707")
_EMISSIVITY = bytes(range(1, 101))
#: As delivered; what the simulator sends.
_DEFAULT_EMISSIVITY = bytes([95])


def _parse(data: bytes) -> Frame | None:
    surface, ambient, adjusted = signed16(data[5:7]), signed16(data[7:9]), signed16(data[9:11])
    return Frame(surface, ambient, adjusted, data) if possible(surface, ambient) else None


_LAYOUT = Layout(
    size=12,
    constants=(*((place, bytes([value])) for place, value in enumerate(_HEADER)), (4, _EMISSIVITY)),
    sound=ends_in_sum8,
    parse=_parse,
)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """The twelve bytes of *frame*, as the device sends them.

    :raises ValueError: if *frame* lacks the ambient or the adjusted temperature, which this device always sends.
    """
    if frame.ambient_centi is None or frame.adjusted_centi is None:
        raise ValueError("gy_614v: a frame needs an ambient and an adjusted temperature")
    values = (frame.surface_centi, frame.ambient_centi, frame.adjusted_centi)
    body = _HEADER + _DEFAULT_EMISSIVITY + b"".join(from_signed16(value) for value in values)
    return body + bytes([sum8(body)])
