from __future__ import annotations

import pytest

from drivers.thermometer.protocols import Frame
from drivers.thermometer.protocols.cjmcu_90614 import CONTINUOUS, QUERY, Order, decoder, encode
from tests.drivers.thermometer_vectors import centi, vector

#: The sellers' worked frame: both temperatures 26.91; the sum covers only the four data bytes.
WORKED = bytes.fromhex("666601040A830A831A")
#: Computed: 24.10 = 096A, 36.52 = 0E44; 09+6A+0E+44 = C5.
BOTH = bytes.fromhex("66660104096A0E44C5")


def test_the_worked_frame() -> None:
    assert list(decoder().feed(WORKED)) == [Frame(2691, 2691, None, WORKED)]


def test_recorded_frame() -> None:
    row = vector("cjmcu_src")
    data = bytes.fromhex(row["hex"])
    frame = Frame(centi(row["t2"]), centi(row["t1"]), None, data)
    assert list(decoder().feed(data)) == [frame]
    assert encode(frame) == data


def test_the_order_is_an_option() -> None:
    assert list(decoder(Order.AMBIENT_FIRST).feed(BOTH)) == [Frame(3652, 2410, None, BOTH)]
    assert list(decoder(Order.OBJECT_FIRST).feed(BOTH)) == [Frame(2410, 3652, None, BOTH)]
    assert encode(Frame(3652, 2410), Order.AMBIENT_FIRST) == BOTH
    assert encode(Frame(2410, 3652), Order.OBJECT_FIRST) == BOTH


def test_an_answer_to_a_query_is_a_frame_too() -> None:
    answer = BOTH.replace(b"\x66\x66\x01", b"\x66\x66\x02")
    assert list(decoder().feed(answer)) == [Frame(3652, 2410, None, answer)]


def test_a_sum_over_the_whole_frame_is_wrong_here() -> None:
    data = BOTH[:-1] + bytes([sum(BOTH[:-1]) & 0xFF])
    assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


@pytest.mark.parametrize("place", [0, 1, 3, 4, 5, 6, 7, 8])
def test_every_byte_but_the_mode_is_checked_to_the_bit(place: int) -> None:
    for flip in range(1, 256):
        data = bytearray(BOTH)
        data[place] ^= flip
        assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


@pytest.mark.parametrize("mode", [0, 3, 0x11, 0xFF])
def test_another_mode_is_no_frame(mode: int) -> None:
    data = bytearray(BOTH)
    data[2] = mode
    assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


def test_commands_as_the_sellers_give_them() -> None:
    assert (bytes.fromhex("66660156"), bytes.fromhex("66660256")) == (CONTINUOUS, QUERY)


def test_a_frame_to_encode_needs_an_ambient_temperature() -> None:
    with pytest.raises(ValueError, match="ambient"):
        encode(Frame(3652))
