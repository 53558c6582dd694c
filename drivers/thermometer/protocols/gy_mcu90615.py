"""GY-MCU90615, GY-MCU90615V2 and GY-MCU90614 (first version): nine bytes, sum over all before it.

Frame::

    5A 5A 45 04  TOh TOl  TAh TAl  SUM      SUM = low 8 bits of the sum of the eight bytes before it

TO is what the sensor looks at, TA the sensor itself; both big-endian, hundredths of a degree Celsius, read as
signed (the sources show only positive ones).  Commands are ``A5 CMD SUM`` and are not acknowledged.  Boards differ
as delivered: MCU90615 talks at 115,200 Bd after it was told to, 90615V2 and 90614 talk at 9,600 Bd by themselves.

Source: the maker's note as shown on w.electrodragon.com/w/Category:Contactless_Temperature (with the worked frame
``5A 5A 45 04 0C 78 0D 19 A7`` = 31.92 and 33.53), planet-gates.com and chipskey.cc for the defaults of the boards.
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

#: Output without being asked; lasts until the power goes.
CONTINUOUS = bytes.fromhex("A545EA")
#: One frame, now.
QUERY = bytes.fromhex("A515BA")

_HEADER = bytes.fromhex("5A5A4504")


def _parse(data: bytes) -> Frame | None:
    surface, ambient = signed16(data[4:6]), signed16(data[6:8])
    return Frame(surface, ambient, None, data) if possible(surface, ambient) else None


_LAYOUT = Layout(
    size=9,
    constants=tuple((place, bytes([value])) for place, value in enumerate(_HEADER)),
    sound=ends_in_sum8,
    parse=_parse,
)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """The nine bytes of *frame*, as the device sends them.

    :raises ValueError: if *frame* has no ambient temperature, which this device always sends.
    """
    if frame.ambient_centi is None:
        raise ValueError("gy_mcu90615: a frame needs an ambient temperature")
    body = _HEADER + from_signed16(frame.surface_centi) + from_signed16(frame.ambient_centi)
    return body + bytes([sum8(body)])
