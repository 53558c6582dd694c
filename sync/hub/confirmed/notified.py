"""Cases that the authorities told the office of, as they are kept: added, withdrawn with a reason, never edited.

Whoever adds or withdraws one writes an act into the office's chain in the same transaction; this table is what pages
and sums read.  There is no name in it and no number of anybody.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, select, text, update

from sync.hub.confirmed.risk import CaseKind, Cases, Place, PlaceKind, first_day
from sync.hub.database.tables import notified_case
from sync.hub.errors import HubFault
from sync.hub.words import load_words, say

#: Lines of a page of the list, and the farthest that somebody turns.
PAGE, MAX_PAGE = 50, 2_000
#: Who told, in a few words; why one is withdrawn.
LEAST_SOURCE, MOST_SOURCE = 2, 60
LEAST_REASON, MOST_REASON = 4, 200
#: What is older is a slip of the year.
MOST_DAYS_BACK = 365
_RECORD = re.compile(r"[0-9a-f]{16}")
#: Numbers of telephones and of identity cards, also written in groups; a date and an hour are shorter.
_NUMBER_OF_SOMEBODY = re.compile(r"\d{7}|\d(?:[ -]?\d){10}")
_INSERT = text(
    "INSERT INTO notified_case"
    " (record, unit, place, kind, day, source, added_ms, added_by, withdrawn_ms, withdrawn_by, reason)"
    " VALUES (:record, :unit, :place, :kind, :day, :source, :added_ms, :added_by, NULL, '', '')"
    " ON CONFLICT (record) DO NOTHING"
)

_Choice = TypeVar("_Choice", bound=StrEnum)


class Unfit(HubFault):
    """A form that cannot be taken; ``word`` of the pages' words says why, its gaps filled with ``gaps``."""

    def __init__(self, word: str, **gaps: object) -> None:
        super().__init__(say(load_words(), "en", word, gaps))
        self.word = word
        self.gaps = gaps


