"""When a gate whose line is dear, or whose hub is small, sends what is not urgent: at night, each gate at its own time.

Pure.  Times are minutes since midnight at the gate.  The gates of a county begin one after another between
``from_minute`` and ``to_minute``, each at the moment its id gives it; one that could not send everything by then goes
on until ``until_minute``, so that the day's report is whole when it is due.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Night:
    """The window of the gate called *station*; each time may lie after midnight."""

    station: str
    from_minute: int
    to_minute: int
    until_minute: int

    @property
    def begins(self) -> int:
        """When this gate begins: somewhere in the first two thirds, so that a long night's work fits in."""
        lot = int.from_bytes(hashlib.sha256(self.station.encode()).digest()[:4], "big")
        length = (self.to_minute - self.from_minute) % DAY
        return (self.from_minute + lot % max(1, length * 2 // 3)) % DAY

    def is_open(self, minute: int, everything_went: bool) -> bool:
        """Whether it may send at *minute*; *everything_went* since this night began."""
        ends = self.to_minute if everything_went else self.until_minute
        return (minute - self.begins) % DAY < (ends - self.begins) % DAY

    def is_over(self, minute: int) -> bool:
        """Whether the night that began last is over, however much went."""
        return not self.is_open(minute, everything_went=False)


def minute_of(text: str) -> int:
    """``23:30`` as minutes since midnight."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
