"""What the fevers of two weeks have in common: household, building, unit, or the same hour at one gate.  Pure.

Listed in words for somebody to look at; fevers of a gate are never called a cluster, which counts confirmed cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

#: Cases at one gate of which each came so soon after the one before stand together.
WINDOW_MS = 60 * 60_000


class Kind(StrEnum):
    """What is shared, the nearest first."""

    HOUSEHOLD = "household"
    BUILDING = "building"
    GATE = "gate"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Lately:
    """A case of the last two weeks; ``place`` as gates show it (``3-2-501``), empty where nobody said."""

    station: str
    case: str
    masked: str
    place: str
    opened_ms: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Common:
    """Two ``cases`` or more, the oldest first, that share what is called ``name`` (a place, a gate's or unit's id)."""

    kind: Kind
    name: str
    cases: tuple[Lately, ...]


def in_common(cases: Iterable[Lately], unit_of: Mapping[str, str]) -> list[Common]:
    """What *cases* share, by kind and the most first; *unit_of* is the unit of each gate.

    Rooms and buildings are the same only within one unit.  Cases that share something nearer are not said to share
    what follows from it, unless there are more of them.
    """
    ordered = sorted(cases, key=lambda one: (one.opened_ms, one.station, one.case))
    groups: dict[tuple[Kind, str, str], list[Lately]] = {}
    for one in ordered:
        unit = unit_of.get(one.station, "")
        building, dash, _ = one.place.partition("-")
        if one.place:
            groups.setdefault((Kind.HOUSEHOLD, unit, one.place), []).append(one)
        if dash:
            groups.setdefault((Kind.BUILDING, unit, building), []).append(one)
        if unit:
            groups.setdefault((Kind.UNIT, "", unit), []).append(one)
    found = [Common(kind, name, tuple(shared)) for (kind, _, name), shared in groups.items()]
    found += [Common(Kind.GATE, shared[0].station, shared) for shared in _together(ordered)]
    found = sorted((one for one in found if len(one.cases) > 1), key=_order)
    nearer: list[Common] = []
    for common in found:
        # The same hour at one gate follows from no place, and is said of whoever lives together too.
        if common.kind is Kind.GATE or not any(set(common.cases) == set(other.cases) for other in nearer):
            nearer.append(common)
    return nearer


def _order(one: Common) -> tuple[int, int, str]:
    return list(Kind).index(one.kind), -len(one.cases), one.name


def _together(ordered: Sequence[Lately]) -> Iterable[tuple[Lately, ...]]:
    """Runs of cases at one gate, each within :data:`WINDOW_MS` of the one before."""
    for station in sorted({one.station for one in ordered}):
        here = [one for one in ordered if one.station == station]
        run = here[:1]
        for before, after in pairwise(here):
            if after.opened_ms - before.opened_ms > WINDOW_MS:
                yield tuple(run)
                run = []
            run.append(after)
        yield tuple(run)
