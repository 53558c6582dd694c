"""Fever cases of the last two weeks, closed or not."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, select

from sync.hub.database.shelf import DAY_MS
from sync.hub.database.tables import fever, part
from sync.hub.fever.beside import opened_personal
from sync.hub.fever.common import Lately
from sync.hub.fever.rising import DAYS

#: More than a page can say anything about; a unit is chosen first.
MOST = 200
#: As long as a masked name or a place may be; what is longer is none.
_MAX_TEXT = 24


def cases_lately(connection: Connection, gates: Collection[str], now_ms: int) -> list[Lately]:
    """The newest :data:`MOST` cases of *gates* since fourteen days before *now_ms*, the newest first."""
    same = and_(part.c.station == fever.c.station, part.c.epoch == fever.c.epoch, part.c.seq == fever.c.seq)
    query = (
        select(fever.c.station, fever.c.case_id, fever.c.opened_ms, fever.c.ended, part.c.personal)
        .outerjoin(part, same)
        .where(fever.c.station.in_(gates), fever.c.opened_ms.between(now_ms - DAYS * DAY_MS, now_ms + DAY_MS))
        .order_by(fever.c.opened_ms.desc(), fever.c.station, fever.c.case_id)
        .limit(MOST)
    )
    found = []
    for row in connection.execute(query):
        body = opened_personal(row.personal)
        masked, place = _short(body.get("masked")), _short(body.get("place"))
        found.append(Lately(row.station, row.case_id, masked, place, row.opened_ms, row.ended))
    return found


def _short(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _MAX_TEXT and value.isprintable() else ""
