"""The dated list of risk areas against what somebody says of where they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.risk import is_risk
from station.roster.isolation import RiskLevel, RiskRow

TODAY = date(2020, 11, 22)


def ms(day: date) -> int:
    """Noon of *day* in China."""
    return int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp() * 1000)


def area(name: str, begins: int = -20, ends: int | None = None) -> RiskRow:
    until = None if ends is None else ms(TODAY + timedelta(days=ends))
    return RiskRow(name, RiskLevel.MEDIUM, ms(TODAY + timedelta(days=begins)), until)


LIST = [area("河南省郑州市管城区"), area("天津市滨海新区", -5), area("410105")]


@pytest.mark.parametrize(
    ("origin", "days_ago", "risk"),
    [
        ("河南省郑州市管城区", 3, True),
        ("郑州市管城区南关街道", 3, True),
        ("郑州 管城区", 3, True),
        ("郑州", 3, True),  # the very part is not known
        ("郑州市金水区", 3, False),
        ("安阳市", 3, False),
        ("天津滨海新区", 0, True),
        ("郑州市管城区", 14, True),
        ("郑州市管城区", 15, False),
        ("郑州市管城区", None, True),
        ("郑州市管城区", -1, True),  # a day that has not come: a slip, and no reason to wave anybody through
        ("410105", 3, True),
        ("410105002", 3, True),
        ("410000", 3, True),
        ("410106", 3, False),
        ("", 3, False),
        ("  ", 3, False),
        ("市", 3, False),
    ],
)
def test_where_somebody_was_until_when(origin: str, days_ago: int | None, risk: bool) -> None:
    left_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    assert is_risk(LIST, origin, left_on, TODAY) is risk


@pytest.mark.parametrize(
    ("begins", "ends", "risk"), [(-30, -15, False), (-30, -14, True), (0, None, True), (1, None, False)]
)
def test_the_list_is_dated(begins: int, ends: int | None, risk: bool) -> None:
    assert is_risk([area("甲县", begins, ends)], "甲县", TODAY - timedelta(days=1), TODAY) is risk


def test_a_day_of_the_list_is_a_day_in_china() -> None:
    late = int(datetime(2020, 11, 22, 17, tzinfo=UTC).timestamp() * 1000)  # already the 23rd there
    assert not is_risk([RiskRow("甲县", RiskLevel.HIGH, late)], "甲县", TODAY, TODAY)
    assert is_risk([RiskRow("甲县", RiskLevel.HIGH, late)], "甲县", TODAY, TODAY + timedelta(days=1))


@given(st.text("郑州市管城区甲乙0123456789 ", min_size=1, max_size=12), st.integers(0, 14), st.integers(0, 30))
def test_who_left_later_is_never_less_at_risk(origin: str, recently: int, earlier: int) -> None:
    later, before = (TODAY - timedelta(days=days) for days in (recently, max(recently, earlier)))
    assert is_risk(LIST, origin, before, TODAY) <= is_risk(LIST, origin, later, TODAY)
