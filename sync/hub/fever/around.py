"""同时段人员 of a fever case: who passed at its gate around its time, and wherever else its person passed that day.

A list for the office and no list of contacts: who is one, the authorities judge.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from station.case.record import times_of
from station.wire.errors import WireError
from sync.hub.database.recent import MOST, MOST_OF_ALL
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.stretches import Stretch, stretches
from sync.hub.database.tables import entry, fever, part
from sync.hub.examination.headers import read_header
from sync.hub.fever.beside import Beside, beside, opened_personal, person_keys

#: As ``station people --around`` has them.
MINUTES, MOST_MINUTES = 15, 240
_MINUTE_MS = 60_000
#: Other passages of the case's person are looked for from a day before until a day after.
_LOOK_MS = DAY_MS
#: Somebody who passes a gate more often than this in two days works there.
_MOST_PASSAGES = 20

Row = tuple[int, bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """A gate from ``from_ms`` until ``to_ms``, and who was there; ``of_case`` for the case itself."""

    station: str
    from_ms: int
    to_ms: int
    of_case: bool
    people: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """A case and the moments around it, its own first; ``key`` is its person, empty where nobody knows who it was."""

    station: str
    case: str
    masked: str
    opened_ms: int
    key: str
    moments: tuple[Moment, ...]


def read_around(connection: Connection, gates: Collection[str], station: str, case: str, minutes: int) -> Around | None:
    """Who passed within *minutes* of *case* of *station*, at any of *gates*; None where there is no such case.

    Of every gate what was written about that time is looked through, in whichever of its chains: of the case's own
    :data:`sync.hub.database.recent.MOST` entries before it and after it, of each other chain as many, of many gates
    fewer.
    """
    same = and_(part.c.station == fever.c.station, part.c.epoch == fever.c.epoch, part.c.seq == fever.c.seq)
    written = and_(entry.c.station == fever.c.station, entry.c.epoch == fever.c.epoch, entry.c.seq == fever.c.seq)
    found = connection.execute(
        select(fever.c.epoch, fever.c.seq, fever.c.opened_ms, entry.c.header, part.c.personal)
        .join(entry, written)
        .outerjoin(part, same)
        .where(fever.c.station == station, fever.c.case_id == case)
    ).first()
    if station not in gates or found is None:
        return None
    personal = opened_personal(found.personal)
    keys, visit = person_keys(personal), _visit_of(found.header, case)
    margin_ms = minutes * _MINUTE_MS
    since_ms, until_ms = found.opened_ms - _LOOK_MS - margin_ms, found.opened_ms + _LOOK_MS + margin_ms
    times = (since_ms, until_ms)
    where = stretches(connection, station, times, MOST, (found.epoch, found.seq))
    rows = _rows(connection, station, *times, where)
    first, last = times_of((header for _, header, _ in rows), visit) or (found.opened_ms, found.opened_ms)
    own = Moment(station, first - margin_ms, last + margin_ms, True, ())
    moments = [_seen(own, rows, visit)]
    # So that the page of a county is there in seconds.
    most = min(MOST, MOST_OF_ALL // len(gates))
    for gate in sorted(gates) if keys else ():
        near = rows if gate == station else _rows(connection, gate, *times, stretches(connection, gate, times, most))
        for at_ms, other in _passages(near, keys):
            if gate == station and other == visit:
                continue
            moments.append(_seen(Moment(gate, at_ms - margin_ms, at_ms + margin_ms, False, ()), near, other))
    masked = personal.get("masked", "")
    shown, key = masked if isinstance(masked, str) else "", next(iter(keys), "")
    return Around(station, case, shown, found.opened_ms, key, tuple(moments))


def _seen(moment: Moment, rows: Collection[Row], visit: str) -> Moment:
    near = (
        (header, personal)
        for at_ms, header, personal in rows
        if moment.from_ms <= at_ms <= moment.to_ms or b'"observed_at_ms":' in header
    )
    people = sorted(beside(near, visit, moment.from_ms, moment.to_ms), key=lambda one: one.passed.at_ms)
    return Moment(moment.station, moment.from_ms, moment.to_ms, moment.of_case, tuple(people))


def _passages(rows: Collection[Row], keys: Collection[str]) -> list[tuple[int, str]]:
    """When and in which visits the person called by one of *keys* was at a gate, the oldest first.

    A gate that knows them by their pass alone means the same person as one that has them on its roster besides.
    """
    needles = [key[2:].encode() for key in keys if not key.startswith("n:")]
    found: dict[str, int] = {}
    for at_ms, header, personal in rows:
        # A key of name and last four is in two pieces: its name alone is sought.
        if personal is None or (needles and not any(needle in personal for needle in needles)):
            continue
        body = opened_personal(personal)
        people = body.get("people") or [body]
        if isinstance(people, list) and any(
            isinstance(one, dict) and not set(keys).isdisjoint(person_keys(one)) for one in people
        ):
            found.setdefault(_visit_of(header, ""), _seen_ms(header, at_ms))
    return sorted((at_ms, visit) for visit, at_ms in found.items() if visit)[:_MOST_PASSAGES]


def _seen_ms(header: bytes, at_ms: int) -> int:
    """When somebody was there whose entry was written at *at_ms*, perhaps later from paper."""
    observed = read_header(header).facts.get("observed_at_ms") if b'"observed_at_ms":' in header else None
    return observed if type(observed) is int else at_ms


def _visit_of(header: bytes, otherwise: str) -> str:
    try:
        visit = read_header(header).facts.get("visit", otherwise)
    except WireError:
        return otherwise
    return visit if isinstance(visit, str) else otherwise


def _rows(connection: Connection, station: str, since_ms: int, until_ms: int, where: Sequence[Stretch]) -> list[Row]:
    """What *station* decided from *since_ms* until *until_ms*, and what was written in later from paper."""
    if not where:
        return []
    same = and_(part.c.station == entry.c.station, part.c.epoch == entry.c.epoch, part.c.seq == entry.c.seq)
    within = or_(*(and_(entry.c.epoch == one.epoch, entry.c.seq.between(one.first, one.last)) for one in where))
    query = (
        select(entry.c.at_ms, entry.c.header, part.c.personal)
        .outerjoin(part, same)
        .where(entry.c.station == station, within, entry.c.kind == "visit.decided", entry.c.at_ms >= since_ms)
        .order_by(entry.c.epoch, entry.c.seq)
    )
    return [
        (row.at_ms, bytes(row.header), None if row.personal is None else bytes(row.personal))
        for row in connection.execute(query)
        if row.at_ms <= until_ms or b'"observed_at_ms":' in row.header
    ]
