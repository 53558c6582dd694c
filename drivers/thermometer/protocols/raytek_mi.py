"""Raytek (Fluke) MI, MID and MI3 in their ASCII protocol: three questions for one temperature.

::

    ?U -> !UC      the unit, C or F
    ?I -> !I027.3  the head itself
    ?T -> !T036.5  what it looks at

A question ends in CR, an answer in CRLF; ``*Syntax Error`` is the answer to what a model does not know, which is
accepted for the head.  An ``=`` may stand before the value: the manual shows answers both with it and without.  The
unit is asked before **each** temperature: 36.5 in Fahrenheit is a wall in winter.  Nothing is ever set.

Source: the MI3 manual, chapter "ASCII programming" (manualslib 1255136 page 116, manualshive 3967713 pages 104 and
111: ``?E`` -> ``!E0.975``, ``!nT=99.9``); 9,600 Bd from manualsdump raytek-mi page 75.  How many digits ``!T`` has is
not said there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.thermometer.protocols.frame import Frame, Seen
from drivers.thermometer.protocols.lines import NUMBER, LineDecoder, Lines, centi, decimal, from_fahrenheit

UNIT, HEAD, TARGET = b"?U\r", b"?I\r", b"?T\r"
#: In this order: the target's answer completes the frame.
QUESTIONS = (UNIT, HEAD, TARGET)

_SHAPE = (
    re.compile(rb"!U=?([CF])"),
    re.compile(rb"!I=?(" + NUMBER + rb")|\*Syntax Error"),
    re.compile(rb"!T=?(" + NUMBER + rb")"),
)
#: The LT heads measure from -40 to 600 °C (``?XB``, ``?XH``), others up to some 1,800 °C, which nobody aims at people.
_RANGE = range(-4_000, 60_001)


def _parse(matches: Sequence[re.Match[bytes]], raw: bytes) -> Frame | None:
    unit, head, target = (match[1] for match in matches)
    surface, ambient = centi(target), None if head is None else centi(head)
    if unit == b"F":
        surface, ambient = from_fahrenheit(surface), None if ambient is None else from_fahrenheit(ambient)
    return Frame(surface, ambient, None, raw) if surface in _RANGE and (ambient or 0) in _RANGE else None


def decoder() -> LineDecoder:
    """A decoder with nothing in it yet."""
    return LineDecoder(Lines(_SHAPE, _parse, first=UNIT))


def encode(frame: Frame) -> bytes:
    """The three answers that *frame* is made of, cut to tenths as on the device."""
    return answer(b"".join(QUESTIONS), frame)


def answer(asked: bytes, said: Seen) -> bytes:
    """What the device says to each question in *asked*."""
    if not isinstance(said, Frame):
        return b""
    ambient = b"*Syntax Error" if said.ambient_centi is None else _number(b"!I", said.ambient_centi)
    answers = {UNIT: b"!UC", HEAD: ambient, TARGET: _number(b"!T", said.surface_centi)}
    return b"".join(answers.get(question + b"\r", b"*Syntax Error") + b"\r\n" for question in asked.split(b"\r")[:-1])


def _number(head: bytes, centi_celsius: int) -> bytes:
    return head + decimal(centi_celsius, 1).encode()
