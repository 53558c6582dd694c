"""How much of the tree somebody sees.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.wire.order import EVERY_STATION
from sync.hub.unit.tree import Tree


@dataclass(frozen=True)
class Scope:
    """How much somebody sees: the gates at or below ``unit``, all of them where it is empty."""

    tree: Tree
    unit: str

    @property
    def gates(self) -> frozenset[str]:
        """The gates in it."""
        return self.tree.gates_below(self.unit)

    @property
    def only(self) -> frozenset[str] | None:
        """For a query: the gates, None for all."""
        return self.gates if self.unit else None

    @property
    def audience(self) -> tuple[str, ...]:
        """For whom an order of theirs is."""
        return tuple(sorted(self.gates)) if self.unit else (EVERY_STATION,)
