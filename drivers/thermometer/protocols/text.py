"""Thermometers that print text: named profiles, each with exactly one form of line.

``text_value``       one temperature a line: ``36.52``, ``T=36.5``, ``Temp: 36.52 °C``, ``97.7F``
``text_to_ta``       two lines, object and ambient: ``TO:31.92`` and ``TA:33.53``
``text_body``        ``E: 0.95,  to: 33.12,  ta: 24.10, bo 36.52``, the last one the device's estimate of the body

A line LO or HI, with or without the label, is the end of the device's range.  None of these lines has a sum, and any
other device may print a number: each profile has to be named, ``auto`` looks for none of them.

Source: the second from esteban990821/Codigos-Microcontroladores, MCU-90615.ino; the third from a program that reads
a GY-615; the first is what a program of one's own prints.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drivers.events import Bound
from drivers.thermometer.protocols.frame import Frame, NoTarget, OutOfBounds
from drivers.thermometer.protocols.lines import NUMBER, LineDecoder, Lines, centi, decimal, from_fahrenheit
from drivers.thermometer.protocols.window import possible

_LABEL = rb"(?:(?:t|to|temp|temperature)\s*[=:]\s*)?"
#: ``°`` as UTF-8 or as Latin-1.
_UNIT = rb"\s*(?:\xc2?\xb0)?\s*(c|f)?"
_VALUE = re.compile(_LABEL + rb"(" + NUMBER + rb")" + _UNIT, re.IGNORECASE)
_WORD = re.compile(_LABEL + rb"(lo|hi)", re.IGNORECASE)
_OBJECT = re.compile(rb"to\s*:\s*(" + NUMBER + rb")", re.IGNORECASE)
_AMBIENT = re.compile(rb"ta\s*:\s*(" + NUMBER + rb")", re.IGNORECASE)
_BODY = re.compile(
    rb"e:\s*\d?\.\d+,\s*to:\s*(" + NUMBER + rb"),\s*ta:\s*(" + NUMBER + rb"),\s*bo:?\s*(" + NUMBER + rb")",
    re.IGNORECASE,
)
#: For a device that prints no ambient temperature: any that can be.
_SOME_AMBIENT = 2_500


def _word(line: bytes, raw: bytes) -> OutOfBounds | None:
    match = _WORD.fullmatch(line)
    if match is None:
        return None
    return OutOfBounds(Bound.LOW if match[1].lower() == b"lo" else Bound.HIGH, raw)


def _value(matches: Sequence[re.Match[bytes]], raw: bytes) -> Frame | None:
    surface = centi(matches[0][1])
    if (matches[0][2] or b"").lower() == b"f":
        surface = from_fahrenheit(surface)
    return Frame(surface, None, None, raw) if possible(surface, _SOME_AMBIENT) else None


def _object_and_ambient(matches: Sequence[re.Match[bytes]], raw: bytes) -> Frame | None:
    surface, ambient = centi(matches[0][1]), centi(matches[1][1])
    return Frame(surface, ambient, None, raw) if possible(surface, ambient) else None


def _body(matches: Sequence[re.Match[bytes]], raw: bytes) -> Frame | None:
    surface, ambient, body = (centi(matches[0][group]) for group in (1, 2, 3))
    return Frame(surface, ambient, body, raw) if possible(surface, ambient) else None


def value_decoder() -> LineDecoder:
    """A decoder for one temperature a line."""
    return LineDecoder(Lines((_VALUE,), _value, _word))


def to_ta_decoder() -> LineDecoder:
    """A decoder for an object's line and an ambient's."""
    return LineDecoder(Lines((_OBJECT, _AMBIENT), _object_and_ambient, _word))


def body_decoder() -> LineDecoder:
    """A decoder for object, ambient and body in one line."""
    return LineDecoder(Lines((_BODY,), _body, _word))


def encode_value(frame: Frame) -> bytes:
    """The line of *frame*."""
    return f"{decimal(frame.surface_centi)}\r\n".encode()


def encode_to_ta(frame: Frame) -> bytes:
    """The two lines of *frame*."""
    return f"TO:{decimal(frame.surface_centi)}\r\nTA:{decimal(frame.ambient_centi or 0)}\r\n".encode()


def encode_body(frame: Frame) -> bytes:
    """The line of *frame*."""
    values = (frame.surface_centi, frame.ambient_centi or 0, frame.centi_celsius)
    return "E: 0.95,  to: {},  ta: {}, bo {}\r\n".format(*map(decimal, values)).encode()


def encode_other(said: OutOfBounds | NoTarget) -> bytes:
    """The line LO or HI; there is none for an empty place."""
    if isinstance(said, NoTarget):
        return b""
    return b"LO\r\n" if said.bound is Bound.LOW else b"HI\r\n"
