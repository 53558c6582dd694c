"""A unit's daily report from the store: the days of its gates, what they handed in, what the office confirmed."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from station.report import Period, day_period
from station.roster.isolation import StatusKind, StatusRow
from sync.hub.database import tables
from sync.hub.database.recent import recent
from sync.hub.examination.headers import read_header
from sync.hub.office.acts import REPORT_CONFIRMED
from sync.hub.office.chain import chain_of
from sync.hub.office.given import isolation_at
from sync.hub.report.gate_days import draw_before, draw_day, totals_before
from sync.hub.report.unit_report import DUE_MINUTE, GateLine, Handed, Isolation, UnitReport
from sync.hub.site import Site
from sync.hub.unit.scope import Scope

#: The counts that the act holds, so that a correction can say what it changes.
CONFIRMED = ("inward", "outward", "measured", "turned_back", "abnormal", "to_community", "cases_opened")
_KINDS = ("report.confirmed", "report.sent_automatically")
#: Reports that an office of a county with 6 communities confirms in a month, with corrections.
_MOST_ACTS = 500


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One version of a unit's report that the office confirmed; ``counts`` are the figures it had."""

    version: int
    sha256: str
    at_ms: int
    by: str
    late: bool
    zero: bool
    counts: Mapping[str, int]


def unit_report(site: Site, scope: Scope, day: str) -> UnitReport:
    """The report of *day* (2020-11-21) of the unit of *scope*.

    :raises ValueError: if *day* is no day, or has not begun.
    """
    zone, now_ms, gates = site.office.zone, site.now_ms(), scope.gates
    period = day_period(day, zone, now_ms)
    drawn = draw_day(site.store, gates, day, zone, now_ms, site.rate == 1.0)
    if not drawn.waiting:
        draw_before(site.store, gates, day, zone, now_ms, site.rate == 1.0)
    with site.store.reading() as connection:
        handed = handed_in(connection, gates, day, period)
        names = _names(connection, gates)
        heard = set(connection.scalars(select(tables.epoch.c.station).where(tables.epoch.c.station.in_(gates))))
        over = period.until_ms is None
        lines = [
            GateLine(each, name, drawn.gates.get(each), handed.get(each, Handed()), each in heard, over)
            for each, name in names.items()
        ]
        lines.sort(key=lambda line: (not line.trouble, line.handed.state == "report_confirmed", line.name))
        before, since = totals_before(connection, gates, day)
        return UnitReport(
            scope.unit,
            scope.tree.name(scope.unit) if scope.unit else site.office.name,
            period,
            tuple(lines),
            _cases_open(connection, gates, period),
            _isolation(connection, gates, period),
            before,
            since,
        )


def handed_in(connection: Connection, gates: Collection[str], day: str, period: Period) -> dict[str, Handed]:
    """The newest version of the report of *day* that each of *gates* handed in."""
    found: dict[str, Handed] = {}
    for entry in recent(connection, gates, _KINDS, period.from_ms):
        facts = entry.facts
        version = int(facts.get("version", 0))
        before = found.get(entry.station)
        if facts.get("day") != day or (before is not None and version < before.version):
            continue
        found[entry.station] = Handed(
            "report_confirmed" if entry.kind == _KINDS[0] else "report_automatic",
            entry.at_ms,
            version,
            facts.get("late") is True,
            facts.get("zero") is True,
            str(facts.get("sha256", ""))[:12],
        )
    return found


def confirmed_reports(connection: Connection, office: str, day: str) -> dict[str, list[Confirmed]]:
    """What the office confirmed of *day*, by unit, the oldest version first."""
    entry = tables.entry
    query = (
        select(entry.c.header)
        .where(entry.c.station == chain_of(office), entry.c.kind == REPORT_CONFIRMED)
        .order_by(entry.c.epoch.desc(), entry.c.seq.desc())
        .limit(_MOST_ACTS)
    )
    found: dict[str, list[Confirmed]] = {}
    for header in reversed(connection.scalars(query).all()):
        said = read_header(header)
        facts = said.facts
        if facts["day"] != day:
            continue
        found.setdefault(str(facts["unit"]), []).append(
            Confirmed(
                int(facts["version"]),
                str(facts["sha256"]),
                said.at_ms,
                said.actor,
                facts["late"] is True,
                facts["zero"] is True,
                {name: int(count) for name, count in facts["counts"].items()},
            )
        )
    return found


def is_late(day: str, at: datetime.datetime) -> bool:
    """Whether the report of *day* is late at *at*, a wall time."""
    due = datetime.datetime.fromisoformat(day) + datetime.timedelta(days=1, minutes=DUE_MINUTE)
    return at.replace(tzinfo=None) >= due


def _names(connection: Connection, gates: Collection[str]) -> dict[str, str]:
    station = tables.station
    query = select(station.c.station, station.c.name).where(station.c.station.in_(gates))
    return {row.station: row.name for row in connection.execute(query)}


def _cases_open(connection: Connection, gates: Collection[str], period: Period) -> int:
    """Cases that were open when the period ended."""
    fever = tables.fever
    open_then = or_(fever.c.ended.is_(False), fever.c.step_ms >= period.end_ms)
    query = select(func.count()).select_from(fever)
    return int(
        connection.execute(
            query.where(and_(fever.c.station.in_(gates), fever.c.opened_ms < period.end_ms, open_then))
        ).scalar_one()
    )


def _isolation(connection: Connection, gates: Collection[str], period: Period) -> Isolation:
    was, now = (
        {
            row.person or row.household
            for row in isolation_at(connection, gates, at_ms)
            if isinstance(row, StatusRow) and row.status is StatusKind.ISOLATION
        }
        for at_ms in (period.from_ms, period.end_ms)
    )
    return Isolation(len(now), len(now - was), len(was - now))
