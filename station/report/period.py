"""The period that a report is about: 统计时段.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``from_ms`` up to, not with, ``to_ms`` of wall time; ``day`` as 2020-11-22.

    ``until_ms`` is where a period that is not over yet was cut off, None for one that is.
    """

    day: str
    from_ms: int
    to_ms: int
    until_ms: int | None = None

    @property
    def end_ms(self) -> int:
        """Up to when there can be anything to report."""
        return self.to_ms if self.until_ms is None else self.until_ms


def local(at_ms: int, zone: tzinfo) -> datetime:
    """The instant *at_ms* on the wall clock of *zone*."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def day_of(at_ms: int, zone: tzinfo) -> str:
    """The day of *at_ms*, as 2020-11-22."""
    return local(at_ms, zone).date().isoformat()


def midnight_ms(day: date, zone: tzinfo) -> int:
    """When *day* begins."""
    return (datetime.combine(day, time(), zone) - _EPOCH) // _MS


def day_period(day: str, zone: tzinfo, now_ms: int) -> Period:
    """All of *day* (2020-11-22), or what there was of it up to *now_ms*.

    :raises ValueError: if *day* is no day, or has not begun.
    """
    begins = date.fromisoformat(day)
    from_ms, to_ms = midnight_ms(begins, zone), midnight_ms(begins + timedelta(days=1), zone)
    if now_ms < from_ms:
        raise ValueError(f"{day}: has not begun yet")
    return Period(day, from_ms, to_ms, now_ms if now_ms < to_ms else None)


def day_before(day: str) -> str:
    """The day before *day*."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
