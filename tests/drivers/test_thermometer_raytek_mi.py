from __future__ import annotations

import pytest

from drivers.thermometer.protocols import Frame, Item
from drivers.thermometer.protocols.raytek_mi import HEAD, QUESTIONS, TARGET, UNIT, answer, decoder, encode
from tests.drivers.thermometer_vectors import vector

ROUND = b"!UC\r\n!I027.3\r\n!T036.5\r\n"


def asked(*said: bytes) -> list[Item]:
    """What comes of answers to the questions in turn, each followed by a pause."""
    deciding = decoder()
    items: list[Item] = []
    for place, data in enumerate(said):
        deciding.asked(QUESTIONS[place % 3])
        items += [*deciding.feed(data), *deciding.flush()]
    return items


def temperatures(items: list[Item]) -> list[tuple[int, int | None]]:
    return [(item.surface_centi, item.ambient_centi) for item in items if isinstance(item, Frame)]


def test_unit_head_and_target_are_one_frame() -> None:
    assert asked(b"!UC\r\n", b"!I027.3\r\n", b"!T036.5\r\n") == [Frame(3650, 2730, None, ROUND)]
    assert encode(Frame(3650, 2730)) == b"!UC\r\n!I27.3\r\n!T36.5\r\n"


def test_answers_have_the_form_of_the_worked_one() -> None:
    row = vector("mi3_q")
    question, said = row["tx"].replace("\\r", "\r").encode(), row["rx"].replace("\\r\\n", "\r\n").encode()
    assert question == UNIT.replace(b"U", b"E")
    # What it answers to ?E is what it answers to ?T with another letter and value.
    assert temperatures(asked(b"!UC\r\n", b"!I027.3\r\n", said.replace(b"E0.975", b"T036.5"))) == [(3650, 2730)]


@pytest.mark.parametrize("target", [b"!T36.5\r\n", b"!T=36.5\r\n", b"!T0036.5\r\n", b"!T+036.5\r"])
def test_the_forms_an_answer_may_have(target: bytes) -> None:
    assert temperatures(asked(b"!U=C\r\n", b"!I=27.3\r\n", target)) == [(3650, 2730)]


def test_fahrenheit_is_told_by_the_device_and_turned_exactly() -> None:
    assert temperatures(asked(b"!UF\r\n", b"!I080.6\r\n", b"!T097.7\r\n")) == [(3650, 2700)]
    # 36.5 °F is a wall in winter.
    assert temperatures(asked(b"!UF\r\n", b"!I080.6\r\n", b"!T036.5\r\n")) == [(250, 2700)]


@pytest.mark.parametrize("unit", [b"", b"!UX\r\n", b"*Syntax Error\r\n", b"!UC", b"\xff!UC\r\n"])
def test_without_the_unit_there_is_no_temperature(unit: bytes) -> None:
    assert temperatures(asked(unit, b"!I027.3\r\n", b"!T036.5\r\n")) == []


def test_a_unit_counts_for_one_temperature_only() -> None:
    assert temperatures(asked(b"!UC\r\n", b"!I027.3\r\n", b"!T036.5\r\n", b"", b"!I027.3\r\n", b"!T036.5\r\n")) == [
        (3650, 2730)
    ]


def test_a_model_without_a_head_temperature_is_read_too() -> None:
    assert temperatures(asked(b"!UC\r\n", b"*Syntax Error\r\n", b"!T036.5\r\n")) == [(3650, None)]


@pytest.mark.parametrize(
    "target", [b"*Syntax Error\r\n", b"!T>600.0\r\n", b"!T36\r\n", b"!T036.5 C\r\n", b"!T9999.9\r\n"]
)
def test_anything_else_is_no_temperature(target: bytes) -> None:
    assert temperatures(asked(b"!UC\r\n", b"!I027.3\r\n", target)) == []


def test_the_played_device_answers_each_question() -> None:
    assert answer(UNIT + TARGET, Frame(3650, 2730)) == b"!UC\r\n!T36.5\r\n"
    assert answer(HEAD, Frame(3650)) == answer(b"?Q\r", Frame(3650)) == b"*Syntax Error\r\n"
