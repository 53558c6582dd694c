"""What must be known of the whole journal before any entry of it can be counted.  Pure.

An anchor may come hours after the entries it gives their time, a void days after the entry it takes back; so the
journal is walked once for them, and once more to count.  The result is a few numbers per boot and per void.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from station import kinds
from station.report.noted import Noted

_NS_PER_MS = 1_000_000
#: The kinds a survey reads; whoever can ask for them alone may leave the others out.
SURVEYED = (kinds.CLOCK_ANCHORED, kinds.ENTRY_VOIDED, kinds.EPOCH_OPENED)
#: Why an epoch was opened whose entries are practice (演练) and count nowhere.
DRILL = "drill"


@dataclass(slots=True)
class Survey:
    """Anchors by boot, (epoch, seq) of what was taken back, and the epochs that are drills."""

    anchors: dict[str, int] = field(default_factory=dict)
    voided: set[tuple[int, int]] = field(default_factory=set)
    drills: set[int] = field(default_factory=set)

    def at_ms(self, noted: Noted) -> int | None:
        """When *noted* was written: by its own clock, by the anchor of its boot, or None where nobody knows."""
        if noted.knows_time:
            return noted.at_ms
        began_ms = self.anchors.get(noted.boot_id)
        return None if began_ms is None else began_ms + noted.boottime_ns // _NS_PER_MS

    def counts(self, noted: Noted) -> bool:
        """Whether *noted* counts at all."""
        return noted.epoch not in self.drills and (noted.epoch, noted.seq) not in self.voided


def survey(entries: Iterable[Noted]) -> Survey:
    """Walk *entries*, of which only those of :data:`SURVEYED` matter."""
    found = Survey()
    for noted in entries:
        facts = noted.facts
        if noted.kind == kinds.CLOCK_ANCHORED:
            found.anchors[facts["boot_id"]] = facts["at_ms"] - facts["boottime_ns"] // _NS_PER_MS
        elif noted.kind == kinds.ENTRY_VOIDED:
            epoch, seq = facts["voids"]
            found.voided.add((epoch, seq))
        elif noted.kind == kinds.EPOCH_OPENED and facts.get("reason") == DRILL:
            found.drills.add(noted.epoch)
    return found
