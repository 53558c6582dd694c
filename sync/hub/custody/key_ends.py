"""Which of the office's keys end soon.  Pure.

A key that was renewed stays in the ``keys`` order beside the new one until its own end; so what counts is the end of
the last one for a purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station.wire.keyring import KeyRecord, Purpose

DAY_MS = 86_400_000
#: The root key lies in a safe and a gate without a line is reached by stick: a quarter of a year is time for both.
WARN_MS = 90 * DAY_MS


@dataclass(frozen=True, slots=True)
class KeyEnd:
    """The last key for ``purpose`` ends at ``ends_ms``, in so many whole ``days``; below 0 it is over."""

    purpose: Purpose
    ends_ms: int
    days: int

    @property
    def over(self) -> bool:
        """Whether there is no key for it any more."""
        return self.days < 0


def days_left(ends_ms: int, now_ms: int) -> int:
    """Whole days until *ends_ms*, below 0 once it is over."""
    return (ends_ms - now_ms) // DAY_MS


def ending(records: Iterable[KeyRecord], now_ms: int) -> list[KeyEnd]:
    """What ends within :data:`WARN_MS`, or has ended, the next first."""
    last: dict[Purpose, int] = {}
    for record in records:
        last[record.purpose] = max(record.not_after_ms, last.get(record.purpose, 0))
    found = [
        KeyEnd(purpose, ends_ms, days_left(ends_ms, now_ms))
        for purpose, ends_ms in last.items()
        if ends_ms - now_ms <= WARN_MS
    ]
    return sorted(found, key=lambda each: (each.ends_ms, list(Purpose).index(each.purpose)))
