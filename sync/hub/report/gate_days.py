"""What each gate's day came to, by the gates' own way of counting, drawn up from what the hub holds.

Drawing up a day walks its entries and those around it; so it is done once, when somebody asks for the day, and kept.
Whatever comes later that could change a day that is over makes it be drawn up again (:func:`spoil_days`).
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from station.report import NAMES as REPORTED
from station.report import day_period
from station.wire.canonical import canonical
from station.wire.entry import ClockState
from station.wire.errors import WireError
from sync.hub.database import tables
from sync.hub.database.store import Store
from sync.hub.database.tables import gate_day, gate_day_proof
from sync.hub.examination.headers import read_header
from sync.hub.examination.meaning import OBSERVED, UNKNOWN_DAY, Voids, day_number, local_hour
from sync.hub.examination.run import Link, Run
from sync.hub.report.drawn import FRESH_MS, Drawn, DrawnDays
from sync.hub.report.drawn_day import draw_gate
from sync.hub.report.gate_day import GateDay, gate_day_of

_DAY_MS = 86_400_000
#: A clock that was not set may have been so for a whole week at most before somebody anchored it.
_UNSURE_DAYS = 7
#: Each gate takes a tenth of a second.  As many as a compound has are drawn up at every look, so that its page is whole
#: at once; of a county as many as go into two seconds, and the page says which are missing.
LEAST_DRAWN, DRAW_S = 8, 2.0
#: Days before, for the totals: as much as nobody notices beside the rest of the page.
_BEFORE_S = 1.0
#: How far back days are drawn up that nobody asked for, so that the totals hold them.
_BACK_DAYS = 31
# Made once, as a batch of a backlog spoils a day each time.
_SPOIL = delete(gate_day).where(
    gate_day.c.station == bindparam("at"), gate_day.c.day.in_(bindparam("days", expanding=True))
)
_ANCHORED = "clock.anchored"
_DETAILS = "details.added"


#: What each store's days came to that cannot be kept yet.
_drawn: WeakKeyDictionary[Store, DrawnDays] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class DayOfGates:
    """A day of several gates; ``waiting`` could not be drawn up yet and will be when the page is asked for again."""

    gates: Mapping[str, GateDay]
    waiting: frozenset[str]


def draw_day(
    store: Store,
    gates: Collection[str],
    day: str,
    zone: tzinfo,
    now_ms: int,
    steady: bool = True,
    within_s: float | None = None,
) -> DayOfGates:
    """The *day* (2020-11-21) of *gates* where *zone* is; drawn up anew for *within_s* (:data:`DRAW_S`).

    What could not be drawn up in it waits, and comes first the next time; :data:`LEAST_DRAWN` are in any case.

    :raises ValueError: if *day* is no day, or has not begun.
    """
    period = day_period(day, zone, now_ms)
    number = int(day.replace("-", ""))
    recent = _drawn.setdefault(store, DrawnDays())
    until_s = time.monotonic() + (DRAW_S if within_s is None else within_s)
    kept: dict[str, tuple[GateDay, Any]] = {}
    waiting: set[str] = set()
    with store.reading() as connection:
        found = _kept(connection, gates, number)
        lately = {each: recent.get(each, number) for each in sorted(set(gates) - set(found))}
        # Those that nobody has seen yet, then those that were drawn up longest ago.
        order = sorted(lately, key=lambda each: was.at_ms if (was := lately[each]) else 0)
        drawn = 0
        for station in order:
            was, stamp = lately[station], _stamp(connection, station)
            if was is not None and period.until_ms is None and was.stamp == stamp:
                found[station] = was.made
                continue
            if drawn >= LEAST_DRAWN and time.monotonic() >= until_s:
                if was is not None and period.until_ms is not None and 0 <= now_ms - was.at_ms <= FRESH_MS:
                    found[station] = was.made
                else:
                    waiting.add(station)
                continue
            drawn += 1
            made = found[station] = draw_gate(connection, station, period, zone, steady)
            if made.settled:
                kept[station] = made, stamp
            else:
                recent.put(station, number, Drawn(made, stamp, now_ms))
    if kept:
        _keep(store, number, kept)
    return DayOfGates(found, frozenset(waiting))


def draw_before(store: Store, gates: Collection[str], day: str, zone: tzinfo, now_ms: int, steady: bool = True) -> None:
    """Draw up what is missing of the days before *day*, the newest first, for a moment."""
    number = int(day.replace("-", ""))
    first = datetime.date.fromisoformat(day) - datetime.timedelta(days=_BACK_DAYS)
    until_s = time.monotonic() + _BEFORE_S
    drawn: dict[int, dict[str, tuple[GateDay, Any]]] = {}
    with store.reading() as connection:
        for at, (other, station) in enumerate(_lacking(connection, gates, number)):
            if other < _number(first) or (at >= LEAST_DRAWN and time.monotonic() >= until_s):
                break
            period = day_period(_iso(other), zone, now_ms)
            made = draw_gate(connection, station, period, zone, steady)
            if made.settled:
                drawn.setdefault(other, {})[station] = made, _stamp(connection, station)
    for other, made_of in drawn.items():
        _keep(store, other, made_of)


def totals_before(connection: Connection, gates: Collection[str], day: str) -> tuple[Mapping[str, int], str]:
    """The sums of all days before *day* that have been drawn up without a break, and the first of them; "" for none."""
    number = int(day.replace("-", ""))
    lacking = _lacking(connection, gates, number)
    columns = [func.coalesce(func.sum(gate_day.c[name]), 0).label(name) for name in REPORTED]
    row = connection.execute(
        select(func.min(gate_day.c.day).label("first"), *columns).where(
            gate_day.c.station.in_(gates),
            gate_day.c.day < number,
            gate_day.c.day > max((each for each, _ in lacking), default=0),
        )
    ).one()
    return {name: int(row._mapping[name]) for name in REPORTED}, _iso(row.first) if row.first else ""


def spoil_days(connection: Connection, run: Run, fresh: Sequence[Link], now_ms: int, zone: tzinfo) -> None:
    """Forget what was drawn up of days that the *fresh* links of *run* change."""
    today = _of(now_ms, zone)
    days = {day for day in {link.day for link in fresh} if day is not None and day < today}
    unsure = UNKNOWN_DAY in days
    for link in fresh:
        if not link.remarkable:
            continue
        if link.kind == _ANCHORED:
            unsure = True
        elif isinstance(link.meaning, Voids):
            days.add(_day_of_entry(connection, run.station, link.meaning.epoch, link.meaning.seq, zone))
        else:
            days |= _days_named(connection, run.station, link, zone)
    days -= {UNKNOWN_DAY, today}
    if unsure:
        since = _of(now_ms - _UNSURE_DAYS * _DAY_MS, zone)
        connection.execute(delete(gate_day).where(gate_day.c.station == run.station, gate_day.c.day >= since))
    if days:
        connection.execute(_SPOIL, {"at": run.station, "days": sorted(days)})


def _days_named(connection: Connection, station: str, link: Link, zone: tzinfo) -> set[int]:
    """The days that an entry speaks of other than its own."""
    try:
        facts = read_header(link.header).facts
    except WireError:
        return set()
    found = set()
    observed, of = facts.get(OBSERVED), facts.get("of")
    if type(observed) is int:
        found.add(local_hour(observed, ClockState.SYNCED, zone)[0])
    if link.kind == _DETAILS and isinstance(of, list) and len(of) == 2 and all(type(each) is int for each in of):
        found.add(_day_of_entry(connection, station, of[0], of[1], zone))
    return found


def _day_of_entry(connection: Connection, station: str, epoch: int, seq: int, zone: tzinfo) -> int:
    header = connection.execute(select(tables.entry.c.header).filter_by(station=station, epoch=epoch, seq=seq)).scalar()
    try:
        said = None if header is None else read_header(header)
    except WireError:
        said = None
    if said is None:
        return UNKNOWN_DAY  # it is still on its way and will spoil its day itself
    observed = said.facts.get(OBSERVED)
    at_ms = observed if type(observed) is int else said.at_ms
    return local_hour(at_ms, said.clock, zone)[0]


def _kept(connection: Connection, gates: Collection[str], number: int) -> dict[str, GateDay]:
    proof = gate_day_proof
    same = (proof.c.station == gate_day.c.station) & (proof.c.day == gate_day.c.day)
    query = (
        select(gate_day, proof.c.proof).join(proof, same).where(gate_day.c.station.in_(gates), gate_day.c.day == number)
    )
    found = {}
    for row in connection.execute(query):
        body = json.loads(row.proof)
        counts = {name: int(row._mapping[name]) for name in REPORTED}
        found[row.station] = gate_day_of(row.station, counts, body)
    return found


def _keep(store: Store, number: int, drawn: Mapping[str, tuple[GateDay, Any]]) -> None:
    """Keep what was drawn up, but for gates of which something came in the meantime."""
    with store.writing() as connection:
        for station, (made, stamp) in drawn.items():
            if _stamp(connection, station) != stamp:
                continue
            at = {"station": station, "day": number}
            for table in (gate_day, gate_day_proof):
                connection.execute(delete(table).filter_by(**at))
            connection.execute(insert(gate_day), {**at, **made.counts})
            connection.execute(insert(gate_day_proof), {**at, "proof": canonical(made.proof())})


def _stamp(connection: Connection, station: str) -> list[tuple[int, ...]]:
    """What is held of a gate: another stamp, other entries."""
    epoch = tables.epoch
    query = select(epoch.c.epoch, epoch.c.contiguous_seq, epoch.c.highest_seq).where(epoch.c.station == station)
    return [tuple(row) for row in connection.execute(query.order_by(epoch.c.epoch))]


def _lacking(connection: Connection, gates: Collection[str], number: int) -> list[tuple[int, str]]:
    """Days before *number* with passages that have not been drawn up, with their gate, the newest first."""
    tally = tables.tally
    drawn = select(gate_day.c.day).where(gate_day.c.station == tally.c.station, gate_day.c.day == tally.c.day)
    query = (
        select(tally.c.day, tally.c.station)
        .where(tally.c.station.in_(gates), tally.c.day != UNKNOWN_DAY, tally.c.day < number, ~drawn.exists())
        .distinct()
        .order_by(tally.c.day.desc(), tally.c.station)
    )
    return [(row.day, row.station) for row in connection.execute(query)]


def _of(at_ms: int, zone: tzinfo) -> int:
    return local_hour(at_ms, ClockState.SYNCED, zone)[0]


def _number(day: datetime.date) -> int:
    return day_number(datetime.datetime(day.year, day.month, day.day))


def _iso(number: int) -> str:
    return f"{number // 10_000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"
