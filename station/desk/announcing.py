"""When the voice asks people to look at the notices on the screen.  Pure.

The texts themselves are not read aloud: the voice has recorded lines only (drivers/spoken.py), so that nothing that
anybody typed can ever be spoken.  A notice that the office wants spoken is announced once it begins, and again every
now and then while it stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

_MINUTE_MS = 60_000


@dataclass(slots=True)
class Announcer:
    """Of one gate: from hour *begins* to hour *ends* of the day in *zone*, repeated every *every_minutes* (0: once)."""

    zone: ZoneInfo
    begins: int = 8
    ends: int = 20
    every_minutes: int = 60
    _heard: frozenset[str] = field(default_factory=frozenset)
    _last_ms: int = 0

    def due(self, notices: frozenset[str], now_ms: int, quiet: bool) -> bool:
        """Whether the line is said now.

        *notices* are the ids of those in force that are to be spoken, *quiet* that nobody stands at the gate and
        nothing sounds: words between two people would be taken for the next one's.
        """
        self._heard &= notices  # what has ended and comes again is new
        hour = datetime.fromtimestamp(now_ms / 1000, self.zone).hour
        if not (notices and quiet and self.begins <= hour < self.ends):
            return False
        waits_ms = self.every_minutes * _MINUTE_MS
        again = waits_ms > 0 and not 0 <= now_ms - self._last_ms < waits_ms
        if notices <= self._heard and not again:
            return False
        self._heard, self._last_ms = notices, now_ms
        return True
