"""What a checkpoint writes down beside passages: rounds, supplies, incidents, inspections, isolation,
and who took over from whom.  Pure.

Promises:

1. Nothing is shown that no entry says; an entry that was voided never happened.
2. The table in the journal (station/notebook/table.py) and the copy in memory hold the same notes, so both say the
   same after a restart and after a rebuild.
3. A note is kept :data:`KEPT_MS`; what is still open then stands in the journal and on the hub, not on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from station import kinds

#: Longer than any isolation or inspection goes on; some sixty notes a day make 3,600 small ones.
KEPT_MS = 60 * 86_400_000
#: More than a gate writes in that time; beyond it the oldest are dropped from the screen.
MAX_NOTES = 5_000

KINDS = frozenset(
    {
        kinds.OPERATOR_SIGNED_IN,
        kinds.SHIFT_HANDED_OVER,
        kinds.ROUND_DONE,
        kinds.SUPPLIES_COUNTED,
        kinds.INCIDENT_NOTED,
        kinds.INCIDENT_STEP,
        kinds.INSPECTION_OPENED,
        kinds.INSPECTION_FINDING,
        kinds.INSPECTION_PUT_RIGHT,
        kinds.INSPECTION_CLOSED,
        kinds.ISOLATION_MEASURED,
        kinds.ISOLATION_CASE,
        kinds.TRAVEL_ANNOUNCED,
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of a notebook kind; ``personal`` is empty once it is forgotten."""

    epoch: int
    seq: int
    at_ms: int
    kind: str
    facts: Mapping[str, Any]
    personal: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """How a press names it: ``EPOCH-SEQ``."""
        return f"{self.epoch}-{self.seq}"


class Notebook:
    """The notes in memory, for the lane; other threads may read them, since no list is ever changed."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._notes = sorted(notes, key=lambda note: (note.epoch, note.seq))
        # What was asked of which list: whoever comes home is looked for at every touch of their visit.
        self._asked: tuple[list[Note], dict[tuple[str, ...], list[Note]]] = (self._notes, {})

    def entered(
        self, epoch: int, seq: int, kind: str, at_ms: int, facts: Mapping[str, Any], personal: Mapping[str, Any] | None
    ) -> None:
        """An entry is on the disk."""
        if kind == kinds.ENTRY_VOIDED:
            named = tuple(facts["voids"])
            self._notes = [note for note in self._notes if (note.epoch, note.seq) != named]
        if kind not in KINDS:
            return
        kept = [note for note in self._notes if note.at_ms >= at_ms - KEPT_MS][-MAX_NOTES + 1 :]
        self._notes = [*kept, Note(epoch, seq, at_ms, kind, facts, personal or {})]

    def of(self, *wanted: str, since_ms: int = 0) -> list[Note]:
        """The notes of these kinds, oldest first."""
        asked = self._asked
        if asked[0] is not self._notes:
            asked = self._asked = (self._notes, {})
        notes, found = asked
        if wanted not in found:
            found[wanted] = [note for note in notes if note.kind in wanted]
        return [note for note in found[wanted] if note.at_ms >= since_ms]

    def called(self, id: str) -> Note | None:
        """The note that a press names."""
        return next((note for note in self._notes if note.id == id), None)
