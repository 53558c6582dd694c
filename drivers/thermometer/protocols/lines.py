"""A decoder for devices that speak in lines of text: one or several lines are one frame.

A line ends in LF, CR or CRLF.  It is matched whole; a line that is not exactly what the family says is garbage, so
that a message such as ``error 36.5`` is no temperature.  There is no sum: a damaged digit is another temperature, and
only the agreement of several frames stands against it.

Nothing here opens a port, reads a clock or logs, and no input makes it raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.thermometer.protocols.frame import Garbage, Item, Understood
from drivers.thermometer.protocols.window import CUT_OFF, HEADER, IMPOSSIBLE

#: The longest line that is kept; those of the known devices have at most 50 characters.
LONGEST: Final = 96
#: A temperature as it is printed: at most four digits before the point, one or two behind it.
NUMBER: Final = rb"[+-]?\d{1,4}[.,]\d{1,2}"
_CR, _LF = 0x0D, 0x0A
_TOO_LONG, _BLANK = "too long for a line", "blank line"


@dataclass(frozen=True, slots=True)
class Lines:
    """How the frames of one family look.

    ``shape`` has one pattern for each line of a frame, in their order.  ``parse`` gets the matches and the frame's
    bytes and gives its meaning, or ``None`` when the values cannot be true.  ``word`` gets a line without its end, and
    its bytes, and gives the meaning of one that stands alone (LO, HI), or ``None``.  ``first`` is the question whose
    answer begins a frame, where the lines are answers to several questions and so have pauses between them.
    """

    shape: tuple[re.Pattern[bytes], ...]
    parse: Callable[[Sequence[re.Match[bytes]], bytes], Understood | None]
    word: Callable[[bytes, bytes], Understood | None] = lambda _line, _raw: None
    first: bytes = b""


class LineDecoder:
    """Turns a byte stream into frames of one :class:`Lines`; it holds at most the lines of one frame."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._line = bytearray()
        self._skipping = False
        self._held: list[re.Match[bytes]] = []
        self._raw = b""  # the bytes of the held lines

    def asked(self, command: bytes, /) -> None:
        """*command* was just sent; if it is the first question of a round, what is left of the last is forgotten."""
        if command == self._lines.first:
            self._forget()

    def feed(self, data: bytes) -> Iterator[Item]:
        """Add *data* and give everything that is now decided, in order."""
        items: list[Item] = []
        for byte in data:
            if self._line and self._line[-1] == _CR and byte != _LF:
                items += self._end_of_line()
            if self._skipping:
                self._skipping = byte not in (_CR, _LF)
                items.append(Garbage(bytes([byte]), _TOO_LONG))
                continue
            self._line.append(byte)
            if byte == _LF:
                items += self._end_of_line()
            elif byte != _CR and len(self._line) > LONGEST:
                items += [*self._give_up(HEADER), Garbage(bytes(self._line), _TOO_LONG)]
                self._line.clear()
                self._skipping = True
        return iter(items)

    def flush(self) -> Iterator[Item]:
        """The line is idle: a CR was an end of line, half a line is no line."""
        items = self._end_of_line() if self._line[-1:] == b"\r" else []
        rest = bytes(self._line)
        self._line.clear()
        self._skipping = False
        if rest or not self._lines.first:
            items += self._give_up(CUT_OFF)
        return iter([*items, Garbage(rest, CUT_OFF)] if rest else items)

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._raw) + len(self._line)

    def _end_of_line(self) -> list[Item]:
        raw = bytes(self._line)
        self._line.clear()
        text = raw.strip()
        if not text:
            return [*self._give_up(HEADER), Garbage(raw, _BLANK)]
        word = self._lines.word(text, raw)
        if word is not None:
            return [*self._give_up(HEADER), word]
        match = self._lines.shape[len(self._held)].fullmatch(text)
        if match is not None:
            return self._hold(match, raw)
        items = self._give_up(HEADER)
        match = self._lines.shape[0].fullmatch(text)
        return [*items, *(self._hold(match, raw) if match is not None else [Garbage(raw, HEADER)])]

    def _hold(self, match: re.Match[bytes], raw: bytes) -> list[Item]:
        self._held.append(match)
        self._raw += raw
        if len(self._held) < len(self._lines.shape):
            return []
        held, whole = self._held, self._raw
        self._forget()
        return [self._lines.parse(held, whole) or Garbage(whole, IMPOSSIBLE)]

    def _give_up(self, why: str) -> list[Item]:
        raw = self._raw
        self._forget()
        return [Garbage(raw, why)] if raw else []

    def _forget(self) -> None:
        self._held, self._raw = [], b""


def centi(number: bytes) -> int:
    """Hundredths from a :data:`NUMBER`, exactly."""
    whole, _, fraction = number.replace(b",", b".").partition(b".")
    hundredths = int(whole.lstrip(b"+-")) * 100 + int(fraction.ljust(2, b"0"))
    return -hundredths if number.startswith(b"-") else hundredths


def from_fahrenheit(centi_fahrenheit: int) -> int:
    """Hundredths of a degree Celsius, to the nearest; a tenth of a degree Fahrenheit is six of them."""
    return round((centi_fahrenheit - 3_200) * 5 / 9)


def decimal(centi_celsius: int, places: int = 2) -> str:
    """*centi_celsius* as it is printed, cut to one or two *places*."""
    sign, hundredths = "-" if centi_celsius < 0 else "", abs(centi_celsius)
    return f"{sign}{hundredths // 100}.{hundredths % 100:02}"[: -1 if places == 1 else None]
