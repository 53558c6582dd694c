"""What must be known of the whole journal before any entry of it can be counted.  Pure.

An anchor may come hours after the entries it gives their time, a void days after the entry it takes back; so the
journal is walked once for them, and once more to count.  The result is a few numbers per boot and per void.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from station import kinds
from station.report.noted import Noted

_NS_PER_MS = 1_000_000
#: The kinds a survey reads; whoever can ask for them alone may leave the others out.
SURVEYED = (kinds.CLOCK_ANCHORED, kinds.DETAILS_ADDED, kinds.ENTRY_VOIDED, kinds.EPOCH_OPENED)
#: What a report takes from ``details.added``; the newest counts.
TOLD = ("people", "service")
#: Why an epoch was opened whose entries are practice (演练) and count nowhere.
DRILL = "drill"


@dataclass(slots=True)
class Survey:
    """Anchors by boot, (epoch, seq) of what was taken back, the epochs that are drills, and what was told later.

    ``details`` are the facts that the newest ``details.added`` gave of an entry: how many people, and whose service.
    """

    anchors: dict[str, int] = field(default_factory=dict)
    voided: set[tuple[int, int]] = field(default_factory=set)
    drills: set[int] = field(default_factory=set)
    details: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def at_ms(self, noted: Noted) -> int | None:
        """When *noted* was written: by its own clock, by the anchor of its boot, or None where nobody knows."""
        if noted.knows_time:
            return noted.at_ms
        began_ms = self.anchors.get(noted.boot_id)
        return None if began_ms is None else began_ms + noted.boottime_ns // _NS_PER_MS

    def counts(self, noted: Noted) -> bool:
        """Whether *noted* counts at all."""
        return noted.epoch not in self.drills and (noted.epoch, noted.seq) not in self.voided

    def told(self, noted: Noted) -> Noted:
        """*noted* with what was told of it later."""
        details = self.details.get((noted.epoch, noted.seq))
        return noted if details is None else replace(noted, facts=noted.facts | details)


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
        elif noted.kind == kinds.DETAILS_ADDED:
            epoch, seq = facts["of"]
            told = {name: facts[name] for name in TOLD if name in facts}
            found.details[epoch, seq] = found.details.get((epoch, seq), {}) | told
        elif noted.kind == kinds.EPOCH_OPENED and facts.get("reason") == DRILL:
            found.drills.add(noted.epoch)
    return found
