"""By when the rounds of a day are due; times of day as minutes.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """``disinfect`` is when the day's disinfection is due, None: nobody is reminded.

    Supplies for fewer than ``supplies_days`` days are little; who is in isolation is measured by ``morning`` and again
    by ``evening``.
    """

    disinfect: int | None = None
    supplies_days: int = 3
    morning: int = 10 * 60
    evening: int = 20 * 60


def minutes(text: str) -> int | None:
    """``09:30`` as minutes of the day, None for an empty text."""
    return int(text[:2]) * 60 + int(text[3:]) if text else None


def minute_of(at_ms: int, zone: tzinfo) -> int:
    """The minute of the day at *at_ms*."""
    then = datetime.fromtimestamp(at_ms / 1000, zone)
    return then.hour * 60 + then.minute


def day_of(at_ms: int, zone: tzinfo) -> str:
    """The day at *at_ms*, as 2020-11-22."""
    return datetime.fromtimestamp(at_ms / 1000, zone).date().isoformat()


def clock(at_ms: int, now_ms: int, zone: tzinfo) -> str:
    """The time at *at_ms* for a key: of another day with the day."""
    then = datetime.fromtimestamp(at_ms / 1000, zone)
    return then.strftime("%H:%M" if day_of(at_ms, zone) == day_of(now_ms, zone) else "%m-%d %H:%M")
