"""What a question of a registration offers to press, before anything is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from station.registration.form import NOT_LISTED
from station.registration.questions import QUESTIONS, Kind
from station.risk import DAYS_BACK
from station.roster.isolation import RiskRow

#: Digits of a telephone with the letters on them.
PAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"), ("7", "PQRS"), ("8", "TUV"),
    ("9", "WXYZ"),
)  # fmt: skip
#: Number plates have no I and no O.
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: What is offered before anything is typed where a place is asked.
AREAS = (
    "本县", "本市", "河南", "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏",
    "陕西", "甘肃", "青海", "宁夏", "新疆", "香港", "澳门", "台湾", "国外",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One large key of a question: what it answers, and the word or the plain text on it."""

    value: str
    code: str = ""
    text: str = ""
    gap: str = ""


def choices(question: str, risk_areas: Callable[[], Iterable[RiskRow]]) -> list[Choice]:
    """The keys of *question*; none where something is typed.  *risk_areas* asks for the rows of the list in force."""
    asked = QUESTIONS[question]
    if asked.kind is Kind.CHOICE:
        return [Choice(value, f"{question}_{value}") for value in asked.choices]
    if asked.kind is Kind.DAYS:
        words = {0: "days_today", 1: "days_yesterday"}
        return [Choice(str(n), words.get(n, "days_ago"), gap=str(n)) for n in range(DAYS_BACK + 1)]
    if asked.kind is Kind.RISK_AREA:
        rows = sorted({row.risk for row in risk_areas()})
        return [*(Choice(area, text=area) for area in rows), Choice(NOT_LISTED, "not_listed")]
    return []
