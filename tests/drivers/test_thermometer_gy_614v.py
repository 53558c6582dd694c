from __future__ import annotations

import pytest

from drivers.events import Mode
from drivers.thermometer.protocols import Frame
from drivers.thermometer.protocols.gy_614v import CONTINUOUS, QUERY, decoder, encode
from tests.drivers.thermometer_vectors import centi, vector

#: Computed from the register table: emissivity 95, TO 33.12, TA 24.10, BO 36.52; sum 3D5.
COMPUTED = bytes.fromhex("A40307075F0CF0096A0E44D5")


def test_a_frame_carries_skin_surroundings_and_body() -> None:
    (frame,) = decoder().feed(COMPUTED)
    assert frame == Frame(3312, 2410, 3652, COMPUTED)
    assert isinstance(frame, Frame)
    assert (frame.mode, frame.centi_celsius) == (Mode.ADJUSTED, 3652)


def test_recorded_frame() -> None:
    row = vector("gy614v3")
    data = bytes.fromhex(row["hex"])
    frame = Frame(centi(row["to"]), centi(row["ta"]), centi(row["bo"]), data)
    assert list(decoder().feed(data)) == [frame]
    assert encode(frame) == data


@pytest.mark.parametrize("name", ["gy614_setquery", "gy614_set115200"])
def test_recorded_commands_have_the_sum_ours_have(name: str) -> None:
    for command in (bytes.fromhex(vector(name)["hex"]), CONTINUOUS, QUERY):
        assert sum(command[:-1]) & 0xFF == command[-1]


@pytest.mark.parametrize("place", range(12))
def test_every_byte_of_a_frame_is_checked(place: int) -> None:
    for flip in range(1, 256):
        data = bytearray(COMPUTED)
        data[place] ^= flip
        assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


@pytest.mark.parametrize("emissivity", [0, 101, 255])
def test_an_emissivity_outside_of_one_to_a_hundred_is_no_frame(emissivity: int) -> None:
    data = bytearray(COMPUTED)
    data[4] = emissivity
    data[-1] = sum(data[:-1]) & 0xFF
    assert not [item for item in decoder().feed(data) if isinstance(item, Frame)]


def test_an_echoed_query_is_no_frame_and_costs_none() -> None:
    assert [item for item in decoder().feed(QUERY + COMPUTED) if isinstance(item, Frame)] == [
        Frame(3312, 2410, 3652, COMPUTED)
    ]


@pytest.mark.parametrize("frame", [Frame(3312, None, 3652), Frame(3312, 2410)])
def test_a_frame_to_encode_needs_all_three(frame: Frame) -> None:
    with pytest.raises(ValueError, match="adjusted"):
        encode(frame)
