"""同时段人员 of a fever case: who passed at its gate around its time, and wherever else its person passed that day.

A list for the office and no list of contacts: who is one, the authorities judge.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from station.case.record import times_of
from station.wire.errors import WireError
from sync.hub.beside import Beside, beside, opened_personal, person_key
from sync.hub.headers import read_header
from sync.hub.recent import MOST, MOST_OF_ALL
from sync.hub.shelf import DAY_MS
from sync.hub.tables import entry, epoch, fever, part

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

    Of the case's gate what was written near it is looked through, of the others their newest entries, at most
    :data:`sync.hub.recent.MOST` of each.
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
    key, visit = person_key(personal), _visit_of(found.header, case)
    margin_ms = minutes * _MINUTE_MS
    since_ms, until_ms = found.opened_ms - _LOOK_MS - margin_ms, found.opened_ms + _LOOK_MS + margin_ms
    rows = _rows(connection, station, since_ms, until_ms, (found.epoch, found.seq))
    first, last = times_of((header for _, header, _ in rows), visit) or (found.opened_ms, found.opened_ms)
    own = Moment(station, first - margin_ms, last + margin_ms, True, ())
    moments = [_seen(own, rows, visit)]
    for gate in sorted(gates) if key else ():
        near = rows if gate == station else _rows(connection, gate, since_ms, until_ms, None, len(gates))
        for at_ms, other in _passages(near, key):
            if gate == station and other == visit:
                continue
            moments.append(_seen(Moment(gate, at_ms - margin_ms, at_ms + margin_ms, False, ()), near, other))
    masked = personal.get("masked", "")
    return Around(station, case, masked if isinstance(masked, str) else "", found.opened_ms, key, tuple(moments))


def _seen(moment: Moment, rows: Collection[Row], visit: str) -> Moment:
    near = (
        (header, personal)
        for at_ms, header, personal in rows
        if moment.from_ms <= at_ms <= moment.to_ms or b'"observed_at_ms":' in header
    )
    people = sorted(beside(near, visit, moment.from_ms, moment.to_ms), key=lambda one: one.passed.at_ms)
    return Moment(moment.station, moment.from_ms, moment.to_ms, moment.of_case, tuple(people))


def _passages(rows: Collection[Row], key: str) -> list[tuple[int, str]]:
    """When and in which visits the person called *key* was at a gate, the oldest first."""
    needle = key[2:].encode()
    found: dict[str, int] = {}
    for at_ms, header, personal in rows:
        # A key of name and last four is in two pieces: its name alone is sought.
        if personal is None or (not key.startswith("n:") and needle not in personal):
            continue
        body = opened_personal(personal)
        people = body.get("people") or [body]
        if isinstance(people, list) and any(isinstance(one, dict) and person_key(one) == key for one in people):
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


def _rows(
    connection: Connection, station: str, since_ms: int, until_ms: int, near: tuple[int, int] | None, gates: int = 1
) -> list[Row]:
    """What *station* decided from *since_ms* until *until_ms*, and what was written in later from paper."""
    most = min(MOST, MOST_OF_ALL // max(1, gates))
    same = and_(part.c.station == entry.c.station, part.c.epoch == entry.c.epoch, part.c.seq == entry.c.seq)
    if near is None:
        newest = select(epoch.c.epoch, epoch.c.highest_seq).where(epoch.c.station == station)
        # A card that was changed twice since then is another story.
        held = connection.execute(newest.order_by(epoch.c.epoch.desc()).limit(2)).all()
        spans = [(row.epoch, row.highest_seq - most, row.highest_seq) for row in held]
    else:
        spans = [(near[0], near[1] - most, near[1] + most)]
    if not spans:
        return []
    within = or_(*(and_(entry.c.epoch == one, entry.c.seq.between(first, last)) for one, first, last in spans))
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
