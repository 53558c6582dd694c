"""What became of a day's report: confirmed by somebody, or gone by itself.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station import kinds
from station.report.noted import Noted

#: The kinds that say so.
KINDS = (kinds.REPORT_CONFIRMED, kinds.REPORT_SENT)


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a day's report that went out; ``checked_by`` is empty where nobody looked at it."""

    day: str
    version: int
    sha256: str
    prepared_by: str
    checked_by: str
    late: bool

    @property
    def state(self) -> str:
        """``confirmed`` or ``automatic``."""
        return "confirmed" if self.checked_by else "automatic"


def newest(entries: Iterable[Noted]) -> dict[str, Sent]:
    """The newest version that went out of each day."""
    found: dict[str, Sent] = {}
    for noted in entries:
        if noted.kind in KINDS:
            facts = noted.facts
            sent = Sent(
                str(facts["day"]),
                int(facts["version"]),
                str(facts["sha256"]),
                str(facts["prepared_by"]),
                str(facts.get("checked_by", "")),
                facts.get("late") is True,
            )
            if sent.day not in found or sent.version >= found[sent.day].version:
                found[sent.day] = sent
    return found
