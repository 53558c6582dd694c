"""Days of gates that cannot be kept yet, in memory: drawn up a moment ago, and to be drawn up again.

A day is kept in the store once something later of its gate is held.  That of a gate without a line, or one that is not
over, is not; without this it would be drawn up at every look, and in a county the same gates would take all the time
that a look has.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sync.hub.report.gate_day import GateDay

#: A county's 184 gates of yesterday and today, and some days that somebody looks up; each takes some kB.
MOST = 1_000
#: How old the figures of a day that goes on may be where there is no time for newer ones; the page says until when.
FRESH_MS = 120_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A gate's day as it was at ``at_ms``, of what ``stamp`` says was held."""

    made: GateDay
    stamp: Any
    at_ms: int


class DrawnDays:
    """The newest :data:`MOST` of them, by gate and day (20201122).  Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, int], Drawn] = OrderedDict()

    def put(self, station: str, day: int, drawn: Drawn) -> None:
        """Remember *drawn*; the one that was put longest ago goes."""
        with self._lock:
            self._held[station, day] = drawn
            self._held.move_to_end((station, day))
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def get(self, station: str, day: int) -> Drawn | None:
        """What was put last, None if nothing was or it had to go."""
        with self._lock:
            return self._held.get((station, day))
