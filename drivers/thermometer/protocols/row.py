"""What one row of the table of families says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol as Shape

from drivers.events import Mode, Site
from drivers.thermometer.protocols.frame import Frame, Item, NoTarget, OutOfBounds, Seen


class Decoder(Shape):
    """Bytes in, items out; the same bytes give the same items however they are cut, and no bytes make it raise."""

    def asked(self, command: bytes, /) -> None:
        """*command* of its family's :class:`Poll` was just sent."""

    def feed(self, data: bytes) -> Iterator[Item]:
        """Add *data* and give everything that is now decided, in order."""

    def flush(self) -> Iterator[Item]:
        """The line is idle: decide or give up what waits for more."""

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A device that speaks only when asked: what to send, one after the other, and how long after each other.

    ``exclusive``: its answers do not say what they answer, so whatever came before a question is thrown away.
    ``ambiguous``: another family takes the same bytes for something else, so an unknown device is asked this last.
    """

    commands: tuple[bytes, ...]
    interval_ms: int
    exclusive: bool = False
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """One family of devices.

    ``bauds`` are tried in this order.  ``start`` makes the device talk, ``poll`` asks it for single frames; each
    is sent only to a line on which nothing was understood.  ``mode`` is what all its frames carry, ``site`` where
    such a device is usually held.  ``rate_hz`` is how often it talks as delivered; the simulator's pace.
    ``search`` is false for what cannot be told from another one by its bytes: it must be named.

    For the simulator: ``encode`` gives a frame's bytes, ``encode_other`` the device's own words for LO, HI and an
    empty place (nothing where it has none), ``answer`` what it says to the bytes it was sent, for those who are asked
    more than one thing.
    """

    name: str
    title: str
    decoder: Callable[[], Decoder]
    encode: Callable[[Frame], bytes]
    bauds: tuple[int, ...]
    start: bytes | None
    poll: Poll | None
    mode: Mode
    site: Site
    rate_hz: float
    search: bool = True
    encode_other: Callable[[OutOfBounds | NoTarget], bytes] | None = None
    answer: Callable[[bytes, Seen], bytes] | None = None

    def say(self, said: Seen) -> bytes:
        """The bytes of *said*; nothing if the device has no word for it."""
        if isinstance(said, Frame):
            return self.encode(said)
        return b"" if self.encode_other is None else self.encode_other(said)
