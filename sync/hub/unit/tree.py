"""The tree of units, free-form: who reports to whom, and which gates stand below a unit.  Pure.

A node may have two parents (a shared post at a border): it stands below both, and a figure of the whole counts it once.
A gate that the tree does not name hangs on the unit that it was enrolled with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

#: The plans use seven levels; what is deeper is a slip, and a circle would have no end.
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Unit:
    """One node: who answers for it, and from which day on (``2020-11-22``, empty for always)."""

    id: str
    name: str
    level: str = ""
    parents: tuple[str, ...] = ()
    responsible_unit: str = ""
    person: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    valid_from: str = ""


@dataclass(frozen=True)
class Tree:
    """*units* by id, the *gates* with the unit that each was enrolled with, and what else is *called* by a name.

    A hub whose office never wrote a tree has none but the unit it was made for; that one and the gates are in *called*.
    """

    units: Mapping[str, Unit]
    gates: Mapping[str, str]
    called: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, id_: str) -> bool:
        return id_ in self.units or id_ in self.gates or id_ in self.gates.values()

    @cached_property
    def children(self) -> Mapping[str, Sequence[str]]:
        """The nodes right below each unit, in the order of their ids; ``""`` is above all."""
        found: dict[str, list[str]] = {}
        for id_ in sorted({*self.units, *self.gates, *self.gates.values()}):
            for parent in self.parents(id_):
                found.setdefault(parent, []).append(id_)
        return found

    def parents(self, id_: str) -> tuple[str, ...]:
        """What *id_* reports to; whatever has no parent reports to ``""``, the whole."""
        unit = self.units.get(id_)
        if unit is not None and unit.parents:
            return unit.parents
        if unit is None and id_ in self.gates and self.gates[id_] != id_:
            return (self.gates[id_],)
        return ("",) if id_ else ()

    def above(self, id_: str) -> frozenset[str]:
        """*id_* with everything it reports to, up to ``""``."""
        seen, waiting = {id_}, [id_]
        while waiting:
            for parent in self.parents(waiting.pop()):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return frozenset(seen)

    def gates_below(self, unit: str) -> frozenset[str]:
        """The gates at or below *unit*; of ``""`` all."""
        if not unit:
            return frozenset(self.gates)
        seen, waiting = {unit}, [unit]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return frozenset(seen.intersection(self.gates))

    def name(self, id_: str) -> str:
        """What people call *id_*."""
        unit = self.units.get(id_)
        return unit.name if unit is not None else self.called.get(id_, id_)

    def paths(self, top: str = "") -> dict[str, str]:
        """What each unit at or below *top* is called, along the tree (``城关街道 › 东区``); gates are no units."""
        found: dict[str, str] = {}
        above: list[str] = []
        for depth, id_ in self.walk(top):
            above[depth:] = [self.name(id_)]
            if id_ not in self.gates:
                found.setdefault(id_, " › ".join(above))
        return found

    def walk(self, top: str = "") -> Iterable[tuple[int, str]]:
        """Every node below *top* with its depth, parents first; one with two parents comes twice."""
        waiting = [(0, child) for child in reversed(self.children.get(top, ()))]
        if top:
            waiting = [(0, top)]
        while waiting:
            depth, id_ = waiting.pop()
            yield depth, id_
            if depth < MAX_DEPTH:
                waiting += [(depth + 1, child) for child in reversed(self.children.get(id_, ()))]


def faults_of(units: Sequence[Unit], gates: Iterable[str]) -> list[str]:
    """What keeps *units* from being a tree: names, parents that are not there, circles."""
    by_id = {unit.id: unit for unit in units}
    faults = []
    if len(by_id) != len(units):
        twice = sorted({unit.id for unit in units if sum(other.id == unit.id for other in units) > 1})
        faults.append(f"unit: {', '.join(twice)}: more than once")
    known = {*by_id, *gates}
    for unit in units:
        faults += [f"{unit.id}: parent {parent!r} is not there" for parent in unit.parents if parent not in known]
    if not faults:
        faults += [
            f"{unit.id}: is below itself, or deeper than {MAX_DEPTH}" for unit in units if _too_deep(unit, by_id)
        ]
    return faults


def _too_deep(unit: Unit, by_id: Mapping[str, Unit]) -> bool:
    level = {unit.id}
    for _ in range(MAX_DEPTH):
        level = {parent for id_ in level if id_ in by_id for parent in by_id[id_].parents}
        if not level:
            return False
    return True
