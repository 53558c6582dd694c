"""GY-MCU90640: a picture of 32 x 24 pixels, good for looking and for nothing else.

Frame, low byte first::

    5A 5A  02 06  768 pixels of two bytes  TAl TAh  SUMl SUMh

Hundredths of a degree Celsius; the sum is the low 16 bits of the sum of the 771 little-endian words before it.  The
header begins like a GY-MCU90615's (``5A 5A 45 04``) and like its own answer about emissivity (``5A 5A E SUM``).

The maker states ±2 °C, so no verdict can rest on it: a picture is a sign of life with its lowest and highest
temperature, never a reading.  Commands are ``A5 CMD VALUE SUM``; nothing lasts without ``A5 65 01 0B``, which is
never sent.  At 115,200 Bd a frame takes 134 ms; eight a second need 460,800 Bd.

Source: the manual in vvkuryshev/GY-MCU90640-RPI-Python ("GY_MCU9064 user manual v1").
"""

from __future__ import annotations

import struct

from drivers.thermometer.protocols.frame import Frame, Picture
from drivers.thermometer.protocols.window import AMBIENT_RANGE, Layout, WindowDecoder

#: Pictures without being asked; lasts until the power goes.
AUTOMATIC = bytes.fromhex("A53502DC")
COLUMNS, ROWS = 32, 24
SIZE = 4 + 2 * COLUMNS * ROWS + 2 + 2

_HEADER = bytes.fromhex("5A5A0206")
_WORDS = struct.Struct(f"<{SIZE // 2 - 1}H")
_PIXELS = struct.Struct(f"<{COLUMNS * ROWS}h")
#: What an MLX90640 can measure at all, from its data sheet (rev. 12): objects from -40 to 300 °C.
_PIXEL_RANGE = range(-4_000, 30_001)


def _sound(data: bytes) -> bool:
    return data[-2:] == _total(data[:-2])


def _total(body: bytes) -> bytes:
    words: tuple[int, ...] = _WORDS.unpack(body)
    return (sum(words) & 0xFFFF).to_bytes(2, "little")


def _parse(data: bytes) -> Picture | None:
    pixels = _PIXELS.unpack(data[4:-4])
    lowest, highest = min(pixels), max(pixels)
    ambient = int.from_bytes(data[-4:-2], "little", signed=True)
    possible = lowest in _PIXEL_RANGE and highest in _PIXEL_RANGE and ambient in AMBIENT_RANGE
    return Picture(lowest, highest, ambient, data) if possible else None


_LAYOUT = Layout(
    size=SIZE,
    constants=tuple((place, bytes([value])) for place, value in enumerate(_HEADER)),
    sound=_sound,
    parse=_parse,
)


def decoder() -> WindowDecoder:
    """A decoder with nothing in it yet."""
    return WindowDecoder(_LAYOUT)


def encode(frame: Frame) -> bytes:
    """A picture of a wall with a warm patch of *frame*'s surface in the middle.

    :raises ValueError: if *frame* has no ambient temperature, which every picture carries.
    """
    if frame.ambient_centi is None:
        raise ValueError("gy_mcu90640: a picture needs an ambient temperature")
    pixels = [frame.ambient_centi] * (COLUMNS * ROWS)
    for row in range(10, 14):
        pixels[row * COLUMNS + 14 : row * COLUMNS + 18] = [frame.surface_centi] * 4
    body: bytes = _HEADER + _PIXELS.pack(*pixels) + frame.ambient_centi.to_bytes(2, "little", signed=True)
    return body + _total(body)
