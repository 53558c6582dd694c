"""Reports from entries: the daily report 日报, the zero report 零报告 with its proof, shift and now.  Pure.

Walk the journal once with :func:`survey`, once more with :func:`make_report`; station/papers makes files of it.
"""

from __future__ import annotations

from station.report.counts import NAMES, Counts
from station.report.daily import Isolation, Range, Report, make_report
from station.report.deeds import DEED_KINDS, Deeds, deeds
from station.report.noted import Noted, of_bytes, of_header
from station.report.period import Period, day_before, day_of, day_period, local
from station.report.sent import Sent, newest
from station.report.shift import SHIFT_KINDS, HandedOver, Shift, chosen_shift, shift_at, shifts
from station.report.shift_report import ShiftReport, shift_period
from station.report.survey import SURVEYED, Survey, survey
from station.report.watch import Downtime, Gap

__all__ = [
    "DEED_KINDS",
    "NAMES",
    "SHIFT_KINDS",
    "SURVEYED",
    "Counts",
    "Deeds",
    "Downtime",
    "Gap",
    "HandedOver",
    "Isolation",
    "Noted",
    "Period",
    "Range",
    "Report",
    "Sent",
    "Shift",
    "ShiftReport",
    "Survey",
    "chosen_shift",
    "day_before",
    "day_of",
    "day_period",
    "deeds",
    "local",
    "make_report",
    "newest",
    "of_bytes",
    "of_header",
    "shift_at",
    "shift_period",
    "shifts",
    "survey",
]
