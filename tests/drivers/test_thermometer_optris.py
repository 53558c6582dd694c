from __future__ import annotations

import itertools

import pytest

from drivers.thermometer.protocols import Frame, Garbage, Item
from drivers.thermometer.protocols.optris import HEAD, HUNDREDTHS, TARGET, TENTHS, Scale, answer, decoder, encode
from tests.drivers.thermometer_vectors import centi, vector

#: The maker's worked answers to 01: 23.5 °C, and 23.50 °C of an "hs" model.
WORKED, WORKED_HS = bytes.fromhex("04D3"), bytes.fromhex("303E")


def asked(*said: tuple[bytes, bytes], scale: Scale = TENTHS) -> list[Item]:
    """What comes of questions and their answers, each followed by a pause."""
    deciding = decoder(scale)
    items: list[Item] = []
    for question, data in said:
        deciding.asked(question)
        items += [*deciding.feed(data), *deciding.flush()]
    return items


def frames(items: list[Item]) -> list[Frame]:
    return [item for item in items if isinstance(item, Frame)]


def test_the_worked_answers() -> None:
    assert asked((HEAD, WORKED), (TARGET, WORKED)) == [Frame(2350, 2350, None, WORKED * 2)]
    assert asked((HEAD, WORKED_HS), (TARGET, WORKED_HS), scale=HUNDREDTHS) == [Frame(2350, 2350, None, WORKED_HS * 2)]


@pytest.mark.parametrize(("name", "scale"), [("optris_src", TENTHS), ("optris_hs", HUNDREDTHS)])
def test_recorded_answers(name: str, scale: Scale) -> None:
    row = vector(name)
    data = bytes.fromhex(row["hex"])
    assert bytes.fromhex(row["tx"]) == TARGET
    assert [frame.surface_centi for frame in asked((HEAD, data), (TARGET, data), scale=scale)] == [centi(row["to"])]
    assert encode(Frame(centi(row["to"]), centi(row["to"])), scale) == data * 2


def test_a_temperature_of_a_person() -> None:
    # 36.5 °C is 05 55; the head at 27.0 °C is 04 F6.
    assert encode(Frame(3650, 2700)) == bytes.fromhex("04F60555")
    assert answer(HEAD + TARGET, Frame(3650, 2700)) == bytes.fromhex("04F60555")
    assert answer(b"\x7f", Frame(3650, 2700)) == b""


def test_what_was_not_asked_for_is_no_answer() -> None:
    deciding = decoder()
    assert list(deciding.feed(WORKED)) == []
    assert [type(item) for item in deciding.flush()] == [Garbage]


@pytest.mark.parametrize("said", [b"", b"\x05", b"\x05\x55\x00", b"\x00\x05\x55", b"\x05" * 40])
def test_an_answer_of_any_other_length_is_none_and_spoils_nothing_after_it(said: bytes) -> None:
    items = asked((HEAD, WORKED), (TARGET, said), (HEAD, WORKED), (TARGET, WORKED))
    assert frames(items) == [Frame(2350, 2350, None, WORKED * 2)]


def test_a_lost_answer_never_lets_the_head_pass_for_the_target() -> None:
    head, target = bytes.fromhex("04F6"), bytes.fromhex("0555")
    for lost in itertools.product([False, True], repeat=6):
        script = [
            (question, b"" if gone else data)
            for (question, data), gone in zip([(HEAD, head), (TARGET, target)] * 3, lost, strict=True)
        ]
        assert {frame.surface_centi for frame in frames(asked(*script))} <= {3650}
        assert {frame.ambient_centi for frame in frames(asked(*script))} <= {2700}


def test_an_answer_that_comes_after_the_next_question_is_not_taken_with_its_bytes() -> None:
    deciding = decoder()
    deciding.asked(HEAD)
    assert [*deciding.feed(WORKED), *deciding.flush()] == []
    deciding.asked(TARGET)
    deciding.feed(b"\x04")
    deciding.asked(HEAD)
    assert [*deciding.feed(b"\xf6"), *deciding.flush()] == [Garbage(b"\xf6", "cut off")]


def test_a_head_of_the_round_before_is_not_used_again() -> None:
    items = asked((HEAD, WORKED), (TARGET, b""), (HEAD, b""), (TARGET, WORKED))
    assert frames(items) == []


def test_what_the_device_cannot_measure_is_no_frame() -> None:
    assert frames(asked((HEAD, b"\xff\xff"), (TARGET, WORKED))) == []
    assert frames(asked((HEAD, WORKED), (TARGET, b"\xff\xff"))) == []


def test_the_setting_of_the_emissivity_is_checked_by_the_exclusive_or_the_maker_gives() -> None:
    command = bytes.fromhex(vector("optris_seteps")["tx"])
    assert command[0] ^ command[1] ^ command[2] == 0x31
    assert command[0] not in (HEAD[0], TARGET[0])


def test_a_frame_needs_the_head() -> None:
    with pytest.raises(ValueError, match="head"):
        encode(Frame(3650))
