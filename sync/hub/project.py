"""What the office looks at, kept up to date in the transaction that takes entries in.

Each entry is projected once, when it is first kept, be it in the chain or in a fork: whoever passed, passed, and a
fever in a fork is a fever.  The order in which entries arrive makes no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from station.wire.entry import Header, parse_header
from station.wire.errors import WireError
from sync.hub import tables
from sync.hub.meaning import NAMES, CaseOpened, CaseStepped, Counts, Voids, local_hour, meaning_of
from sync.hub.run import Link

_VOIDED = select(tables.void.c.seq).where(
    tables.void.c.station == bindparam("station"),
    tables.void.c.epoch == bindparam("epoch"),
    tables.void.c.seq.between(bindparam("first"), bindparam("last")),
)
_ADD_HOUR = (
    update(tables.tally)
    .where(
        tables.tally.c.station == bindparam("at_station"),
        tables.tally.c.day == bindparam("at_day"),
        tables.tally.c.hour == bindparam("at_hour"),
    )
    .values({name: tables.tally.c[name] + bindparam(f"more_{name}") for name in NAMES})
)
_NEW_HOUR = insert(tables.tally)

#: Which day and hour, and which count.
Sums = Counter[tuple[int, int, str]]


def project(connection: Connection, station: str, epoch: int, links: Sequence[Link], zone: tzinfo) -> None:
    """Count *links*, which are new, and follow their cases."""
    if not links:
        return
    place = {"station": station, "epoch": epoch, "first": links[0].seq, "last": links[-1].seq}
    voided = set(connection.scalars(_VOIDED, place))
    sums: Sums = Counter()
    for link in links:
        if link.header is None:
            continue
        match link.meaning:
            case Counts() as counts if link.seq not in voided:
                _add(sums, link.header, counts, zone, 1)
            case Voids() as voids:
                _void(connection, station, voids, sums, zone)
            case CaseOpened() as opened:
                _opened(connection, station, epoch, link.seq, link.header, opened)
            case CaseStepped() as stepped:
                _stepped(connection, station, epoch, link.seq, link.header, stepped)
    _write(connection, station, sums)


def _add(sums: Sums, header: Header, counts: Counts, zone: tzinfo, sign: int) -> None:
    day, hour = local_hour(header, zone)
    for name in NAMES:
        if people := getattr(counts, name):
            sums[day, hour, name] += sign * people


def _void(connection: Connection, station: str, voids: Voids, sums: Sums, zone: tzinfo) -> None:
    key = {"station": station, "epoch": voids.epoch, "seq": voids.seq}
    known = select(tables.void.c.seq).filter_by(**key)
    if connection.execute(known).first() is not None:
        return
    connection.execute(insert(tables.void), key)
    source = connection.execute(select(tables.entry.c.header).filter_by(**key)).scalar()
    if source is None:
        return  # it is still on its way and will not be counted
    try:
        header = parse_header(source)
        meaning = meaning_of(header)
    except WireError:
        return
    if isinstance(meaning, Counts):
        _add(sums, header, meaning, zone, -1)


def _opened(connection: Connection, station: str, epoch: int, seq: int, header: Header, opened: CaseOpened) -> None:
    _case(
        connection,
        station,
        opened.case,
        {"cause": opened.cause, "epoch": epoch, "seq": seq, "opened_ms": header.at_ms},
    )


def _stepped(connection: Connection, station: str, epoch: int, seq: int, header: Header, stepped: CaseStepped) -> None:
    fever = tables.fever
    _case(connection, station, stepped.case, {"ended": True} if stepped.ends else {})
    newest = or_(
        fever.c.step_epoch.is_(None),
        fever.c.step_epoch < epoch,
        and_(fever.c.step_epoch == epoch, fever.c.step_seq < seq),
    )
    connection.execute(
        update(fever)
        .where(fever.c.station == station, fever.c.case_id == stepped.case, newest)
        .values(step=stepped.step, step_epoch=epoch, step_seq=seq, step_ms=header.at_ms)
    )


def _case(connection: Connection, station: str, case_id: str, values: dict[str, object]) -> None:
    """Set *values* of a case, which may be heard of for the first time."""
    fever = tables.fever
    where = and_(fever.c.station == station, fever.c.case_id == case_id)
    if connection.execute(select(fever.c.case_id).where(where)).first() is None:
        connection.execute(insert(fever), {"station": station, "case_id": case_id, "ended": False})
    if values:
        connection.execute(update(fever).where(where).values(values))


def _write(connection: Connection, station: str, sums: Sums) -> None:
    hours: dict[tuple[int, int], dict[str, int]] = {}
    for (day, hour, name), people in sums.items():
        hours.setdefault((day, hour), dict.fromkeys(NAMES, 0))[name] = people
    for (day, hour), counts in hours.items():
        at = {"at_station": station, "at_day": day, "at_hour": hour}
        more = {f"more_{name}": people for name, people in counts.items()}
        if connection.execute(_ADD_HOUR, at | more).rowcount == 0:
            connection.execute(_NEW_HOUR, {"station": station, "day": day, "hour": hour, **counts})
