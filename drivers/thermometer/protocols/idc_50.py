"""IDC-50, a HTPA32x32 module of health kiosks: its own estimate of the body, every half second, unasked.

Frame (the maker's "option 2")::

    AA 55 06 II F SUM      SUM = low 8 bits of the sum of the five bytes before it

II are whole degrees Celsius, F is **one** decimal digit, not a hundredth: 24 07 is 36.7.  The module tells nothing
but the body, so this is both the raw value and the reading.  Its text output and its request are not documented well
enough to be read.

Source: idoctorcloud.com, health-checkup-kiosk/thermal-imaging-module-board, with ``AA 55 06 24 07 30`` = 36.7.
"""

from __future__ import annotations

from drivers.thermometer.protocols.frame import Frame
from drivers.thermometer.protocols.window import Layout, WindowDecoder, ends_in_sum8, sum8

_HEADER = bytes.fromhex("AA5506")
#: The page gives no range; no room and no fever lies outside of this.
_DEGREES = bytes(range(100))
_TENTHS = bytes(range(10))


def _parse(data: bytes) -> Frame:
    body = data[3] * 100 + data[4] * 10
    return Frame(body, None, body, data)


_LAYOUT = Layout(
    size=6,
    constants=(*((place, bytes([value])) for place, value in enumerate(_HEADER)), (3, _DEGREES), (4, _TENTHS)),
    sound=ends_in_sum8,
    parse=_parse,
)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """The six bytes of *frame*, cut to tenths as on the device.

    :raises ValueError: outside of 0.0 to 99.9 °C, which this device cannot say.
    """
    tenths = frame.centi_celsius // 10
    if not 0 <= tenths < 1_000:
        raise ValueError(f"idc_50: {frame.centi_celsius} hundredths of a degree cannot be said; 0 to 9,999 can")
    body = _HEADER + bytes([tenths // 10, tenths % 10])
    return body + bytes([sum8(body)])
