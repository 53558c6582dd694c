"""What was done in a period beside the passages: cases, rounds, supplies, incidents, inspections, isolation.  Pure.

Everything is told by codes and times; nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from station import kinds
from station.report.noted import Noted
from station.report.period import Period
from station.report.survey import Survey

#: The kinds that are read; the others may be left out.
DEED_KINDS = (
    kinds.CASE_OPENED,
    kinds.CASE_STEP,
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
)
#: Lines of one table of the paper; a shift has some ten, and whatever is more is counted.
MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A fever case that was open at some time of the period; ``step`` was done last, of all until its end."""

    id: str
    cause: str
    opened_ms: int
    step: str = ""
    step_ms: int | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One round; ``place`` and ``agent`` are empty where it was no disinfection."""

    at_ms: int
    what: str
    place: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """What was left of ``item`` when it was last counted, and for how many days it lasts, None where nobody knows."""

    item: str
    at_ms: int
    left: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an incident or an inspection: ``about`` says of what, ``what`` is its code."""

    at_ms: int
    about: str
    what: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """All of a period.  What is ``open`` counts at its end, whenever it began.

    ``supplies`` are the newest counts until the end; ``counted`` are how many were made within the period.
    ``more`` are lines that have no room.
    """

    cases: tuple[CaseLine, ...] = ()
    rounds: tuple[Round, ...] = ()
    supplies: tuple[Supply, ...] = ()
    counted: int = 0
    happenings: tuple[Happening, ...] = ()
    open_incidents: int = 0
    open_findings: int = 0
    isolation_taken: int = 0
    isolation_unanswered: int = 0
    open_isolation_cases: int = 0
    more: int = 0

    def body(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


def deeds(period: Period, surveyed: Survey, entries: Iterable[Noted]) -> Deeds:
    """What *entries* (oldest first, those of :data:`DEED_KINDS` suffice) say was done in *period*."""
    pile = _Pile(period)
    for noted in entries:
        at_ms = surveyed.at_ms(noted)
        if noted.kind in DEED_KINDS and at_ms is not None and at_ms < period.end_ms and surveyed.counts(noted):
            pile.saw(noted, at_ms)
    return pile.deeds()


class _Pile:
    """What has been seen so far."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self._cases: dict[str, CaseLine] = {}
        self._supplies: dict[str, Supply] = {}
        self._rounds: list[Round] = []
        self._happenings: list[Happening] = []
        self._incidents: dict[str, str] = {}
        self._findings: dict[str, str] = {}
        self._isolated: set[str] = set()
        self._counted = self._taken = self._unanswered = 0

    def saw(self, noted: Noted, at_ms: int) -> None:
        facts, within = noted.facts, at_ms >= self._period.from_ms
        match noted.kind:
            case kinds.CASE_OPENED:
                self._cases[str(facts["case"])] = CaseLine(str(facts["case"]), str(facts["cause"]), at_ms)
            case kinds.CASE_STEP:
                self._step(facts, at_ms)
            case kinds.ROUND_DONE if within:
                codes = (str(facts.get(name, "")) for name in ("what", "place", "agent"))
                self._rounds.append(Round(at_ms, *codes))
            case kinds.SUPPLIES_COUNTED:
                self._supply(facts, at_ms)
                self._counted += within
            case kinds.ISOLATION_MEASURED if within:
                self._taken += facts["answered"] is True
                self._unanswered += facts["answered"] is not True
            case kinds.ISOLATION_CASE:
                (self._isolated.discard if facts["step"] == "closed" else self._isolated.add)(str(facts["case"]))
            case _:
                self._happened(noted.kind, facts, at_ms, within)

    def deeds(self) -> Deeds:
        cases = tuple(self._cases.values())
        listed = (len(cases), len(self._rounds), len(self._happenings))
        return Deeds(
            cases[:MAX_LINES],
            tuple(self._rounds[:MAX_LINES]),
            tuple(self._supplies[item] for item in sorted(self._supplies)),
            self._counted,
            tuple(self._happenings[:MAX_LINES]),
            len(self._incidents),
            len(self._findings),
            self._taken,
            self._unanswered,
            len(self._isolated),
            sum(max(0, lines - MAX_LINES) for lines in listed),
        )

    def _step(self, facts: dict[str, Any], at_ms: int) -> None:
        id, ends = str(facts["case"]), facts.get("ends") is True
        if ends and at_ms < self._period.from_ms:
            self._cases.pop(id, None)
        elif id in self._cases:
            case = self._cases[id]
            self._cases[id] = replace(case, step=str(facts["step"]), step_ms=at_ms, ended=case.ended or ends)

    def _supply(self, facts: dict[str, Any], at_ms: int) -> None:
        item, before = str(facts["item"]), self._supplies.get(str(facts["item"]))
        left = facts.get("left", None if before is None else before.left)
        if left is not None:
            # Somebody who only says what a day takes has counted nothing: the time stays that of the count.
            counted_ms = at_ms if "left" in facts or before is None else before.at_ms
            self._supplies[item] = Supply(item, counted_ms, int(left), facts.get("days"))

    def _happened(self, kind: str, facts: dict[str, Any], at_ms: int, within: bool) -> None:
        """An incident or an inspection goes on: what is open, and its line."""
        match kind:
            case kinds.INCIDENT_NOTED:
                about, what = f"incident_{facts['what']}", "incident_began"
                self._incidents[str(facts["incident"])] = about
            case kinds.INCIDENT_STEP:
                about = self._incidents.get(str(facts["incident"]), "incident_other")
                what = f"{'end' if facts['ends'] else 'step'}_{facts['step']}"
                if facts["ends"]:
                    self._incidents.pop(str(facts["incident"]), None)
            case kinds.INSPECTION_OPENED:
                about, what = f"inspection_{facts['by']}", "inspection_began"
            case kinds.INSPECTION_FINDING:
                about, what = "inspection_key", f"finding_{facts['what']}"
                self._findings[str(facts["finding"])] = what
            case kinds.INSPECTION_PUT_RIGHT:
                about, what = self._findings.pop(str(facts["finding"]), "finding_other"), "put_right"
            case kinds.INSPECTION_CLOSED:
                about, what = "inspection_key", "inspection_close"
            case _:
                return
        # When it was, where that was told later: a shift hears of the police after they have gone.
        seen_ms = facts.get("observed_at_ms", at_ms)
        if within:
            self._happenings.append(Happening(seen_ms, about, what))
