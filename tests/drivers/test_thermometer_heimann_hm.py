from __future__ import annotations

import pytest

from drivers.thermometer.protocols import Frame, NoTarget
from drivers.thermometer.protocols.heimann_hm import QUERY, answer, decoder, encode, encode_other
from tests.drivers.thermometer_vectors import centi, vector

#: Computed: 36.52 at (15, 12), low byte first; A5+55+44+0E+0F+0C = 167.
COMPUTED = bytes.fromhex("A555440E0F0C67")


def test_low_byte_first() -> None:
    assert list(decoder().feed(COMPUTED)) == [Frame(3652, None, None, COMPUTED)]


def test_recorded_frame() -> None:
    row = vector("hm_haimann")
    data = bytes.fromhex(row["hex"])
    assert list(decoder().feed(data)) == [Frame(centi(row["to"]), None, None, data)]
    assert (encode(Frame(centi(row["to"]))), bytes.fromhex(row["tx"])) == (data, QUERY)
    assert [data[4], data[5]] == [row["x"], row["y"]]


def test_zero_is_nobody_and_no_temperature() -> None:
    data = bytes.fromhex("A55500000F0C15")
    assert list(decoder().feed(data)) == [NoTarget(data)]
    assert answer(QUERY, NoTarget(b"")) == encode_other(NoTarget(b"")) == data


@pytest.mark.parametrize("place", [0, 2, 3, 4, 5, 6])
def test_every_byte_but_the_unknown_one_is_checked(place: int) -> None:
    for flip in range(1, 256):
        data = bytearray(COMPUTED)
        data[place] ^= flip
        assert not [item for item in decoder().feed(data) if isinstance(item, Frame | NoTarget)]


def test_whatever_the_unknown_byte_says_it_counts_in_the_sum() -> None:
    data = bytearray(COMPUTED)
    data[1], data[6] = 0x54, 0x66
    assert list(decoder().feed(data)) == [Frame(3652, None, None, bytes(data))]


def test_one_answer_for_each_question() -> None:
    assert answer(QUERY + QUERY, Frame(3652)) == COMPUTED * 2
    assert answer(b"\xa5\x55", Frame(3652)) == b""
