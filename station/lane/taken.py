"""One temperature as it belongs to a visit, and how it lies to the lines.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drivers.events import Mode, Site
from station.facts import Air
from station.policy.policy import Lines

#: Outside of this air no maker vouches for a reading: typical forehead thermometers are made for 16 to 35 °C.
COLD_AIR_CENTI, WARM_AIR_CENTI = 1_600, 3_500


@dataclass(frozen=True, slots=True)
class Taken:
    """One temperature as it belongs to a visit; ``raw`` is what the device itself gave.

    ``seat`` says whose it is of several people, counted from 1; 0 before it belongs to a visit.
    ``offset_centi`` of ``centi_celsius`` is the device's calibration.  ``rested`` was taken after one that was too
    cold; ``cold_below_centi`` is the line under which this one is, ``normal_centi`` the gate's own normal that it was
    compared with, before the offset; None before station/screening/screening.py has set them, or where there is none.
    """

    centi_celsius: int
    mode: Mode
    site: Site
    device: str
    seen_ms: int
    arrived_ns: int
    ambient_centi: int | None = None
    by_hand: bool = False
    raw: tuple[tuple[str, int | str], ...] = ()
    seat: int = 0
    offset_centi: int = 0
    rested: bool = False
    cold_below_centi: int | None = None
    normal_centi: int | None = None

    @property
    def air(self) -> Air:
        """The air it was taken in."""
        if self.ambient_centi is None:
            return Air.UNKNOWN
        if self.ambient_centi < COLD_AIR_CENTI:
            return Air.COLD
        return Air.WARM if self.ambient_centi > WARM_AIR_CENTI else Air.FIT

    def body(self) -> dict[str, Any]:
        """The reading as it stands in an entry."""
        return {
            "centi_celsius": self.centi_celsius,
            "mode": self.mode,
            "site": self.site,
            "device": self.device,
            "seen_ms": self.seen_ms,
            "ambient_centi": self.ambient_centi,
            "by_hand": self.by_hand,
            "raw": dict(self.raw),
            "seat": self.seat,
            "offset_centi": self.offset_centi,
            "rested": self.rested,
            "cold_below_centi": self.cold_below_centi,
            "normal_centi": self.normal_centi,
        }


def is_cold(taken: Taken, lines: Lines) -> bool:
    """Whether *taken* is too cold to mean anything: under its own line, or the policy's where it has none."""
    line_centi = lines.cold_centi if taken.cold_below_centi is None else taken.cold_below_centi
    return taken.centi_celsius < line_centi


def is_off(taken: Taken, lines: Lines) -> bool:
    """Whether *taken* is off the lines: too cold to mean anything, or high."""
    return is_cold(taken, lines) or taken.centi_celsius >= lines.high_centi
