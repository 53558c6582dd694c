"""Fevers and people measured of each gate, today and on the days before, for the hint that there are more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection, func, or_, select

from station.wire.entry import ClockState
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.tables import fever, tally
from sync.hub.examination.meaning import day_number, local_hour
from sync.hub.fever.rising import DAYS, GateDays

#: A case opened for what somebody complained of has no high reading, and is not a fever.
_COMPLAINTS = "symptoms"


def read_gate_days(connection: Connection, now_ms: int, zone: tzinfo, gates: Collection[str]) -> dict[str, GateDays]:
    """By gate, those of *gates* that measured anybody in that time; today is the day of *now_ms* where *zone* is."""
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    dates = [today - timedelta(days=back) for back in range(DAYS + 1)]
    numbers = [day_number(datetime(date.year, date.month, date.day)) for date in dates]
    measured = Counter(
        {
            (row.station, row.day): int(row.people)
            for row in connection.execute(
                select(tally.c.station, tally.c.day, func.sum(tally.c.measured).label("people"))
                .where(tally.c.day.in_(numbers), tally.c.station.in_(gates))
                .group_by(tally.c.station, tally.c.day)
            )
        }
    )
    opened = connection.execute(
        select(fever.c.station, fever.c.opened_ms).where(
            fever.c.station.in_(gates),
            # Two days more, as a day begins where the hub is.
            fever.c.opened_ms >= now_ms - (DAYS + 2) * DAY_MS,
            or_(fever.c.cause.is_(None), fever.c.cause != _COMPLAINTS),
        )
    )
    fevers = Counter((row.station, local_hour(row.opened_ms, ClockState.SYNCED, zone)[0]) for row in opened)
    return {
        gate: GateDays(
            measured[gate, numbers[0]],
            fevers[gate, numbers[0]],
            tuple(measured[gate, day] for day in numbers[1:]),
            tuple(fevers[gate, day] for day in numbers[1:]),
        )
        for gate in {station for station, _ in measured}
    }
