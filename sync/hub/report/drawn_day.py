"""One day of one gate, drawn up from the entries that the hub holds of it and of the days around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import pairwise

from sqlalchemy import Connection, func, select

from station.report import Noted, Period, make_report, of_bytes, survey
from sync.hub.database import tables
from sync.hub.database.recent import MOST
from sync.hub.report.gate_day import GateDay, gate_day_of

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
#: What went before says whether the gate was there at midnight; what comes after, what was voided or written in from
#: paper.  Of a day three days ago everything is looked at that a gate of the usual kind still changes.
_BEFORE_MS, _AFTER_MS = 36 * _HOUR_MS, 3 * _DAY_MS
#: What a report says of facts that are not as their kind promises.
_FAULTS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


def draw_gate(connection: Connection, station: str, period: Period, zone: tzinfo, steady: bool) -> GateDay:
    """The *period* of one gate, counted as the gate itself counts; *steady* as in a report."""
    entries = list(_entries(connection, station, period))
    try:
        report = make_report(station, period, zone, survey(entries), entries, steady)
    except _FAULTS:
        # Somebody wrote an entry that no gate writes; it is held and signed, and the others are counted without it.
        entries = [each for each in entries if _can_be_read(each, period, zone)]
        report = make_report(station, period, zone, survey(entries), entries, steady)
    last = next((each for each in reversed(entries) if each.knows_time), None)
    goes_on = last is not None and last.at_ms >= period.to_ms
    proof = report.body() | {"missing": _missing(connection, station, entries, period)}
    return gate_day_of(station, report.counts.body(), proof, goes_on and period.until_ms is None)


def _can_be_read(noted: Noted, period: Period, zone: tzinfo) -> bool:
    try:
        make_report("", period, zone, survey([noted]), [noted])
    except _FAULTS:
        return False
    return True


def _missing(connection: Connection, station: str, entries: Sequence[Noted], period: Period) -> int:
    """How many entries between those of the period are not held; the report lists some gaps and counts the others."""
    missing = 0
    for before, after in pairwise(entries):
        around = before.at_ms < period.end_ms and after.at_ms >= period.from_ms
        if before.epoch == after.epoch and around and after.seq != before.seq + 1:
            # What was set aside is held, although nobody can read it.
            held = select(func.count()).select_from(tables.entry)
            between = tables.entry.c.seq.between(before.seq + 1, after.seq - 1)
            held = held.where(tables.entry.c.station == station, tables.entry.c.epoch == before.epoch, between)
            missing += after.seq - before.seq - 1 - int(connection.execute(held).scalar_one())
    return missing


def _entries(connection: Connection, station: str, period: Period) -> Iterator[Noted]:
    entry, epoch = tables.entry, tables.epoch
    epochs = connection.execute(
        select(epoch.c.epoch, epoch.c.highest_seq).where(epoch.c.station == station).order_by(epoch.c.epoch)
    ).all()
    for row in epochs[-2:]:
        of = (entry.c.station == station, entry.c.epoch == row.epoch, entry.c.seq > row.highest_seq - MOST)
        first, last = connection.execute(
            select(func.min(entry.c.seq), func.max(entry.c.seq)).where(
                *of, entry.c.at_ms.between(period.from_ms - _BEFORE_MS, period.to_ms + _AFTER_MS)
            )
        ).one()
        if first is None:
            continue
        query = select(entry.c.header, entry.c.hash).where(
            *of, entry.c.seq.between(first, last), entry.c.kind.is_not(None)
        )
        for found in connection.execute(query.order_by(entry.c.seq)):
            try:
                yield of_bytes(found.header, bytes(found.hash))
            except ValueError:
                continue  # set aside at the door; the board says so