@dataclass(frozen=True, slots=True)
class Notified:
    """One case; ``source`` and ``reason`` are empty once forgotten, ``withdrawn_ms`` is None while it counts."""

    record: str
    unit: str
    place: PlaceKind
    kind: CaseKind
    day: datetime.date
    source: str
    added_ms: int
    added_by: str
    withdrawn_ms: int | None = None
    withdrawn_by: str = ""
    reason: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the office's chain says of it: nothing that somebody typed."""
        codes = {"record": self.record, "unit": self.unit, "place": self.place.value, "kind": self.kind.value}
        return {**codes, "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class NotifiedPage:
    """A page of the list; ``count`` are on all pages."""

    cases: Sequence[Notified]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.count // PAGE))


def asked(fields: dict[str, str], units: Collection[str], today: datetime.date, now_ms: int, who: str) -> Notified:
    """The case that a form with these *fields* tells of, for one of *units*.

    :raises Unfit: if it cannot be taken.
    """
    record, unit = fields.get("record", ""), fields.get("unit", "")
    if not _RECORD.fullmatch(record):
        raise Unfit("notified_old_form")
    if unit not in units:
        raise Unfit("notified_no_unit", unit=unit[:40])
    place, kind = _choice(PlaceKind, fields.get("place", "")), _choice(CaseKind, fields.get("kind", ""))
    said = fields.get("day", "").strip()
    try:
        day = datetime.date.fromisoformat(said)
    except ValueError:
        raise Unfit("notified_no_day", day=said[:20]) from None
    if day > today:
        raise Unfit("notified_future", day=day.isoformat())
    if (today - day).days > MOST_DAYS_BACK:
        raise Unfit("notified_long_ago", day=day.isoformat(), days=MOST_DAYS_BACK)
    source = typed(fields.get("source", ""), "notified_source_length", LEAST_SOURCE, MOST_SOURCE)
    return Notified(record, unit, place, kind, day, source, now_ms, who)


def typed(said: str, otherwise: str, least: int, most: int) -> str:
    """*said* without needless blanks.

    :raises Unfit: with the word *otherwise* if it is too short or too long, or if a number of somebody is in it.
    """
    line = " ".join(said.split())
    if not least <= len(line) <= most or not line.isprintable():
        raise Unfit(otherwise, least=least, most=most)
    if _NUMBER_OF_SOMEBODY.search(line):
        raise Unfit("notified_numbers")
    return line


def add(connection: Connection, case: Notified) -> bool:
    """Keep *case*; False if it is kept already, as when a form was sent twice.

    :raises Unfit: if the same form was sent before with something else in it.
    """
    row = {
        "record": case.record,
        "unit": case.unit,
        "place": case.place.value,
        "kind": case.kind.value,
        "day": _number(case.day),
        "source": case.source,
        "added_ms": case.added_ms,
        "added_by": case.added_by,
    }
    if connection.execute(_INSERT, row).rowcount == 1:
        return True
    table = notified_case
    held = connection.execute(select(table).where(table.c.record == case.record)).one()
    if any(held._mapping[name] != row[name] for name in ("unit", "place", "kind", "day", "source", "added_by")):
        raise Unfit("notified_sent_before")
    return False


def withdraw(
    connection: Connection, record: str, units: Collection[str] | None, reason: str, now_ms: int, who: str
) -> Notified:
    """Let *record* of one of *units* (None: of any) count no more.

    :raises Unfit: if there is none, or it was withdrawn already.
    """
    table = notified_case
    gone = (
        update(table)
        .where(table.c.record == record, table.c.withdrawn_ms.is_(None), *_of(units))
        .values(withdrawn_ms=now_ms, withdrawn_by=who, reason=reason)
        .returning(*table.c)
    )
    row = connection.execute(gone).one_or_none()
    if row is None:
        raise Unfit("notified_gone")
    return _notified(row)


def page_of(connection: Connection, units: Collection[str] | None, page: int = 1) -> NotifiedPage:
    """A page of the cases of *units* (None: of all), withdrawn ones too, the newest first."""
    table = notified_case
    where = _of(units)
    count = connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    page = max(1, min(page, MAX_PAGE, -(-count // PAGE)))
    query = select(table).where(*where).order_by(table.c.day.desc(), table.c.added_ms.desc(), table.c.record)
    rows = connection.execute(query.offset((page - 1) * PAGE).limit(PAGE))
    return NotifiedPage([_notified(row) for row in rows], count, page)


def counting(connection: Connection, today: datetime.date) -> list[Cases]:
    """What counts on *today*, of all units; as many rows as there are places with days, however many cases."""
    table = notified_case
    alike = (table.c.unit, table.c.place, table.c.kind, table.c.day)
    query = (
        select(*alike, func.count().label("number"))
        .where(table.c.withdrawn_ms.is_(None), table.c.day >= _number(first_day(today)))
        .group_by(*alike)
    )
    return [
        Cases(Place(row.unit, PlaceKind(row.place)), CaseKind(row.kind), _date(row.day), row.number)
        for row in connection.execute(query)
    ]


def forget_typed(connection: Connection, before_ms: int) -> None:
    """Forget who told of cases and why they were withdrawn, of what was written down before *before_ms*."""
    table = notified_case
    connection.execute(update(table).where(table.c.added_ms < before_ms).values(source=""))
    connection.execute(update(table).where(table.c.withdrawn_ms < before_ms).values(reason=""))


def _notified(row: Any) -> Notified:
    return Notified(
        row.record,
        row.unit,
        PlaceKind(row.place),
        CaseKind(row.kind),
        _date(row.day),
        row.source,
        row.added_ms,
        row.added_by,
        row.withdrawn_ms,
        row.withdrawn_by,
        row.reason,
    )


def _of(units: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if units is None else [notified_case.c.unit.in_(units)]


def _choice(kind: type[_Choice], said: str) -> _Choice:
    for value in kind:
        if value == said:
            return value
    raise Unfit("notified_no_choice", said=said[:20])


def _number(day: datetime.date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _date(number: int) -> datetime.date:
    return datetime.date(number // 10_000, number // 100 % 100, number % 100)
