"""Journeys 出行报备 that gates were told of: who is away, back by when, overdue, and who has come back.

A journey is kept when its entry comes, and ends by the rule of the gates (station/notebook/journeys.py): they are back
with the first time they come in after they were seen to leave, or half a day after they told of it.  A passage at the
gate that was told ends it at once; one elsewhere is looked up when somebody asks, and kept by :func:`forget_journeys`
before it is gone: a gate's transaction touches no other gate's rows.  Names stand in the entry's personal part alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from station.facts import Direction
from station.ledger.ledger import Move, keys_of
from station.wire.canonical import MAX_INTEGER
from station.wire.errors import WireError
from sync.hub.database.tables import journey, part, person, void
from sync.hub.examination.headers import read_header
from sync.hub.examination.meaning import Voids
from sync.hub.examination.run import Link, Run

_TOLD = "travel.announced"
#: Whoever was not seen to leave is away after this: half a day, a missed exit.
LONG_MS = 12 * 3_600_000
#: Whoever is overdue for longer has come back by a way without a gate, or moved.
KEPT_MS = 30 * 86_400_000
#: A page; of a county somebody chooses a unit.
MOST = 300
#: As people's keys elsewhere, and a code of where to.
_MAX_KEY, _MAX_CODE = 80, 20


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody who is away: masked, both empty once the names are forgotten; ``where`` is a code."""

    station: str
    masked: str
    last4: str
    where: str
    told_ms: int
    back_ms: int

    def overdue(self, now_ms: int) -> bool:
        """Whether they should be back."""
        return self.back_ms < now_ms


def follow_journeys(connection: Connection, run: Run, fresh: Sequence[Link], moves: Sequence[Move]) -> None:
    """Keep the journeys among the *fresh* links of *run*; end those of its gate whose people came back by *moves*."""
    for link in fresh:
        if link.kind == _TOLD and not link.why:
            _told(connection, run, link)
        elif isinstance(link.meaning, Voids):
            at = {"station": run.station, "epoch": link.meaning.epoch, "seq": link.meaning.seq}
            connection.execute(delete(journey).filter_by(**at))
    keys = {move.key for move in moves}
    if not keys:
        return
    open_ = and_(journey.c.station == run.station, journey.c.person_key.in_(keys), journey.c.came_ms.is_(None))
    for row in connection.execute(select(journey).where(open_)).all():
        seen = [(move.at_ms, move.direction is Direction.IN) for move in moves if move.key == row.person_key]
        left_ms, came_ms = _ended(row.at_ms, row.left_ms, seen)
        _keep(connection, row, left_ms, came_ms)


def read_journeys(connection: Connection, gates: Collection[str], now_ms: int) -> list[Journey]:
    """Who is away by what they told at one of *gates*, who is back first by their word first; :data:`MOST` at most."""
    found: dict[tuple[str, str], Journey] = {}
    away = [row for row, _, came_ms in _open(connection, now_ms) if came_ms is None and row.station in gates]
    same = (part.c.station == journey.c.station) & (part.c.epoch == journey.c.epoch) & (part.c.seq == journey.c.seq)
    names = {
        tuple(row[:3]): _names(row.personal)
        for row in connection.execute(
            select(part.c.station, part.c.epoch, part.c.seq, part.c.personal)
            .join(journey, same)
            .where(journey.c.came_ms.is_(None), journey.c.station.in_(gates))
        )
    }
    for row in sorted(away, key=lambda row: row.at_ms):
        masked, last4 = names.get((row.station, row.epoch, row.seq), ("", ""))
        # Whoever told twice goes by what they told last.
        who = ("", row.person_key) if row.person_key else (row.station, f"{row.epoch}.{row.seq}")
        found[who] = Journey(row.station, masked, last4, row.where_to, row.at_ms, row.back_ms)
    return sorted(found.values(), key=lambda each: (each.back_ms, each.station, each.told_ms))[:MOST]


def forget_journeys(connection: Connection, now_ms: int, before_ms: int) -> None:
    """Keep who has come back while it is known; nobody can be recognised any more who told before *before_ms*."""
    for row, left_ms, came_ms in _open(connection, now_ms):
        _keep(connection, row, left_ms, came_ms)
    old = journey.c.at_ms < before_ms
    connection.execute(update(journey).where(old, journey.c.person_key != "").values(person_key=""))
    connection.execute(
        delete(journey).where(or_(journey.c.back_ms < now_ms - KEPT_MS, old & journey.c.came_ms.is_not(None)))
    )


def _open(connection: Connection, now_ms: int) -> list[tuple[Any, int | None, int | None]]:
    """Every journey that had not ended when its gate was last heard, and when its person left and came by any gate."""
    rows = connection.execute(
        select(journey).where(journey.c.came_ms.is_(None), journey.c.back_ms >= now_ms - KEPT_MS)
    ).all()
    seen: dict[str, list[tuple[int, bool]]] = {}
    same = select(person.c.person_key, person.c.at_ms, person.c.inward).where(
        person.c.person_key.in_(select(journey.c.person_key).where(journey.c.came_ms.is_(None)))
    )
    for row in connection.execute(same):
        seen.setdefault(row.person_key, []).append((row.at_ms, row.inward))
    return [(row, *_ended(row.at_ms, row.left_ms, seen.get(row.person_key, ()))) for row in rows]


def _ended(told_ms: int, left_ms: int | None, seen: Collection[tuple[int, bool]]) -> tuple[int | None, int | None]:
    """When somebody left and when they came back, by passages (time, inward) since they told of their journey."""
    for at_ms, inward in sorted(each for each in seen if each[0] >= told_ms):
        if not inward:
            left_ms = at_ms if left_ms is None else min(left_ms, at_ms)
        elif (left_ms is not None and left_ms <= at_ms) or at_ms - told_ms >= LONG_MS:
            return left_ms, at_ms
    return left_ms, None


def _keep(connection: Connection, row: Any, left_ms: int | None, came_ms: int | None) -> None:
    if (left_ms, came_ms) != (row.left_ms, row.came_ms):
        at = (journey.c.station == row.station, journey.c.epoch == row.epoch, journey.c.seq == row.seq)
        connection.execute(update(journey).where(*at).values(left_ms=left_ms, came_ms=came_ms))


def _told(connection: Connection, run: Run, link: Link) -> None:
    try:
        facts = read_header(link.header).facts
        resident = json.loads(link.personal or b"{}").get("resident", "")
    except (WireError, ValueError, AttributeError, RecursionError):
        return
    where, back_ms = facts.get("where"), facts.get("back_ms")
    keys = keys_of(resident, "", "", "") if isinstance(resident, str) else ()
    sound = type(back_ms) is int and 0 <= back_ms <= MAX_INTEGER and isinstance(where, str) and where.isprintable()
    if not sound or facts.get("drill") is True or len(str(where)) > _MAX_CODE:
        return
    key = keys[0] if keys and keys[0].isprintable() and len(keys[0]) <= _MAX_KEY else ""
    at = {"station": run.station, "epoch": run.epoch, "seq": link.seq}
    if connection.execute(select(void.c.seq).filter_by(**at)).first() is None:
        values = {"person_key": key, "where_to": where, "at_ms": link.at_ms or 0, "back_ms": back_ms}
        if connection.execute(select(journey.c.seq).filter_by(**at)).first() is None:
            connection.execute(insert(journey), {**at, **values})


def _names(personal: bytes | None) -> tuple[str, str]:
    try:
        body = json.loads(personal or b"{}")
        return str(body.get("masked") or "")[:40], str(body.get("last4") or "")[:40]
    except (ValueError, AttributeError, RecursionError):
        return "", ""
