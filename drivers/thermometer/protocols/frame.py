"""What a thermometer's bytes can mean, whatever its maker: a temperature, a word in its place, or garbage."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.events import Bound, Mode


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame whose constant bytes and sum were right.  Temperatures are hundredths of a degree Celsius.

    ``surface_centi`` is what the sensor saw, ``ambient_centi`` the sensor's own surroundings and
    ``adjusted_centi`` the device's estimate of the body; a device that gives no such value leaves ``None``.  A device
    that tells nothing but its estimate has it in both: that is the raw value then.  ``data`` holds the frame's bytes,
    or nothing in a frame that is still to be encoded.
    """

    surface_centi: int
    ambient_centi: int | None = None
    adjusted_centi: int | None = None
    data: bytes = b""

    @property
    def mode(self) -> Mode:
        """Adjusted when the device estimates the body, otherwise surface."""
        return Mode.SURFACE if self.adjusted_centi is None else Mode.ADJUSTED

    @property
    def centi_celsius(self) -> int:
        """The temperature to report, in the sense of :attr:`mode`."""
        return self.surface_centi if self.adjusted_centi is None else self.adjusted_centi


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """The device's own LO or HI in place of a temperature."""

    bound: Bound
    data: bytes


@dataclass(frozen=True, slots=True)
class NoTarget:
    """The device's own word for "nobody is there"."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a thermal camera that is good for looking, not for a verdict; it never becomes a reading."""

    lowest_centi: int
    highest_centi: int
    ambient_centi: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that belong to no frame, kept so that a bad cable can be seen."""

    data: bytes
    why: str


#: What settles into readings and out-of-range events.
Seen = Frame | OutOfBounds | NoTarget
#: What shows that the line is well.
Understood = Seen | Picture
Item = Understood | Garbage
