"""Closed places as the header says them: which, how many live there, and how many of those are outside now.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from station.roster.isolation import ClosedRow
from station.screen.elements import Badge, Level, Word

#: The area that stands for the whole compound.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Closure:
    """One closed place: ``people`` are the ids of the residents who live in it."""

    area: str
    people: frozenset[str] = frozenset()


def closure(row: ClosedRow, people: Iterable[str]) -> Closure:
    """The place of *row* and who of the roster lives in it."""
    return Closure(row.closed, frozenset(people))


def is_everywhere(closures: Iterable[Closure]) -> bool:
    """Whether the whole compound is closed, so that it does not matter who somebody is."""
    return any(one.area == EVERYWHERE for one in closures)


def badges_of(closures: Iterable[Closure], outside: Collection[str] | None) -> Iterable[Badge]:
    """A mark for each closed place, and one for those of its residents who are outside.

    *outside* are the ids of the residents whom this gate has outside, None where it keeps no count.
    """
    affected: set[str] = set()
    for one in closures:
        affected |= one.people
        yield Badge(_word(one), Level.WARN)
    away = len(affected.intersection(outside or ()))
    if away:
        yield Badge(Word("closed_outside", (("n", str(away)),)), Level.WARN)


def _word(one: Closure) -> Word:
    people = ("n", str(len(one.people)))
    if one.area == EVERYWHERE:
        return Word("closed_compound", (people,))
    code = "closed_building" if one.area.isdecimal() else "closed_place"
    return Word(code, (("place", one.area), people))
