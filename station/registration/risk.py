"""What somebody said of the last fourteen days, and whether it lies in an area of the dated list.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from station.risk import DAYS_BACK, china_day, is_risk
from station.roster.isolation import RiskRow


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody said of the last fourteen days.

    ``what`` is ``unasked``, ``none``, ``returned`` or ``contact``; ``area`` is empty for one that is not listed.
    """

    what: str = "unasked"
    area: str = ""
    days_ago: int | None = None


def risk(areas: Iterable[RiskRow], declared: Declared, now_ms: int) -> bool:
    """Whether the rules must take *declared* as coming from a risk area.

    Nobody is believed to have left longer ago than they said; without a number of days it was today.
    """
    if declared.what not in ("returned", "contact"):
        return False
    today = china_day(now_ms)
    days_ago = declared.days_ago or 0
    return days_ago <= DAYS_BACK and is_risk(areas, declared.area, today - timedelta(days=days_ago), today)
