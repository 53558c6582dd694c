"""What a driver says: readings, scans and heartbeats; :mod:`drivers.datagram` sends them.

Temperatures are integers in hundredths of a degree (``centi_celsius``).  ``observed_ns`` is CLOCK_BOOTTIME of this boot
and is never scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: The longest device name and the longest explanation in a heartbeat, in characters.
MAX_NAME, MAX_DETAIL = 64, 200
#: Nothing a thermometer can mean lies outside of this (hundredths of a degree).
MIN_CENTI, MAX_CENTI = -10_000, 100_000


class Site(StrEnum):
    """Where on the body a temperature was taken."""

    FOREHEAD = "forehead"
    WRIST = "wrist"
    NECK = "neck"
    CONTACT = "contact"


class Mode(StrEnum):
    """Skin as measured, or the device's own estimate of the body."""

    SURFACE = "surface"
    ADJUSTED = "adjusted"


class Bound(StrEnum):
    """Which end of its range a device reported instead of a temperature."""

    LOW = "low"
    HIGH = "high"


class Role(StrEnum):
    """What kind of device speaks."""

    THERMOMETER = "thermometer"
    CAMERA = "camera"
    WEDGE = "wedge"


class Health(StrEnum):
    """How a device is, as its own driver sees it."""

    OK = "ok"
    SILENT = "silent"  # open, but says nothing
    NOISE = "noise"  # says things that are no frames
    LOST = "lost"  # gone; the last word before the driver exits


@dataclass(frozen=True, slots=True)
class Raw:
    """What the device itself gave, before settling and calibration.

    ``centi_celsius`` is the surface temperature of the settled frame, ``spread_centi`` the distance between
    the lowest and the highest of the ``frames`` that agreed, ``hex`` the bytes of one of them.
    """

    centi_celsius: int
    frames: int
    spread_centi: int
    hex: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One settled temperature of one person."""

    device: str
    observed_ns: int
    centi_celsius: int
    site: Site
    mode: Mode
    raw: Raw
    ambient_centi: int | None = None


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """The device said LO or HI, or a value no living person has: an event, never a temperature."""

    device: str
    observed_ns: int
    bound: Bound
    raw: Raw


@dataclass(frozen=True, slots=True)
class Scan:
    """One presented code.  ``in_image`` counts the different codes that were in view with it."""

    device: str
    observed_ns: int
    payload: bytes
    symbology: str
    in_image: int = 1


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A driver is alive; ``detail`` tells the technician what to check when it is not well."""

    device: str
    observed_ns: int
    role: Role
    health: Health
    port: str
    detail: str = ""


Event = Reading | OutOfRange | Scan | Heartbeat
