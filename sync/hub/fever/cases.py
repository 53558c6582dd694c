"""Cases that are not closed, as the office sees them: one line each, a masked name at most."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from sync.hub.database import tables

#: The page has room for so many; the number of all of them is shown beside.
MAX_SHOWN = 50
#: A masked name is a surname and two stars; a longer one is not one.
_MAX_MASKED = 20


@dataclass(frozen=True, slots=True)
class Fever:
    """A case that is not closed; ``masked`` is all that is shown of a name."""

    case: str
    station: str
    gate: str
    masked: str
    cause: str
    step: str
    opened_ms: int | None


def open_cases(
    connection: Connection, names: dict[str, str], only: Collection[str] | None = None
) -> tuple[tuple[Fever, ...], int]:
    """The newest open cases, and how many there are, of all gates or of those in *only*; *names* are the gates'."""
    fever, part = tables.fever, tables.part
    of_case = and_(part.c.station == fever.c.station, part.c.epoch == fever.c.epoch, part.c.seq == fever.c.seq)
    query = (
        select(fever, part.c.personal)
        .outerjoin(part, of_case)
        .where(fever.c.ended.is_(False))
        .order_by(fever.c.opened_ms.desc(), fever.c.case_id)
        .limit(MAX_SHOWN)
    )
    counted = select(func.count()).select_from(fever).where(fever.c.ended.is_(False))
    if only is not None:
        query, counted = query.where(fever.c.station.in_(only)), counted.where(fever.c.station.in_(only))
    listed = tuple(
        Fever(
            row.case_id,
            row.station,
            names.get(row.station, row.station),
            _masked(row.personal),
            row.cause or "",
            row.step or "opened",
            row.opened_ms,
        )
        for row in connection.execute(query)
    )
    return listed, connection.execute(counted).scalar_one()


def _masked(personal: bytes | None) -> str:
    """The masked name in *personal*, empty if there is none."""
    try:
        masked = json.loads(personal or b"{}").get("masked", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return masked[:_MAX_MASKED] if isinstance(masked, str) else ""
