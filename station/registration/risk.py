"""Does a declared stay or contact lie in an area of the dated list?  Pure.

The visitor says where and how many days ago; the community's list says which areas, and since when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station.roster.isolation import RiskRow

#: [002-4] asks for the last fourteen days.
DAYS = 14
DAY_MS = 24 * 3600 * 1000


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

    The days before an area was listed count too, because it was listed for what happened in them; a stay after its
    listing had ended does not.  Nobody is believed to have been there longer ago than they said.
    """
    if declared.what not in ("returned", "contact") or not declared.area:
        return False
    days_ago = declared.days_ago or 0
    if days_ago > DAYS:
        return False
    # Days are counted whole: a stay «today» was before the end of a listing that ends today.
    there_ms = now_ms - days_ago * DAY_MS
    return any(
        row.risk == declared.area and row.from_ms <= now_ms and (row.until_ms is None or there_ms <= row.until_ms)
        for row in areas
    )
