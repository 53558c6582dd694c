"""A decoder for frames of one fixed size: constant bytes, values and a sum, found by a sliding window.

A position in the stream is tried as the beginning of a frame.  If every constant byte is there, the sum is right
and the values are possible, the frame is taken whole; otherwise **one** byte is given up and the next position is
tried.  Taking two bytes on a miss, or a whole frame's worth, loses good frames: ``5A 5A 5A 45 04`` (a sum of 5A
before a header of 5A 5A) is such a place.  The price is at most ``size`` comparisons a byte, nothing at 115,200 Bd.

Nothing here opens a port, reads a clock or logs, and no input makes it raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from drivers.thermometer.protocols.frame import Garbage, Item, Understood

#: What the MLX90614 inside these modules can measure at all, from its data sheet (rev. 13): object -70 to 380 °C,
#: its own surroundings -40 to 125 °C.  A right sum with values outside of this is an accident: eight bits of sum
#: pass one damaged frame in 256, and this catches most of those.
SURFACE_RANGE: Final = range(-7_000, 38_001)
AMBIENT_RANGE: Final = range(-4_000, 12_501)

HEADER, SUM, IMPOSSIBLE, CUT_OFF = "no header", "wrong sum", "impossible value", "cut off"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the frames of one family look; their size is fixed.

    ``constants`` maps a place in the frame to the bytes allowed there, in the order in which they are checked.
    ``sound`` says whether the sum at the end is right.  ``parse`` gives the frame's meaning, or ``None`` when the
    values cannot be true.
    """

    size: int
    constants: tuple[tuple[int, bytes], ...]
    sound: Callable[[bytes], bool]
    parse: Callable[[bytes], Understood | None]


class WindowDecoder:
    """Turns a byte stream into frames of one :class:`Layout`, resynchronising after damage.

    It holds at most ``layout.size - 1`` bytes between calls.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Item]:
        """Add *data* and give everything that is now decided, in order.

        Every byte that begins no frame comes out as a :class:`Garbage` of its own, so that the result does not
        depend on how the bytes were cut, and the lengths of all that came out plus :attr:`pending` add up to the
        length of all that was fed.
        """
        self._buffer += data
        items: list[Item] = []
        start = 0
        while start < len(self._buffer):
            item = self._decide(start)
            if item is None:
                break
            items.append(item)
            start += len(item.data)
        del self._buffer[:start]
        return iter(items)

    def flush(self) -> Iterator[Item]:
        """Give up what waits for the rest of its frame: the line has been idle for longer than a frame takes."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return iter([Garbage(rest, CUT_OFF)] if rest else [])

    def asked(self, command: bytes, /) -> None:
        """Nothing: a frame says by its own header what it is."""

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._buffer)

    def _decide(self, start: int) -> Item | None:
        """What begins at *start*, or ``None`` while that cannot be said."""
        layout, buffer = self._layout, self._buffer
        for place, allowed in layout.constants:
            if start + place >= len(buffer):
                return None
            if buffer[start + place] not in allowed:
                return self._garbage(start, HEADER)
        if start + layout.size > len(buffer):
            return None
        data = bytes(buffer[start : start + layout.size])
        if not layout.sound(data):
            return self._garbage(start, SUM)
        return layout.parse(data) or self._garbage(start, IMPOSSIBLE)

    def _garbage(self, start: int, why: str) -> Garbage:
        return Garbage(bytes(self._buffer[start : start + 1]), why)


def sum8(data: bytes) -> int:
    """The low eight bits of the sum of *data*."""
    return sum(data) & 0xFF


def ends_in_sum8(data: bytes) -> bool:
    """Whether the last byte is the sum of all before it."""
    return sum8(data[:-1]) == data[-1]


def signed16(data: bytes) -> int:
    """Two bytes, high one first, as a signed number."""
    return int.from_bytes(data, "big", signed=True)


def from_signed16(centi: int) -> bytes:
    """The inverse of :func:`signed16`.

    :raises OverflowError: outside of -32,768 to 32,767.
    """
    return centi.to_bytes(2, "big", signed=True)


def possible(surface_centi: int, ambient_centi: int) -> bool:
    """Whether an MLX90614 can have measured these; see :data:`SURFACE_RANGE`."""
    return surface_centi in SURFACE_RANGE and ambient_centi in AMBIENT_RANGE
