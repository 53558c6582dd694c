"""What the office looks at, kept up to date in the transaction that takes entries in.

Each entry is projected once, when it is first kept, be it in the chain or in a fork: whoever passed, passed, and a
fever in a fork is a fever.  The order in which entries arrive makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from station.wire.errors import WireError
from sync.hub.database import tables
from sync.hub.examination.headers import read_header
from sync.hub.examination.meaning import (
    NAMES,
    CaseOpened,
    CaseStepped,
    Counts,
    Voids,
    add_counts,
    local_hour,
    meaning_of,
)
from sync.hub.examination.run import Link, Run, sum_hours

_VOIDED = select(tables.void.c.seq).where(
    tables.void.c.station == bindparam("station"),
    tables.void.c.epoch == bindparam("epoch"),
    tables.void.c.seq.between(bindparam("first"), bindparam("last")),
)
#: SQLite's and PostgreSQL's; one statement for all hours of a batch.
_ADD_HOUR = (
    f"INSERT INTO tally (station, day, hour, {', '.join(NAMES)}) VALUES ({', '.join(['{mark}'] * (3 + len(NAMES)))})"
    " ON CONFLICT (station, day, hour) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in NAMES)
)
_MARKS = {"sqlite": "?", "postgresql": "%s"}

#: By day and hour.
Hours = dict[tuple[int, int], Counts]


def project(connection: Connection, run: Run, fresh: Sequence[Link], zone: tzinfo) -> None:
    """Count the *fresh* links of *run* and follow their cases."""
    if not fresh:
        return
    station, epoch = run.station, run.epoch
    place = {"station": station, "epoch": epoch, "first": fresh[0].seq, "last": fresh[-1].seq}
    voided = set(connection.scalars(_VOIDED, place))
    everything = len(fresh) == len(run.links) and not voided
    hours = dict(run.hours if everything else sum_hours([link for link in fresh if link.seq not in voided]))
    for link in fresh:
        if not link.remarkable:
            continue
        match link.meaning:
            case Voids() as voids:
                _void(connection, station, voids, hours, zone)
            case CaseOpened() as opened:
                _opened(connection, station, epoch, link, opened)
            case CaseStepped() as stepped:
                _stepped(connection, station, epoch, link, stepped)
    _write(connection, station, hours)


def _void(connection: Connection, station: str, voids: Voids, hours: Hours, zone: tzinfo) -> None:
    key = {"station": station, "epoch": voids.epoch, "seq": voids.seq}
    known = select(tables.void.c.seq).filter_by(**key)
    if connection.execute(known).first() is not None:
        return
    connection.execute(insert(tables.void), key)
    source = connection.execute(select(tables.entry.c.header).filter_by(**key)).scalar()
    if source is None:
        return  # it is still on its way and will not be counted
    try:
        header = read_header(source)
        meaning = meaning_of(header.kind, header.facts)
    except WireError:
        return
    if isinstance(meaning, Counts):
        at = local_hour(header.at_ms, header.clock, zone)
        hours[at] = add_counts(hours.get(at, Counts()), meaning, -1)


def _opened(connection: Connection, station: str, epoch: int, link: Link, opened: CaseOpened) -> None:
    _case(
        connection,
        station,
        opened.case,
        {"cause": opened.cause, "epoch": epoch, "seq": link.seq, "opened_ms": link.at_ms},
    )


def _stepped(connection: Connection, station: str, epoch: int, link: Link, stepped: CaseStepped) -> None:
    fever = tables.fever
    _case(connection, station, stepped.case, {"ended": True} if stepped.ends else {})
    newest = or_(
        fever.c.step_epoch.is_(None),
        fever.c.step_epoch < epoch,
        and_(fever.c.step_epoch == epoch, fever.c.step_seq < link.seq),
    )
    connection.execute(
        update(fever)
        .where(fever.c.station == station, fever.c.case_id == stepped.case, newest)
        .values(step=stepped.step, step_epoch=epoch, step_seq=link.seq, step_ms=link.at_ms)
    )


def _case(connection: Connection, station: str, case_id: str, values: dict[str, object]) -> None:
    """Set *values* of a case, which may be heard of for the first time."""
    fever = tables.fever
    where = and_(fever.c.station == station, fever.c.case_id == case_id)
    if connection.execute(select(fever.c.case_id).where(where)).first() is None:
        connection.execute(insert(fever), {"station": station, "case_id": case_id, "ended": False})
    if values:
        connection.execute(update(fever).where(where).values(values))


def _write(connection: Connection, station: str, hours: Hours) -> None:
    rows = [(station, day, hour, *counts) for (day, hour), counts in hours.items() if any(counts)]
    if rows:
        connection.exec_driver_sql(_ADD_HOUR.format(mark=_MARKS[connection.dialect.name]), rows)
