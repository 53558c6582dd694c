"""What confirmed cases come to by the plan: cases of fourteen days, clusters, what equals which level.  Pure.

A sum to help whoever looks, and never a level: that is set by the authorities above, and no gate hears of it.  Only
what those authorities called confirmed counts.  Fevers at gates are no cases, and nothing here is ever given one;
imported and asymptomatic cases are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: A case counts until so many whole days have passed after its own: on the fourteenth it still does, as that day is
#: not over.  The plans say "in 14 days" and not from which hour; ours is the later end.
DAYS = 14
#: The same for what is to be reported at once.
DAYS_OF_REPORT = 7
#: Confirmed cases of one place that are a cluster.
CLUSTER = 5
#: Cases of a unit within :data:`DAYS_OF_REPORT` that are reported at once.  The plan leaves open whether in one place;
#: counting the unit misses none.
REPORT_AT_ONCE = 2
#: From here on it equals high.  The plan has "at most 10" for medium and "10 and more" for high: at 10 ours is high.
HIGH_CASES, HIGH_CLUSTERS = 10, 2


class CaseKind(StrEnum):
    """What the authorities called a case."""

    CONFIRMED = "confirmed"
    IMPORTED = "imported"
    ASYMPTOMATIC = "asymptomatic"


class PlaceKind(StrEnum):
    """What sort of place a case belongs to."""

    SCHOOL = "school"
    COMPOUND = "compound"
    FACTORY = "factory"
    VILLAGE = "village"
    CLINIC = "clinic"
    OTHER = "other"  # never a cluster: the plan names the five above


class Level(StrEnum):
    """What the plan calls a sum like this one."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Place:
    """One place: a unit of the tree and what it is there.  Two schools of one unit are one, unless each is a unit."""

    unit: str
    kind: PlaceKind


@dataclass(frozen=True, slots=True)
class Cases:
    """``number`` cases alike: of one place, kind and day (that on which the authorities told of them)."""

    place: Place
    kind: CaseKind
    day: date
    number: int = 1


@dataclass(frozen=True, slots=True)
class AtPlace:
    """Confirmed cases of one place: ``cases`` of fourteen days, ``lately`` of seven."""

    place: Place
    cases: int
    lately: int

    @property
    def is_cluster(self) -> bool:
        """Whether the plan calls them a cluster."""
        return self.cases >= CLUSTER and self.place.kind is not PlaceKind.OTHER


@dataclass(frozen=True, slots=True)
class Sum:
    """A unit with what is below it.  ``imported`` and ``asymptomatic`` of fourteen days are in no other figure.

    ``newest`` is the day of the newest confirmed case that counts.
    """

    places: tuple[AtPlace, ...] = ()
    imported: int = 0
    asymptomatic: int = 0
    newest: date | None = None

    @property
    def cases(self) -> int:
        """Confirmed cases of fourteen days."""
        return sum(each.cases for each in self.places)

    @property
    def lately(self) -> int:
        """Confirmed cases of seven days."""
        return sum(each.lately for each in self.places)

    @property
    def clusters(self) -> int:
        """How many places have a cluster."""
        return sum(each.is_cluster for each in self.places)

    @property
    def level(self) -> Level:
        """What this equals by the plan; the level itself is set by others."""
        return level_of(self.cases, self.clusters)

    @property
    def report_at_once(self) -> bool:
        """Whether so many cases of seven days are to be reported at once."""
        return self.lately >= REPORT_AT_ONCE


def first_day(today: date) -> date:
    """The earliest day whose cases count on *today*."""
    return today - timedelta(days=DAYS)


def level_of(cases: int, clusters: int) -> Level:
    """What *cases* of fourteen days with so many *clusters* equal by the plan."""
    if cases >= HIGH_CASES or clusters >= HIGH_CLUSTERS:
        return Level.HIGH
    return Level.MEDIUM if cases or clusters else Level.LOW


def sum_up(cases: Iterable[Cases], today: date) -> Sum:
    """The sum of *cases* as of *today*; a day in the future counts, as somebody was told of it."""
    counted: Counter[Place] = Counter()
    lately: Counter[Place] = Counter()
    apart: Counter[CaseKind] = Counter()
    newest = None
    for each in cases:
        age = (today - each.day).days
        if age > DAYS:
            continue
        if each.kind is not CaseKind.CONFIRMED:
            apart[each.kind] += each.number
            continue
        counted[each.place] += each.number
        lately[each.place] += each.number if age <= DAYS_OF_REPORT else 0
        newest = each.day if newest is None else max(newest, each.day)
    places = sorted(counted, key=lambda place: (-counted[place], place.unit, place.kind))
    return Sum(
        tuple(AtPlace(place, counted[place], lately[place]) for place in places),
        apart[CaseKind.IMPORTED],
        apart[CaseKind.ASYMPTOMATIC],
        newest,
    )


def by_unit(cases: Iterable[Cases], above: Callable[[str], Collection[str]], today: date) -> dict[str, Sum]:
    """The sum of every unit that has cases at or below it; *above* gives a unit with all that it reports to."""
    below: dict[str, list[Cases]] = {}
    for each in cases:
        # A unit with two parents is below both, and once below what is above them.
        for unit in set(above(each.place.unit)):
            below.setdefault(unit, []).append(each)
    return {unit: sum_up(each, today) for unit, each in below.items()}


def worth_a_line(sums: Mapping[str, Sum], units: Iterable[str]) -> dict[str, Sum]:
    """Those of *units* (parents first) with cases that count, what is to be reported first, then the most cases.

    Of units with the same cases only the last, nearest to them.
    """
    nearest = {sums[unit]: unit for unit in units if unit in sums and sums[unit].cases}
    ordered = sorted(nearest.items(), key=lambda item: (not item[0].report_at_once, -item[0].cases))
    return {unit: each for each, unit in ordered}
