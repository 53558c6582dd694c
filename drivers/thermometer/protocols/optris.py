"""Optris CT, CS, CSmicro, CX and LT in their binary protocol: two bytes, no header, no sum.

::

    01 -> target:2      02 -> head:2      (value - 1000) / 10 °C, high byte first; "hs" models (value - 10000) / 100

Nothing in an answer says what it answers or whether it is whole.  So:

* one question at a time, and whatever came before it is thrown away (:attr:`Poll.exclusive`);
* an answer is what comes between the question and a pause of the line; if that is not exactly two bytes, it is none;
* one temperature is two questions: the head's, which is the ambient temperature, then the target's.  A line at
  another speed garbles each answer in the same way every time, and two values that are both possible are rarer.

The speed is 9,600 Bd for CS and 115,200 Bd for CT as delivered.  A CS is powered by DTR, which an open port sets.

Source: easymanua.ls/optris/lt page 48; optris CS E2012-10-B pages 26 and 27 (``04 D3`` = 23.5, hs ``30 3E`` =
23.50); the CT's command list of 2020-04.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from drivers.thermometer.protocols.frame import Frame, Garbage, Item, Seen
from drivers.thermometer.protocols.window import CUT_OFF, IMPOSSIBLE

TARGET, HEAD = b"\x01", b"\x02"
#: In this order: the target's answer completes the frame.
QUESTIONS = (HEAD, TARGET)

_ANSWER = 2
#: What the LT heads measure and bear, from the makers' tables: objects from -50 to 975 °C, heads from -20 to 180 °C.
_TARGET_RANGE: Final = range(-5_000, 97_501)
_HEAD_RANGE: Final = range(-2_000, 18_001)
_TOO_LONG, _UNASKED, _NO_HEAD = "too long for an answer", "not asked for", "no answer of the head before it"


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value becomes hundredths of a degree Celsius: ``(value - zero) * centi``."""

    zero: int
    centi: int


TENTHS, HUNDREDTHS = Scale(1_000, 10), Scale(10_000, 1)


class AnswerDecoder:
    """Turns questions and answers into frames; it must be told of each question before its answer comes.

    It holds at most an answer of the head and one that is not complete, four bytes.
    """

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._asked = b""
        self._buffer = bytearray()
        self._too_long = False
        self._head = b""

    def asked(self, command: bytes, /) -> None:
        """*command* was just sent: what comes now answers it, and what came too late for the last one is forgotten."""
        self._asked = command
        self._buffer.clear()
        self._too_long = False
        if command == HEAD:
            self._head = b""

    def feed(self, data: bytes) -> Iterator[Item]:
        """Take *data*; nothing is decided before the line is idle, except that there are too many bytes."""
        items: list[Item] = []
        for byte in data:
            self._buffer.append(byte)
            if len(self._buffer) > _ANSWER:
                self._too_long = True
            if self._too_long:
                items += [Garbage(bytes([stray]), _TOO_LONG) for stray in (*self._head, *self._buffer)]
                self._head = b""
                self._buffer.clear()
        return iter(items)

    def flush(self) -> Iterator[Item]:
        """The line is idle: what came is the whole answer, or none."""
        data, asked, too_long = bytes(self._buffer), self._asked, self._too_long
        self._buffer.clear()
        self._asked, self._too_long = b"" if data or too_long else asked, False
        if not data:
            return iter([])
        if len(data) != _ANSWER:
            return self._give_up(data, CUT_OFF)
        if asked == HEAD:
            self._head = data
            return iter([])
        return self._complete(data) if asked == TARGET else self._give_up(data, _UNASKED)

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._head) + len(self._buffer)

    def _complete(self, data: bytes) -> Iterator[Item]:
        if not self._head:
            return self._give_up(data, _NO_HEAD)
        whole, self._head = self._head + data, b""
        head, target = _centi(whole[:2], self._scale), _centi(whole[2:], self._scale)
        if head in _HEAD_RANGE and target in _TARGET_RANGE:
            return iter([Frame(target, head, None, whole)])
        return iter([Garbage(whole, IMPOSSIBLE)])

    def _give_up(self, data: bytes, why: str) -> Iterator[Item]:
        rest, self._head = self._head + data, b""
        return iter([Garbage(rest, why)])


def decoder(scale: Scale = TENTHS) -> AnswerDecoder:
    """A decoder with nothing in it yet."""
    return AnswerDecoder(scale)


def encode(frame: Frame, scale: Scale = TENTHS) -> bytes:
    """The two answers that *frame* is made of, the head's first, cut to what the device can say.

    :raises ValueError: if *frame* has no ambient temperature, which is the head's.
    """
    if frame.ambient_centi is None:
        raise ValueError("optris: a frame needs an ambient temperature, the head's")
    return _bytes(frame.ambient_centi, scale) + _bytes(frame.surface_centi, scale)


def answer(asked: bytes, said: Seen, scale: Scale = TENTHS) -> bytes:
    """What the device says to each byte of *asked* that is one of our questions."""
    if not isinstance(said, Frame):
        return b""
    head, target = encode(said, scale)[:2], encode(said, scale)[2:]
    return b"".join(head if byte == HEAD[0] else target for byte in asked if byte in (HEAD[0], TARGET[0]))


def _centi(data: bytes, scale: Scale) -> int:
    return (int.from_bytes(data, "big") - scale.zero) * scale.centi


def _bytes(centi: int, scale: Scale) -> bytes:
    return (centi // scale.centi + scale.zero).to_bytes(2, "big")
