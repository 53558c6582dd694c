"""What the office sees at one glance: today's counts, open cases, silent gates, gaps, contradictions.

Numbers of a gate that is silent are never shown as if they were of now: each gate comes with the age of its last
word, and the totals say whether every gate is in them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import Connection, Table, and_, func, select

from sync.hub.database import tables
from sync.hub.examination.meaning import NAMES, UNKNOWN_DAY, Counts, day_number
from sync.hub.fever.cases import Fever, open_cases
from sync.hub.intake.gaps import Gap, gaps

#: A gate that is well asks for orders every 10 s, and a note of it is made every 15 s.
SILENT_MS = 60_000
#: Gates in trouble at once that the page has room for.
_MAX_TROUBLES = 50


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: what it counted today, and how old that is.  ``undated`` people passed while its clock was unknown."""

    station: str
    name: str
    online: bool
    last_word_ms: int | None
    unsent: int | None
    counts: Counts
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Entries of one gate that contradict each other or cannot be read: how many, and the first."""

    station: str
    gate: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page.  ``hours`` are people in and out by hour of the day."""

    now_ms: int
    day: int
    gates: tuple[Gate, ...]
    total: Counts
    hours: tuple[int, ...]
    fevers: tuple[Fever, ...] = ()
    open_fevers: int = 0
    gaps: tuple[Gap, ...] = ()
    forks: tuple[Trouble, ...] = ()
    quarantined: tuple[Trouble, ...] = ()
    entries: int = 0
    demo: bool = field(default=False)

    @property
    def online(self) -> int:
        """How many gates speak."""
        return sum(gate.online for gate in self.gates)

    @property
    def unsent(self) -> int:
        """How many entries gates said they still have to send."""
        return sum(gate.unsent or 0 for gate in self.gates)


def read_board(
    connection: Connection,
    now_ms: int,
    zone: tzinfo,
    rate: float = 1.0,
    demo: bool = False,
    only: Collection[str] | None = None,
) -> Board:
    """The board at *now_ms* where *zone* is, of all gates or of those in *only*.

    *rate* is how much faster than life the clock of a *demo* runs.
    """
    day = day_number(datetime.fromtimestamp(now_ms / 1000, zone))
    counted = _counted(connection, day)
    undated = _counted(connection, UNKNOWN_DAY)
    gates = tuple(
        Gate(
            row.station,
            row.name,
            row.last_word_ms is not None and now_ms - row.last_word_ms <= SILENT_MS * rate,
            row.last_word_ms,
            row.unsent,
            counted.get(row.station, Counts()),
            _passed(undated.get(row.station, Counts())),
        )
        for row in connection.execute(select(tables.station).order_by(tables.station.c.name))
        if only is None or row.station in only
    )
    names = {gate.station: gate.name for gate in gates}
    fevers, open_fevers = open_cases(connection, names, only)
    return Board(
        now_ms,
        day,
        gates,
        _sum(gate.counts for gate in gates),
        _hours(connection, day, only),
        fevers,
        open_fevers,
        tuple(gap for gap in gaps(connection, names) if only is None or gap.station in only),
        tuple(_troubles(connection, tables.fork, names, only)),
        tuple(_troubles(connection, tables.quarantine, names, only)),
        _entries(connection, only),
        demo,
    )


def _counted(connection: Connection, day: int) -> dict[str, Counts]:
    tally = tables.tally
    query = (
        select(tally.c.station, *(func.sum(tally.c[name]).label(name) for name in NAMES))
        .where(tally.c.day == day)
        .group_by(tally.c.station)
    )
    return {row.station: Counts(*(int(row._mapping[name]) for name in NAMES)) for row in connection.execute(query)}


def _sum(counts: Iterable[Counts]) -> Counts:
    listed = list(counts)
    return Counts(*(sum(getattr(each, name) for each in listed) for name in NAMES))


def _passed(counts: Counts) -> int:
    return counts.inward + counts.outward


def _hours(connection: Connection, day: int, only: Collection[str] | None) -> tuple[int, ...]:
    tally = tables.tally
    query = (
        select(tally.c.hour, func.sum(tally.c.inward + tally.c.outward).label("people"))
        .where(tally.c.day == day)
        .group_by(tally.c.hour)
    )
    if only is not None:
        query = query.where(tally.c.station.in_(only))
    people = {row.hour: int(row.people) for row in connection.execute(query)}
    return tuple(people.get(hour, 0) for hour in range(24))


def _troubles(
    connection: Connection, table: Table, names: dict[str, str], only: Collection[str] | None
) -> Iterable[Trouble]:
    query = (
        select(table.c.station, func.min(table.c.seq).label("first"), func.count().label("count"))
        .group_by(table.c.station, table.c.epoch)
        .order_by(table.c.station)
        .limit(_MAX_TROUBLES)
    )
    if only is not None:
        query = query.where(table.c.station.in_(only))
    for row in connection.execute(query):
        yield Trouble(row.station, names.get(row.station, row.station), row.first, row._mapping["count"])


def _entries(connection: Connection, only: Collection[str] | None) -> int:
    """How many entries are held, without counting those that have no gap before them one by one."""
    epoch, entry = tables.epoch, tables.entry
    gapless = select(func.coalesce(func.sum(epoch.c.contiguous_seq), 0))
    beyond = (
        select(func.count())
        .select_from(entry)
        .join(epoch, and_(entry.c.station == epoch.c.station, entry.c.epoch == epoch.c.epoch))
        .where(epoch.c.highest_seq > epoch.c.contiguous_seq, entry.c.seq > epoch.c.contiguous_seq)
    )
    if only is not None:
        gapless, beyond = gapless.where(epoch.c.station.in_(only)), beyond.where(epoch.c.station.in_(only))
    return int(connection.execute(gapless).scalar_one()) + int(connection.execute(beyond).scalar_one())
