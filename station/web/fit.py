"""How much room words take, so that the server can choose a size before any browser has measured.  Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

from station.screen.elements import Badge, Level

#: Widths in em, from the fonts on the station: a Chinese character, a Latin letter or figure, a blank.
WIDE, NARROW, BLANK = 1.0, 0.58, 0.3

#: Headline sizes, largest first: the em that one line holds, and the lines there is room for.
HEADLINES = (("f1", 3.1, 1), ("f2", 4.2, 1), ("f3", 5.1, 2), ("f4", 6.2, 2))

_SEVERITY = (Level.BAD, Level.WARN, Level.NOTE, Level.OK)


def em(text: str) -> float:
    """About how wide *text* is, in multiples of its font size."""
    return sum(BLANK if c == " " else WIDE if unicodedata.east_asian_width(c) in "WF" else NARROW for c in text)


def headline(text: str, beside_phone: bool = False) -> str:
    """The class of size that *text* gets as a headline; smaller where a telephone number must stand under it."""
    if beside_phone:
        return "f5" if em(text) <= 8 else "f6"
    return next((size for size, room, lines in HEADLINES if _lines(text, room) <= lines), "f5")


def _lines(text: str, room: float) -> float:
    """On how many lines of *room* em the text stands, broken at blanks only; without end where a word is too long."""
    lines, used = 1, 0.0
    for word in text.split():
        width = em(word)
        if width > room:
            return math.inf
        if used and used + BLANK + width > room:
            lines, used = lines + 1, width
        else:
            used += (BLANK if used else 0) + width
    return lines


def rule(text: str) -> str:
    """The class of size that a rule gets: large enough for the person, small enough for the sheet."""
    return "r1" if em(text) <= 60 else "r2" if em(text) <= 130 else "r3"


def worst_first(badges: Iterable[Badge]) -> list[Badge]:
    """*badges* with the gravest first, otherwise in the desk's order."""
    return sorted(badges, key=lambda badge: _SEVERITY.index(badge.level))


def fitting(widths: Sequence[float], room: float, rest: float) -> int:
    """How many of *widths* fit into *room*, leaving *rest* for a "+N" when not all do."""
    if sum(widths) <= room:
        return len(widths)
    count = 0
    while count < len(widths) and sum(widths[: count + 1]) + rest <= room:
        count += 1
    return count
