from __future__ import annotations

import pytest

from drivers.events import Bound
from drivers.thermometer.protocols import Frame, Garbage, Item, OutOfBounds
from drivers.thermometer.protocols.lines import LONGEST, LineDecoder, centi, decimal
from drivers.thermometer.protocols.text import body_decoder, to_ta_decoder, value_decoder


def understood(decoder: LineDecoder, data: bytes) -> list[Item]:
    return [item for item in [*decoder.feed(data), *decoder.flush()] if not isinstance(item, Garbage)]


@pytest.mark.parametrize(
    ("line", "surface"),
    [
        (b"36.52\n", 3652),
        (b"36.5\r\n", 3650),
        (b"36,52\r", 3652),
        (b"  T=36.5  \n", 3650),
        (b"to: 36.52\n", 3652),
        (b"Temp: 36.52 \xc2\xb0C\n", 3652),
        (b"TEMPERATURE=36.52\xb0C\n", 3652),
        (b"+36.52 C\n", 3652),
        (b"-1.5\n", -150),
        (b"97.7F\n", 3650),
        (b"T: 97.7 \xc2\xb0F\r\n", 3650),
    ],
)
def test_one_temperature_a_line(line: bytes, surface: int) -> None:
    assert understood(value_decoder(), line) == [Frame(surface, None, None, line)]


@pytest.mark.parametrize(
    "line",
    [
        b"36\n",
        b"36.525\n",
        b"error 36.5\n",
        b"36.5 36.6\n",
        b"36.5%\n",
        b"distance 36.5\n",
        b"3650\n",
        b"36.5K\n",
        b"T=\n",
        b"1e3.5\n",
        b"login: \n",
        b"9999.9\n",
    ],
)
def test_any_other_line_is_garbage(line: bytes) -> None:
    assert understood(value_decoder(), line) == []
    # And costs nothing of what follows.
    assert len(understood(value_decoder(), line + b"36.52\n")) == 1


@pytest.mark.parametrize(("line", "bound"), [(b"LO\r\n", Bound.LOW), (b"T: Hi\n", Bound.HIGH), (b"to=lo\n", Bound.LOW)])
def test_low_and_high_are_words(line: bytes, bound: Bound) -> None:
    assert understood(value_decoder(), line) == [OutOfBounds(bound, line)]


def test_an_objects_line_and_the_ambients_line_are_one_frame() -> None:
    both = b"TO:31.92\r\nTA:33.53\r\n"
    assert understood(to_ta_decoder(), both) == [Frame(3192, 3353, None, both)]
    assert [type(item) for item in understood(to_ta_decoder(), b"TA:20.00\r\n" + both * 2 + b"TO:30.00\r\n")] == [
        Frame
    ] * 2


@pytest.mark.parametrize("between", [b"TO:35.00\r\n", b"boot\r\n", b"\r\n", b"LO\r\n"])
def test_an_ambient_is_never_joined_to_an_object_with_something_between(between: bytes) -> None:
    items = understood(to_ta_decoder(), b"TO:31.92\r\n" + between + b"TA:20.00\r\n")
    assert [item.surface_centi for item in items if isinstance(item, Frame)] == ([3500] if between[:2] == b"TO" else [])


def test_a_pause_ends_what_was_begun() -> None:
    decoder = to_ta_decoder()
    assert list(decoder.feed(b"TO:31.92\r\n")) == []
    assert [type(item) for item in decoder.flush()] == [Garbage]
    assert understood(decoder, b"TA:20.00\r\n") == []


def test_object_ambient_and_body_in_one_line() -> None:
    line = b"E: 0.95,  to: 33.12,  ta: 24.10, bo 36.52\r\n"
    assert understood(body_decoder(), line) == [Frame(3312, 2410, 3652, line)]
    assert understood(body_decoder(), line.replace(b"bo", b"b0")) == []


def test_a_line_without_end_is_not_kept_and_what_follows_it_is_read() -> None:
    decoder = value_decoder()
    for _ in range(1_000):
        for _ in decoder.feed(b"3" * 50):
            pass
        assert decoder.pending <= LONGEST
    assert understood(decoder, b"\n36.52\n") == [Frame(3652, None, None, b"36.52\n")]


@pytest.mark.parametrize(("number", "value"), [(b"36.5", 3650), (b"0.05", 5), (b"-0.5", -50), (b"+1,25", 125)])
def test_numbers_are_taken_exactly(number: bytes, value: int) -> None:
    assert centi(number) == value


def test_numbers_are_printed_as_they_are() -> None:
    assert [decimal(value) for value in (3652, 5, -50, -1205)] == ["36.52", "0.05", "-0.50", "-12.05"]
    assert decimal(3659, 1) == "36.5"
