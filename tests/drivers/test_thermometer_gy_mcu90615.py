from __future__ import annotations

import pytest

from drivers.thermometer.protocols import Frame, Garbage
from drivers.thermometer.protocols.gy_mcu90615 import CONTINUOUS, QUERY, decoder, encode
from tests.drivers.thermometer_vectors import centi, vector

#: The worked frame of the maker's note (w.electrodragon.com, Contactless_Temperature).
WORKED = bytes.fromhex("5A5A45040C780D19A7")


def test_the_worked_frame_of_the_makers_note() -> None:
    assert list(decoder().feed(WORKED)) == [Frame(3192, 3353, None, WORKED)]


@pytest.mark.parametrize("name", ["gy90615_src", "gy90615_365", "gy90615_fever"])
def test_recorded_frames(name: str) -> None:
    row = vector(name)
    data = bytes.fromhex(row["hex"])
    assert list(decoder().feed(data)) == [Frame(centi(row["to"]), centi(row["ta"]), None, data)]
    assert encode(Frame(centi(row["to"]), centi(row["ta"]))) == data


def test_a_recorded_frame_with_a_wrong_sum_is_no_frame() -> None:
    data = bytes.fromhex(vector("gy90615_badsum")["hex"])
    items = [*(d := decoder()).feed(data), *d.flush()]
    assert all(isinstance(item, Garbage) for item in items)
    assert b"".join(item.data for item in items) == data


@pytest.mark.parametrize("place", range(9))
def test_every_byte_of_a_frame_is_checked(place: int) -> None:
    for flip in range(1, 256):
        data = bytearray(WORKED)
        data[place] ^= flip
        assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


def test_temperatures_below_zero_are_signed() -> None:
    # Computed by hand: -5.50 = FDDA, -10.00 = FC18; 5A+5A+45+04+FD+DA+FC+18 = 4E8.
    data = bytes.fromhex("5A5A4504FDDAFC18E8")
    assert list(decoder().feed(data)) == [Frame(-550, -1000, None, data)]


def test_a_sum_like_the_header_costs_no_frame() -> None:
    # The stream shows 5A 5A 5A 45 04: giving up two bytes on a miss would lose the second frame.
    first, second = bytes.fromhex("5A5A45040E4409025A"), bytes.fromhex("5A5A45040E44096AC2")
    items = list(decoder().feed(first + second))
    assert items == [Frame(3652, 2306, None, first), Frame(3652, 2410, None, second)]
    late = list(decoder().feed(first[-1:] + second))
    assert [item for item in late if isinstance(item, Frame)] == [Frame(3652, 2410, None, second)]


def test_values_the_sensor_cannot_measure_are_garbage() -> None:
    impossible = encode(Frame(3652, 20_000))  # a housing of 200 °C, with a right sum
    items = list((d := decoder()).feed(impossible))
    assert items[0] == Garbage(b"\x5a", "impossible value")
    assert not [item for item in [*items, *d.flush()] if isinstance(item, Frame)]


def test_a_thermal_camera_with_the_same_first_bytes_is_not_this_family() -> None:
    assert not [item for item in decoder().feed(bytes.fromhex("5A5A02066E0E6E0E6E0E")) if isinstance(item, Frame)]


def test_commands_as_in_the_makers_note() -> None:
    assert bytes.fromhex("A545EA") == CONTINUOUS
    assert bytes.fromhex("A515BA") == QUERY
    assert all(sum(command[:-1]) & 0xFF == command[-1] for command in (CONTINUOUS, QUERY))


def test_a_frame_to_encode_needs_an_ambient_temperature() -> None:
    with pytest.raises(ValueError, match="ambient"):
        encode(Frame(3652))
