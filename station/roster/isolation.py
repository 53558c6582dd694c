"""What an order about isolation holds: who stays at home or is watched, what is closed, which areas are risky.  Pure.

Always a full snapshot.  Head: ``{"list":"isolation","rows":N,"v":1}``; then lines of three kinds, told apart by
their first field: ``person`` or ``household`` (a status), ``closed`` (a place), ``risk`` (an area).  The end of
a status is a date for the screen: only the next order ends it, since a release needs its own steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from station.roster.errors import ContentError
from station.roster.lines import MAX_ROWS, Check, check, decode, encode, is_count, is_text, is_time
from station.roster.place import is_area
from station.roster.resident import MAX_WORD, is_word
from station.roster.row import MAX_HOUSEHOLD, is_id

NAME = "isolation"
#: An administrative area in full: province, city, district, street, community, building.
MAX_AREA = 80


class StatusKind(StrEnum):
    """What is asked of somebody at present; the words are in GLOSSARY order of weight."""

    ISOLATION = "isolation"  # 居家隔离: does not leave, receives nobody
    SELF_MONITORING = "self_monitoring"  # 自我监测: may pass
    TRAVEL = "travel"  # 出行报备: has told the office of a journey
    NONE = "none"


class RiskLevel(StrEnum):
    """The level that the authorities gave an area."""

    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The status of one person (by id) or one household (by its name); exactly one of the two is given."""

    status: StatusKind
    person: str = ""
    household: str = field(default="", repr=False)
    category: str = ""
    from_ms: int = 0
    until_ms: int | None = None
    responsible: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A building (``7``), unit (``7-2``) or room that nobody enters or leaves; ``*`` is the whole compound."""

    closed: str
    compound: str = ""
    from_ms: int = 0
    until_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RiskRow:
    """An area on the dated list, by its full name."""

    risk: str
    level: RiskLevel
    from_ms: int = 0
    until_ms: int | None = None


Row = StatusRow | ClosedRow | RiskRow


def encode_isolation(rows: Iterable[Row]) -> bytes:
    """The content with these *rows*.

    :raises ContentError: if the gate would not take one of them.
    """
    listed = [asdict(row) for row in rows]
    content = encode({"list": NAME, "rows": len(listed)}, listed)
    decode_isolation(content)
    return content


def decode_isolation(content: bytes) -> tuple[Row, ...]:
    """The rows in *content*.

    :raises ContentError: at the first thing that is wrong.
    """
    head, lines = decode(content, NAME)
    if set(head) != {"rows"} or not is_count(head["rows"], 0, MAX_ROWS):
        raise ContentError("isolation line 1: expected rows and nothing else")
    rows = tuple(_row(row, f"isolation line {number}") for number, row in lines)
    if len(rows) != head["rows"]:
        raise ContentError(f"isolation: {len(rows)} rows, the head promises {head['rows']}")
    return rows


def _row(row: dict[str, Any], at: str) -> Row:
    if "closed" in row:
        check(row, _CLOSED, ("closed",), at)
        return ClosedRow(**row)
    if "risk" in row:
        check(row, _RISK, ("risk", "level"), at)
        return RiskRow(**row | {"level": RiskLevel(row["level"])})
    if ("person" in row) == ("household" in row):
        raise ContentError(f"{at}: expected one of person, household, closed, risk")
    check(row, _STATUS, ("status",), at)
    return StatusRow(**row | {"status": StatusKind(row["status"])})


_TIMES: dict[str, Check] = {"from_ms": is_time, "until_ms": is_time}
_STATUS: dict[str, Check] = {
    "person": is_id,
    "household": lambda value: isinstance(value, str) and is_word(value, MAX_HOUSEHOLD),
    "status": lambda value: value in (StatusKind.ISOLATION, StatusKind.SELF_MONITORING, StatusKind.TRAVEL),
    "category": is_text(MAX_WORD),
    "responsible": is_text(MAX_WORD),
    **_TIMES,
}
_CLOSED: dict[str, Check] = {
    "closed": lambda value: isinstance(value, str) and is_area(value),
    "compound": is_text(MAX_WORD),
    "reason": is_text(MAX_AREA),
    **_TIMES,
}
_RISK: dict[str, Check] = {"risk": is_text(MAX_AREA), "level": lambda value: value in tuple(RiskLevel), **_TIMES}
