from __future__ import annotations

import random

import pytest

from drivers.thermometer.protocols import Frame, Garbage, Picture
from drivers.thermometer.protocols.gy_mcu90640 import AUTOMATIC, SIZE, decoder, encode
from tests.drivers.thermometer_vectors import vector


def by_hand(pixels: list[int], ambient: int) -> bytes:
    """A picture put together from the manual, word by word."""
    words = [0x5A5A, 0x0602, *(pixel & 0xFFFF for pixel in pixels), ambient & 0xFFFF]
    words.append(sum(words) & 0xFFFF)
    return b"".join(word.to_bytes(2, "little") for word in words)


def test_a_picture_of_the_manuals_size_and_first_pixel() -> None:
    # The manual's frame begins 5A5A 0206 6E0E: the first pixel is 0E6E, 36.94.
    data = by_hand([0x0E6E, *[2_400] * 766, -150], 2_510)
    assert data[:6] == bytes.fromhex("5A5A02066E0E")
    assert len(data) == SIZE == 1544
    assert list(decoder().feed(data)) == [Picture(-150, 3_694, 2_510, data)]


def test_what_is_encoded_is_a_wall_with_a_warm_patch() -> None:
    data = encode(Frame(3_650, 2_410))
    assert list(decoder().feed(data)) == [Picture(2_410, 3_650, 2_410, data)]
    assert data == by_hand([int.from_bytes(data[at : at + 2], "little") for at in range(4, 1540, 2)], 2_410)


def test_the_answer_about_emissivity_is_no_picture() -> None:
    answer = bytes.fromhex(vector("mcu90640_emiss")["hex"])
    assert (answer[0], answer[1], answer[2], sum(answer[:3]) & 0xFF) == (0x5A, 0x5A, 95, answer[3])
    data = encode(Frame(3_650, 2_410))
    pictures = [item for item in decoder().feed(answer + data + answer) if isinstance(item, Picture)]
    assert [picture.data for picture in pictures] == [data]


def test_every_damaged_byte_spoils_the_picture() -> None:
    data, rng = encode(Frame(3_650, 2_410)), random.Random(1)
    for place in [*range(4), *rng.sample(range(4, SIZE), 200), SIZE - 2, SIZE - 1]:
        spoilt = bytearray(data)
        spoilt[place] ^= rng.randrange(1, 256)
        assert not [item for item in decoder().feed(spoilt) if not isinstance(item, Garbage)]


def test_what_the_sensor_cannot_measure_is_no_picture() -> None:
    data = by_hand([2_400] * 767 + [30_100], 2_510)
    assert not [item for item in decoder().feed(data) if not isinstance(item, Garbage)]


def test_the_command_has_its_sum() -> None:
    assert sum(AUTOMATIC[:-1]) & 0xFF == AUTOMATIC[-1]


def test_a_picture_needs_an_ambient_temperature() -> None:
    with pytest.raises(ValueError, match="ambient"):
        encode(Frame(3_650))
