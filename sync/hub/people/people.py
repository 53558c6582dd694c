"""Who is inside, who is out for too long, which visitors have not left: what the gates' own entries say, masked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from sync.hub.database.tables import person
from sync.hub.people.whereabouts import LOOK_BACK_MS, NAMELESS

#: Lines of a page, and the farthest that somebody turns: who looks for one person types a name.
PAGE, MAX_PAGE = 50, 2_000
#: A name, a room or four digits.
MAX_SOUGHT = 40


class Which(StrEnum):
    """The lists there are."""

    VISITORS = "visitors"
    OVERDUE = "overdue"
    OUT = "out"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One person by their last passage, by the ``key`` of the gates' ledgers; masked, the place as gates show it."""

    key: str
    station: str
    masked: str
    last4: str
    place: str
    at_ms: int
    due_ms: int | None
    people: int


@dataclass(frozen=True, slots=True)
class People:
    """How many are where: residents in and out, the ``overdue`` of those out, visitors still in with whoever came with
    them; ``nameless`` passed unknown.  ``longest_ms`` is when the visitor came who is longest here.
    """

    residents_in: int
    out: int
    overdue: int
    visitors: int
    visitors_in: int
    nameless: int
    longest_ms: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: ``count`` are on all pages."""

    rows: tuple[Whereabouts, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.count // PAGE))


def count_people(connection: Connection, gates: Collection[str], now_ms: int) -> People:
    """How many are where by the passages of the last three days at *gates*."""
    is_in, lives = person.c.inward, person.c.lives_here
    row = connection.execute(
        select(
            _count(lives, is_in),
            _count(lives, ~is_in),
            _count(lives, ~is_in, person.c.due_ms < now_ms),
            _count(~lives, is_in),
            func.coalesce(func.sum(case((and_(~lives, is_in), person.c.people), else_=0)), 0),
            func.min(case((and_(~lives, is_in), person.c.at_ms))),
        ).where(_newest(gates, now_ms))
    ).one()
    nameless = select(func.coalesce(func.sum(person.c.people), 0)).where(
        person.c.station.in_(gates),
        person.c.person_key.startswith(NAMELESS),
        person.c.at_ms >= now_ms - LOOK_BACK_MS,
    )
    in_, out, overdue, visitors, visitors_in, longest = row
    return People(
        int(in_),
        int(out),
        int(overdue),
        int(visitors),
        int(visitors_in),
        int(connection.execute(nameless).scalar_one()),
        longest,
    )


def list_people(
    connection: Connection, gates: Collection[str], now_ms: int, which: Which, sought: str = "", page: int = 1
) -> Listed:
    """One page of the list *which*, the longest first; only those whose name, room or last four hold *sought*."""
    is_in, lives = person.c.inward, person.c.lives_here
    wanted = {
        Which.VISITORS: and_(~lives, is_in),
        Which.OVERDUE: and_(lives, ~is_in, person.c.due_ms < now_ms),
        Which.OUT: and_(lives, ~is_in),
        Which.INSIDE: and_(lives, is_in),
    }[which]
    where = and_(_newest(gates, now_ms), wanted, *_words(sought))
    count = connection.execute(select(func.count()).select_from(person).where(where)).scalar_one()
    page = max(1, min(page, MAX_PAGE, -(-count // PAGE)))
    order = person.c.due_ms if which is Which.OVERDUE else person.c.at_ms
    query = select(person).where(where).order_by(order, person.c.person_key).offset((page - 1) * PAGE).limit(PAGE)
    rows = tuple(
        Whereabouts(row.person_key, row.station, row.masked, row.last4, row.place, row.at_ms, row.due_ms, row.people)
        for row in connection.execute(query)
    )
    return Listed(rows, count, page)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)


def _newest(gates: Collection[str], now_ms: int) -> ColumnElement[bool]:
    """Of everybody known the last passage at any of *gates*."""
    later = person.alias("later")
    after = or_(
        later.c.at_ms > person.c.at_ms,
        and_(later.c.at_ms == person.c.at_ms, later.c.station > person.c.station),
    )
    moved_on = exists().where(later.c.person_key == person.c.person_key, later.c.station.in_(gates), after)
    return and_(
        person.c.station.in_(gates),
        person.c.at_ms >= now_ms - LOOK_BACK_MS,
        ~person.c.person_key.startswith(NAMELESS),
        ~moved_on,
    )


def _words(sought: str) -> list[ColumnElement[bool]]:
    """Each word has to be somewhere in the line."""
    line = person.c.masked + " " + person.c.last4 + " " + person.c.place
    return [line.icontains(word, autoescape=True) for word in sought[:MAX_SOUGHT].split()]
