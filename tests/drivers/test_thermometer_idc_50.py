from __future__ import annotations

import pytest

from drivers.events import Mode
from drivers.thermometer.protocols import Frame
from drivers.thermometer.protocols.idc_50 import decoder, encode
from tests.drivers.thermometer_vectors import centi, vector

#: The maker's worked frame: 36 (24 hexadecimal) and 7 tenths.
WORKED = bytes.fromhex("AA5506240730")


def test_the_worked_frame_has_one_decimal_digit() -> None:
    (frame,) = decoder().feed(WORKED)
    assert frame == Frame(3670, None, 3670, WORKED)
    assert isinstance(frame, Frame)
    assert (frame.mode, frame.centi_celsius) == (Mode.ADJUSTED, 3670)


def test_recorded_frame() -> None:
    row = vector("idc50")
    data = bytes.fromhex(row["hex"])
    (frame,) = decoder().feed(data)
    assert isinstance(frame, Frame)
    assert (frame.adjusted_centi, encode(frame)) == (centi(row["body"]), data)


@pytest.mark.parametrize("place", range(6))
def test_every_byte_is_checked(place: int) -> None:
    for flip in range(1, 256):
        data = bytearray(WORKED)
        data[place] ^= flip
        assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


def test_two_digits_behind_the_point_are_no_frame() -> None:
    data = bytearray(WORKED)
    data[4] = 70
    data[5] = sum(data[:5]) & 0xFF
    assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


@pytest.mark.parametrize("surface", [-1, 10_000])
def test_what_the_device_cannot_say_is_not_encoded(surface: int) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        encode(Frame(surface, None, surface))
