"""What goes wrong on a serial line, as functions of the bytes.  Pure; chance comes in."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from drivers.thermometer.protocols import Frame, Protocol


@dataclass(slots=True)
class Faults:
    """What is wrong with the line; every field may be changed at any time.

    ``damage`` is the share of bytes that are changed, lost or doubled; ``babble`` sends noise in place of frames;
    ``sum_like_header`` makes every frame end with the byte its header begins with (``5A 5A 5A``).
    """

    damage: float = 0.0
    silent: bool = False
    babble: bool = False
    sum_like_header: bool = False


def damaged(data: bytes, share: float, rng: random.Random) -> bytes:
    """*data* with that share of its bytes lost, doubled or with one bit flipped."""
    out = bytearray()
    for byte in data:
        if rng.random() >= share:
            out.append(byte)
        else:
            out += rng.choice((b"", bytes([byte, byte]), bytes([byte ^ 1 << rng.randrange(8)])))
    return bytes(out)


def ending_like_header(frame: Frame, protocol: Protocol) -> bytes:
    """*frame* with its ambient temperature shifted by up to 2.55 °C so that the sum is the header's first byte."""
    ambient = frame.ambient_centi or 0
    for shift in range(256):
        data = protocol.encode(replace(frame, ambient_centi=ambient + shift))
        if data[-1] == data[0]:
            break
    return data
