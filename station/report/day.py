"""Yesterday's report at the gate: its figures, what became of it, and what is to be done.  Pure.

Lives in the lane's thread.  Counting takes seconds and is done elsewhere (station/drafting.py): :meth:`DayReport.wants`
says what for, :meth:`DayReport.drafted` takes the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.report.due import ASKING, CONFIRMABLE, Stage, Times, stage
from station.report.period import day_before, local
from station.report.sent import Sent
from station.screen.elements import Badge, Level, Word
from station.screen.sheets import ReportLine

#: Figures that changed are counted again at once, but not more often than this: a pile of paper is entered in one go.
AGAIN_MS = 60_000
#: Not before the desk's own mark of the new day is in the journal (station/presence.py): it says how the old day ended.
FROM_MINUTE = 35
#: What the desk writes when it starts is on the disk by then.
SETTLE_MS = 10_000
#: What changes a day that is over.
_CHANGING = frozenset({kinds.CLOCK_ANCHORED, kinds.DETAILS_ADDED, kinds.ENTRY_VOIDED})


@dataclass(frozen=True, slots=True)
class Drafted:
    """The figures of a day: ``figures`` are those that the screen shows; an empty ``sha256`` says that it failed.

    ``there`` is false for a day before the gate was there, of which nothing is reported.
    """

    day: str
    sha256: str
    zero: bool = False
    figures: tuple[tuple[str, int], ...] = ()
    sent: Sent | None = None
    there: bool = True


class DayReport:
    """The report of the day before, whichever that is now."""

    def __init__(self, times: Times, zone: tzinfo, now_ms: int) -> None:
        self._not_before_ms = now_ms + SETTLE_MS
        self._times = times
        self._zone = zone
        self._day = ""
        self._drafted: Drafted | None = None
        self._sent: Sent | None = None
        self._asked_ms: int | None = None
        self._stale = True
        self._waits = False

    def wants(self, now_ms: int) -> str | None:
        """The day whose figures are to be counted now, None while nothing is to be."""
        day = day_before(local(now_ms, self._zone).date().isoformat())
        if day != self._day:
            self._day, self._drafted, self._sent, self._stale, self._asked_ms = day, None, None, True, None
        too_soon = self._asked_ms is not None and 0 <= now_ms - self._asked_ms < AGAIN_MS
        early = now_ms < self._not_before_ms or self._minute(now_ms) < FROM_MINUTE
        if not self._stale or self._waits or too_soon or early:
            return None
        self._asked_ms, self._stale, self._waits = now_ms, False, True
        return day

    def drafted(self, drafted: Drafted) -> None:
        """The figures that were asked for."""
        self._waits = False
        if drafted.day != self._day or not drafted.sha256:
            self._stale = True
            return
        self._drafted = drafted if drafted.there else None
        if drafted.sent is not None and (self._sent is None or drafted.sent.version > self._sent.version):
            self._sent = drafted.sent

    def noticed(self, draft: Draft) -> None:
        """*draft* is being written: if it can change a day that is over, the figures are counted again."""
        if draft.kind in _CHANGING or "observed_at_ms" in draft.facts:
            self._stale = True

    def ticked(self, now_ms: int) -> Draft | None:
        """What is to be written because of the time: that the report goes by itself."""
        if self._drafted is None or self._stage(now_ms) is not Stage.OVERDUE:
            return None
        # On time is within the hour that the settings name; a gate that was off then is late, and says so.
        late = self._minute(now_ms) >= self._times.send + 5
        return self._goes(self._drafted, "", late)

    def confirm(self, action: Action, actor: str, now_ms: int) -> Draft:
        """确认上报 of what the screen shows.

        :raises ActionError: if that is not there, not any more, or confirmed already.
        """
        drafted = self._drafted
        if drafted is None or self._stage(now_ms) not in CONFIRMABLE:
            raise ActionError("report_not_open", "confirm_report: there is no report to confirm now")
        if (action.get("day"), action.get("sha256")) != (drafted.day, drafted.sha256):
            raise ActionError("report_changed", "confirm_report: the figures have changed; look at them again")
        return self._goes(drafted, actor, self._minute(now_ms) >= self._times.send)

    def line(self, now_ms: int) -> ReportLine | None:
        """The report as the screen shows it, None before there is one."""
        drafted = self._drafted
        if drafted is None:
            return None
        now, sent = self._stage(now_ms), self._sent
        return ReportLine(
            drafted.day,
            str(now),
            self._version(drafted.sha256),
            drafted.sha256,
            drafted.zero,
            drafted.figures,
            sent.checked_by if sent is not None and now is Stage.CONFIRMED else "",
            now in CONFIRMABLE,
            sent is not None and sent.late,
        )

    def badge(self, now_ms: int) -> Badge | None:
        """The mark in the header while somebody is asked for the report."""
        return Badge(Word("report_due"), Level.NOTE) if self._stage(now_ms) in ASKING else None

    def _goes(self, drafted: Drafted, checked_by: str, late: bool) -> Draft:
        version = self._version(drafted.sha256)
        self._sent = Sent(drafted.day, version, drafted.sha256, "station", checked_by, late)
        facts: dict[str, object] = {
            "day": drafted.day,
            "version": version,
            "sha256": drafted.sha256,
            "prepared_by": "station",
            "zero": drafted.zero,
            "late": late,
        }
        if not checked_by:
            return Draft(kinds.REPORT_SENT, facts)
        return Draft(kinds.REPORT_CONFIRMED, facts | {"checked_by": checked_by}, checked_by)

    def _version(self, sha256: str) -> int:
        """The number of the version on the screen: the one that went, or the next after it."""
        sent = self._sent
        if sent is None:
            return 1
        return sent.version if sent.sha256 == sha256 and sent.checked_by else sent.version + 1

    def _stage(self, now_ms: int) -> Stage:
        drafted = self._drafted
        return stage(self._minute(now_ms), None if drafted is None else drafted.sha256, self._sent, self._times)

    def _minute(self, now_ms: int) -> int:
        now = local(now_ms, self._zone)
        return now.hour * 60 + now.minute


#: The figures of the sheet, in order: what the telephone asks for.
FIGURES = (
    "inward",
    "outward",
    "measured",
    "turned_back",
    "abnormal",
    "to_community",
    "cases_open",
    "goods",
)


def drafted_of(day: str, body: Mapping[str, Any], sha256: str, sent: Sent | None) -> Drafted:
    """What the screen needs of the canonical report *body*."""
    values = {**body["counts"], "cases_open": body["cases_open"]}
    figures = tuple((name, int(values[name])) for name in FIGURES)
    return Drafted(day, sha256, body["zero"] is True, figures, sent, was_there(body))


def was_there(body: Mapping[str, Any]) -> bool:
    """Whether the gate of the canonical report *body* was there on any part of that day."""
    ends_ms = body["period"]["to_ms"]
    return not any(gap["cause"] in ("before_first", "no_entries") and gap["to_ms"] == ends_ms for gap in body["gaps"])
