"""Whether somebody comes from an area on the dated list of risk areas.  Pure.

The list is the office's (an order of the kind ``isolation``); where somebody was and until when is what they say when
they are registered.  In doubt they come from one: the community is asked, nobody is sent away for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from station.roster.isolation import RiskRow

#: How far back the plans ask [002-4].
DAYS_BACK = 14
#: The list is dated in China's time, which has no summer.
_CHINA = timedelta(hours=8)
#: What people leave out when they say where they come from.
_SUFFIXES = re.compile(r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)")
#: Characters that two names must share at the least; two make a city.
MIN_SHARED = 2
_CODE = re.compile(r"[0-9]{2,12}")


def is_risk(areas: Iterable[RiskRow], origin: str, left_on: date | None, today: date) -> bool:
    """Whether who was at *origin* until *left_on* was in one of *areas* within the last 14 days.

    :param origin: a place in words (``郑州市管城区``) or the code of an administrative area (``410104``); a wider one
        than the list has counts too, since they may have been in the very part.
    :param left_on: the last day there, ``None`` if nobody knows it.
    """
    if not origin.strip():
        return False
    since = today - timedelta(days=DAYS_BACK)
    if left_on is not None and left_on < since:
        return False
    return any(_meets(area.risk, origin) and _is_on_list(area, since, today) for area in areas)


def _is_on_list(area: RiskRow, since: date, today: date) -> bool:
    """Whether the area was on the list at any time of the fortnight; one that is announced for later is not."""
    ended = area.until_ms is not None and china_day(area.until_ms) < since
    return china_day(area.from_ms) <= today and not ended


def _meets(area: str, origin: str) -> bool:
    one, other = _plain(area), _plain(origin)
    if not one or not other:
        return False
    if _CODE.fullmatch(one) and _CODE.fullmatch(other):
        return one.startswith(other) or other.startswith(one)
    return one in other or other in one or _goes_on(one, other) or _goes_on(other, one)


def _goes_on(name: str, other: str) -> bool:
    """Whether *other* begins with the end of *name*: 郑州管城区南关街道 with that of 河南郑州管城区."""
    return any(other.startswith(name[at:]) for at in range(len(name) - MIN_SHARED + 1))


def _plain(name: str) -> str:
    bare = re.sub(r"[\s,，、·/-]", "", name)
    if _CODE.fullmatch(bare):
        return bare[:2] + re.sub(r"(?:00)+$", "", bare[2:])
    return _SUFFIXES.sub("", bare)


def china_day(at_ms: int) -> date:
    """The day in China at *at_ms*."""
    return (datetime.fromtimestamp(at_ms / 1000, UTC) + _CHINA).date()
